"""Opening hours are learned from bars, shown while a market is closed, and a weekend's jump is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd

from bot_service.domain.bots import Waiting
from bot_service.domain.events import LinkLost, MarketReopened
from bot_service.domain.market import LinkCause, Timeframe
from bot_service.domain.trading import Side
from bot_service.services import hours

HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 3, 6, 20, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 8, 22, 5, tzinfo=UTC)


def is_open(at):
    """Tell whether the tests' market trades: from Sunday 22:00 to Friday 21:00 UTC, as forex in winter."""
    minutes = at.weekday() * 1440 + at.hour * 60 + at.minute
    return not 4 * 1440 + 21 * 60 <= minutes < 6 * 1440 + 22 * 60


def with_history(world):
    """Let the terminal have weeks of bars."""
    asked = []
    bars = world.terminal.closed_bars

    def closed_bars(symbol, timeframe, count):
        if timeframe is not Timeframe.M5:
            return bars(symbol, timeframe, count)
        asked.append(symbol)
        now = world.clock.now().replace(second=0)
        times = pd.date_range(now - count * timedelta(minutes=5), now, freq="5min", inclusive="left")
        times = times.floor("5min")
        return pd.DataFrame({"close": 1.0}, index=times[[is_open(at) for at in times]])

    world.terminal.closed_bars = closed_bars
    return asked


def known(world):
    with world.database.read() as uow:
        return hours.week(uow, world.account.id, "EURUSD")


def test_the_watch_learns_a_symbols_week_once_a_day(world):
    asked = with_history(world)
    for _ in range(3):
        world.running()
    for _ in range(10):
        world.watch()
        world.clock.advance(HOUR / 6)
    assert asked == ["EURUSD"]
    assert known(world).closing_at(datetime(2026, 3, 7, 12, tzinfo=UTC)) is not None
    again = world.again()
    again.watch()
    assert asked == ["EURUSD"]
    again.clock.advance(24 * HOUR)
    again.watch()
    assert asked == ["EURUSD"] * 2


def test_without_enough_bars_nothing_is_claimed_about_the_hours(world):
    bot_id = world.running()
    world.watch()
    assert known(world) is None
    world.terminal.open = False
    world.advance(timedelta(minutes=3))
    assert world.services.queries.bot(bot_id).opens is None


def test_a_closed_market_says_when_it_opens(world):
    with_history(world)
    bot_id = world.running()
    world.watch()
    world.clock.set(datetime(2026, 3, 7, 12, tzinfo=UTC))
    world.terminal.open = False
    with world.database.write() as uow:
        uow.bots.set_waiting(world.account.id, Waiting.MARKET_CLOSED)
        uow.commit()
    opens = world.services.queries.bot(bot_id).opens
    assert opens.date() == datetime(2026, 3, 8, tzinfo=UTC).date()
    assert world.services.queries.status().opens == opens
    assert world.services.queries.bots().lines[0].opens == opens


def test_on_a_saturday_a_symbols_hours_are_read_once_for_all_its_bots(world, monkeypatch):
    with_history(world)
    for _ in range(3):
        world.running()
    world.watch()
    world.clock.set(datetime(2026, 3, 7, 12, tzinfo=UTC))
    with world.database.write() as uow:
        uow.bots.set_waiting(world.account.id, Waiting.MARKET_CLOSED)
        uow.commit()
    asked = []
    real = hours.opens_at
    monkeypatch.setattr(hours, "opens_at", lambda *given: asked.append(given[2]) or real(*given))
    status = world.services.queries.status()
    assert (status.closed, asked) == (3, ["EURUSD"])


def test_a_monday_tells_each_jump_measured_by_its_stop_once(world):
    with_history(world)
    world.clock.set(FRIDAY)
    world.running()
    ticket = world.terminal._begin(Side.BUY, Decimal("0.1"), 0, "", Decimal(98), None, "client").position_id
    world.watch()
    world.clock.set(MONDAY)
    world.terminal.price = Decimal("99.5")
    for _ in range(3):
        world.watch()
        world.clock.advance(timedelta(minutes=2))
    (told,) = world.events(MarketReopened)
    (line,) = told.positions
    assert (line.ticket, line.share) == (ticket, Decimal(-26))
    assert line.before - line.after == Decimal("0.5")


def test_a_position_without_a_stop_is_told_without_a_share(world):
    with_history(world)
    world.clock.set(FRIDAY)
    world.running()
    world.terminal.enter_by_hand(Side.SELL, "0.1")
    world.watch()
    world.clock.set(MONDAY)
    world.watch()
    (told,) = world.events(MarketReopened)
    assert told.positions[0].share is None


def test_a_short_break_is_no_weekend(world):
    with_history(world)
    world.running()
    world.terminal.enter_by_hand(Side.BUY, "0.1")
    for _ in range(4):
        world.watch()
        world.clock.advance(3 * HOUR)
    assert world.events(MarketReopened) == []


def test_a_terminal_that_goes_away_while_hours_are_learned_loses_its_link_as_ever(world):
    world.running()
    world.terminal.cut(LinkCause.TIMEOUT)
    world.watch()
    assert len(world.events(LinkLost)) == 1


def test_the_paper_market_with_sessions_shows_its_weekend(make_paper_world):
    world = make_paper_world("weekend", sessions=True)
    world.running(size=Decimal("0.01"))
    world.watch()
    week = known(world)
    saturday = week.closing_at(datetime(2026, 3, 7, 12, tzinfo=UTC))
    assert timedelta(hours=46) <= saturday.length <= timedelta(hours=50)


def test_the_paper_market_without_sessions_never_closes(make_paper_world):
    world = make_paper_world("open")
    world.running(size=Decimal("0.01"))
    world.watch()
    assert known(world).closed == ()
