"""The way into the market: freshness, opening hours, gates, the money's decision, the order."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.bots import Bot, BotStatus, Held
from bot_service.domain.events import SignalStale
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.risk import Denied
from bot_service.domain.trading import IntentState, Side, Snapshot
from bot_service.services import entries, holds, later, lifecycle, second_looks, sharing
from bot_service.services.contracts import Contracts
from bot_service.services.desk import Desk
from bot_service.services.gates import Gates
from bot_service.services.orders import Orders
from bot_service.services.runaways import Runaways
from bot_service.services.turns import Marks, Turn


class Entering:
    """Open positions, and stop the bots that only had to leave theirs."""

    def __init__(
        self,
        desk: Desk,
        marks: Marks,
        orders: Orders,
        gates: Gates,
        contracts: Contracts,
        limits: RiskLimits,
        runaways: Runaways,
    ) -> None:
        self._desk = desk
        self._marks = marks
        self._orders = orders
        self._gates = gates
        self._contracts = contracts
        self._limits = limits
        self._runaways = runaways

    def enter(self, turn: Turn, snapshot: Snapshot) -> None:
        """Follow the signal of a bot without position."""
        side = turn.side
        if turn.bot.status is BotStatus.EXIT_ONLY:
            self._stop_flat(turn.bot)
        elif side is None or self._is_held(turn, snapshot) or self._too_late(turn, side):
            self._marks.done(turn)
        elif not self._marks.market_open(turn.bot, turn.terminal):
            opens = self._gates.opening(turn.account, turn.bot.settings.broker_symbol)
            if not self._looks_again(turn, opens):
                self._marks.done(turn)
        elif not self._contracts.agrees(turn.bot, turn.account, turn.instrument):
            self._marks.done(turn)
        else:
            self._open(turn, side, snapshot)

    def _is_held(self, turn: Turn, snapshot: Snapshot) -> bool:
        held = turn.bot.held
        if held is Held.PAUSE:
            # A pause is one of the gates, which tell what they hold; it may hide another reason.
            with self._desk.database.read() as uow:
                held = holds.standing(uow, turn.account.id, turn.bot.id)
        if held is not None or not snapshot.state.trade_allowed:
            return True
        return self._is_shared(turn, snapshot)

    def _is_shared(self, turn: Turn, snapshot: Snapshot) -> bool:
        """Tell whether something that is not this bot's stands where it would enter."""
        if not snapshot.state.one_bot_per_symbol:
            return False
        bot, symbol = turn.bot, turn.bot.settings.broker_symbol
        with self._desk.database.write() as uow:
            found = sharing.obstacle(uow, bot, snapshot.state, snapshot.positions)
            if found is not None:
                sharing.hold_back(uow, bot, found, self._desk.market.now(), self._desk.wall.now())
                uow.commit()
                return True
            pending = uow.intents.unsettled(turn.account.id)
        return any(intent.symbol == symbol and intent.bot_id != bot.id for intent in pending)

    def _too_late(self, turn: Turn, side: Side) -> bool:
        late = later.lateness(turn.bot.settings, turn.look.bar_time, self._desk.market.now())
        if late is None:
            return False
        seen = turn.bot.last_evaluated_bar
        if seen is not None and seen >= turn.look.bar_time:
            return True  # an exit was tried again on an old bar; its signal was judged before
        self._record_stale(turn, side, late)
        return True

    def _record_stale(self, turn: Turn, side: Side, late: timedelta) -> None:
        with self._desk.database.write() as uow:
            uow.record(
                SignalStale(
                    happened_at=self._desk.market.now(),
                    account_id=turn.account.id,
                    bot_id=turn.bot.id,
                    name=turn.bot.settings.name,
                    symbol=turn.bot.settings.broker_symbol,
                    side=side,
                    bar_time=turn.look.bar_time,
                    late_s=int(late.total_seconds()),
                )
            )
            uow.bots.evaluated(turn.bot.id, turn.look.bar_time)
            uow.journal.save_analysis(turn.bot.id, turn.look.analysis)
            uow.commit()

    def _open(self, turn: Turn, side: Side, snapshot: Snapshot) -> None:
        settings = turn.bot.settings
        with self._desk.database.read() as uow:
            commission = entries.commission_per_lot(uow, turn.account.id, settings.broker_symbol)
        decision = entries.weigh(
            turn.terminal,
            turn.instrument,
            settings,
            snapshot.state,
            side,
            turn.look.atr,
            commission,
            self._limits,
            lambda tick, distance, sized: self._gates.refusal(turn, side, tick, distance, snapshot, sized),
        )
        if isinstance(decision, Denied):
            self._deny(turn.with_denial(decision), side, decision)
            return
        self._marks.analysis(turn)
        state = self._orders.open(turn.bot, turn.account, turn.terminal, side, turn.look.bar_time, decision)
        if state is IntentState.REJECTED:
            self._runaways.check(turn.account, turn.bot.id)

    def _deny(self, turn: Turn, side: Side, denied: Denied) -> None:
        if self._looks_again(turn, denied.again_at):
            return
        with self._desk.database.write() as uow:
            entries.record_denial(self._desk, uow, turn.account, turn.bot, side, denied)
            uow.bots.evaluated(turn.bot.id, turn.look.bar_time)
            uow.journal.save_analysis(turn.bot.id, turn.look.analysis)
            uow.commit()

    def _looks_again(self, turn: Turn, at: datetime | None) -> bool:
        """Leave the bar open for another look, if there is one before its signal is stale."""
        if at is None or later.lateness(turn.bot.settings, turn.look.bar_time, at):
            return False
        with self._desk.database.write() as uow:
            second_looks.note(uow, turn.account.id, turn.bot.id, at)
            uow.journal.save_analysis(turn.bot.id, turn.look.analysis)
            uow.commit()
        return True

    def _stop_flat(self, bot: Bot) -> None:
        with self._desk.database.write() as uow:
            current = uow.bots.get(bot.id)
            if uow.intents.unsettled(bot_id=bot.id):
                return
            stopped = lifecycle.stop_if_flat(uow, current, self._desk.market.now(), self._desk.wall.now())
            uow.commit()
        if stopped:
            self._desk.ticker.cancel([bot.id])
