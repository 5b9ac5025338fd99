from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Held, Waiting
from bot_service.domain.errors import AccountDiffers, TerminalUnavailable
from bot_service.domain.events import (
    BotFlat,
    LinkLost,
    LinkRestored,
    OrderFilled,
    OtherAccount,
    PositionClosed,
    UnknownPosition,
)
from bot_service.domain.market import LinkCause
from bot_service.domain.trading import ExitCause, Side

UP, DOWN, FLAT = 101, 97, 100


def test_the_watch_stores_money_positions_and_the_market_clock(world):
    world.terminal.enter_by_hand(Side.BUY, "0.3")
    world.watch()
    with world.database.read() as uow:
        snapshot = uow.accounts.snapshot(world.account.id)
    assert snapshot.state.balance == world.terminal.balance
    assert len(snapshot.positions) == 1
    assert (snapshot.taken_at, snapshot.market_at) == (world.clock.now(), world.clock.now())
    assert world.stored_account().market_time == world.clock.now()


def test_the_watch_goes_on_when_every_bot_is_stopped(world):
    bot_id = world.running()
    world.bar(UP)
    world.stop()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.watch()
    (closed,) = world.events(PositionClosed)
    assert (closed.bot_id, closed.ticket) == (bot_id, ticket)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("sl", ExitCause.STOP_LOSS),
        ("tp", ExitCause.TAKE_PROFIT),
        ("so", ExitCause.STOP_OUT),
        ("client", ExitCause.BY_HAND),
        ("mobile", ExitCause.BY_HAND),
        ("expert", ExitCause.OTHER),
    ],
)
def test_a_closed_position_is_told_with_its_cause_net_and_r(world, reason, cause):
    world.running()
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    world.terminal.hit(filled.ticket, reason, "99.95")
    world.watch()
    world.watch()
    (closed,) = world.events(PositionClosed)
    deals = [deal for deal in world.terminal.book if deal.position_id == filled.ticket]
    assert closed.cause is cause
    assert closed.net == sum(deal.net for deal in deals)
    assert closed.r == closed.net / filled.planned_risk
    assert closed.subject == filled.subject


def test_a_close_whose_deals_are_not_visible_yet_is_told_at_a_later_watch(world):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.terminal.invisible.add(world.terminal.book[-1].ticket)
    world.watch()
    assert world.events(PositionClosed) == []
    world.terminal.invisible.clear()
    world.watch()
    assert len(world.events(PositionClosed)) == 1


def test_trades_by_hand_are_stored_without_an_alert(world):
    world.watch()
    ticket = world.terminal.enter_by_hand(Side.SELL, "0.2")
    world.terminal.price = Decimal("99.50")
    world.terminal.hit(ticket, "client", "99.55")
    world.watch()
    (trade,) = world.trades()
    assert (trade.bot_id, trade.position_id, trade.cause) == (None, ticket, ExitCause.BY_HAND)
    assert world.events(PositionClosed) == []


def test_the_first_watch_reads_the_whole_book(world):
    world.watch()
    with world.database.read() as uow:
        assert uow.books.balance_at(world.account.id, world.clock.now()) == Decimal(10000)


def test_a_foreign_position_with_our_magic_is_told_once_and_never_adopted(world):
    bot_id = world.running()
    magic = world.account.magic_block * 1_000_000 + bot_id
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.5", magic)
    world.watch()
    world.watch()
    (unknown,) = world.events(UnknownPosition)
    assert (unknown.ticket, unknown.lots) == (ticket, Decimal("0.5"))
    world.bars(FLAT, DOWN)
    assert ticket in world.terminal.held


def test_a_lost_link_is_one_event_however_many_bots_wait(world):
    ids = [world.running(name=f"Bot {number}") for number in range(4)]
    world.terminal.cut()
    world.bars(UP, DOWN)
    world.watch()
    (lost,) = world.events(LinkLost)
    assert (lost.cause, lost.waiting_bots) == (LinkCause.TERMINAL_CLOSED, 4)
    assert {world.read(bot_id).waiting for bot_id in ids} == {Waiting.LINK_LOST}
    assert world.terminal.requests == []


def test_a_lost_link_tells_the_positions_of_the_last_look_and_when_that_was(world):
    world.running()
    world.bar(UP)
    world.terminal.enter_by_hand(Side.BUY, "0.5")
    world.watch()
    looked = world.clock.now()
    world.advance(timedelta(seconds=3))
    world.terminal.cut()
    world.watch()
    (lost,) = world.events(LinkLost)
    assert (lost.open_positions, lost.without_stop, lost.seen_at) == (2, 1, looked)


