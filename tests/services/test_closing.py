"""Closing by people's word, through every fault: never doubled, never forgotten, never untold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.close_tasks import TaskState
from bot_service.domain.errors import NoSuchPosition, PositionGone
from bot_service.domain.events import (
    ClosingCancelled,
    ClosingChanged,
    ClosingDone,
    ClosingOrdered,
    ClosingRefused,
    ClosingUnknown,
    ClosingWaits,
    OrderUnknown,
    PositionChanged,
    PositionClosed,
)
from bot_service.domain.jobs import WatchJob
from bot_service.domain.trading import ExitCause, Side
from bot_service.services import ordered, reentry

UP = 101
SECONDS = timedelta(seconds=1)


class Killed(BaseException):
    pass


@pytest.fixture
def held(world):
    """Return a running bot and the ticket of its position."""
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    world.terminal.requests.clear()
    return bot_id, ticket


def ask(world, *words):
    return world.services.closing.chosen([str(word) for word in words])


def order(world, *words, **how):
    view = ask(world, *words)
    items = [line.item for line in (*view.lines, *view.manual)]
    return world.services.closing.order(world.actor(), items, **how)


def tasks(world):
    with world.database.read() as uow:
        return ordered.all_of(uow, world.account.id)


def pass_time(world, seconds):
    for _ in range(seconds // 3):
        world.advance(3 * SECONDS)
        world.watch()


def test_a_position_is_closed_through_its_intent_and_told_with_the_actor(world, held):
    bot_id, ticket = held
    order(world, ticket)
    (request,) = world.terminal.requests
    assert (request.position_ticket, request.side, request.lots) == (ticket, Side.SELL, Decimal("0.10"))
    (told,) = world.events(PositionClosed)
    assert (told.cause, told.actor, told.bot_id) == (ExitCause.OPERATOR, 1001, bot_id)
    (asked,) = world.events(ClosingOrdered)
    assert (asked.actor, asked.tickets) == (1001, (ticket,))
    assert [task.state for task in tasks(world)] == [TaskState.DONE]
    pass_time(world, 30)
    assert len(world.terminal.requests) == 1


def test_a_bot_id_means_its_position_and_another_number_nothing(world, held):
    bot_id, ticket = held
    assert ask(world, bot_id) == ask(world, f"#{ticket}") == ask(world, f"b{bot_id}")
    for word in ("999", "x", f"t{bot_id}", "½"):
        with pytest.raises(NoSuchPosition):
            ask(world, word)


@pytest.mark.parametrize("status", list(BotStatus))
def test_closing_asks_for_no_running_bot(world, held, status):
    bot_id, ticket = held
    with world.database.write() as uow:
        uow.bots.save(replace(uow.bots.get(bot_id), status=status))
        uow.commit()
    order(world, ticket)
    assert world.terminal.held == {}


def test_after_a_closing_by_command_that_direction_waits_until_its_signal_was_off(world, held):
    bot_id, ticket = held
    order(world, ticket)
    with world.database.read() as uow:
        assert reentry.off_first(uow, bot_id) is Side.BUY


def test_half_closes_half_and_says_what_is_left(world, held):
    _, ticket = held
    (line,) = ask(world, ticket).lines
    half = world.services.closing.half(line)
    world.services.closing.order(world.actor(), [replace(line.item, lots=half)], whole=False)
    (told,) = world.events(ClosingDone)
    assert (told.lots, told.left) == (Decimal("0.05"), Decimal("0.05"))
    assert world.terminal.held[ticket].lots == Decimal("0.05")
    pass_time(world, 30)
    assert len(world.terminal.requests) == 1
    assert world.events(PositionChanged) == []
    order(world, ticket)
    assert world.terminal.held == {}


def test_a_position_that_can_not_be_divided_has_no_half(world, held):
    _, ticket = held
    (line,) = ask(world, ticket).lines
    assert world.services.closing.half(replace(line, lots=Decimal("0.01"))) is None


def test_a_partial_fill_is_closed_to_the_end(world, held):
    _, ticket = held
    world.terminal.script = ["partial"]
    order(world, ticket)
    assert [request.lots for request in world.terminal.requests] == [Decimal("0.10"), Decimal("0.05")]
    assert world.terminal.held == {}
    assert len(world.events(PositionClosed)) == 1


def test_requotes_are_asked_again_and_a_stubborn_one_is_told_and_tried_later(world, held):
    _, ticket = held
    world.terminal.script = ["requote:101"] * 3
    order(world, ticket)
    (told,) = world.events(ClosingRefused)
    assert (told.reject_class, told.again) == ("requote", True)
    assert ticket in world.terminal.held
    pass_time(world, 6)
    assert world.terminal.held == {}
    assert len(world.events(ClosingRefused)) == 1


def test_a_refusal_for_good_is_given_up_and_told(world, held):
    _, ticket = held
    world.terminal.script = ["reject:10013:config"] * 9
    order(world, ticket)
    pass_time(world, 150)
    assert len(world.terminal.requests) == ordered.HARD_TRIES
    assert [told.again for told in world.events(ClosingRefused)] == [True, False]
    assert tasks(world)[0].state is TaskState.GIVEN_UP


def test_an_unknown_outcome_is_told_and_nothing_is_sent_again_until_it_is_known(world, held):
    _, ticket = held
    world.terminal.script = ["unknown_done"]
    order(world, ticket)
    assert len(world.events(OrderUnknown)) == 1
    pass_time(world, 30)
    assert len(world.terminal.requests) == 1
    assert [task.state for task in tasks(world)] == [TaskState.DONE]
    assert [told.cause for told in world.events(PositionClosed)] == [ExitCause.OPERATOR]


def test_an_order_that_never_arrived_is_sent_again_when_that_is_known(world, held):
    _, ticket = held
    world.terminal.script = ["unknown_lost"]
    order(world, ticket)
    assert len(world.terminal.requests) == 1
    pass_time(world, 30)
    assert len(world.terminal.requests) == 2
    assert world.terminal.held == {}


@pytest.mark.parametrize("step", ["intent", "placed", "result"])
@pytest.mark.parametrize("half", [False, True])
def test_a_kill_at_any_step_closes_exactly_what_was_ordered(world, held, step, half):
    _, ticket = held
    (line,) = ask(world, ticket).lines
    lots = Decimal("0.05") if half else line.lots

    def kill(passed):
        if passed == step:
            raise Killed

    world.checkpoint = kill
    with pytest.raises(Killed):
        world.services.closing.order(world.actor(), [replace(line.item, lots=lots)], whole=not half)
    after = world.again()
    pass_time(after, 30)
    left = sum((item.lots for item in after.terminal.held.values()), Decimal(0))
    assert left == line.lots - lots
    assert tasks(after)[0].state is TaskState.DONE


@pytest.mark.parametrize("step", ["close_noted", "close_placed"])
@pytest.mark.parametrize("keeps_comments", [True, False])
def test_a_kill_while_a_manual_position_is_closed_doubles_nothing(world, step, keeps_comments):
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.40")
    world.terminal.keeps_comments = keeps_comments
    world.watch()
    (line,) = ask(world, ticket).manual

    def kill(passed):
        if passed == step:
            raise Killed

    world.checkpoint = kill
    with pytest.raises(Killed):
        world.services.closing.order(world.actor(), [replace(line.item, lots=Decimal("0.10"))], whole=False)
    after = world.again()
    pass_time(after, 30)
    assert after.terminal.held[ticket].lots == Decimal("0.30")
    (told,) = after.events(ClosingDone)
    assert (told.lots, told.left) == (Decimal("0.10"), Decimal("0.30"))


def test_a_manual_position_is_closed_without_our_number_and_told(world):
    ticket = world.terminal.enter_by_hand(Side.SELL, "0.20")
    world.watch()
    order(world, ticket)
    (request,) = world.terminal.requests
    assert (request.magic, request.position_ticket, request.side) == (0, ticket, Side.BUY)
    (told,) = world.events(ClosingDone)
    assert (told.bot_id, told.left, told.actor) == (None, 0, 1001)
    assert told.net is not None
    assert [trade.cause for trade in world.trades()] == [ExitCause.OPERATOR]


def test_a_manual_closing_without_answer_is_told_checked_and_not_doubled(world):
    ticket = world.terminal.enter_by_hand(Side.SELL, "0.20")
    world.watch()
    world.terminal.script = ["unknown_done"]
    order(world, ticket)
    assert len(world.events(ClosingUnknown)) == 1
    pass_time(world, 12)
    assert len(world.terminal.requests) == 1
    assert len(world.events(ClosingDone)) == 1


def test_a_position_that_is_gone_meanwhile_is_said_and_the_rest_carries_on(world, held):
    _, ticket = held
    other = world.terminal.enter_by_hand(Side.SELL, "0.20")
    world.watch()
    world.terminal.hit(ticket, "sl", "99")
    order(world, ticket, other)
    assert world.terminal.held == {}
    (told,) = world.events(ClosingChanged)
    assert (told.ticket, told.lots) == (ticket, 0)
    assert [item.cause for item in world.events(PositionClosed)] == [ExitCause.STOP_LOSS]


def test_what_became_smaller_is_closed_as_it_is_and_said(world, held):
    _, ticket = held
    view = ask(world, ticket)
    world.terminal.close_part(ticket, "0.04")
    world.services.closing.order(world.actor(), [line.item for line in view.lines])
    assert world.terminal.held == {}
    (told,) = world.events(ClosingChanged)
    assert (told.lots, told.confirmed) == (Decimal("0.06"), Decimal("0.10"))


def test_never_more_is_closed_than_was_confirmed(world):
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.20")
    world.watch()
    (line,) = ask(world, ticket).manual
    world.terminal.by_hand(ticket, lots=Decimal("0.50"))
    world.services.closing.order(world.actor(), [line.item])
    assert world.terminal.held[ticket].lots == Decimal("0.30")
    assert world.events(ClosingChanged)[0].lots == Decimal("0.50")


def test_without_a_stop_comes_first_then_the_largest_loss(world):
    tickets = [world.terminal.enter_by_hand(Side.BUY, lots) for lots in ("0.10", "0.30", "0.20")]
    for ticket in tickets:
        world.terminal.by_hand(ticket, stop_loss=Decimal(90))
    world.terminal.price -= 1
    bare = world.terminal.enter_by_hand(Side.BUY, "0.01")
    world.watch()
    order(world, *tickets, bare)
    closed = [request.position_ticket for request in world.terminal.requests]
    assert closed == [bare, tickets[1], tickets[2], tickets[0]]


def test_a_closed_market_keeps_the_order_until_it_opens(world, held):
    _, ticket = held
    world.terminal.open = False
    world.terminal.script = ["reject:10018:closed"] * 9
    order(world, ticket)
    (told,) = world.events(ClosingWaits)
    assert told.ticket == ticket
    world = world.again()
    pass_time(world, 60)
    assert len(world.terminal.requests) == 1
    assert len(world.events(ClosingWaits)) == 1
    world.terminal.open, world.terminal.script = True, []
    pass_time(world, 6)
    assert world.terminal.held == {}


def test_an_order_that_waits_is_taken_back(world, held):
    _, ticket = held
    world.terminal.open = False
    world.terminal.script = ["reject:10018:closed"]
    order(world, ticket)
    assert [task.ticket for task in world.services.closing.preview().waiting] == [ticket]
    (cancelled,) = world.services.closing.cancel(world.actor(), [ticket])
    assert cancelled.ticket == ticket
    assert world.events(ClosingCancelled)[0].actor == 1001
    world.terminal.open = True
    pass_time(world, 60)
    assert ticket in world.terminal.held
    with pytest.raises(PositionGone):
        world.services.closing.cancel(world.actor(), [ticket])
    assert world.services.closing.cancel(world.actor()) == ()


def test_what_is_at_the_broker_can_not_be_taken_back_nor_ordered_twice(world, held):
    _, ticket = held
    world.terminal.script = ["unknown_lost"]
    order(world, ticket)
    assert world.services.closing.cancel(world.actor()) == ()
    assert order(world, ticket).left_out == 1
    assert len(tasks(world)) == 1


def test_a_link_that_breaks_in_the_middle_of_all_goes_on_after_it_is_back(world):
    tickets = [world.terminal.enter_by_hand(Side.BUY, "0.10") for _ in range(4)]
    world.watch()

    def cut():
        if len(world.terminal.requests) == 2:
            world.terminal.cut()

    world.terminal.meanwhile = cut
    order(world, *tickets)
    assert len(world.terminal.requests) == 2
    world.terminal.broken.clear()
    world.terminal.meanwhile = None
    pass_time(world, 30)
    assert world.terminal.held == {}
    assert sorted(request.position_ticket for request in world.terminal.requests) == tickets


def test_a_hang_in_the_middle_of_all_doubles_nothing(world):
    tickets = [world.terminal.enter_by_hand(Side.BUY, "0.10") for _ in range(3)]
    world.watch()
    world.terminal.script = ["fill", "raise"]
    order(world, *tickets)
    pass_time(world, 30)
    assert world.terminal.held == {}
    assert len(world.terminal.requests) == 4


def test_the_progress_of_an_order_is_told_by_position(world, held):
    _, ticket = held
    begun = order(world, ticket)
    seen = world.services.closing.progress(begun.batch)
    assert seen.finished
    assert seen.tasks[0].net is not None
    assert seen.currencies == {ticket: "USD"}


def test_the_console_orders_without_an_actor(world, held):
    _, _ticket = held
    items = [line.item for line in world.services.closing.preview().lines]
    world.services.closing.order(None, items, panic=True)
    (told,) = world.events(ClosingOrdered)
    assert (told.actor, told.panic) == (None, True)
    assert world.terminal.held == {}


def test_several_accounts_are_closed_each_by_its_own_terminal(world, held):
    _, ticket = held
    second = type(world.terminal)(world.clock)
    second.logged_in = replace(second.logged_in, login=7002)
    second.currency = "EUR"
    account = world.services.control.ensure_account(
        second.identity(), second.account(), "second", "Asia/Jakarta", second
    )
    world.terminals[account.id] = second
    other = second.enter_by_hand(Side.BUY, "0.10")
    world.lanes.submit(WatchJob(account.id))
    view = world.services.closing.preview()
    assert [line.currency for line in (*view.lines, *view.manual)] == ["USD", "EUR"]
    begun = world.services.closing.order(world.actor(), [line.item for line in (*view.lines, *view.manual)])
    assert world.terminal.held == second.held == {}
    assert [request.position_ticket for request in second.requests] == [other]
    assert sorted(task.ticket for task in begun.tasks) == sorted([ticket, other])


def test_what_is_being_sent_can_not_be_taken_back_but_what_follows_can(world, held):
    _, ticket = held
    found = []
    world.terminal.meanwhile = lambda: found.append(world.services.closing.cancel(world.actor()))
    order(world, ticket)
    assert found == [()]
    assert tasks(world)[0].state is TaskState.DONE


def test_an_order_that_is_taken_back_just_before_it_is_sent_is_not_sent(world, held):
    _, ticket = held
    identity = world.terminal.identity

    def cancel_first():
        world.terminal.identity = identity
        world.services.closing.cancel(world.actor())
        return identity()

    world.terminal.identity = cancel_first
    order(world, ticket)
    assert world.terminal.requests == []
    assert ticket in world.terminal.held
    assert tasks(world)[0].state is TaskState.CANCELLED
