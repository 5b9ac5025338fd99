"""Let bots run: start, start all, exit only, resume after a restart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import Bot, BotStatus, Trigger, Waiting, next_status
from bot_service.domain.errors import (
    AccountDiffers,
    BotNotFound,
    ConfirmationRefused,
    ServiceError,
)
from bot_service.domain.events import BotsExitOnly, BotsStarted, DueReset, ServiceResumed
from bot_service.domain.jobs import WatchJob
from bot_service.domain.market import LinkCause
from bot_service.domain.people import Actor
from bot_service.domain.trading import without_stop
from bot_service.ports import UnitOfWork
from bot_service.services import holds, lifecycle, resources, sharing, vows
from bot_service.services.desk import Desk
from bot_service.services.link import actual_account, identity_text
from bot_service.services.prospects import unconfirmed
from bot_service.services.stopping import after_message
from bot_service.services.tags import common_tag
from bot_service.services.views import BotOutcome, StartReceipt
from bot_service.services.vows import Intended


class Starting:
    """Everything that sets bots going."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start(self, actor: Actor, bot_ids: Sequence[int], *, leaving: bool = False) -> StartReceipt:
        """Start bots; what fails is listed, the others start.

        `leaving`: they start only to bring a position to its end, which no promise stands in the way of.

        Raises:
            PromiseStands: the person promised not to start bots now.
        """
        if not leaving:
            self._refuse_promised(actor, bot_ids)
        started: list[tuple[Bot, Account]] = []
        with self._desk.database.write() as uow:
            known = {bot.id: bot for bot in uow.bots.all()}
            accounts = {account.id: account for account in uow.accounts.all()}
            outcomes = [self._start_one(uow, known, accounts, bot_id, started) for bot_id in bot_ids]
            if started:
                uow.record(
                    BotsStarted(
                        happened_at=self._desk.market.now(),
                        account_id=_common_account(bot for bot, _ in started),
                        actor=actor.user_id,
                        bot_ids=tuple(bot.id for bot, _ in started),
                    ),
                    answered_chat=actor.chat_id,
                )
            uow.commit()
        for bot, account in started:
            self._desk.ticker.schedule(bot, account, bot.due_at or self._desk.market.now())
        chosen = [known[bot_id].account_id for bot_id in bot_ids if bot_id in known]
        return StartReceipt(common_tag(accounts[item] for item in dict.fromkeys(chosen)), tuple(outcomes))

    def start_all(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Start the bots that were shown and confirmed."""
        return self.start(actor, bot_ids)

    def confirm_real(self, actor: Actor, bot_ids: Sequence[int]) -> None:
        """Remember that a person confirmed that these bots trade real money."""
        del actor
        with self._desk.database.write() as uow:
            for bot_id in bot_ids:
                bot = uow.bots.get(bot_id)
                if bot.real_confirmed_at is None:
                    uow.bots.save(replace(bot, real_confirmed_at=self._desk.wall.now()))
            uow.commit()

    def exit_only(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Let bots manage what is open and open nothing more."""
        changed: list[Bot] = []
        with self._desk.database.write() as uow:
            known = {bot.id: bot for bot in uow.bots.all()}
            accounts = {account.id: account for account in uow.accounts.all()}
            outcomes = [_exit_one(uow, known, actor, bot_id, changed) for bot_id in bot_ids]
            if changed:
                uow.record(
                    BotsExitOnly(
                        happened_at=self._desk.market.now(),
                        account_id=_common_account(changed),
                        actor=actor.user_id,
                        bot_ids=tuple(bot.id for bot in changed),
                    ),
                    answered_chat=actor.chat_id,
                )
            uow.commit()
        chosen = [known[bot_id].account_id for bot_id in bot_ids if bot_id in known]
        return StartReceipt(common_tag(accounts[item] for item in dict.fromkeys(chosen)), tuple(outcomes))

    def begin(self) -> None:
        """End the ticks that a killed process was in, before anybody is told that a bot is busy."""
        with self._desk.database.write() as uow:
            uow.bots.release_all()
            lifecycle.note_resuming(uow, resuming=True)
            for bot in uow.bots.all():
                lifecycle.finish_stop(uow, bot, self._desk.market.now())
            uow.commit()

    def resume(self) -> tuple[int, ...]:
        """Let running bots go on after a restart and return their ids; the first tick is due at once.

        Call it when pending updates were read, so that a stop that waits wins.
        """
        now = self._desk.market.now()
        with self._desk.database.write() as uow:
            uow.bots.release_all()
            lifecycle.note_resuming(uow, resuming=False)
            accounts = {account.id: account for account in uow.accounts.all()}
            running = [self._due_now(uow, bot, now) for bot in uow.bots.all() if bot.running]
            for bot in uow.bots.all():
                lifecycle.finish_stop(uow, bot, now)
            self._record_resumed(uow, running, tuple(accounts.values()))
            uow.commit()
        for account_id in accounts:
            self._desk.lanes.submit(WatchJob(account_id))
        for bot in running:
            self._desk.ticker.schedule(bot, accounts[bot.account_id], now)
        return tuple(bot.id for bot in running)

    def _refuse_promised(self, actor: Actor, bot_ids: Sequence[int]) -> None:
        with self._desk.database.read() as uow:
            idle = [bot for bot in uow.bots.all(ids=bot_ids) if bot.status is not BotStatus.ACTIVE]
        vows.refuse(self._desk, actor, [bot.account_id for bot in idle], Intended(ActKind.START))

    def _start_one(
        self,
        uow: UnitOfWork,
        known: dict[int, Bot],
        accounts: dict[int, Account],
        bot_id: int,
        started: list[tuple[Bot, Account]],
    ) -> BotOutcome:
        bot = known.get(bot_id)
        if bot is None:
            return BotOutcome(bot_id, "", done=False, error=BotNotFound(bot_id))
        if bot.status is BotStatus.ACTIVE:
            return BotOutcome(bot_id, bot.settings.name, done=True)
        account = accounts[bot.account_id]
        try:
            resources.refuse_start(uow, self._desk.wall.now())
            _check_account(uow, bot, account)
            sharing.refuse_second(uow, account, bot.settings.broker_symbol, bot_id, running=True)
            status = next_status(bot.id, bot.status, Trigger.START)
        except ServiceError as error:
            return BotOutcome(bot_id, bot.settings.name, done=False, error=error)
        known[bot_id] = saved = uow.bots.save(self._started(uow, bot, account, status))
        lifecycle.clear_stopping(uow, bot_id)
        started.append((saved, account))
        return BotOutcome(bot_id, bot.settings.name, done=True)

    def _started(self, uow: UnitOfWork, bot: Bot, account: Account, status: BotStatus) -> Bot:
        now = self._desk.market.now()
        lost = account.link_lost_at is not None
        return replace(
            bot,
            status=status,
            waiting=Waiting.LINK_LOST if lost else None,
            held=holds.standing(uow, account.id, bot.id),
            fault=None,
            # No entry on an old bar: only bars that close from now on count.
            last_evaluated_bar=lifecycle.last_closed_bar(bot.settings, now, account.server_offset),
            due_at=lifecycle.due_after(bot, account, now, spread=self._desk.spread),
            started_at=self._desk.wall.now(),
            stop_batch=None,
        )

    def _due_now(self, uow: UnitOfWork, bot: Bot, now: datetime) -> Bot:
        far = 2 * lifecycle.interval(bot.settings)
        if bot.due_at is not None and bot.due_at - now > far:
            uow.record(
                DueReset(
                    happened_at=now,
                    account_id=bot.account_id,
                    bot_id=bot.id,
                    name=bot.settings.name,
                    was=bot.due_at,
                )
            )
        return uow.bots.save(replace(bot, due_at=now))

    def _record_resumed(self, uow: UnitOfWork, running: list[Bot], accounts: Sequence[Account]) -> None:
        snapshots = [item for item in (uow.accounts.snapshot(account.id) for account in accounts) if item]
        positions = [position for item in snapshots for position in item.positions]
        if not snapshots or not (running or positions):
            return
        # This process may have looked already; then the moment before that counts.
        seen = [lifecycle.last_seen(uow, item.account_id) or item.taken_at for item in snapshots]
        uow.record(
            ServiceResumed(
                happened_at=self._desk.market.now(),
                account_id=_common_account(running),
                resumed=tuple(bot.id for bot in running),
                positions=len(positions),
                without_stop=without_stop(positions),
                down_s=max(0, int((self._desk.wall.now() - max(seen)).total_seconds())),
            )
        )


def _exit_one(
    uow: UnitOfWork, known: dict[int, Bot], actor: Actor, bot_id: int, changed: list[Bot]
) -> BotOutcome:
    bot = known.get(bot_id)
    if bot is None:
        return BotOutcome(bot_id, "", done=False, error=BotNotFound(bot_id))
    if bot.status is BotStatus.EXIT_ONLY:
        return BotOutcome(bot_id, bot.settings.name, done=True)
    if bot.started_at is not None and bot.started_at > after_message(actor):
        error: ServiceError = ConfirmationRefused("started_later")
        return BotOutcome(bot_id, bot.settings.name, done=False, error=error)
    try:
        status = next_status(bot.id, bot.status, Trigger.EXIT_ONLY)
    except ServiceError as error:
        return BotOutcome(bot_id, bot.settings.name, done=False, error=error)
    known[bot_id] = saved = uow.bots.save(replace(bot, status=status))
    changed.append(saved)
    return BotOutcome(bot_id, bot.settings.name, done=True, busy=lifecycle.is_busy(uow, saved))


def _check_account(uow: UnitOfWork, bot: Bot, account: Account) -> None:
    if account.link_cause is LinkCause.OTHER_ACCOUNT:
        raise AccountDiffers(identity_text(account.identity), actual_account(uow, account.id))
    if unconfirmed(bot, account):
        raise ConfirmationRefused("real_account")


def _common_account(bots: Iterable[Bot]) -> int | None:
    accounts = {bot.account_id for bot in bots}
    return accounts.pop() if len(accounts) == 1 else None
