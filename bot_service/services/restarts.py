"""A service that dies again and again opens nothing until somebody has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import RestartsHeld, RestartsOver
from bot_service.domain.people import Actor
from bot_service.ports import UnitOfWork
from bot_service.services import holds
from bot_service.services.desk import Desk
from bot_service.services.holds import Hold

WINDOW = timedelta(minutes=10)
TOO_MANY = 3

_KEY = "restarts"


@dataclass(frozen=True)
class _Stored:
    at: tuple[datetime, ...] = ()


class Restarts:
    """Count the starts that found running bots; the third within ten minutes holds their entries.

    Wall time counts. Exits, stops and the watch go on.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def note(self) -> bool:
        """Take this start into account before bots resume; tell whether it was one too many."""
        now = self._desk.wall.now()
        with self._desk.database.write() as uow:
            running = {bot.account_id for bot in uow.bots.all() if bot.running}
            if not running:
                return False
            starts = (*(at for at in _stored(uow) if now - WINDOW < at <= now), now)
            uow.set_value(_KEY, codec.written(_Stored(starts)))
            many = len(starts) >= TOO_MANY
            if many:
                self._hold(uow, running, len(starts), now)
            uow.commit()
        return many

    def are_fine(self, actor: Actor) -> None:
        """Let entries go on after the owner's word, and count from the beginning.

        Raises:
            NothingHeld: no restart holds entries.
        """
        with self._desk.database.write() as uow:
            ended = [hold for one in uow.accounts.all() for hold in holds.lift(uow, one.id, Held.RESTARTS)]
            if not ended:
                raise NothingHeld(Held.RESTARTS)
            uow.set_value(_KEY, "")
            over = RestartsOver(happened_at=self._desk.market.now(), actor=actor.user_id)
            uow.record(over, answered_chat=actor.chat_id)
            uow.commit()

    def _hold(self, uow: UnitOfWork, accounts: set[int], starts: int, now: datetime) -> None:
        put = [holds.put(uow, account_id, Hold(Held.RESTARTS, now)) for account_id in sorted(accounts)]
        if any(put):
            uow.record(
                RestartsHeld(
                    happened_at=self._desk.market.now(),
                    restarts=starts,
                    within_s=int(WINDOW.total_seconds()),
                )
            )


def _stored(uow: UnitOfWork) -> tuple[datetime, ...]:
    text = uow.get_value(_KEY)
    return codec.read(_Stored, text).at if text else ()
