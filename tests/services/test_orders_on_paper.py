"""Orders over the whole way to a broker: the paper terminal in each of its execution modes, with faults."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

import pandas as pd
import pytest

from bot_service.domain.bots import BotSettings, Held, SizingMethod
from bot_service.domain.events import OrderDelayed, OrderFilled, OrderRejected, PositionClosed, TradingLocked
from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import Parameter, Preset, Signals, Strategy, StrategyLevel, SymbolKind
from bot_service.domain.trading import DealEntry
from bot_service.strategies import join, leave
from bot_service.terminals.paper import constants as c
from bot_service.terminals.paper.faults import KINDS, FaultPlan

INSTANT, MARKET, EXCHANGE = (
    c.SYMBOL_TRADE_EXECUTION_INSTANT,
    c.SYMBOL_TRADE_EXECUTION_MARKET,
    c.SYMBOL_TRADE_EXECUTION_EXCHANGE,
)


class Swinging(Strategy):
    """Buy on every second bar of five minutes, sell on the others."""

    key: ClassVar[str] = "SWINGING_TEST"
    level: ClassVar[StrategyLevel] = StrategyLevel.EXPERT
    learning_order: ClassVar[int] = 99
    markets: ClassVar[tuple[SymbolKind, ...]] = (SymbolKind.FOREX,)
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    presets: ClassVar[tuple[Preset, ...]] = ()

    @classmethod
    def warmup(cls, parameters) -> int:
        return 2

    @classmethod
    def evaluate(cls, bars, parameters, symbol) -> Signals:
        even = pd.Series(bars.index.minute // 5 % 2 == 0, index=bars.index)
        never = pd.Series(data=False, index=bars.index)
        return Signals(even, ~even, never, never, (), ())


@pytest.fixture(autouse=True)
def always():
    join(Swinging)
    yield
    leave(Swinging)


SETTINGS = BotSettings(
    name="Always",
    symbol="EURUSD",
    broker_symbol="",
    strategy=Swinging.key,
    timeframe=Timeframe.M5,
    sizing=SizingMethod.RISK_PERCENT,
    size=Decimal("0.5"),
)


def live(world, minutes):
    """Let the market go on, watched every five seconds."""
    for _ in range(minutes * 12):
        world.advance(timedelta(seconds=5))
        world.watch()


def broken(make_paper_world, fault=None, execution=MARKET, **fields):
    world = make_paper_world(plan=FaultPlan(() if fault is None else [fault]))
    world.api.change_symbol("EURUSD", exemode=execution, **fields)
    world.running(SETTINGS)
    return world


def books(world):
    trades = [deal for deal in world.terminal.deals(world.clock.now() - timedelta(days=1)) if deal.magic]
    entered = [deal for deal in trades if deal.entry is DealEntry.IN]
    return trades, entered


def is_true(world):
    """Check that each order of ours is told, and that no signal has two positions."""
    _, entered = books(world)
    assert len(world.api.positions_get()) <= 1
    with world.database.read() as uow:
        intents = [uow.intents.by_ref(world.account.id, deal.comment) for deal in entered]
    orders = {deal.order for deal in entered}
    assert len({intent.bar_time for intent in intents}) == len(orders)
    told = world.events(OrderFilled)
    assert sorted(event.ticket for event in told) == sorted(orders)
    filled = {event.ticket: event.lots for event in told}
    for order in orders:
        assert filled[order] == sum(deal.lots for deal in entered if deal.order == order)
    assert world.unsettled() == ()


FAULTS = {
    "nothing": lambda: None,
    "requotes": lambda: KINDS["requote_storm"](times=2),
    "storm": lambda: KINDS["requote_storm"](times=8),
    "busy": lambda: KINDS["too_many_requests"](times=3),
    "lost answer": lambda: KINDS["lost_answer"](times=2),
    "lost request": lambda: KINDS["lost_request"](after=1),
    "duplicate answer": lambda: KINDS["duplicate_answer"](times=4),
    "late books": KINDS["late_books"],
    "partial fill": lambda: KINDS["partial_fill"](times=2),
    "partial close": lambda: KINDS["partial_close"](times=2),
    "timed out": lambda: KINDS["timed_out"](times=2),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("execution", [INSTANT, MARKET, EXCHANGE], ids=["instant", "market", "exchange"])
def test_each_order_is_told_and_no_signal_has_two_positions(make_paper_world, execution, fault):
    world = broken(make_paper_world, FAULTS[fault](), execution)
    live(world, 13)
    trades, entered = books(world)
    assert entered, "nothing was traded at all"
    assert len(trades) > len(entered)
    is_true(world)


def test_requotes_are_answered_within_the_job(make_paper_world):
    world = broken(make_paper_world, KINDS["requote_storm"](times=2), INSTANT)
    live(world, 6)
    assert world.api.positions_get()
    assert world.events(OrderRejected, OrderDelayed) == []


def test_a_partly_executed_close_is_finished_before_the_other_side_opens(make_paper_world):
    world = broken(make_paper_world, KINDS["partial_close"]())
    live(world, 13)
    trades, _ = books(world)
    kinds = [deal.entry for deal in trades][:4]
    assert kinds == [DealEntry.IN, DealEntry.OUT, DealEntry.OUT, DealEntry.IN]
    closed = world.events(PositionClosed)[0]
    assert closed.lots == trades[0].lots == trades[1].lots + trades[2].lots
    (trade,) = [one for one in world.trades() if one.position_id == closed.position_id]
    assert trade.r == trade.net / trade.planned_risk


def test_an_account_switched_between_check_and_order_gets_no_order(make_paper_world):
    fault = KINDS["account_switched"]()
    world = broken(make_paper_world, fault)
    live(world, 6)
    assert world.api.positions_get() == ()
    assert {bot.held for bot in [world.read(1)]} == {Held.OTHER_ACCOUNT}
    fault.heal()
    live(world, 10)
    assert world.api.positions_get()
    is_true(world)


def test_algo_trading_off_is_told_once_and_trading_goes_on_by_itself(make_paper_world):
    world = broken(make_paper_world)
    live(world, 6)
    world.api.change_conditions(algo_button=False)
    live(world, 10)
    assert len(world.events(TradingLocked)) == 1
    _, before = books(world)
    world.api.change_conditions(algo_button=True)
    live(world, 12)
    _, after = books(world)
    assert len(after) > len(before)
    is_true(world)


def test_a_stop_nearer_than_the_broker_allows_is_moved_out_and_the_lots_are_fewer(make_paper_world):
    plain, strict = make_paper_world("plain"), make_paper_world("strict")
    plain.running(SETTINGS)
    live(plain, 7)
    (usual,) = plain.api.positions_get()
    distance = abs(usual.price_open - usual.sl)
    strict.api.change_symbol("EURUSD", stops_level=int(distance * 150_000))
    strict.running(SETTINGS)
    live(strict, 7)
    (moved,) = strict.api.positions_get()
    assert abs(moved.price_open - moved.sl) > 1.4 * distance
    assert moved.volume < usual.volume
    first, second = plain.events(OrderFilled)[0], strict.events(OrderFilled)[0]
    assert abs(first.planned_risk - second.planned_risk) < 3
