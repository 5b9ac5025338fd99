from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Waiting
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.events import (
    BotStopped,
    LinkLost,
    OrderFilled,
    OrderNeverSent,
    OrderUnknown,
    PositionClosed,
)
from bot_service.domain.market import LinkCause
from bot_service.domain.trading import ExitCause, IntentState, Purpose, Side

UP, DOWN, FLAT = 101, 97, 100
SETTLED = timedelta(seconds=6)


def test_an_unknown_opening_that_was_executed_is_found_by_its_ref(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_done"]
    world.bar(UP)
    (unknown,) = world.events(OrderUnknown)
    (filled,) = world.events(OrderFilled)
    assert unknown.purpose is Purpose.OPEN
    assert filled.ticket == next(iter(world.terminal.held))
    assert world.unsettled() == ()
    assert world.read(bot_id).waiting is None


def test_an_order_is_found_by_its_properties_where_the_broker_drops_comments(world):
    world.running()
    world.terminal.keeps_comments = False
    world.terminal.script = ["unknown_done", "unknown_done"]
    world.bar(UP)
    assert len(world.events(OrderFilled)) == 1
    world.bar(DOWN)
    (closed,) = world.events(PositionClosed)
    assert closed.cause is ExitCause.SIGNAL


def test_an_order_whose_call_hung_has_its_time_to_arrive_from_the_end_of_the_call(world):
    world.running()
    world.terminal.script = ["unknown_lost"]
    place = world.terminal.place

    def hang(request):
        world.clock.advance(timedelta(seconds=20))
        return place(request)

    world.terminal.place = hang
    world.bar(UP)
    world.watch()
    assert len(world.unsettled()) == 1
    assert not world.events(OrderNeverSent)
    world.clock.advance(SETTLED)
    world.watch()
    assert len(world.events(OrderNeverSent)) == 1


def test_an_order_that_never_arrived_is_given_up_only_after_it_had_time_to_arrive(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    assert len(world.unsettled()) == 1
    assert world.read(bot_id).waiting is Waiting.OUTCOME_PENDING
    world.clock.advance(SETTLED)
    world.watch()
    (never,) = world.events(OrderNeverSent)
    assert (never.bot_id, never.side) == (bot_id, Side.BUY)
    assert world.unsettled() == ()
    assert world.read(bot_id).waiting is None
    assert world.terminal.held == {}


def test_nothing_is_sent_again_while_an_outcome_is_unknown(world):
    world.running()
    world.terminal.script = ["hidden"]
    world.bars(UP, DOWN, 104, 95)
    assert len(world.terminal.requests) == 1
    assert world.events(OrderNeverSent) == []
    world.terminal.invisible.clear()
    world.watch()
    assert len(world.events(OrderFilled)) == 1
    world.bars(103, 90)
    assert len(world.terminal.requests) > 1


def test_a_filled_order_whose_deal_is_not_visible_yet_is_no_alarm(world):
    world.running()
    world.terminal.script = ["hidden"]
    world.bar(UP)
    assert world.events(OrderUnknown, OrderFilled) == []
    world.clock.advance(timedelta(minutes=10))
    world.watch()
    assert world.events(OrderNeverSent) == []


def test_an_order_that_has_a_ticket_is_never_given_up(world):
    world.running()
    world.terminal.script = ["hidden"]
    world.bar(UP)
    held = dict(world.terminal.held)
    world.terminal.held.clear()
    world.clock.advance(timedelta(minutes=10))
    world.watch()
    assert world.events(OrderNeverSent) == []
    assert len(world.unsettled()) == 1
    world.terminal.held.update(held)
    world.terminal.invisible.clear()
    world.watch()
    assert len(world.events(OrderFilled)) == 1


def test_a_bot_with_an_open_outcome_does_not_even_claim_its_tick(world):
    world.running()
    world.terminal.script = ["hidden"]
    world.bar(UP)
    world.passed.clear()
    world.bar(DOWN)
    assert world.passed == []


def test_an_unknown_close_that_was_executed_ends_the_position_once(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["unknown_done"]
    world.bar(DOWN)
    (closed,) = world.events(PositionClosed)
    assert closed.cause is ExitCause.SIGNAL
    assert world.unsettled() == ()
    assert len(world.terminal.requests) == 2


def test_an_unknown_close_that_never_arrived_is_tried_again(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["unknown_lost"]
    world.bar(DOWN)
    assert len(world.terminal.held) == 1
    world.clock.advance(SETTLED)
    world.watch()
    (never,) = world.events(OrderNeverSent)
    assert never.purpose is Purpose.CLOSE
    world.bar(DOWN)
    assert len(world.events(PositionClosed)) == 1


def test_a_close_is_not_given_up_while_its_position_is_gone_and_no_deal_tells_why(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["unknown_hidden"]
    world.bar(DOWN)
    world.clock.advance(SETTLED)
    world.watch()
    assert world.events(OrderNeverSent) == []
    world.terminal.invisible.clear()
    world.watch()
    (closed,) = world.events(PositionClosed)
    assert closed.cause is ExitCause.SIGNAL
    assert world.unsettled() == ()


def test_a_stop_that_hit_while_a_close_was_unknown_is_the_cause(world):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.script = ["unknown_lost"]
    world.bar(DOWN)
    world.terminal.hit(ticket, "sl", "98.50")
    world.clock.advance(SETTLED)
    world.watch()
    (closed,) = world.events(PositionClosed)
    assert closed.cause is ExitCause.STOP_LOSS
    assert closed.price == Decimal("98.50")


def test_an_opening_that_was_filled_and_closed_while_unknown_tells_both(world):
    world.running()
    world.terminal.script = ["unknown_done"]
    world.terminal.broken["deals"] = TerminalUnavailable(LinkCause.BROKER_DOWN)
    world.bar(UP)
    assert len(world.unsettled()) == 1
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "tp", "105.00")
    world.terminal.broken.clear()
    world.watch()
    assert [event.code for event in world.events(OrderFilled, PositionClosed)] == [
        "order_filled",
        "position_closed",
    ]
    assert world.events(PositionClosed)[0].cause is ExitCause.TAKE_PROFIT


def test_a_terminal_that_can_not_answer_leaves_the_outcome_unknown(world):
    world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    world.clock.advance(SETTLED)
    world.terminal.broken["deals"] = TerminalUnavailable(LinkCause.BROKER_DOWN)
    world.watch()
    assert world.events(OrderNeverSent) == []
    assert len(world.unsettled()) == 1
    assert len(world.events(LinkLost)) == 1


def test_a_partial_fill_is_told_with_what_was_asked(world):
    world.running()
    world.terminal.script = ["partial"]
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    assert (filled.partial, filled.lots, filled.asked_lots) == (True, Decimal("0.05"), Decimal("0.1"))
    world.bar(DOWN)
    (closed,) = world.events(PositionClosed)
    assert closed.lots == Decimal("0.05")
    assert closed.r == pytest.approx(closed.net / filled.planned_risk)


def test_reconciling_twice_changes_nothing(world):
    world.running()
    world.terminal.script = ["unknown_done"]
    world.bar(UP)
    before = world.codes()
    for _ in range(3):
        world.reconcile()
        world.watch()
    assert world.codes() == before


def test_a_pending_intent_of_a_dead_process_is_settled_like_an_unknown_one(world):
    bot_id = world.running()
    world.terminal.script = ["fill"]

    class Dead(BaseException):
        pass

    def die(step):
        if step == "placed":
            raise Dead

    world.checkpoint = die
    with pytest.raises(Dead):
        world.bar(UP)
    (intent,) = world.unsettled()
    assert intent.state is IntentState.PENDING
    world.checkpoint = world.passed.append
    world.reconcile()
    assert len(world.events(OrderFilled)) == 1
    assert world.read(bot_id).waiting is None


def test_the_last_outcome_of_a_stopping_bot_tells_that_it_has_stopped(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    receipt = world.stop(bot_id)
    assert receipt.outcomes[0].busy
    assert world.events(BotStopped) == []
    world.clock.advance(SETTLED)
    world.watch()
    (stopped,) = world.events(BotStopped)
    assert stopped.bot_id == bot_id
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_another_bots_position_never_explains_an_intent(world):
    first = world.running(name="One")
    second = world.running(name="Two", size=Decimal("0.2"))
    world.terminal.keeps_comments = False
    world.terminal.script = ["fill", "unknown_lost"]
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    other = {first, second} - {filled.bot_id}
    assert {intent.bot_id for intent in world.unsettled()} == other
    world.clock.advance(SETTLED)
    world.watch()
    assert {event.bot_id for event in world.events(OrderNeverSent)} == other


def test_a_reconcile_on_another_account_settles_nothing(world):
    world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    world.terminal.logged_in = replace(world.terminal.logged_in, login=9)
    world.clock.advance(SETTLED)
    world.reconcile()
    world.watch()
    assert len(world.unsettled()) == 1


def test_an_earlier_position_of_the_same_bot_never_explains_an_intent(world):
    world.running()
    world.terminal.keeps_comments = False
    world.terminal.script = ["fill", "fill", "fill", "fill", "unknown_lost"]
    world.bars(UP, DOWN, 110)
    assert [request.side for request in world.terminal.requests][-1] is Side.BUY
    assert len(world.unsettled()) == 1
    world.clock.advance(SETTLED)
    world.watch()
    assert len(world.events(OrderNeverSent)) == 1
    assert len(world.events(OrderFilled)) == 2


def test_a_trade_waits_for_the_order_that_may_explain_it(world):
    bot_id = world.running()
    world.terminal.script = ["hidden"]
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "tp", "105.00")
    world.terminal.invisible.clear()
    watch = world.services.watch
    seen = watch._looks.snapshot_now(world.account, world.terminal)
    watch._closings.collect(world.account, world.terminal, seen, None)
    assert world.trades() == ()
    world.watch()
    (trade,) = world.trades()
    assert trade.bot_id == bot_id
    assert len(world.events(OrderFilled, PositionClosed)) == 2


def test_a_bot_that_is_busy_twice_is_told_as_stopped_once_at_the_end(world):
    bot_id = world.running()
    world.terminal.script = ["unknown_lost"]
    world.checkpoint = lambda step: world.stop(bot_id) if step == "placed" else None
    world.bar(UP)
    assert world.events(BotStopped) == []
    world.clock.advance(SETTLED)
    world.watch()
    world.watch()
    assert len(world.events(BotStopped)) == 1


def test_everything_is_compared_even_when_nothing_is_unsettled(world):
    world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    assert world.unsettled() == ()
    world.reconcile()
    assert len(world.events(PositionClosed)) == 1


def test_deals_that_came_late_are_found_where_the_money_is_not_explained(world):
    world.watch()
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.2")
    world.watch()
    world.terminal.hit(ticket, "client", "100")
    world.terminal.invisible.add(world.terminal.book[-1].ticket)
    world.watch()
    assert world.trades() == ()
    world.terminal.invisible.clear()
    world.watch()
    world.reconcile()
    assert len(world.trades()) == 1


def test_what_happened_while_the_service_was_down_is_told_once_at_the_start(world):
    world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "so", "90")
    again = world.again()
    again.watch()
    again.reconcile()
    again.watch()
    (closed,) = again.events(PositionClosed)
    assert closed.cause is ExitCause.STOP_OUT
