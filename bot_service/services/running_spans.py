"""When a bot was running, by what people told it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.events import BotsExitOnly, BotsStarted, BotsStopping, Event, StoppedFromConsole
from bot_service.ports import UnitOfWork

STARTS = (BotsStarted, BotsExitOnly)
STOPS = (BotsStopping, StoppedFromConsole)
LOOK_BACK = timedelta(days=90)


def ran_at(uow: UnitOfWork, account: Account, bot_id: int | None, at: datetime) -> bool | None:
    """Tell whether a bot was running at a moment (market time); None where nobody told it anything lately."""
    told = _told(uow, account, bot_id, at - LOOK_BACK, at)
    return isinstance(told[-1], STARTS) if told else None


def stopped_in(
    uow: UnitOfWork, account: Account, bot_id: int, since: datetime, until: datetime
) -> datetime | None:
    """Return when a bot was first stopped with since <= moment < until, None: not at all."""
    told = _told(uow, account, bot_id, since, until)
    return next((event.happened_at for event in told if isinstance(event, STOPS)), None)


def _told(
    uow: UnitOfWork, account: Account, bot_id: int | None, since: datetime, until: datetime
) -> list[Event]:
    happened = uow.happened((*STARTS, *STOPS), since, until, account.id)
    return [event for _, event in happened if bot_id in getattr(event, "bot_ids", ())]
