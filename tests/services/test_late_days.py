"""Deals that come late belong to their own day; a report that was written before is corrected, and said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.events import ReportCorrected, ReportReady
from bot_service.domain.jobs import ReportJob
from bot_service.domain.trading import ExitCause, Side
from bot_service.mentor.hours import report_due

UP = 101
LOOK = timedelta(seconds=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def held(world):
    world.running()
    world.bar(UP)
    world.clock.advance(LOOK)
    world.watch()
    (ticket,) = world.terminal.held
    return ticket


@pytest.fixture
def day(world):
    return world.account.trading_day(world.clock.now())


def report(world):
    world.services.mentoring.run(ReportJob(world.account.id))


def stored(world, day):
    with world.database.read() as uow:
        return uow.journal.report(world.account.id, day)


def at_report_hour(world, day, later=timedelta(minutes=1)):
    world.control.stop(world.actor(), None)
    world.clock.advance(report_due(world.account, day) + later - world.clock.now())


def test_a_trade_that_closed_while_the_service_was_down_counts_in_its_own_day(world, held, day):
    world.clock.advance(HOUR)
    world.terminal.hit(held, "sl", "98.98")
    at_report_hour(world, day, 2 * HOUR)
    report(world)
    assert stored(world, day) is None
    world.watch()
    report(world)
    told = stored(world, day)
    assert (told.trades, told.exits) == (1, {ExitCause.STOP_LOSS: 1})
    assert [(event.day, event.late) for event in world.events(ReportReady)] == [(day.isoformat(), True)]
    at_report_hour(world, day + timedelta(1))
    world.watch()
    report(world)
    assert stored(world, day + timedelta(1)) is None
    assert world.events(ReportCorrected) == []


@pytest.fixture
def begun(world, held, day):
    """Return the day after one that has its report: its books begin with what that one closed with."""
    world.terminal.hit(held, "tp", "105.19")
    world.watch()
    at_report_hour(world, day)
    world.watch()
    report(world)
    assert stored(world, day).books.difference == 0
    return day + timedelta(1)


def trade_by_hand(world, price):
    manual = world.terminal.enter_by_hand(Side.BUY, "1.0")
    world.terminal.hit(manual, "client", price)
    return {deal.ticket for deal in world.terminal.book if deal.position_id == manual}


def watch_and_report(world):
    world.watch()
    report(world)
    world.watch()
    report(world)


def test_deals_that_are_seen_after_the_report_correct_it_once_and_are_told(world, begun):
    trade_by_hand(world, "106.00")
    hidden = trade_by_hand(world, "90.00")
    world.terminal.invisible |= hidden
    world.watch()
    at_report_hour(world, begun, timedelta(minutes=15))
    watch_and_report(world)
    before = stored(world, begun)
    assert before.trades == 1
    assert before.books.difference < 0
    world.terminal.invisible -= hidden
    at_report_hour(world, begun + timedelta(1))
    watch_and_report(world)
    watch_and_report(world)
    after = stored(world, begun)
    assert (after.trades, after.books.difference) == (2, 0)
    assert after.net == before.net + before.books.difference
    assert after.books.closing == before.books.closing
    (event,) = world.events(ReportCorrected)
    assert (event.day, event.trades_before, event.trades) == (begun, 1, 2)
    assert (event.net_before, event.net) == (before.net, after.net)
    assert [event.day for event in world.events(ReportReady)][-1] == begun.isoformat()


def test_deals_that_come_before_a_difference_is_believed_leave_none(world, begun):
    hidden = trade_by_hand(world, "90.00")
    world.terminal.invisible |= hidden
    world.watch()
    world.terminal.invisible -= hidden
    at_report_hour(world, begun, timedelta(minutes=1))
    watch_and_report(world)
    told = stored(world, begun)
    assert (told.trades, told.books.difference) == (1, 0)
    assert world.events(ReportCorrected) == []


def test_what_a_broker_sets_right_in_the_past_is_said_where_it_belongs(world, begun):
    trade_by_hand(world, "106.00")
    world.watch()
    at_report_hour(world, begun)
    watch_and_report(world)
    before = stored(world, begun)
    charge = replace(
        world.terminal.book[0],
        ticket=999_001,
        time=report_due(world.account, begun) - 5 * HOUR,
        profit=Decimal(-3),
    )
    world.terminal.book.append(charge)
    world.terminal.balance += charge.net
    trade_by_hand(world, "107.00")
    at_report_hour(world, begun + timedelta(1), timedelta(minutes=15))
    watch_and_report(world)
    watch_and_report(world)
    after, following = stored(world, begun), stored(world, begun + timedelta(1))
    assert after.books.operations == before.books.operations - 3
    # The broker's balance of that evening did not hold it, the next one did: both days say so.
    assert (after.books.difference, following.books.difference) == (3, -3)
    assert (after.net, following.books.opening) == (before.net, after.books.closing)
    assert len(world.events(ReportCorrected)) == 1
