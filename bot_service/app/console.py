"""What works beside a running service or without one with all use cases: pair, panic."""

from __future__ import annotations

from bot_service.app.pairing import show_pairing
from bot_service.app.service import edge_config
from bot_service.app.speech import say
from bot_service.domain.jobs import CloseJob
from bot_service.i18n import mark as _
from bot_service.scheduling.clocks import StepClock, SystemClock
from bot_service.scheduling.lanes import InlineLanes
from bot_service.scheduling.paced import PacedTicker
from bot_service.services.facade import Services, open_services
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

FAILED = 1


def run_pair(settings: Settings) -> int:
    """Show a one-time code; its sender becomes the owner and an earlier owner loses the role."""
    if settings.owner_id is not None:
        say(
            settings.language,
            _("OWNER_ID decides who the owner is. Remove it from .env to pair with a code."),
        )
        return FAILED
    show_pairing(settings, edge_config(settings), open_console(settings).chats.new_code())
    return 0


def open_console(settings: Settings) -> Services:
    """Return the use cases beside a running service, or without one."""
    wall = SystemClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url, wall)
    database = SqlDatabase(settings.url, wall)
    # What is ordered here is done by the service's own lane: its watch finds it.
    lanes = InlineLanes({}, {CloseJob.kind: lambda _job: None})
    ticker = PacedTicker(lanes, StepClock(wall.now()))  # nothing ticks here: the service's own ticker does
    return open_services(
        database, ticker, lanes, {}, wall, wall, language=settings.language, time_zone=settings.time_zone
    )
