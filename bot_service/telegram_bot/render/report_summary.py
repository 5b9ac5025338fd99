"""The first lines of a report: net, R, trades, win rate, mood, market, and whether the books balance."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.findings import Books, DayReport, MarketCondition
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.parts import dot

MOST_MARKETS = 3


def summary(day: DayReport, t: Translator) -> list[str]:
    """Return the lines that matter most."""
    none = _("⚪ No trade was closed.") if day.finished else _("⚪ No closed trades.")
    told = [_net(day, t), *_trades(day, t)] if day.trades else [t.html(none)]
    return [*told, *_books(day.books, day.currency, t), *_moods(day, t), *_market(day, t)]


def win_rate(wins: int, trades: int, t: Translator) -> str:
    """Return the share of winning trades."""
    return t.percent(Decimal(100 * wins) / trades, 0)


def _net(day: DayReport, t: Translator) -> Html:
    net = t.html(_("{dot} Net <b>{net}</b>"), dot=dot(day.net), net=t.money(day.net, day.currency, sign=True))
    if day.r is None:
        return net
    if day.r_trades == day.trades:
        return t.html(_("{net} · <b>{r}</b>"), net=net, r=t.r(day.r))
    return t.html(_("{net} · <b>{r}</b> (from {n} trades)"), net=net, r=t.r(day.r), n=day.r_trades)


def _trades(day: DayReport, t: Translator) -> list[Html]:
    told = t.plural(
        "{n} trade: {wins} won, {losses} lost",
        "{n} trades: {wins} won, {losses} lost",
        n=day.trades,
        wins=day.wins,
        losses=day.losses,
    )
    if day.zeros:
        told = t.html(_("{told}, {zeros} at zero"), told=told, zeros=day.zeros)
    told = t.html(_("{told} · win rate {rate}"), told=told, rate=win_rate(day.wins, day.trades, t))
    if day.expectancy_r is None:
        return [told]
    return [told, t.html(_("On average {mean} per trade"), mean=t.r(day.expectancy_r))]


def _books(books: Books | None, currency: str, t: Translator) -> list[Html]:
    if books is None:
        return []
    opening, closing = t.money(books.opening, currency), t.money(books.closing, currency)
    if books.difference:
        amount = t.money(books.difference, currency, sign=True)
        sentence = _("⚠️ Balance {opening} → {closing}: {difference} is not explained by the deals")
        return [t.html(sentence, opening=opening, closing=closing, difference=amount)]
    told = t.html(_("Balance {opening} → {closing} ✓"), opening=opening, closing=closing)
    if not books.operations:
        return [told]
    # What was paid in or out must not look like the day's work.
    paid = t.money(books.operations, currency, sign=True)
    return [t.html(_("{told} (deposits, withdrawals etc. {paid})"), told=told, paid=paid)]


def _moods(day: DayReport, t: Translator) -> list[Html]:
    if not day.moods:
        return []
    told = [
        f"{words.MOODS[item.mood][0]} {t.text(words.MOODS[item.mood][1])} {t.clock(item.at)}"
        for item in day.moods
    ]
    return [t.html(_("Mood: {parts}"), parts=" · ".join(told))]


def _market(day: DayReport, t: Translator) -> list[Html]:
    if not day.market:
        return []
    told = [_condition(item, t) for item in day.market[:MOST_MARKETS]]
    return [t.html(_("Market: {parts}"), parts=" · ".join(told))]


def _condition(item: MarketCondition, t: Translator) -> str:
    word = t.text(_("trending")) if item.trending else t.text(_("ranging"))
    times = t.number(item.volatility, 1)
    return t.text(_("{symbol} {word}, range {times}x its usual"), symbol=item.symbol, word=word, times=times)
