"""Bots whose look at the market is overdue: told once while it lasts, and scheduled again."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.bots import Bot
from bot_service.domain.events import BotsOverdue, ScheduleStalled
from bot_service.services import lifecycle
from bot_service.services.desk import Desk

SLACK = timedelta(minutes=1)


def is_overdue(bot: Bot, market: datetime) -> bool:
    """Tell whether a running bot that waits for nothing has missed a look.

    A look that sees no new bar leaves the stored due time as it is, for at most one bar.
    """
    if not bot.running or bot.waiting is not None or bot.due_at is None:
        return False
    return market - bot.due_at > bot.settings.timeframe.duration + lifecycle.interval(bot.settings)


class Overdue:
    """Look over the bots' schedule; the first to notice when ticks stay away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: frozenset[int] = frozenset()

    @property
    def any(self) -> bool:
        """Tell whether the last look found a late bot."""
        return bool(self._told)

    def check(self) -> tuple[int, ...]:
        """Tell the bots that are newly overdue, schedule all that are, and return their ids."""
        now = self._desk.market.now()
        with self._desk.database.read() as uow:
            due = uow.bots.all(due_before=now - SLACK)
            late = [bot for bot in due if is_overdue(bot, now - SLACK)]
            accounts = {bot.account_id: uow.accounts.get(bot.account_id) for bot in late}
        new = [bot for bot in late if bot.id not in self._told]
        if new:
            self._tell(new, now)
        for bot in late:
            self._desk.ticker.schedule(bot, accounts[bot.account_id], now)
        self._told = frozenset(bot.id for bot in late)
        return tuple(bot.id for bot in late)

    def stalled(self, silent_s: float) -> None:
        """Tell that nothing was scheduled for a while; the schedule was set right before."""
        with self._desk.database.write() as uow:
            uow.record(ScheduleStalled(happened_at=self._desk.market.now(), silent_s=int(silent_s)))
            uow.commit()

    def _tell(self, bots: list[Bot], now: datetime) -> None:
        since = min(bot.due_at for bot in bots if bot.due_at is not None)
        accounts = {bot.account_id for bot in bots}
        with self._desk.database.write() as uow:
            uow.record(
                BotsOverdue(
                    happened_at=now,
                    account_id=accounts.pop() if len(accounts) == 1 else None,
                    bot_ids=tuple(bot.id for bot in bots),
                    late_s=int((now - since).total_seconds()),
                )
            )
            uow.commit()