def test_unavailable_positions_are_unknown_and_never_none(world):
    bot_id = world.running()
    world.bar(UP)
    world.terminal.broken["positions"] = TerminalUnavailable(LinkCause.NO_ANSWER)
    world.bar(DOWN)
    assert len(world.terminal.requests) == 1
    assert world.read(bot_id).last_evaluated_bar < world.newest_close() - timedelta(minutes=1)


def test_a_restored_link_reconciles_first_then_tells_and_the_bots_go_on(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_done"]
    world.terminal.broken["deals"] = TerminalUnavailable(LinkCause.BROKER_DOWN)
    world.bar(UP)
    assert world.read(bot_id).waiting is Waiting.LINK_LOST
    world.terminal.broken.clear()
    world.watch()
    assert world.codes()[-2:] == ["order_filled", "link_restored"]
    assert world.read(bot_id).waiting is None
    world.bar(DOWN)
    assert len(world.events(PositionClosed)) == 1


def test_a_link_can_be_lost_again_after_it_came_back(world):
    world.running()
    for _ in range(2):
        world.terminal.cut()
        world.watch()
        world.clock.advance(timedelta(seconds=40))
        world.terminal.broken.clear()
        world.watch()
    assert len(world.events(LinkLost)) == 2
    assert [event.lost_s for event in world.events(LinkRestored)] == [40, 40]


def test_another_account_holds_its_bots_and_nothing_is_traded(world):
    bot_id = world.running()
    world.terminal.logged_in = replace(world.terminal.logged_in, login=8008)
    world.watch()
    world.watch()
    (other,) = world.events(OtherAccount)
    assert "8008" in other.actual
    assert world.read(bot_id).held is Held.OTHER_ACCOUNT
    world.bars(UP, DOWN)
    assert world.terminal.requests == []
    (outcome,) = world.start(world.make()).outcomes
    assert isinstance(outcome.error, AccountDiffers)


def test_the_right_account_lets_its_bots_go_on(world):
    bot_id = world.running()
    right = world.terminal.logged_in
    world.terminal.logged_in = replace(right, server="Other-Server")
    world.watch()
    world.terminal.logged_in = right
    world.watch()
    assert world.read(bot_id).held is None
    world.bar(UP)
    assert len(world.terminal.held) == 1


def test_another_account_while_the_link_is_lost_is_still_told(world):
    world.running()
    world.terminal.cut()
    world.watch()
    world.terminal.broken.clear()
    world.terminal.logged_in = replace(world.terminal.logged_in, login=8008)
    world.watch()
    assert len(world.events(OtherAccount)) == 1
    assert world.events(LinkRestored) == []


def test_an_exit_only_bot_whose_position_ended_is_stopped_and_told(world):
    bot_id = world.running()
    world.bar(UP)
    world.control.exit_only(world.actor(), [bot_id])
    (ticket,) = world.terminal.held
    world.watch()
    assert world.read(bot_id).status is BotStatus.EXIT_ONLY
    world.terminal.hit(ticket, "tp", "105.00")
    world.watch()
    assert world.codes()[-2:] == ["position_closed", "bot_flat"]
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_an_exit_only_bot_with_an_unknown_outcome_is_not_flat(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    world.control.exit_only(world.actor(), [bot_id])
    world.watch()
    assert world.events(BotFlat) == []


def test_the_watch_connects_a_terminal_it_has_not_seen_yet(world):
    before = world.terminal.connects
    world.watch()
    world.watch()
    assert world.terminal.connects == before + 1


def test_a_fresh_snapshot_spares_the_terminal_and_an_order_makes_it_stale(world):
    world.running()
    looks = world.services.cycle._looks
    world.watch()
    world.terminal.broken["positions"] = AssertionError("asked")
    assert looks.snapshot(world.account, world.terminal).positions == ()
    looks.touch(world.account.id)
    with pytest.raises(AssertionError, match="asked"):
        looks.snapshot(world.account, world.terminal)


def test_a_snapshot_of_a_second_ago_is_not_fresh(world):
    world.watch()
    world.clock.advance(timedelta(seconds=1))
    world.terminal.enter_by_hand(Side.BUY, "0.1")
    looks = world.services.cycle._looks
    assert len(looks.snapshot(world.account, world.terminal).positions) == 1
