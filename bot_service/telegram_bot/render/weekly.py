"""The letter on Sunday in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot_service.domain import events
from bot_service.domain.promises import CALM_MINUTES, LOSS_R, MOST_INTERVENTIONS
from bot_service.domain.weekly import AccountWeek, PromiseWeek, WeeklyLetter, WeekQuestion
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.message import Message, do
from bot_service.telegram_bot.render.parts import cut, dot, lines
from bot_service.telegram_bot.render.promises import PROMISES
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells

NOTE_LENGTH = 240
QUESTIONS: Mapping[str, str] = {
    WeekQuestion.WHAT_WAS_HARD: _("What happened when the promise was hard to keep?"),
    WeekQuestion.WHAT_MOVED_HAND: _("What moved your hand this week: the chart, the money, or the mood?"),
    WeekQuestion.WHAT_HELPED: _("Which of your own notes would you give yourself for next week?"),
    WeekQuestion.WHAT_TO_WRITE: _("What from this week would be worth one sentence to you?"),
}


@dataclass(frozen=True)
class WeeklyLetterView:
    """A letter, and whether it came late."""

    letter: WeeklyLetter
    late: bool = False


@renders(WeeklyLetterView)
def weekly(view: WeeklyLetterView, t: Translator) -> Message:
    """Return the week in numbers, the own words, promises and one question."""
    letter = view.letter
    told = lines(
        t.html(_("💌 <b>Letter of the week</b>, {day}"), day=t.long_day(letter.week)),
        t.html(_("(It comes late; the service was not running at its hour.)")) if view.late else None,
        *(line for week in letter.accounts for line in _week(week, t, named=len(letter.accounts) > 1)),
        _streak(letter, t),
        *_notes(letter, t),
        *_promises(letter, t),
        "",
        t.html(QUESTIONS[letter.question]) if letter.question in QUESTIONS else None,
    )
    answer = (do(t.text(_("📝 My notes")), "notes"), do(t.text(_("🗂 All reports")), "reports"))
    return Message(told, (answer, (do(t.text(_("🧭 Mentor")), "mentor"),)))


def _week(week: AccountWeek, t: Translator, *, named: bool) -> list[str]:
    told: list[str] = ["", f"<b>{t.html('{name}', name=week.label)}</b>"] if named else [""]
    if not week.trades:
        return [*told, t.html(_("No trade closed this week."))]
    net = t.money(week.net, week.currency, sign=True)
    told.append(
        t.plural(
            "{dot} <b>{net}</b> from {n} trade, {wins} won",
            "{dot} <b>{net}</b> from {n} trades, {wins} won",
            n=week.trades,
            dot=dot(week.net),
            net=net,
            wins=week.wins,
        )
    )
    if week.r is not None:
        told.append(t.html(_("In R: <b>{r}</b>"), r=t.r(week.r)))
    tally = week.interventions
    if tally is not None and tally.count:
        told.append(
            t.plural(
                "✋ By hand: {n} time, {helped} helped ({helped_r}), {hurt} hurt ({hurt_r})",
                "✋ By hand: {n} times, {helped} helped ({helped_r}), {hurt} hurt ({hurt_r})",
                n=tally.count,
                helped=tally.helped,
                helped_r=t.r(tally.helped_r),
                hurt=tally.hurt,
                hurt_r=t.r(tally.hurt_r),
            )
        )
    if week.score is not None:
        told.append(t.html(_("🎯 Discipline {score} of 100"), score=t.number(week.score, 0)))
    return told


def _streak(letter: WeeklyLetter, t: Translator) -> Html | None:
    if not letter.streak:
        return None
    return t.plural(
        "🔗 Disciplined days in a row: <b>{n}</b>",
        "🔗 Disciplined days in a row: <b>{n}</b>",
        n=letter.streak,
    )


def _notes(letter: WeeklyLetter, t: Translator) -> list[str]:
    if not letter.notes:
        return []
    told: list[str] = ["", t.html(_("<b>In your own words</b>"))]
    told.extend(
        t.html(_("<i>{day}</i> “{note}”"), day=t.day(note.day), note=cut(note.text, NOTE_LENGTH))
        for note in letter.notes
    )
    if letter.more_notes:
        told.append(t.plural("and {n} earlier note", "and {n} earlier notes", n=letter.more_notes))
    return told


def _promises(letter: WeeklyLetter, t: Translator) -> list[str]:
    if not letter.promises:
        return []
    return ["", t.html(_("🤝 <b>Your promises</b>")), *(_promise(one, t) for one in letter.promises)]


def _promise(one: PromiseWeek, t: Translator) -> Html:
    words = t.html(
        PROMISES[one.kind],
        loss=t.r(-LOSS_R),
        minutes=CALM_MINUTES,
        most=MOST_INTERVENTIONS,
        text=one.text,
    )
    told = t.html("• {promise}", promise=words)
    if one.kept or one.broken:
        return t.html(_("{told} · kept {kept}, broken {broken}"), told=told, kept=one.kept, broken=one.broken)
    return told


@tells(events.WeeklyLetterReady)
def ready(event: events.WeeklyLetterReady, t: Translator, _names: Names) -> Telling:
    """Tell that there is a letter."""
    line = t.html(_("💌 Letter of the week, {day}"), day=t.long_day(event.week))
    return Telling((line,), ((do(t.text(_("🧭 Mentor")), "mentor"),),))
