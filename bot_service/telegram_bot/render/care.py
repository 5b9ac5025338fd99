"""The one answer to words of distress: no analysis, people who can be with somebody, two things to tap."""

from __future__ import annotations

from dataclasses import dataclass

from bot_service.domain import help_lines
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.render.registry import renders

REST_DAYS = 7


@dataclass(frozen=True)
class CareView:
    """Somebody spoke of distress; `stops` when he may stop bots."""

    stops: bool


@dataclass(frozen=True)
class MisreadView:
    """Somebody says that his words were no distress."""


@renders(CareView)
def care(view: CareView, t: Translator) -> Message:
    """Return who can be reached, and buttons that take trading out of the way."""
    first, second = help_lines.EMERGENCY
    text = lines(
        t.html(
            _("💙 Thank you for writing this. I am only a program, but there are people who can be with you.")
        ),
        "",
        t.html(
            _(
                "<b>In danger now:</b> call <b>{first}</b> or <b>{second}</b>, or go to the nearest "
                "emergency room."
            ),
            first=first,
            second=second,
        ),
        t.html(
            _(
                "<b>Counsellors, free and anonymous:</b> {page} or {call} ext. {extension}. Sometimes there "
                "is a wait; please try again."
            ),
            page=help_lines.COUNSELLING_PAGE,
            call=help_lines.COUNSELLING_CALL,
            extension=help_lines.COUNSELLING_EXTENSION,
        ),
        t.html(_("<b>One person you trust:</b> call them now. You don't have to explain anything.")),
        "",
        t.html(_("<i>I have not stored what you wrote.</i>")),
    )
    return Message(text, _buttons(view, t))


def _buttons(view: CareView, t: Translator) -> tuple[tuple[Button, ...], ...]:
    stop = ((do(t.text(_("⏹ Stop all bots")), "stop_all"),),) if view.stops else ()
    rest = do(t.text(_("🔕 No reports for {n} days"), n=REST_DAYS), f"mentor rest {REST_DAYS}")
    misread = do(t.text(_("That is not what I meant")), "mentor misread")
    return (*stop, (rest,), (misread,))


@renders(MisreadView)
def misread(_view: MisreadView, t: Translator) -> Message:
    """Say how to write a note after all, and how this answer is switched off."""
    text = lines(
        t.html(_("All right. I answer like this rather once too often.")),
        t.html(_("Your text was not stored. If it was a note, please write it again in other words.")),
    )
    off = do(t.text(_("Never answer like this")), "settings care off")
    return Message(text, ((do(t.text(_("🧭 Mentor")), "mentor"),), (off,)))
