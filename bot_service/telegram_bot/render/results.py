"""Today and the last days in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain.results import Summary
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import (
    CurrencyResult,
    Grouping,
    PerformanceView,
    ResultLine,
    TodayAccount,
    TodayLine,
    TodayView,
)
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import age, dot, lines, pages, tag
from bot_service.telegram_bot.render.registry import renders

SPANS = (7, 30, 90)
GROUPINGS: Mapping[Grouping, str] = {
    Grouping.BOT: _("Bots"),
    Grouping.SYMBOL: _("Symbols"),
    Grouping.STRATEGY: _("Strategies"),
}


@renders(TodayView)
def today(view: TodayView, t: Translator) -> Message:
    """Return each account's day so far, then its bots and symbols."""
    told = [line for account in view.accounts for line in _account(account, t)]
    several = len(view.accounts) > 1
    found = [_today_line(line, t, several=several) for line in view.lines]
    nothing = None if found else t.html(_("No trades today yet, and no open positions."))
    turning = pages("today", view.page, view.pages, t)
    links = (do(t.text(_("📈 Performance")), "performance"), do(t.text(_("Trades")), "deals 1"))
    refresh = (do(t.text(_("🔄 Refresh")), "today"),)
    keyboard = (turning, links, refresh) if turning else (links, refresh)
    return Message(lines(*told, "", nothing, *found), keyboard)


def _account(account: TodayAccount, t: Translator) -> list[str | None]:
    head = t.html(_("📅 <b>Today</b>, {day}"), day=t.day(account.day))
    result = account.result
    net = t.html(
        _("{dot} Net <b>{net}</b> · trades: {trades}, won: {wins}{r}"),
        dot=dot(result.net),
        net=t.money(result.net, account.currency, sign=True),
        trades=result.trades,
        wins=result.wins,
        r="" if result.r is None else f" · {t.r(result.r)}",
    )
    floating = None
    if account.floating is not None:
        floating = t.html(
            _("Floating {floating}"), floating=t.money(account.floating, account.currency, sign=True)
        )
    return [f"{tag(account.tag)}{head}", net, floating, age(account.age_s, t)]


def _today_line(line: TodayLine, t: Translator, *, several: bool) -> str:
    parts = []
    if line.result.trades:
        parts.append(t.money(line.result.net, line.currency, sign=True))
        parts.append(t.text(_("trades: {n}"), n=line.result.trades))
    if line.result.r is not None:
        parts.append(t.r(line.result.r))
    if line.floating is not None:
        parts.append(
            t.text(_("floating {floating}"), floating=t.money(line.floating, line.currency, sign=True))
        )
    told = t.html(
        "{dot} <b>{name}</b> · {symbol}\n   {parts}",
        dot=dot(line.result.net + (line.floating or 0)),
        name=_named(line.name, line.bot_id, t),
        symbol=line.symbol,
        parts=" · ".join(parts),
    )
    return f"{tag(line.tag)}{told}" if several else told


@renders(PerformanceView)
def performance(view: PerformanceView, t: Translator) -> Message:
    """Return the numbers of the last days, in total and grouped; buttons for other spans and groups."""
    span = t.plural("last {n} day", "last {n} days", n=view.days)
    head = t.html(_("📈 <b>Performance</b>, {span}"), span=span)
    own = f"performance {view.days} {view.grouping}"
    buttons = [_spans(view, t), _groups(view, t)]
    turning = pages(own, view.page, view.pages, t)
    keyboard = (turning, *buttons) if turning else tuple(buttons)
    if not view.totals:
        none = t.html(_("No closed trades, {span}."), span=span)
        return Message(lines(f"{tag(view.tag)}{head}", none), keyboard)
    told = [_total(item, t) for item in view.totals]
    title = t.html("<b>{title}</b>", title=t.text(GROUPINGS[view.grouping]))
    found = [_line(line, view.grouping, t) for line in view.lines]
    return Message(lines(f"{tag(view.tag)}{head}", *told, "", title, *found), keyboard)


def _spans(view: PerformanceView, t: Translator) -> tuple[Button, ...]:
    chosen = (span for span in SPANS if span != view.days)
    return tuple(
        do(t.plural("{n} day", "{n} days", n=span), f"performance {span} {view.grouping}") for span in chosen
    )


def _groups(view: PerformanceView, t: Translator) -> tuple[Button, ...]:
    others = (grouping for grouping in Grouping if grouping is not view.grouping)
    return tuple(do(t.text(GROUPINGS[other]), f"performance {view.days} {other}") for other in others)


def _total(item: CurrencyResult, t: Translator) -> Html:
    return t.html(
        _("{dot} <b>{net}</b> · trades: {trades}\n{numbers}"),
        dot=dot(item.result.net),
        net=t.money(item.result.net, item.currency, sign=True),
        trades=t.number(item.result.trades),
        numbers=_numbers(item.result, item.currency, t),
    )


def _line(line: ResultLine, grouping: Grouping, t: Translator) -> str:
    name = _named(line.name, line.bot_id, t) if grouping is Grouping.BOT else line.name
    told = t.html(
        _("{dot} <b>{name}</b> {net} · trades: {trades}\n   {numbers}"),
        dot=dot(line.result.net),
        name=name or t.text(_("By hand")),
        net=t.money(line.result.net, line.currency, sign=True),
        trades=t.number(line.result.trades),
        numbers=_numbers(line.result, line.currency, t),
    )
    return f"{tag(line.tag)}{told}"


def _numbers(result: Summary, currency: str, t: Translator) -> str:
    parts = []
    if result.win_rate is not None:
        parts.append(t.text(_("won {share}"), share=t.percent(result.win_rate, 0)))
    if result.expectancy_r is not None:
        parts.append(t.text(_("{r} per trade"), r=t.r(result.expectancy_r)))
    if result.profit_factor is not None:
        parts.append(t.text(_("PF {factor}"), factor=t.number(result.profit_factor, 2)))
    parts.append(t.text(_("max DD {fall}"), fall=t.money(result.max_drawdown, currency)))
    return " · ".join(parts)


def _named(name: str, bot_id: int | None, t: Translator) -> str:
    return t.text(_("By hand")) if bot_id is None else f"{name} ({bot_id})"
