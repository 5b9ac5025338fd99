"""The mentor's report of a day in words: data first, then one true observation."""

from __future__ import annotations

from dataclasses import dataclass

from bot_service.domain.findings import Books, BotLine, DayReport
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.finding_words import CLOSINGS as CLOSINGS  # noqa: PLC0414  # a report's words are found here
from bot_service.telegram_bot.render.finding_words import OBSERVATIONS as OBSERVATIONS  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.finding_words import observation as observation  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.message import Keyboard, Message, do
from bot_service.telegram_bot.render.parts import cut, dot, lines, table, tag
from bot_service.telegram_bot.render.registry import renders


@dataclass(frozen=True)
class ReportView:
    """A report with the account it belongs to."""

    tag: AccountTag | None
    report: DayReport
    late: bool = False


@renders(ReportView)
def report(view: ReportView, t: Translator) -> Message:
    """Return the day's summary, books, bots, exits, mood, observation and closing line."""
    day = view.report
    head = t.html(_("📒 <b>Report {day}</b>"), day=t.long_day(day.day))
    if not day.finished:
        head = t.html(_("📒 <b>Today so far, {day}</b>"), day=t.long_day(day.day))
    late = t.html(_("(Late: at its hour not everything was known yet.)")) if view.late else None
    told = lines(
        f"{tag(view.tag)}{head}",
        late,
        "",
        *_summary(day, t),
        *_books(day.books, day.currency, t),
        *_bots(day, t),
        *_exits(day, t),
        *_moods(day, t),
        "",
        f"👁 {observation(day.observation, day.currency, t)}",
        "",
        f"<i>{t.html(CLOSINGS[day.closing])}</i>",
    )
    return Message(told, _buttons(day, t))


def _buttons(day: DayReport, t: Translator) -> Keyboard:
    first = (do(t.text(_("🙂 How do I feel?")), "mood"), do(t.text(_("Trades")), "deals"))
    if day.finished:
        return (first,)
    return (first, (do(t.text(_("🔄 Refresh")), "report"), do(t.text(_("Yesterday")), "report kemarin")))


def _summary(day: DayReport, t: Translator) -> list[str]:
    net = t.html(
        _("{dot} Net <b>{net}</b> · {trades} trades ({wins} won, {losses} lost)"),
        dot=dot(day.net),
        net=t.money(day.net, day.currency, sign=True),
        trades=day.trades,
        wins=day.wins,
        losses=day.losses,
    )
    if not day.trades:
        return [t.html(_("⚪ No closed trades."))]
    told: list[str] = [net]
    if day.r is not None:
        rated = t.html(_("R: <b>{r}</b>, from {n} trades"), r=t.r(day.r), n=day.r_trades)
        if day.expectancy_r is not None:
            rated = t.html(_("{rated} · average {mean}"), rated=rated, mean=t.r(day.expectancy_r))
        told.append(rated)
    if day.best is not None and day.worst is not None:
        told.append(
            t.html(
                _("Best {best} · worst {worst} · costs {costs}"),
                best=t.money(day.best, day.currency, sign=True),
                worst=t.money(day.worst, day.currency, sign=True),
                costs=t.money(day.costs, day.currency),
            )
        )
    return told


def _books(books: Books | None, currency: str, t: Translator) -> list[str]:
    if books is None:
        return []
    cells = [
        [t.text(_("Opening")), t.short_money(books.opening, currency)],
        [t.text(_("Trades")), t.short_money(books.trades, currency, sign=True)],
    ]
    if books.carried:
        cells.append([t.text(_("Open positions")), t.short_money(books.carried, currency, sign=True)])
    if books.operations:
        cells.append([t.text(_("Deposits etc.")), t.short_money(books.operations, currency, sign=True)])
    cells.append([t.text(_("Closing")), t.short_money(books.closing, currency)])
    if books.difference:
        cells.append([t.text(_("Difference")), t.short_money(books.difference, currency, sign=True)])
    head = t.html(_("<b>Books</b> ({currency})"), currency=currency)
    balanced = [] if books.difference else [t.html(_("✓ The books balance."))]
    return ["", head, table(cells, "<>"), *balanced]


def _bots(day: DayReport, t: Translator) -> list[str]:
    if not day.bots:
        return []
    cells = [
        [_bot(line, t), str(line.trades), t.short_money(line.net, day.currency, sign=True)]
        for line in day.bots
    ]
    return ["", t.html(_("<b>Per bot</b> (trades, net)")), table(cells, "<>>")]


def _bot(line: BotLine, t: Translator) -> str:
    return cut(line.name if line.bot_id is not None else t.text(_("Manual")), 16)


def _exits(day: DayReport, t: Translator) -> list[str]:
    parts = [f"{t.text(words.EXIT_CAUSES[cause])} {count}" for cause, count in day.exits.items() if count]
    return [t.html(_("Closed by: {parts}"), parts=", ".join(parts))] if parts else []


def _moods(day: DayReport, t: Translator) -> list[str]:
    told: list[str] = []
    if day.moods:
        parts = [
            f"{words.MOODS[item.mood][0]} {t.text(words.MOODS[item.mood][1])} {t.clock(item.at)}"
            for item in day.moods
        ]
        told.append(t.html(_("Mood: {parts}"), parts=" · ".join(parts)))
    told.extend(t.html(_("📝 “{note}”"), note=cut(note, 300)) for note in day.notes)
    return told
