"""What a report says beyond its sums, block by block; a block without anything to say stays away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape

from bot_service.domain.findings import DayReport, Finding, Progress
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.mentor.choice import to_watch, went_well
from bot_service.mentor.shown import beside, found
from bot_service.telegram_bot.render.finding_words import CLOSINGS, observation
from bot_service.telegram_bot.render.lesson_words import LESSONS
from bot_service.telegram_bot.render.parts import cut
from bot_service.telegram_bot.render.report_ledger import ledger
from bot_service.telegram_bot.render.report_summary import win_rate
from bot_service.telegram_bot.render.step_words import STEPS

MOST_EVIDENCE = 6
MOST_NOTES = 3
NOTE_LENGTH = 300


@dataclass(frozen=True)
class Part:
    """One account's report on its way into words; `first` is the number of its first finding."""

    report: DayReport
    t: Translator
    warm: Mapping[str, str]
    first: int = 1

    def said(self, told: Html) -> Html:
        """Return a sentence, in the Writer's words where it has some for exactly this one."""
        other = self.warm.get(unescape(told))
        return told if other is None else Html(escape(other, quote=False))


def sections(part: Part) -> list[list[str]]:
    """Return the blocks in the order of their weight."""
    return [
        _opening(part),
        _well(part),
        _watch(part),
        _beside(part),
        ledger(part.report, part.t),
        _progress(part),
        _earlier_step(part),
        _step(part),
        _notes(part),
        _lesson(part),
        _closing(part),
    ]


def _opening(part: Part) -> list[str]:
    # Only a Writer has words that claim nothing.
    return [f"<i>{part.said(Html(''))}</i>"] if "" in part.warm else []


def _beside(part: Part) -> list[str]:
    facts = beside(part.report)
    return [f"🔹 {part.said(observation(item, part.report.currency, part.t))}" for item in facts]


def _well(part: Part) -> list[str]:
    praised = went_well(found(part.report))
    if not praised:
        return []
    head = part.t.html(_("👏 <b>What went well</b>"))
    return [head, *(_numbered(part, number, item) for number, item in enumerate(praised, part.first))]


def _watch(part: Part) -> list[str]:
    findings = found(part.report)
    watched = to_watch(findings)
    if not watched:
        return []
    told: list[str] = [part.t.html(_("👁 <b>Worth a look</b>"))]
    for number, item in enumerate(watched, part.first + len(went_well(findings))):
        told.append(_numbered(part, number, item))
        told.extend(evidence(item, part.t))
    return told


def _numbered(part: Part, number: int, item: Finding) -> str:
    return f"{number}. {part.said(observation(item, part.report.currency, part.t))}"


def evidence(finding: Finding, t: Translator, most: int = MOST_EVIDENCE) -> list[Html]:
    """Return the line that names the first pieces of evidence, and how many there are beside them."""
    if not finding.evidence:
        return []
    told = ", ".join(_piece(item, t) for item in finding.evidence[:most])
    left = len(finding.evidence) - most
    if left > 0:
        return [t.html(_("<i>Evidence: {pieces} and {left} more</i>"), pieces=told, left=left)]
    return [t.html(_("<i>Evidence: {pieces}</i>"), pieces=told)]


def _piece(item: str, t: Translator) -> str:
    try:
        return t.when(datetime.fromisoformat(item)) if "T" in item else item
    except ValueError:
        return item


def _progress(part: Part) -> list[str]:
    day, t = part.report, part.t
    told = [_span(item, day.currency, t) for item in day.progress]
    score = day.score
    if score is not None and score.opportunities:
        percent = t.number(round(100 * score.kept / score.opportunities))
        kept = t.html(
            _("🎯 Discipline {score} of 100: rules kept at {kept} of {n} chances to break one"),
            score=percent,
            kept=score.kept,
            n=score.opportunities,
        )
        told = [kept, *told]
    return [t.html(_("📈 <b>How it is going</b>")), *told] if told else []


def _span(item: Progress, currency: str, t: Translator) -> Html:
    if not item.trades:
        return t.html(_("{days} days before: no trades"), days=item.days)
    told = t.plural(
        "{days} days before: {net}, {n} trade, win rate {rate}",
        "{days} days before: {net}, {n} trades, win rate {rate}",
        n=item.trades,
        days=item.days,
        net=t.money(item.net, currency, sign=True),
        rate=win_rate(item.wins, item.trades, t),
    )
    if item.r is not None:
        told = t.html(_("{told}, {r}"), told=told, r=t.r(item.r))
    if item.score is not None:
        told = t.html(_("{told}, discipline {score}"), told=told, score=t.number(item.score, 0))
    return told


def _earlier_step(part: Part) -> list[str]:
    day, t = part.report, part.t
    if not (day.earlier_step in STEPS and day.finished):
        return []
    step = t.html(STEPS[day.earlier_step])
    return [
        t.html(_("↩️ <b>Your last step:</b> {step}"), step=step),
        t.html(_("Done, not yet, or not for you?")),
    ]


def _step(part: Part) -> list[str]:
    day, t = part.report, part.t
    if not (day.step in STEPS and day.finished):
        return []
    return [t.html(_("👣 <b>Step for tomorrow:</b> {step}"), step=part.said(t.html(STEPS[day.step])))]


def _notes(part: Part) -> list[str]:
    notes, t = part.report.notes, part.t
    told: list[str] = [t.html(_("📝 “{note}”"), note=cut(note, NOTE_LENGTH)) for note in notes[-MOST_NOTES:]]
    left = len(notes) - MOST_NOTES
    more = [t.plural("and {n} earlier note", "and {n} earlier notes", n=left)] if left > 0 else []
    return [*told, *more]


def _lesson(part: Part) -> list[str]:
    lesson = LESSONS.get(part.report.lesson)
    return [part.t.html(_("💡 <b>One minute:</b> {lesson}"), lesson=part.t.html(lesson))] if lesson else []


def _closing(part: Part) -> list[str]:
    told = part.said(part.t.html(CLOSINGS[part.report.closing]))
    return [f"<i>{told}</i>"]
