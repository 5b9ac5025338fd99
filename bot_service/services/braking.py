"""The brake at the console: it needs no terminal, no lane and no chat, and must be there at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot_service.domain.bots import Bot
from bot_service.domain.events import StoppedFromConsole
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services import lifecycle

MESSAGE_STEP = timedelta(seconds=1)


class Brake:
    """Stop all bots by one update of the table, beside a running service or without one."""

    def __init__(self, database: Database, wall: Clock, market: Clock) -> None:
        self._database = database
        self._wall = wall
        self._market = market

    def stop_all(self) -> tuple[int, ...]:
        """Stop every bot and return which; a running service acts on it, and the chat is told."""
        now = self._wall.now()
        with self._database.write() as uow:
            stopped = uow.bots.stop_all(None, now, now + MESSAGE_STEP, f"{now.isoformat()}/console")
            bots = {bot.id: bot for bot in uow.bots.all()}
            mark_busy(uow, bots, stopped)
            accounts = {bots[bot_id].account_id for bot_id in stopped}
            if stopped:
                uow.record(
                    StoppedFromConsole(
                        happened_at=self._market.now(),
                        account_id=accounts.pop() if len(accounts) == 1 else None,
                        bot_ids=stopped,
                    )
                )
            uow.commit()
        return stopped


def mark_busy(uow: UnitOfWork, bots: Mapping[int, Bot], stopped: Sequence[int]) -> set[int]:
    """Remember of what was stopped that something of it is on its way; return all such bots."""
    unsettled = {intent.bot_id for intent in uow.intents.unsettled()}
    busy = {
        bot.id
        for bot in bots.values()
        if not bot.running and (bot.claimed_at is not None or bot.id in unsettled)
    }
    for bot_id in stopped:
        if bot_id in busy:
            lifecycle.mark_stopping(uow, bot_id)
    return busy
