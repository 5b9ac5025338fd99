"""One tick of one bot: claim, look, decide, intent, order, result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Fault, Held, Waiting
from bot_service.domain.entering import GateRules
from bot_service.domain.errors import (
    InvalidValue,
    MarketDataMissing,
    StrategyBroken,
    SymbolRefused,
    TerminalUnavailable,
    UnknownStrategy,
)
from bot_service.domain.jobs import TickJob
from bot_service.domain.market import MarginMode
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Intent, IntentState, Position, Side, Snapshot
from bot_service.ports import Terminal
from bot_service.services import lifecycle, reentry, sharing
from bot_service.services.claims import Claims
from bot_service.services.closings import Closings
from bot_service.services.contracts import Contracts
from bot_service.services.desk import Desk
from bot_service.services.entering import Entering
from bot_service.services.gates import Gates
from bot_service.services.link import Link
from bot_service.services.looks import Look, Looks
from bot_service.services.orders import Checkpoint, Orders
from bot_service.services.runaways import Runaways
from bot_service.services.turns import Marks, Turn


def no_checkpoint(_: str) -> None:
    """Let a tick pass its numbered steps; tests of crashes put something else here."""


@dataclass(frozen=True)
class _Own:
    """The bot's open positions, and whether an earlier one can't be accounted for yet."""

    positions: tuple[Position, ...]
    uncertain: bool


class Cycle:
    """Run ticks; every order a bot ever sends starts here. Without `gates` no entry is held back by them."""

    def __init__(
        self,
        desk: Desk,
        link: Link,
        looks: Looks,
        closings: Closings,
        contracts: Contracts,
        limits: RiskLimits,
        checkpoint: Checkpoint = no_checkpoint,
        *,
        gates: GateRules | None = None,
        runaways: Runaways | None = None,
    ) -> None:
        self._desk = desk
        self._claims = Claims(desk)
        self._link = link
        self._looks = looks
        self._closings = closings
        self._contracts = contracts
        self._checkpoint = checkpoint
        self._marks = Marks(desk)
        self._orders = Orders(desk, looks, closings, checkpoint)
        astray = runaways or Runaways(desk, on=False)
        self._entering = Entering(
            desk, self._marks, self._orders, Gates(desk, gates), contracts, limits, astray
        )

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
            self._evaluate(Turn(bot, account, terminal, instrument, look))
        except MarketDataMissing:
            self._wait_if_closed(bot, terminal)

    def _exit_unfinished(self, bot: Bot) -> bool:
        with self._desk.database.read() as uow:
            return bot.id in lifecycle.unfinished_exits(uow, bot.account_id)

    def _note_signal(self, turn: Turn) -> None:
        """Let a held-back direction go when its signal is off."""
        with self._desk.database.read() as uow:
            held_back = reentry.off_first(uow, turn.bot.id)
        if held_back is None or turn.side is held_back:
            return
        with self._desk.database.write() as uow:
            reentry.allow(uow, turn.bot.id)
            uow.commit()

    def _evaluate(self, turn: Turn) -> None:
        bot, bar_time = turn.bot, turn.look.bar_time
        unfinished = self._exit_unfinished(bot)
        if bot.last_evaluated_bar is None:
            self._marks.done(turn)
        elif bar_time > bot.last_evaluated_bar or unfinished:
            self._note_signal(turn)
            self._decide(_with_spread(turn), unfinished=unfinished)
        else:
            self._wait_if_closed(bot, turn.terminal)

    def _decide(self, turn: Turn, *, unfinished: bool) -> None:
        snapshot = self._looks.snapshot(turn.account, turn.terminal)
        own = self._own(turn, snapshot)
        self._checkpoint("decided")
        if own.uncertain:
            return
        leaving = [item for item in own.positions if unfinished or _wants_exit(turn.look, item)]
        if len(leaving) < len(own.positions):
            self._marks.done(turn)
            return
        if leaving:
            self._marks.analysis(turn)
        is_allowed = snapshot.state.trade_allowed
        if any(not self._close(turn, position, is_allowed=is_allowed) for position in leaving):
            return
        if leaving:
            # The close has changed the account's money.
            snapshot = self._looks.snapshot_now(turn.account, turn.terminal)
        self._entering.enter(turn, snapshot)

    def _own(self, turn: Turn, snapshot: Snapshot) -> _Own:
        opened = self._opened(turn)
        # In a position that was turned round by hand nothing is ours any more.
        there = {
            position.identifier: position
            for position in snapshot.positions
            if position.identifier in opened and position.side is opened[position.identifier].side
        }
        gone = [position_id for position_id in opened if position_id not in there]
        for position_id in gone:
            currency = snapshot.state.currency
            if not self._closings.collect_one(turn.account, turn.terminal, position_id, currency):
                # Neither open nor closed by the broker's books: nothing may be concluded.
                return _Own((), uncertain=True)
        if snapshot.state.margin_mode is not MarginMode.HEDGING:
            return self._parts(turn, there.values())
        return _Own(tuple(there[item] for item in opened if item in there), uncertain=False)

    def _parts(self, turn: Turn, positions: Iterable[Position]) -> _Own:
        with self._desk.database.read() as uow:
            own = [replace(item, lots=sharing.own_part(uow, turn.bot, item)) for item in positions]
        return _Own(tuple(own), uncertain=any(item.lots <= 0 for item in own))

    def _opened(self, turn: Turn) -> dict[int, Intent]:
        with self._desk.database.read() as uow:
            return uow.intents.open_positions(turn.account.id, turn.bot.id)

    def _close(self, turn: Turn, position: Position, *, is_allowed: bool) -> bool:
        """Close a position; True only when it is wholly closed, so that the other side may be opened."""
        if not (self._marks.market_open(turn.bot, turn.terminal) and is_allowed):
            with self._desk.database.write() as uow:
                lifecycle.note_exit(uow, turn.account.id, turn.bot.id, position.identifier)
                uow.commit()
            self._marks.done(turn)
            return False
        state = self._orders.close(turn.bot, turn.account, turn.terminal, position, turn.look.bar_time)
        if state is IntentState.FILLED:
            return True
        if state is not None and state.settled:
            self._marks.done(turn)
        return False

    def _wait_if_closed(self, bot: Bot, terminal: Terminal) -> None:
        if not terminal.market_open(bot.settings.broker_symbol):
            self._marks.waiting(bot, Waiting.MARKET_CLOSED)

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


def _with_spread(turn: Turn) -> Turn:
    try:
        return turn.with_spread(turn.terminal.tick(turn.bot.settings.broker_symbol))
    except MarketDataMissing:
        return turn


def _wants_exit(look: Look, position: Position) -> bool:
    analysis = look.analysis
    if position.side is Side.BUY:
        return analysis.signal is Signal.SELL or analysis.exit_long
    return analysis.signal is Signal.BUY or analysis.exit_short
