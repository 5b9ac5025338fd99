"""Build every object of a service once, and start and stop them in order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot_service.app.accounts import AccountPlan, read_accounts
from bot_service.app.branches import Branch, Opened, open_venues
from bot_service.app.handlers import handlers_of
from bot_service.app.housekeeping import Housekeeping
from bot_service.app.meeting import forget_absences
from bot_service.app.openings import Openings
from bot_service.app.own_strategies import join_own_strategies
from bot_service.app.terminals import Venue
from bot_service.app.tester import ProcessBackTester
from bot_service.app.tester_child import Workshop
from bot_service.domain.accounts import Account
from bot_service.domain.events import MarketEnded
from bot_service.domain.jobs import (
    Job,
    MentorJob,
    ReconcileJob,
    ReportJob,
    WatchJob,
)
from bot_service.domain.market import LinkCause
from bot_service.domain.quotes import RiskLimits
from bot_service.logs import LogFile
from bot_service.outbound.heartbeat import Heartbeat
from bot_service.outbound.writer import ChatWriter
from bot_service.ports import Handler, Terminal
from bot_service.scheduling.clocks import SystemClock
from bot_service.scheduling.lanes import ThreadLanes
from bot_service.scheduling.local import LocalTicker
from bot_service.scheduling.paced import PacedTicker
from bot_service.scheduling.pump import MarketPump
from bot_service.scheduling.watchdog import Watchdog
from bot_service.services.cycle import no_checkpoint
from bot_service.services.facade import Services, open_services
from bot_service.services.mentoring import LATE_AFTER
from bot_service.services.orders import Checkpoint
from bot_service.services.phrasing import WriterRules
from bot_service.settings import Settings
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.telegram_bot.render.wording import CatalogWording

log = logging.getLogger(__name__)

REPORT_ROUND_S = 5.0
MENTOR_ROUND_S = 15.0
RECONCILE_ROUND_S = 180.0
SETTLE_S = 10.0
LATE_WALL_S = 60.0
MEETING_ROUND_S = 1.0
BEAT_ROUND_S = 5.0
OVERDUE_ROUND_S = 15.0
HEARTBEAT_ROUND_S = 60.0
WRITER_ROUND_S = 10.0
SLOW_LANE_S = 60.0


class House:
    """A whole service without its chat: open it, resume the bots, close it."""

    def __init__(
        self,
        settings: Settings,
        *,
        checkpoint: Checkpoint = no_checkpoint,
        spread: bool = True,
        venue: Venue | None = None,
        count_restarts: bool = True,
    ) -> None:
        self.settings = settings
        self._count_restarts = count_restarts
        self.wall = SystemClock()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.broken_strategies = join_own_strategies(settings.strategies_dir)
        upgrade(settings.url, self.wall)
        self.database = SqlDatabase(settings.url, self.wall)
        if venue is None:
            opened = open_venues(read_accounts(settings))
        else:
            opened = (Opened(AccountPlan("", settings), venue),)
        self.checkpoint = checkpoint
        # All paper accounts share one clock; beside real ones it is the wall's.
        self.market = opened[0].venue
        self.terminals: dict[int, Terminal] = {}
        handlers: dict[str, Handler] = {}
        self.lanes = ThreadLanes(self.terminals, handlers)
        self.rounds = LocalTicker(self.lanes, self.market.clock, offset_of=self._offset_of, spread=spread)
        self.ticker: LocalTicker | PacedTicker = self.rounds
        self._pump: MarketPump | None = None
        self._openings = Openings(self.database)
        if self.market.paced is not None:
            self.ticker = PacedTicker(
                self.lanes,
                self.market.paced,
                self._openings.next_open,
                offset_of=self._offset_of,
                spread=spread,
            )
            self._pump = MarketPump(self.ticker, self.market.paced)
        limits = RiskLimits(
            trade_cap_percent=settings.risk_cap_percent,
            margin_level_percent=settings.margin_level_percent,
            slippage_percent=settings.max_slippage_percent,
        )
        self.tester = ProcessBackTester(Workshop(settings.paper_history, settings.strategies_dir, limits))
        self._writer = _writer(settings)
        self.services: Services = open_services(
            self.database,
            self.ticker,
            self.lanes,
            self.terminals,
            self.market.clock,
            self.wall,
            limits,
            checkpoint=checkpoint,
            language=settings.language,
            time_zone=settings.time_zone,
            spread=spread,
            gates=settings.gates,
            pace=settings.paper_speed,
            alerts_per_hour=settings.alerts_per_hour,
            # A fast market passes half an hour while a round runs; only a minute of life is late.
            tester=self.tester,
            # A folder is nobody's business in the chat.
            broken_strategies=[(Path(item.source).name, item.reason) for item in self.broken_strategies],
            stop_policy=settings.stop_missing,
            log_book=LogFile(settings.data_dir),
            wording=CatalogWording(),
            writer=self._writer,
            writer_rules=WriterRules(settings.writer_monthly_limit, settings.writer_notes),
            late_after=max(LATE_AFTER, timedelta(seconds=LATE_WALL_S * settings.paper_speed)),
        )
        handlers.update(handlers_of(self.services))
        causes: dict[str, LinkCause] = {}
        self.branches = tuple(
            Branch(one, self.services, self.database, settings.time_zone, causes) for one in opened
        )
        self._openings.branches = self.branches
        self._watchdog = Watchdog(self._stalled)
        self._heartbeat = self._sign_of_life()
        self._ended = False

    def open(self) -> None:
        """Connect the accounts, begin to watch them and settle what an earlier run left open.

        A real account's terminal may be away: one that is known is waited for by its watch, one that was
        never seen by a round of its own; meanwhile the chat runs.
        """
        forget_absences(self.database)
        accounts = {branch: self._account(branch) for branch in self.branches}
        if self.settings.owner_id is not None:
            self.services.chats.ensure_owner(self.settings.owner_id)
        self.services.control.begin()
        self.lanes.start()
        known = [account for account in accounts.values() if account is not None]
        for one in known:
            self._look(one)
        if known:
            self.lanes.wait_idle(SETTLE_S)
        self.rounds.start()
        Housekeeping(self.settings, self.database, self.lanes, self.services.resources, self.wall).begin(
            self.rounds
        )
        self.rounds.every(BEAT_ROUND_S, self._watchdog.beat, "beat")
        self.rounds.every(OVERDUE_ROUND_S, self.services.overdue.check, "overdue")
        if self._writer is not None:
            self.rounds.every(WRITER_ROUND_S, self.services.phrasing.prepare, "writer")
        if self._heartbeat is not None:
            self.rounds.every(HEARTBEAT_ROUND_S, self._heartbeat.beat, "heartbeat")
        self._watchdog.start()
        for branch, account in accounts.items():
            if account is not None:
                self._begin_rounds(branch, account)
            else:
                self.rounds.every(MEETING_ROUND_S, partial(self._meet, branch), f"meeting {branch.label}")

    def resume(self) -> tuple[int, ...]:
        """Let the bots that ran go on; call it when pending updates were read."""
        if self._count_restarts:
            self.services.restarts.note()
        resumed = self.services.control.resume()
        if self._pump is not None:
            self._pump.start()
        return resumed

    def symbols(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return which of the wanted symbols the account has."""
        account_id = next(iter(self.terminals))
        have = {one.name for one in self.lanes.ask(account_id, lambda terminal: terminal.symbols(""))}
        return tuple(symbol for symbol in wanted if symbol in have)

    def close(self) -> None:
        """Fire nothing more, let the running call end, disconnect."""
        if self._pump is not None:
            self._pump.stop()
        self._watchdog.stop()
        self.tester.cancel()
        if self._writer is not None:
            self._writer.close()
        self.rounds.stop()
        if self._heartbeat is not None:
            self._heartbeat.close()
        self.lanes.stop()
        for branch in self.branches:
            branch.venue.close()
        self.database.close()

    def _account(self, branch: Branch) -> Account | None:
        account = branch.known()
        if account is not None:
            self.terminals[account.id] = branch.venue.terminal
        return account

    def _meet(self, branch: Branch) -> None:
        if branch.account_id is not None:
            return
        account = branch.attempt()
        if account is not None:
            self.terminals[account.id] = branch.venue.terminal
            self._look(account)
            self._begin_rounds(branch, account)

    def _look(self, account: Account) -> None:
        self.lanes.submit(WatchJob(account.id))
        self.lanes.submit(ReconcileJob(account.id))

    def _begin_rounds(self, branch: Branch, account: Account) -> None:
        every, number = self.settings.watch_interval_s, account.id
        for seconds, job, name in (
            (every, WatchJob, "watch"),
            (RECONCILE_ROUND_S, ReconcileJob, "reconciliation"),
            (REPORT_ROUND_S, ReportJob, "report"),
            (MENTOR_ROUND_S, MentorJob, "mentor"),
        ):
            self.rounds.every(seconds, partial(self._submit, job, number), f"{name} {number}")
        if branch.ends_at() is not None:
            self.rounds.every(1.0, partial(self._tell_end, branch, number), f"end of history {number}")

    def _submit(self, kind: Callable[[int], Job], account_id: int) -> None:
        self.lanes.submit(kind(account_id))

    def _sign_of_life(self) -> Heartbeat | None:
        url = self.settings.heartbeat_url
        return None if url is None else Heartbeat(str(url), self._is_well)

    def _is_well(self) -> bool:
        return not self.services.overdue.any and self.lanes.lag() < SLOW_LANE_S

    def _stalled(self, silent_s: float) -> None:
        self.rounds.realign()
        self.services.overdue.stalled(silent_s)

    def _tell_end(self, branch: Branch, account_id: int) -> None:
        ends_at = branch.ends_at()
        now = self.market.clock.now()
        if self._ended or ends_at is None or now < ends_at:
            return
        self._ended = True
        with self.database.write() as uow:
            if uow.get_value("market_ended") is None:
                uow.record(MarketEnded(happened_at=now, account_id=account_id))
                uow.set_value("market_ended", now.isoformat())
                uow.commit()

    def _offset_of(self, account_id: int) -> timedelta:
        with self.database.read() as uow:
            return uow.accounts.get(account_id).server_offset


def _writer(settings: Settings) -> ChatWriter | None:
    if settings.writer_url is None or not settings.writer_model or not settings.writer_monthly_limit:
        return None
    key = "" if settings.writer_key is None else settings.writer_key.get_secret_value()
    return ChatWriter(str(settings.writer_url), settings.writer_model, key, settings.writer_timeout_s)
