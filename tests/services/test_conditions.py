"""A report says how the traded symbols moved; without the terminal it says nothing, and is not late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.findings import MarketCondition
from bot_service.domain.jobs import ReportJob
from bot_service.mentor.hours import report_due

UP = 101
MINUTE = timedelta(minutes=1)


@pytest.fixture
def day(world):
    """A finished day with one trade on a market that rises hour by hour."""
    world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "tp", "105.19")
    world.watch()
    day = world.account.trading_day(world.clock.now())
    world.control.stop(world.actor(), None)
    world.clock.advance(report_due(world.account, day) + MINUTE - world.clock.now())
    world.terminal.first_open = world.clock.now().replace(minute=0) - timedelta(days=25)
    world.terminal.closes = [100 + place * 0.1 for place in range(25 * 24)]
    return day


def told(world, day):
    world.watch()
    world.services.mentoring.run(ReportJob(world.account.id))
    with world.database.read() as uow:
        return uow.journal.report(world.account.id, day)


def test_the_market_of_a_day_stands_in_its_report(world, day):
    assert told(world, day).market == (MarketCondition("EURUSD", True, Decimal("1.00")),)


def test_a_terminal_without_bars_keeps_no_report_back(world, day):
    world.watch()
    world.terminal.cut()
    world.services.mentoring.run(ReportJob(world.account.id))
    with world.database.read() as uow:
        assert uow.journal.report(world.account.id, day).market == ()


def test_a_symbol_without_bars_is_left_out(world, day):
    world.terminal.closes = []
    assert told(world, day).market == ()
