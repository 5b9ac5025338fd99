from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.backtests import BackTestReport, BackTestStopped, BackTestTrouble
from bot_service.domain.errors import BackTestFailed, BackTestRunning, BotNotFound, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.domain.performance import Performance
from bot_service.services.backtests import LEAST_BARS, MOST_BARS, BackTests
from bot_service.services.desk import Desk

NOTHING = Performance(Decimal(0), 0, 0, None, None, None, Decimal(0), 0.0, 0.0)
THEN = datetime(2026, 3, 2, tzinfo=UTC)
REPORT = BackTestReport(
    "EURUSD", THEN, THEN, 0, "USD", Decimal(10000), Decimal(0), NOTHING, NOTHING, ()
)  # fmt: skip


class FakeTester:
    """Remember what it is asked, and answer as a test wants it."""

    def __init__(self) -> None:
        self.reads_files = False
        self.busy = False
        self.known = True
        self.trouble: BackTestTrouble | None = None
        self.orders = []
        self.cancelled = 0

    def knows(self, _symbol):
        return self.known

    def run(self, order):
        self.orders.append(order)
        if self.trouble is not None:
            raise BackTestStopped(self.trouble)
        return REPORT

    def cancel(self):
        self.cancelled += 1


class CountingLanes:
    """Pass questions on and count them."""

    def __init__(self, lanes) -> None:
        self._lanes = lanes
        self.asked = 0

    def ask(self, account_id, question, timeout_s=3.0):
        self.asked += 1
        return self._lanes.ask(account_id, question, timeout_s)


@pytest.fixture
def tester():
    return FakeTester()


@pytest.fixture
def lanes(world):
    return CountingLanes(world.lanes)


@pytest.fixture
def backtests(world, tester, lanes):
    world.terminal.closes = [100.0 + place % 7 for place in range(20_000)]
    world.terminal.first_open = world.clock.now() - 20_000 * timedelta(minutes=1)
    desk = Desk(world.database, world.ticker, lanes, world.terminals, world.clock, world.clock)
    return BackTests(desk, tester)


def test_the_days_and_the_bars_before_them_are_asked_for_once(world, backtests, tester, lanes):
    bot_id = world.make()
    view = backtests.run(bot_id, 2)
    (order,) = tester.orders
    assert (view.bot.id, view.days, view.report) == (bot_id, 2, REPORT)
    assert (order.since, order.until) == (world.clock.now() - timedelta(days=2), world.clock.now())
    assert 2 * 24 * 60 < len(order.bars) < 2 * 24 * 60 + 500
    assert lanes.asked == 1


@pytest.mark.parametrize(("days", "count"), [(1000, MOST_BARS), (0, LEAST_BARS)])
def test_the_number_of_bars_has_its_bounds(world, backtests, tester, days, count):
    backtests.run(world.make(), days)
    assert len(tester.orders[0].bars) == count


def test_files_of_bars_ask_no_terminal(world, backtests, tester, lanes):
    tester.reads_files = True
    backtests.run(world.make(), 30)
    assert tester.orders[0].bars is None
    assert lanes.asked == 0


def test_too_few_bars_are_no_back_test(world, backtests, tester):
    world.terminal.closes = world.terminal.closes[: LEAST_BARS - 1]
    with pytest.raises(BackTestFailed) as failed:
        backtests.run(world.make(), 30)
    assert failed.value.cause == BackTestTrouble.TOO_FEW_BARS
    assert tester.orders == []


def test_a_second_one_is_refused_before_it_asks_anything(world, backtests, tester, lanes):
    bot_id = world.make()
    tester.busy = True
    for attempt in (lambda: backtests.bot(bot_id), lambda: backtests.run(bot_id, 1)):
        with pytest.raises(BackTestRunning):
            attempt()
    assert lanes.asked == 0


def test_an_unknown_bot_and_an_unknown_symbol_are_told_before_it_begins(world, backtests, tester):
    with pytest.raises(BotNotFound):
        backtests.bot(99)
    bot_id = world.make()
    assert backtests.bot(bot_id).id == bot_id
    tester.known = False
    with pytest.raises(BackTestFailed) as failed:
        backtests.bot(bot_id)
    assert failed.value.cause == BackTestTrouble.UNKNOWN_SYMBOL


@pytest.mark.parametrize("trouble", BackTestTrouble)
def test_a_trouble_becomes_an_error_of_that_bot(world, backtests, tester, trouble):
    tester.trouble = trouble
    bot_id = world.make()
    with pytest.raises(BackTestFailed) as failed:
        backtests.run(bot_id, 30)
    assert (failed.value.bot_id, failed.value.cause) == (bot_id, trouble)


def test_a_terminal_that_is_away_says_so(world, backtests):
    bot_id = world.make()
    world.terminal.cut(LinkCause.TERMINAL_CLOSED)
    with pytest.raises(TerminalUnavailable):
        backtests.run(bot_id, 30)


def test_an_end_of_the_chat_while_bars_are_fetched_begins_nothing(world, backtests, tester, lanes):
    bot_id = world.make()
    ask = lanes.ask

    def ending(*args):
        backtests.cancel()
        return ask(*args)

    lanes.ask = ending
    with pytest.raises(BackTestFailed) as failed:
        backtests.run(bot_id, 1)
    assert failed.value.cause == BackTestTrouble.INTERRUPTED
    assert (tester.orders, tester.cancelled) == ([], 1)


def test_a_back_test_changes_nothing_of_the_bot(world, backtests):
    bot_id = world.running()
    before = world.read(bot_id)
    backtests.run(bot_id, 3)
    assert world.read(bot_id) == before
    assert world.terminal.requests == []


def test_progress_messages_are_remembered_until_they_are_finished(backtests):
    assert backtests.left_over() == ()
    backtests.shown(-100, 7)
    backtests.shown(55, 8)
    assert backtests.left_over() == ((-100, 7), (55, 8))
    backtests.finished(-100, 7)
    assert backtests.left_over() == ((55, 8),)
    backtests.finished(55, 8)
    backtests.finished(55, 8)
    assert backtests.left_over() == ()


def test_the_broker_symbol_decides_and_not_what_was_typed(world, backtests, tester):
    asked = []
    tester.knows = lambda symbol: asked.append(symbol) or True
    world.terminal.resolve = lambda _typed: replace(world.terminal.instrument("EURUSD"), symbol="GBPUSD")
    backtests.bot(world.make())
    assert asked == ["GBPUSD"]
