"""Step 1 of the tick: take it, so that nobody else does, and give it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Waiting
from bot_service.domain.errors import BotNotFound
from bot_service.domain.events import DueReset
from bot_service.domain.jobs import ReconcileJob, TickJob
from bot_service.ports import UnitOfWork
from bot_service.services import lifecycle
from bot_service.services.desk import Desk

FAR_AHEAD = 2
"""A stored due time more intervals ahead than this is wrong."""


class Claims:
    """Who may run a bot's tick; one claim per bot at any time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: set[int] = set()

    def take(self, job: TickJob) -> tuple[Bot, Account] | None:
        """Claim a tick; None where the bot may not act, nothing is new, or somebody else has it."""
        if job.bot_id in self._kept:
            self.release(job.bot_id)
        if not self._is_worth(job):
            return None
        now = self._desk.market.now()
        with self._desk.database.write() as uow:
            bot = _running(uow, job.bot_id)
            if bot is None:
                return None
            account = uow.accounts.get(bot.account_id)
            if account.link_lost_at is not None:
                return None
            pending = bool(uow.intents.unsettled(bot_id=bot.id))
            claimed = None if pending else self._claim(uow, bot, account, max(job.due, now))
            if pending:
                lifecycle.wait_for(uow, bot, Waiting.OUTCOME_PENDING)
            uow.commit()
        if pending:
            self._desk.lanes.submit(ReconcileJob(account.id))
        return None if claimed is None else (claimed, account)

    def release(self, bot_id: int) -> None:
        """Give a tick back; a bot that was stopped meanwhile is told as stopped.

        Raises:
            DatabaseBusy: nothing could be written; the bot's next tick gives this one back first.
        """
        self._kept.add(bot_id)
        with self._desk.database.write() as uow:
            bot = uow.bots.release(bot_id)
            lifecycle.finish_stop(uow, bot, self._desk.market.now())
            uow.commit()
        self._kept.discard(bot_id)

    def _claim(self, uow: UnitOfWork, bot: Bot, account: Account, due: datetime) -> Bot | None:
        now = self._desk.market.now()
        if bot.due_at is not None and bot.due_at - now > FAR_AHEAD * lifecycle.interval(bot.settings):
            bot = self._reset_due(uow, bot, bot.due_at)
        following = lifecycle.due_after(bot, account, now, spread=self._desk.spread)
        return uow.bots.claim(bot.id, now, due, following)

    def _is_worth(self, job: TickJob) -> bool:
        # Most ticks between two closes end here: no claim, nobody is asked, and no writer has to wait.
        with self._desk.database.read() as uow:
            bot = uow.bots.glance(job.bot_id)
            if bot is None:
                self._desk.ticker.cancel([job.bot_id])
                return False
            newest = lifecycle.last_closed_bar(bot.settings, self._desk.market.now(), bot.server_offset)
            if bot.last_evaluated_bar is None or bot.last_evaluated_bar < newest:
                return True
            return job.bot_id in lifecycle.unfinished_exits(uow, bot.account_id)

    def _reset_due(self, uow: UnitOfWork, bot: Bot, was: datetime) -> Bot:
        now = self._desk.market.now()
        uow.record(
            DueReset(
                happened_at=now, account_id=bot.account_id, bot_id=bot.id, name=bot.settings.name, was=was
            )
        )
        return uow.bots.save(replace(bot, due_at=now))


def _running(uow: UnitOfWork, bot_id: int) -> Bot | None:
    try:
        bot = uow.bots.get(bot_id)
    except BotNotFound:
        return None
    return bot if bot.running else None
