"""A database that came from a copy opens nothing until the owner says that the old machine is off."""

from __future__ import annotations

from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import CopyRestored, CopyRestoredOver
from bot_service.domain.people import Actor
from bot_service.ports import Clock, Database
from bot_service.services import holds
from bot_service.services.holds import Hold


class Restored:
    """Hold entries after a restore, and let them go on."""

    def __init__(self, database: Database, wall: Clock, market: Clock) -> None:
        self._database = database
        self._wall = wall
        self._market = market

    def hold(self) -> None:
        """Hold all entries: the machine that the copy came from may still trade."""
        now = self._wall.now()
        with self._database.write() as uow:
            uow.set_value("telegram_conflict", "")
            for account in uow.accounts.all():
                holds.put(uow, account.id, Hold(Held.RESTORED, now))
            uow.record(CopyRestored(happened_at=now))
            uow.commit()

    def old_machine_is_off(self, actor: Actor) -> None:
        """Let entries go on after the owner's word.

        Raises:
            NothingHeld: no restored copy holds entries.
        """
        with self._database.write() as uow:
            ended = [hold for one in uow.accounts.all() for hold in holds.lift(uow, one.id, Held.RESTORED)]
            if not ended:
                raise NothingHeld(Held.RESTORED)
            over = CopyRestoredOver(happened_at=self._market.now(), actor=actor.user_id)
            uow.record(over, answered_chat=actor.chat_id)
            uow.commit()
