"""What the brake says at the console; its words are loaded when the bots stand."""

from __future__ import annotations

from bot_service.app.speech import say
from bot_service.i18n import mark as _
from bot_service.settings import Settings


def stopped(settings: Settings, bots: int) -> None:
    """Say that all bots stand, and what becomes of their positions."""
    text = _("Bots stopped: {n}. Open positions keep their stop loss; nothing is closed.")
    say(settings.language, text, n=bots)


def stopped_first(settings: Settings, bots: int) -> None:
    """Say that all bots stand before anything else happens."""
    say(settings.language, _("Bots stopped: {n}."), n=bots)


def locked(language: str) -> None:
    """Say that somebody else holds the database."""
    say(language, _("The database is locked by another process. I keep trying."))


def not_stopped(settings: Settings) -> None:
    """Say that the bots still run, and what helps."""
    say(
        settings.language,
        _(
            "The bots could NOT be stopped: another process keeps the database locked. "
            "Switch Algo Trading off in MT5, end that process, then try again."
        ),
    )
