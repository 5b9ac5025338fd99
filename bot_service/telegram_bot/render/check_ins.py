"""Questions about a mood, and what was stored, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain import errors, events
from bot_service.domain.check_ins import PromptCause
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.check_ins import CheckInReceipt, CheckInView
from bot_service.telegram_bot.render.message import Keyboard, Message, do
from bot_service.telegram_bot.render.parts import cut, lines, rows
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells
from bot_service.telegram_bot.render.words import MOODS

A_ROW = 3
_SHOWN_NOTE = 200

CAUSES: Mapping[PromptCause, str] = {
    PromptCause.HOUR: _("🧭 <b>A moment before the session.</b> How do you feel?"),
    PromptCause.GUARD: _("🧭 <b>The daily limit has been reached.</b> How do you feel right now?"),
    PromptCause.LOSS_DAY: _("🧭 <b>The day stands at -2R or worse.</b> How do you feel right now?"),
    PromptCause.CLOSED_BY_HAND: _(
        "🧭 <b>You closed a position by hand after a loss today.</b> How do you feel right now?"
    ),
}


def moods(t: Translator, line: str = "mood {code}") -> Keyboard:
    """Return the nine states in three rows; `line` is what a tap runs."""
    return rows(
        (do(f"{face} {t.text(word)}", line.format(code=code)) for code, (face, word) in MOODS.items()), A_ROW
    )


@renders(CheckInView)
def check_in(view: CheckInView, t: Translator) -> Message:
    """Return the question with its nine buttons."""
    if view.correcting is not None:
        _face, word = MOODS[view.correcting]
        text = t.html(_("Instead of <b>{mood}</b>: how was it really?"), mood=t.text(word))
        return Message(text, moods(t, "mood change {code}"))
    return Message(t.html(_("How do you feel right now?")), moods(t))


@renders(CheckInReceipt)
def receipt(view: CheckInReceipt, t: Translator) -> Message:
    """Tell what was stored and how a note is added."""
    if view.check_in is None:
        row = (do(t.text(_("🙂 After all")), "mood"), do(t.text(_("📊 Status")), "status"))
        return Message(t.html(_("Skipped, that is fine.")), (row,))
    face, word = MOODS[view.check_in.mood]
    kept = _("{face} Corrected: <b>{mood}</b>.") if view.corrected else _("{face} Noted: <b>{mood}</b>.")
    note = t.html(_("📝 “{note}”"), note=cut(view.note, _SHOWN_NOTE)) if view.note else None
    everywhere = None
    if view.accounts:
        sentence = _("For all your accounts: {accounts}. For one alone: <code>/mood calm @{label}</code>")
        everywhere = t.html(sentence, accounts=", ".join(view.accounts), label=view.accounts[0])
    how = None if view.note else t.html(_("If you like, reply to this message and say why."))
    change = do(t.text(_("✏️ Change")), "mood change")
    row = (change, do(t.text(_("📒 Report")), "report"))
    return Message(lines(t.html(kept, face=face, mood=t.text(word)), everywhere, note, how), (row,))


@tells(events.CheckInDue)
def check_in_due(event: events.CheckInDue, t: Translator, _names: Names) -> Telling:
    """Ask, with nine buttons and one that skips."""
    buttons = moods(t, f"mood {{code}} {event.prompt_id}")
    skip = (do(t.text(_("⏭ Skip")), f"mood skip {event.prompt_id}"),)
    return Telling((t.html(CAUSES[event.cause]),), (*buttons, skip))


@renders(errors.NothingToCorrect)
def nothing_to_correct(_error: errors.NothingToCorrect, t: Translator) -> Message:
    """Say that there is nothing to change, and ask anew."""
    text = t.html(_("There is no check-in of the last 24 hours to change. How do you feel right now?"))
    return Message(text, moods(t))
