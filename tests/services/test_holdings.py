from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot_service.domain.jobs import WatchJob
from bot_service.domain.trading import Side

UP = 101


def entered(world):
    """Let a bot enter after the watch's last look, and return it with its ticket."""
    bot_id = world.running()
    world.watch()
    world.advance(timedelta(seconds=1))
    world.bar(UP)
    (ticket,) = world.terminal.held
    return bot_id, ticket


def test_what_was_filled_after_the_last_look_stands_in_the_receipt_of_a_stop(world):
    bot_id, ticket = entered(world)
    (line,) = world.stop().positions
    assert (line.bot.id, line.position.ticket) == (bot_id, ticket)
    assert line.position.lots == Decimal("0.10")
    assert line.position.stop_loss is not None


def test_what_was_filled_after_the_last_look_is_closed_by_panic_too(world):
    _, ticket = entered(world)
    shown = world.services.closing.preview()
    assert [line.position.ticket for line in shown.lines] == [ticket]
    world.services.closing.order(world.actor(), [line.item for line in shown.lines])
    assert world.terminal.held == {}


def test_a_bots_position_that_has_just_ended_is_not_taken_for_one_by_hand(world):
    _, ticket = entered(world)
    by_hand = world.terminal.enter_by_hand(Side.SELL, "0.30")
    world.watch()
    world.terminal.hit(ticket, "sl", "95")
    world.advance(timedelta(seconds=1))
    world.bar(UP)  # the tick finds it gone; the watch has not looked again
    assert world.trades()
    view = world.services.closing.preview()
    assert ticket not in [line.position.identifier for line in (*view.lines, *view.manual)]
    assert by_hand in [line.position.identifier for line in view.manual]
    tickets = [line.position.ticket for line in world.services.queries.positions().lines]
    assert ticket not in tickets
    assert by_hand in tickets


def test_a_position_that_the_terminal_does_not_show_any_more_is_not_invented(world):
    entered(world)
    world.watch()
    world.terminal.held.clear()
    world.advance(timedelta(seconds=5))
    world.watch()
    assert world.services.queries.positions().lines == ()


def test_a_list_of_several_accounts_names_each_and_its_currency(world):
    world.make(name="Dollars")
    second = type(world.terminal)(world.clock)
    second.logged_in = replace(second.logged_in, login=7002)
    second.currency = "USC"
    account = world.control.ensure_account(
        second.identity(), second.account(), "cents", "Asia/Jakarta", second
    )
    world.terminals[account.id] = second
    world.lanes.submit(WatchJob(account.id))
    world.control.create(world.actor(), replace(world.read(1).settings, name="Cents"), account.id)
    view = world.services.queries.bots()
    assert view.tag is None
    assert [(line.currency, line.account.login) for line in view.lines] == [("USD", 7001), ("USC", 7002)]


def test_a_list_of_one_account_names_it_once(world):
    world.make()
    view = world.services.queries.bots()
    assert view.tag is not None
    assert [line.account for line in view.lines] == [None]
