"""One tick of one bot: claim, look, decide, intent, order, result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus, Fault, Held, Waiting
from bot_service.domain.errors import (
    InvalidValue,
    MarketDataMissing,
    StrategyBroken,
    SymbolRefused,
    TerminalUnavailable,
    UnknownStrategy,
)
from bot_service.domain.events import SignalStale
from bot_service.domain.jobs import TickJob
from bot_service.domain.market import Instrument, MarginMode
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.risk import Denied
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Intent, IntentState, Position, Side, Snapshot
from bot_service.ports import Terminal
from bot_service.services import entries, later, lifecycle, sharing
from bot_service.services.claims import Claims
from bot_service.services.closings import Closings
from bot_service.services.contracts import Contracts
from bot_service.services.desk import Desk
from bot_service.services.link import Link
from bot_service.services.looks import Look, Looks
from bot_service.services.orders import Checkpoint, Orders

SIDES = {Signal.BUY: Side.BUY, Signal.SELL: Side.SELL}


def no_checkpoint(_: str) -> None:
    """Let a tick pass its numbered steps; tests of crashes put something else here."""


@dataclass(frozen=True)
class _Tick:
    bot: Bot
    account: Account
    terminal: Terminal
    instrument: Instrument
    look: Look

    @property
    def side(self) -> Side | None:
        return SIDES.get(self.look.analysis.signal)


@dataclass(frozen=True)
class _Own:
    """The bot's open positions, and whether an earlier one can't be accounted for yet."""

    positions: tuple[Position, ...]
    uncertain: bool


class Cycle:
    """Run ticks; every order a bot ever sends starts here."""

    def __init__(
        self,
        desk: Desk,
        link: Link,
        looks: Looks,
        closings: Closings,
        contracts: Contracts,
        limits: RiskLimits,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._desk = desk
        self._claims = Claims(desk)
        self._link = link
        self._looks = looks
        self._closings = closings
        self._contracts = contracts
        self._limits = limits
        self._checkpoint = checkpoint
        self._orders = Orders(desk, looks, closings, checkpoint)

    def run(self, job: TickJob) -> None:
        """Let one bot look at the market once; a tick that somebody else has or that is not due is left."""
        claimed = self._claims.take(job)
        if claimed is None:
            return
        bot, account = claimed
        try:
            self._checkpoint("claimed")
            self._look(bot, account)
        except TerminalUnavailable as error:
            self._link.lost(account.id, error)
        except SymbolRefused as error:
            self._contracts.gone(account, bot, error)
        except (UnknownStrategy, StrategyBroken, InvalidValue) as error:
            self._fault(bot, account, error)
        finally:
            self._claims.release(bot.id)

    def _look(self, bot: Bot, account: Account) -> None:
        terminal = self._desk.terminal(account.id)
        try:
            instrument = terminal.instrument(bot.settings.broker_symbol)
            if bot.held is Held.SYMBOL and self._contracts.agrees(bot, account, instrument):
                bot = replace(bot, held=None)
            look = self._looks.look(account, terminal, bot.settings, instrument)
            self._checkpoint("data")
            self._evaluate(_Tick(bot, account, terminal, instrument, look))
        except MarketDataMissing:
            self._wait_if_closed(bot, terminal)

    def _exit_unfinished(self, bot: Bot) -> bool:
        with self._desk.database.read() as uow:
            return bot.id in lifecycle.unfinished_exits(uow, bot.account_id)

    def _evaluate(self, tick: _Tick) -> None:
        bot, bar_time = tick.bot, tick.look.bar_time
        unfinished = self._exit_unfinished(bot)
        if bot.last_evaluated_bar is None:
            self._done(tick)
        elif bar_time > bot.last_evaluated_bar or unfinished:
            self._decide(_with_spread(tick), unfinished=unfinished)
        else:
            self._wait_if_closed(bot, tick.terminal)

    def _decide(self, tick: _Tick, *, unfinished: bool) -> None:
        snapshot = self._looks.snapshot(tick.account, tick.terminal)
        own = self._own(tick, snapshot)
        self._checkpoint("decided")
        if own.uncertain:
            return
        leaving = [item for item in own.positions if unfinished or _wants_exit(tick.look, item)]
        if len(leaving) < len(own.positions):
            self._done(tick)
            return
        if leaving:
            self._keep_analysis(tick)
        is_allowed = snapshot.state.trade_allowed
        if any(not self._close(tick, position, is_allowed=is_allowed) for position in leaving):
            return
        if leaving:
            # The close has changed the account's money.
            snapshot = self._looks.snapshot_now(tick.account, tick.terminal)
        self._enter(tick, snapshot)

    def _own(self, tick: _Tick, snapshot: Snapshot) -> _Own:
        opened = self._opened(tick)
        # In a position that was turned round by hand nothing is ours any more.
        there = {
            position.identifier: position
            for position in snapshot.positions
            if position.identifier in opened and position.side is opened[position.identifier].side
        }
        gone = [position_id for position_id in opened if position_id not in there]
        for position_id in gone:
            currency = snapshot.state.currency
            if not self._closings.collect_one(tick.account, tick.terminal, position_id, currency):
                # Neither open nor closed by the broker's books: nothing may be concluded.
                return _Own((), uncertain=True)
        if snapshot.state.margin_mode is not MarginMode.HEDGING:
            return self._parts(tick, there.values())
        return _Own(tuple(there[item] for item in opened if item in there), uncertain=False)

    def _parts(self, tick: _Tick, positions: Iterable[Position]) -> _Own:
        with self._desk.database.read() as uow:
            own = [replace(item, lots=sharing.own_part(uow, tick.bot, item)) for item in positions]
        return _Own(tuple(own), uncertain=any(item.lots <= 0 for item in own))

    def _opened(self, tick: _Tick) -> dict[int, Intent]:
        with self._desk.database.read() as uow:
            return uow.intents.open_positions(tick.account.id, tick.bot.id)

    def _close(self, tick: _Tick, position: Position, *, is_allowed: bool) -> bool:
        """Close a position; True only when it is wholly closed, so that the other side may be opened."""
        if not (self._market_open(tick) and is_allowed):
            with self._desk.database.write() as uow:
                lifecycle.note_exit(uow, tick.account.id, tick.bot.id, position.identifier)
                uow.commit()
            self._done(tick)
            return False
        state = self._orders.close(tick.bot, tick.account, tick.terminal, position, tick.look.bar_time)
        if state is IntentState.FILLED:
            return True
        if state is not None and state.settled:
            self._done(tick)
        return False

    def _enter(self, tick: _Tick, snapshot: Snapshot) -> None:
        side = tick.side
        if tick.bot.status is BotStatus.EXIT_ONLY:
            self._stop_flat(tick.bot)
        elif (
            side is None
            or tick.bot.held is not None
            or not snapshot.state.trade_allowed
            or self._is_shared(tick, snapshot)
            or self._too_late(tick, side)
            or not self._market_open(tick)
            or not self._contracts.agrees(tick.bot, tick.account, tick.instrument)
        ):
            self._done(tick)
        else:
            self._open(tick, side, snapshot)

    def _is_shared(self, tick: _Tick, snapshot: Snapshot) -> bool:
        """Tell whether something that is not this bot's stands where it would enter."""
        if not snapshot.state.one_bot_per_symbol:
            return False
        bot, symbol = tick.bot, tick.bot.settings.broker_symbol
        with self._desk.database.write() as uow:
            found = sharing.obstacle(uow, bot, snapshot.state, snapshot.positions)
            if found is not None:
                sharing.hold_back(uow, bot, found, self._desk.market.now(), self._desk.wall.now())
                uow.commit()
                return True
            pending = uow.intents.unsettled(tick.account.id)
        return any(intent.symbol == symbol and intent.bot_id != bot.id for intent in pending)

    def _too_late(self, tick: _Tick, side: Side) -> bool:
        late = later.lateness(tick.bot.settings, tick.look.bar_time, self._desk.market.now())
        if late is None:
            return False
        seen = tick.bot.last_evaluated_bar
        if seen is not None and seen >= tick.look.bar_time:
            return True  # an exit was tried again on an old bar; its signal was judged before
        self._record_stale(tick, side, late)
        return True

    def _record_stale(self, tick: _Tick, side: Side, late: timedelta) -> None:
        with self._desk.database.write() as uow:
            uow.record(
                SignalStale(
                    happened_at=self._desk.market.now(),
                    account_id=tick.account.id,
                    bot_id=tick.bot.id,
                    name=tick.bot.settings.name,
                    symbol=tick.bot.settings.broker_symbol,
                    side=side,
                    bar_time=tick.look.bar_time,
                    late_s=int(late.total_seconds()),
                )
            )
            uow.bots.evaluated(tick.bot.id, tick.look.bar_time)
            uow.journal.save_analysis(tick.bot.id, tick.look.analysis)
            uow.commit()

    def _open(self, tick: _Tick, side: Side, snapshot: Snapshot) -> None:
        settings = tick.bot.settings
        with self._desk.database.read() as uow:
            commission = entries.commission_per_lot(uow, tick.account.id, settings.broker_symbol)
        decision = entries.weigh(
            tick.terminal,
            tick.instrument,
            settings,
            snapshot.state,
            side,
            tick.look.atr,
            commission,
            self._limits,
        )
        if isinstance(decision, Denied):
            self._deny(tick, side, decision)
            return
        self._keep_analysis(tick)
        self._orders.open(tick.bot, tick.account, tick.terminal, side, tick.look.bar_time, decision)

    def _deny(self, tick: _Tick, side: Side, denied: Denied) -> None:
        with self._desk.database.write() as uow:
            entries.record_denial(self._desk, uow, tick.account, tick.bot, side, denied)
            uow.bots.evaluated(tick.bot.id, tick.look.bar_time)
            uow.journal.save_analysis(tick.bot.id, tick.look.analysis)
            uow.commit()

    def _keep_analysis(self, tick: _Tick) -> None:
        with self._desk.database.write() as uow:
            uow.journal.save_analysis(tick.bot.id, tick.look.analysis)
            uow.commit()

    def _done(self, tick: _Tick) -> None:
        with self._desk.database.write() as uow:
            uow.bots.evaluated(tick.bot.id, tick.look.bar_time)
            uow.journal.save_analysis(tick.bot.id, tick.look.analysis)
            uow.commit()

    def _market_open(self, tick: _Tick) -> bool:
        is_open = tick.terminal.market_open(tick.bot.settings.broker_symbol)
        self._set_waiting(tick.bot, None if is_open else Waiting.MARKET_CLOSED)
        return is_open

    def _wait_if_closed(self, bot: Bot, terminal: Terminal) -> None:
        if not terminal.market_open(bot.settings.broker_symbol):
            self._set_waiting(bot, Waiting.MARKET_CLOSED)

    def _set_waiting(self, bot: Bot, waiting: Waiting | None) -> None:
        if bot.waiting is waiting:
            return
        with self._desk.database.write() as uow:
            lifecycle.wait_for(uow, bot, waiting)
            uow.commit()

    def _stop_flat(self, bot: Bot) -> None:
        with self._desk.database.write() as uow:
            current = uow.bots.get(bot.id)
            if uow.intents.unsettled(bot_id=bot.id):
                return
            stopped = lifecycle.stop_if_flat(uow, current, self._desk.market.now(), self._desk.wall.now())
            uow.commit()
        if stopped:
            self._desk.ticker.cancel([bot.id])

    def _fault(
        self,
        bot: Bot,
        account: Account,
        error: UnknownStrategy | StrategyBroken | InvalidValue,
    ) -> None:
        cause = Fault.BAD_PARAMETERS
        if isinstance(error, UnknownStrategy):
            cause = Fault.UNKNOWN_STRATEGY
        elif isinstance(error, StrategyBroken):
            cause = Fault.BAD_STRATEGY
        with self._desk.database.write() as uow:
            opened = uow.intents.open_positions(account.id)
            mine = {position for position, intent in opened.items() if intent.bot_id == bot.id}
            snapshot = uow.accounts.snapshot(account.id)
            positions = () if snapshot is None else snapshot.positions
            own = next((item for item in positions if item.identifier in mine), None)
            lifecycle.fault(uow, bot, cause, self._desk.market.now(), str(error), own)
            uow.commit()
        self._desk.ticker.cancel([bot.id])


def _with_spread(tick: _Tick) -> _Tick:
    settings, look = tick.bot.settings, tick.look
    if not look.atr:
        return tick
    try:
        spread = tick.terminal.tick(settings.broker_symbol).spread
    except MarketDataMissing:
        return tick
    percent = float(100 * spread / (look.atr * settings.stop_atr))
    return replace(tick, look=replace(look, analysis=replace(look.analysis, spread_percent=percent)))


def _wants_exit(look: Look, position: Position) -> bool:
    analysis = look.analysis
    if position.side is Side.BUY:
        return analysis.signal is Signal.SELL or analysis.exit_long
    return analysis.signal is Signal.BUY or analysis.exit_short
