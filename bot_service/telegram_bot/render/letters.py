"""Outbox rows in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.events import ReportReady
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.delivery import Letter
from bot_service.telegram_bot.render.message import Message
from bot_service.telegram_bot.render.parts import lines, tag
from bot_service.telegram_bot.render.registry import render, tell
from bot_service.telegram_bot.render.report import ReportView

LATE_AFTER = timedelta(minutes=2)


def letter_message(letter: Letter, t: Translator, now: datetime) -> Message:
    """Return the message of an alert; one that was held up says when it was written."""
    event = letter.event
    if event is None:
        return Message(t.html(_("There was an alert that this version can't read.")))
    if isinstance(event, ReportReady) and letter.report is not None:
        return render(ReportView(letter.tag, letter.report, event.late), t)
    telling = tell(event, t, letter.names)
    late = None
    if now - letter.recorded_at > LATE_AFTER:
        late = t.html(_("🕐 This happened at {at}."), at=t.when(letter.recorded_at))
    first, *rest = telling.lines
    return Message(lines(f"{tag(letter.tag)}{first}", *rest, late), telling.keyboard)
