"""Hours of trading on the paper terminal: every alert equals the account's own deals."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot_service.domain.bots import SizingMethod
from bot_service.domain.closing import STOPPED, mean_price
from bot_service.domain.events import OrderFilled, PositionClosed
from bot_service.domain.market import Timeframe
from bot_service.domain.trading import DealEntry, DealKind, ExitCause
from bot_service.scheduling.clocks import StepClock
from bot_service.terminals import paper

BARS_DIR = Path(os.environ.get("BARS_DIR", Path(__file__).parents[3] / "shared" / "data"))
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


def truth(world):
    """Return the account's trade deals by position."""
    found: dict[int, list] = {}
    for deal in world.terminal.deals(LONG_AGO):
        if deal.kind is DealKind.TRADE:
            found.setdefault(deal.position_id, []).append(deal)
    return found


def check_alerts(world):
    """Compare every alert with the account's deals and return the closed ones."""
    deals = truth(world)
    filled = world.events(OrderFilled)
    closed = world.events(PositionClosed)
    assert Counter(event.position_id for event in filled) == Counter(deals.keys())
    for event in filled:
        entry = [deal for deal in deals[event.position_id] if deal.entry is DealEntry.IN]
        assert event.ticket == event.position_id == entry[0].order
        assert (event.side, event.lots, event.price) == (entry[0].side, entry[0].lots, entry[0].price)
        assert event.happened_at == entry[0].time
    ended = {
        position: [deal for deal in of if deal.entry is not DealEntry.IN] for position, of in deals.items()
    }
    assert Counter(event.position_id for event in closed) == Counter(
        position for position, outs in ended.items() if outs
    )
    for event in closed:
        outs = ended[event.position_id]
        assert event.ticket == event.position_id
        assert event.price == mean_price(outs)
        assert event.net == sum(deal.net for deal in deals[event.position_id])
        assert event.cause is STOPPED.get(outs[-1].reason, ExitCause.SIGNAL)
        assert event.happened_at == outs[-1].time
    return closed


def check_books(world):
    """The broker's balance is the sum of the stored deals."""
    with world.database.read() as uow:
        balance = uow.books.balance_at(world.account.id, world.clock.now() + timedelta(seconds=1))
    assert balance == world.terminal.account().balance


def run(world, end, watch_every):
    """Advance with a watch after each step that is due."""
    seen = {"at": world.clock.now()}

    def on_step(moment):
        if moment - seen["at"] >= watch_every:
            seen["at"] = moment
            world.watch()

    world.watch()
    world.ticker.advance(end, on_step)
    world.watch()


def test_every_alert_of_hours_on_the_synthetic_market_equals_the_deals(make_paper_world):
    world = make_paper_world("hours")
    world.limits(entries_a_day=None, losses=None)
    parameters = {"fast_period": 3, "slow_period": 8}
    for symbol in ("EURUSD", "XAUUSD", "BTCUSD"):
        world.running(
            name=symbol,
            symbol=symbol,
            sizing=SizingMethod.FIXED_LOT,
            size=Decimal("0.01"),
            parameters=parameters,
        )
    run(world, world.clock.now() + timedelta(hours=3), timedelta(minutes=3))
    closed = check_alerts(world)
    assert len(closed) > 25
    assert {event.cause for event in closed} >= {ExitCause.SIGNAL, ExitCause.STOP_LOSS}
    assert world.unsettled() == ()
    check_books(world)


def test_one_position_per_bot_at_every_moment(make_paper_world):
    world = make_paper_world("one")
    for number in range(3):
        world.running(
            name=f"Bot {number}", size=Decimal("0.01"), parameters={"fast_period": 2, "slow_period": 5}
        )
    most = []

    def look(moment):
        most.append(max(Counter(item.magic for item in world.terminal.positions()).values(), default=0))

    world.ticker.advance(world.clock.now() + timedelta(hours=2), look)
    assert max(most) == 1
    assert len(world.events(OrderFilled)) > 10


@pytest.mark.timeout(300)
def test_every_alert_on_real_bars_equals_the_deals(make_paper_world):
    if not list(BARS_DIR.glob("EURUSD_H1*.csv*")):
        reason = f"no real bars in {BARS_DIR}"
        if os.environ.get("REQUIRE_REAL_BARS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    start = paper.history_start(BARS_DIR)
    world = make_paper_world("real", clock=StepClock(start), history=BARS_DIR, gates=None)
    sizes = {"EURUSD": "0.05", "XAUUSD": "0.01", "BTCUSD": "0.01", "US500": "0.1"}
    for symbol, size in sizes.items():
        world.running(
            name=symbol,
            symbol=symbol,
            timeframe=Timeframe.H1,
            size=Decimal(size),
            parameters={"fast_period": 2, "slow_period": 5},
            take_profit_atr=Decimal(2),
        )
    end = start
    while len(world.events(PositionClosed)) < 100:
        end += timedelta(days=7)
        assert end < start + timedelta(days=400)
        run(world, end, timedelta(hours=6))
    closed = check_alerts(world)
    assert {event.symbol for event in closed} == set(sizes)
    assert {event.cause for event in closed} >= {ExitCause.SIGNAL, ExitCause.STOP_LOSS, ExitCause.TAKE_PROFIT}
    check_books(world)
