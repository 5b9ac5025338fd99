"""What a report folds away: the books line by line, the bots, how positions ended, notes in full."""

from __future__ import annotations

from bot_service.domain.findings import Books, BotLine, DayReport
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.parts import cut

MOST_BOTS = 12


def details(day: DayReport, t: Translator) -> list[str]:
    """Return the lines of what only some want to read."""
    return [*_books(day.books, day, t), *_bots(day, t), *_exits(day, t), *_extremes(day, t)] or [
        t.html(_("Nothing more."))
    ]


def _books(books: Books | None, day: DayReport, t: Translator) -> list[str]:
    if books is None:
        return []

    def signed(amount: object) -> str:
        return t.money(amount, day.currency, sign=True)  # type: ignore[arg-type]

    told: list[str] = [
        t.html(_("<b>Books</b>")),
        t.html(_("Opening balance {amount}"), amount=t.money(books.opening, day.currency)),
    ]
    if day.trades:
        costs = t.money(day.costs, day.currency)
        sentence = _("Closed trades {amount}, costs of {costs} included")
        told.append(t.html(sentence, amount=signed(books.trades), costs=costs))
    if books.carried:
        told.append(t.html(_("Costs of open positions {amount}"), amount=signed(books.carried)))
    if books.operations:
        told.append(t.html(_("Deposits, withdrawals etc. {amount}"), amount=signed(books.operations)))
    told.append(t.html(_("Closing balance {amount}"), amount=t.money(books.closing, day.currency)))
    if books.difference:
        told.append(t.html(_("⚠️ Not explained by deals: {amount}"), amount=signed(books.difference)))
    else:
        told.append(t.html(_("✓ The books balance.")))
    return told


def _bots(day: DayReport, t: Translator) -> list[str]:
    if not day.bots:
        return []
    told = [_bot(line, day.currency, t) for line in day.bots[:MOST_BOTS]]
    left = len(day.bots) - MOST_BOTS
    more = [t.plural("and {n} more bot", "and {n} more bots", n=left)] if left > 0 else []
    return ["", t.html(_("<b>Per bot</b>")), *told, *more]


def _bot(line: BotLine, currency: str, t: Translator) -> Html:
    name = cut(line.name, 24) if line.bot_id is not None else t.text(_("Manual"))
    net = t.money(line.net, currency, sign=True)
    told = t.plural(
        "{name}: {net}, {n} trade", "{name}: {net}, {n} trades", n=line.trades, name=name, net=net
    )
    return told if line.r is None else t.html(_("{told}, {r}"), told=told, r=t.r(line.r))


def _exits(day: DayReport, t: Translator) -> list[str]:
    parts = [f"{t.text(words.EXIT_CAUSES[cause])} {count}" for cause, count in day.exits.items() if count]
    return ["", t.html(_("Closed by: {parts}"), parts=", ".join(parts))] if parts else []


def _extremes(day: DayReport, t: Translator) -> list[str]:
    if day.best is None or day.worst is None:
        return []
    best, worst = (t.money(amount, day.currency, sign=True) for amount in (day.best, day.worst))
    return [t.html(_("Best {best} · worst {worst}"), best=best, worst=worst)]
