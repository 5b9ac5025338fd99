"""The mentor's report in words: what matters first, long things folded, everything from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot_service.domain.findings import DayReport
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.mentor.choice import to_watch
from bot_service.mentor.shown import numbered
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import lines, rows, tag
from bot_service.telegram_bot.render.registry import renders
from bot_service.telegram_bot.render.report_details import details
from bot_service.telegram_bot.render.report_sections import Part, sections
from bot_service.telegram_bot.render.report_summary import summary

STEP_ANSWERS: Mapping[str, str] = {
    "done": _("✅ Done"),
    "not_yet": _("⏳ Not yet"),
    "unsuitable": _("🚫 Doesn't suit me"),
}
_A_ROW = 3
_SECTION_GAP = ""


@dataclass(frozen=True)
class ReportView:
    """A report with the account it belongs to; `warm` says sentences of the catalogs in other words."""

    tag: AccountTag | None
    report: DayReport
    late: bool = False
    changed: bool = False
    warm: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportsView:
    """The reports of a day, one per account, as one message."""

    parts: tuple[ReportView, ...]


@renders(ReportView)
def report(view: ReportView, t: Translator) -> Message:
    """Return the report of one account."""
    return reports(ReportsView((view,)), t)


@renders(ReportsView)
def reports(view: ReportsView, t: Translator) -> Message:
    """Return the reports of all accounts: the sums of each first, then what is said about each.

    The sums are the message's headline: they stand below the picture where there is one.
    """
    headline = "\n\n".join(_headline(part, t) for part in view.parts)
    told: list[str] = []
    first = 1
    several = len(view.parts) > 1
    for part in view.parts:
        body = lines(*_body(part, first, t))
        told.append(f"{tag(part.tag)}\n{body}" if several else body)
        first += len(numbered(part.report))
    text = lines(headline, _SECTION_GAP, "\n\n".join(told))
    return Message(text, _buttons(view.parts, t), headline=headline)


def _headline(view: ReportView, t: Translator) -> str:
    day = view.report
    head = t.html(_("📒 <b>Report {day}</b>"), day=t.long_day(day.day))
    if not day.finished:
        head = t.html(_("📒 <b>Today so far, {day}</b>"), day=t.long_day(day.day))
    late = t.html(_("(Late: at its hour not everything was known yet.)")) if view.late else None
    changed = t.html(_("(Updated: deals that came later are counted.)")) if view.changed else None
    return lines(f"{tag(view.tag)}{head}", late, changed, *summary(day, t))


def _body(view: ReportView, first: int, t: Translator) -> list[str]:
    part = Part(view.report, t, view.warm, first)
    blocks = [block for block in sections(part) if block]
    told = [line for block in blocks for line in (*block, "")]
    return [*told, _folded(details(view.report, t))]


def _folded(rest: list[str]) -> Html:
    text = "\n".join(rest)
    return Html(f"<blockquote expandable>{text}</blockquote>")


def _buttons(parts: tuple[ReportView, ...], t: Translator) -> Keyboard:
    whys: list[Button] = []
    untrue: list[Button] = []
    steps: list[tuple[Button, ...]] = []
    several = len(parts) > 1
    number = 0
    for part in parts:
        day = part.report
        watched = to_watch(numbered(day))
        for finding in numbered(day):
            number += 1
            where = f"{day.day.isoformat()} {day.account_id} {finding.code}"
            label = _("❓{number}") if several else _("❓ Why {number}")
            whys.append(do(t.text(label, number=number), f"why {where}"))
            if finding in watched:
                untrue.append(do(t.text(_("✗ {number} isn't true"), number=number), f"not_true {where}"))
        steps.extend(_step_row(part, t, named=several))
    keyboard = rows(whys, _A_ROW) if not several else rows(whys, _A_ROW + 1)
    asked = () if several else rows(untrue, _A_ROW)
    return (*keyboard, *asked, *steps, *_ways_on(parts, t))


def _step_row(part: ReportView, t: Translator, *, named: bool) -> Keyboard:
    day = part.report
    if not (day.earlier_step and day.finished):
        return ()
    name = f" {part.tag.label}" if named and part.tag is not None else ""
    where = f"{day.day.isoformat()} {day.account_id}"
    return (
        tuple(do(f"{t.text(word)}{name}", f"step {where} {code}") for code, word in STEP_ANSWERS.items()),
    )


def _ways_on(parts: tuple[ReportView, ...], t: Translator) -> Keyboard:
    first = (do(t.text(_("🙂 How do I feel?")), "mood"), do(t.text(_("Trades")), "deals"))
    day = parts[0].report
    if not day.finished:
        return (first, (do(t.text(_("🔄 Refresh")), "report"), do(t.text(_("Yesterday")), "report kemarin")))
    if any(part.report.r_trades for part in parts):
        return (first, (do(t.text(_("📤 Share")), f"share {day.day.isoformat()}"),))
    return (first,)
