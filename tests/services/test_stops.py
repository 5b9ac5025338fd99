"""Rule 23: no position of ours stays without its stop; it gets it, or it is closed, and people are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Fault, Held, SizingMethod, Waiting
from bot_service.domain.errors import AccountDiffers, StopNotPutBack, TerminalUnavailable
from bot_service.domain.events import (
    LinkLost,
    MarketClosed,
    OrderFilled,
    OrderNeverSent,
    OrderRejected,
    OrderUnknown,
    PositionChanged,
    PositionClosed,
    StopMissing,
    StopRemoved,
    StopRestored,
    StopUnmended,
)
from bot_service.domain.market import LinkCause
from bot_service.domain.protection import StopPolicy
from bot_service.domain.trading import ExitCause, Side
from bot_service.terminals.paper import faults

UP, DOWN, FLAT = 101, 97, 100
REFUSED = "reject:10016:invalid_stops"
LOOK = timedelta(seconds=3)


def naked(world, *refusals):
    """Open a position whose stop the broker drops; `refusals` are its answers to the next tries."""
    bot_id = world.running()
    world.terminal.strips = True
    world.terminal.stop_script = list(refusals)
    world.bar(UP)
    world.terminal.strips = False
    (ticket,) = world.terminal.held
    return bot_id, ticket


def look(world, times=1):
    for _ in range(times):
        world.clock.advance(LOOK)
        world.watch()


def closings(world):
    return [request for request in world.terminal.requests if request.position_ticket is not None]


def told(world):
    kinds = (StopMissing, StopRestored, StopUnmended, StopRemoved, PositionChanged, PositionClosed)
    return [event.code for event in world.events(*kinds)]


def test_a_position_opened_without_its_stop_gets_it_and_its_target(world):
    _, ticket = naked(world)
    (intent,) = world.intents()
    look(world, 3)
    position = world.terminal.held[ticket]
    assert (position.stop_loss, position.take_profit) == (intent.stop_loss, intent.take_profit)
    assert told(world) == ["stop_missing", "stop_restored"]
    (missing,), (restored,) = world.events(StopMissing), world.events(StopRestored)
    assert (missing.wanted, restored.stop_loss, missing.policy) == (
        intent.stop_loss,
        intent.stop_loss,
        StopPolicy.CLOSE,
    )
    assert restored.result < 0
    assert restored.subject == missing.subject == f"position:{world.account.id}:{ticket}"
    assert len(world.terminal.stop_requests) == 1
    assert world.terminal.stop_requests[0].expected == world.account.identity


def test_an_opening_tells_the_stop_that_the_broker_really_set(world):
    naked(world)
    (filled,) = world.events(OrderFilled)
    assert (filled.stop_loss, filled.take_profit, filled.planned_risk) == (None, None, None)


def test_an_opening_that_is_found_later_tells_the_stop_that_the_broker_really_set(world):
    world.running()
    world.terminal.strips = True
    world.terminal.script = ["unknown_hidden"]
    world.bar(UP)
    world.terminal.invisible.clear()
    look(world)
    (filled,) = world.events(OrderFilled)
    assert (filled.stop_loss, filled.planned_risk) == (None, None)


def test_a_target_that_the_price_has_passed_does_not_spoil_the_stop(world):
    _, ticket = naked(world)
    world.terminal.price = Decimal(150)
    look(world)
    assert world.terminal.held[ticket].stop_loss is not None
    assert world.terminal.held[ticket].take_profit is None


def test_a_stop_that_is_refused_three_times_closes_the_position_with_the_cause(world):
    bot_id, ticket = naked(world, REFUSED, REFUSED, REFUSED)
    look(world, 2)
    assert closings(world) == []
    look(world, 4)
    assert len(closings(world)) == 1
    assert world.terminal.held == {}
    assert told(world) == ["stop_missing", "position_closed"]
    (closed,) = world.events(PositionClosed)
    assert (closed.bot_id, closed.ticket, closed.cause) == (bot_id, ticket, ExitCause.NO_STOP)
    assert world.trades()[0].cause is ExitCause.NO_STOP
    assert len(world.terminal.stop_requests) == 3
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_a_stop_that_is_refused_for_thirty_seconds_closes_the_position(world):
    naked(world, REFUSED, REFUSED)
    look(world)
    world.clock.advance(timedelta(seconds=28))
    look(world)
    assert world.terminal.held == {}
    assert len(world.terminal.stop_requests) == 2


def test_a_position_whose_price_has_passed_the_stop_is_closed_at_once(world):
    naked(world)
    world.terminal.price = Decimal(50)
    look(world)
    assert world.terminal.held == {}
    assert told(world) == ["stop_missing", "position_closed"]


def test_a_link_that_was_away_gets_its_try_before_the_position_is_closed(world):
    _, ticket = naked(world, "unknown_lost")
    look(world)
    world.terminal.cut()
    world.clock.advance(timedelta(hours=1))
    world.watch()
    assert len(world.events(LinkLost)) == 1
    world.terminal.broken.clear()
    world.watch()
    assert world.terminal.held[ticket].stop_loss is not None
    assert told(world) == ["stop_missing", "stop_restored"]


def test_a_lost_answer_is_asked_again_and_told_once(world):
    _, ticket = naked(world, "unknown_done")
    look(world, 3)
    assert world.terminal.held[ticket].stop_loss is not None
    assert told(world) == ["stop_missing", "stop_restored"]
    assert len(world.terminal.stop_requests) == 1


def test_a_stop_that_is_never_answered_closes_the_position(world):
    naked(world, *["unknown_lost"] * 9)
    look(world, 5)
    assert world.terminal.held == {}
    assert len(world.terminal.stop_requests) == 3


def test_a_closed_market_is_waited_for_and_no_try_is_counted(world):
    _, ticket = naked(world, *["reject:10018:closed"] * 4)
    look(world, 60)
    assert closings(world) == []
    assert len(world.terminal.stop_requests) > 4
    assert world.terminal.held[ticket].stop_loss is not None


def test_with_the_alert_policy_nothing_is_closed_and_the_stop_is_still_tried(world):
    bot_id = world.running()
    world = world.again(stop_policy=StopPolicy.ALERT)
    world.control.resume()
    world.terminal.strips = True
    world.terminal.stop_script = [REFUSED] * 5
    world.bar(UP)
    world.terminal.strips = False
    look(world, 3)
    (unmended,) = world.events(StopUnmended)
    assert (unmended.closing, unmended.cause, unmended.bot_id) == (False, "invalid_stops", bot_id)
    look(world, 100)
    assert closings(world) == []
    assert told(world) == ["stop_missing", "stop_unmended", "stop_restored"]


def test_a_closing_that_is_refused_is_told_repeated_with_growing_gaps_and_tried_until_it_works(world):
    _, ticket = naked(world, *[REFUSED] * 3)
    world.terminal.script = ["reject:10006:reject"] * 40
    look(world, 3)
    (unmended,) = world.events(StopUnmended)
    assert (unmended.closing, unmended.cause, unmended.ticket) == (True, "reject", ticket)
    look(world, 90)
    assert len(world.events(StopUnmended)) == 1
    assert len(closings(world)) == 10
    look(world, 20)
    assert len(world.events(StopUnmended)) == 2
    assert world.events(OrderRejected, OrderNeverSent, MarketClosed) == []
    world.terminal.script = []
    look(world, 11)
    assert told(world) == ["stop_missing", "stop_unmended", "stop_unmended", "position_closed"]


def test_a_market_that_closes_while_closing_leaves_the_bot_as_it_is(world):
    bot_id, _ = naked(world, *[REFUSED] * 3)
    world.terminal.script = ["reject:10018:closed"]
    world.stop()
    look(world, 3)
    (unmended,) = world.events(StopUnmended)
    assert unmended.cause == "closed"
    assert world.read(bot_id).waiting is None
    look(world, 11)
    assert world.terminal.held == {}


def test_a_partly_executed_close_goes_on_with_the_rest(world):
    naked(world, *[REFUSED] * 3)
    world.terminal.script = ["partial"]
    look(world, 5)
    assert world.terminal.held == {}
    assert [request.lots for request in closings(world)] == [Decimal("0.10"), Decimal("0.05")]
    assert told(world) == ["stop_missing", "position_closed"]


@pytest.mark.parametrize("fate", ["unknown_done", "hidden"])
def test_a_closing_whose_answer_is_lost_is_never_doubled(world, fate):
    naked(world, *[REFUSED] * 3)
    world.terminal.script = [fate]
    look(world, 4)
    world.terminal.invisible.clear()
    look(world, 12)
    assert len(closings(world)) == 1
    assert world.events(PositionClosed)[0].cause is ExitCause.NO_STOP
    assert world.unsettled() == ()


def test_a_closing_that_never_arrived_is_sent_again_after_it_is_known(world):
    naked(world, *[REFUSED] * 3)
    world.terminal.script = ["unknown_lost"]
    look(world, 3)
    assert len(closings(world)) == 1
    assert len(world.events(OrderUnknown)) == 1
    look(world, 15)
    assert len(closings(world)) == 2
    assert world.terminal.held == {}
    assert len(world.events(PositionClosed)) == 1


def test_a_stop_set_by_hand_meanwhile_ends_the_closing_and_keeps_the_position(world):
    _, ticket = naked(world, *[REFUSED] * 3)
    world.terminal.script = ["reject:10006:reject"] * 9
    look(world, 3)
    world.terminal.by_hand(ticket, stop_loss=Decimal("98.50"))
    world.terminal.script = []
    world.bar(UP)
    look(world, 30)
    assert ticket in world.terminal.held
    (restored,) = world.events(StopRestored)
    assert restored.stop_loss == Decimal("98.50") != restored.wanted
    assert told(world) == ["stop_missing", "stop_unmended", "stop_restored"]


def test_what_is_being_tried_survives_a_restart(world):
    naked(world, REFUSED, REFUSED, REFUSED)
    look(world, 2)
    again = world.again()
    look(again, 2)
    assert len(again.terminal.stop_requests) == 3
    assert again.terminal.held == {}
    assert told(again) == ["stop_missing", "position_closed"]


@pytest.mark.parametrize("status", ["stopped", "exit_only", "held", "waiting", "error", "edited"])
def test_stop_repair_and_the_closing_are_never_blocked(world, status):
    bot_id, _ = naked(world, REFUSED, REFUSED, REFUSED)
    bring_into(world, bot_id, status)
    look(world, 4)
    assert len(world.terminal.stop_requests) == 3
    assert world.terminal.held == {}
    assert told(world) == ["stop_missing", "position_closed"]


@pytest.mark.parametrize("status", ["stopped", "exit_only", "held", "waiting", "error", "edited"])
def test_a_missing_stop_is_set_whatever_the_bot_does(world, status):
    bot_id, ticket = naked(world)
    bring_into(world, bot_id, status)
    look(world)
    assert world.terminal.held[ticket].stop_loss is not None


def bring_into(world, bot_id, status):
    if status == "stopped":
        world.stop()
    elif status == "exit_only":
        world.control.exit_only(world.actor(), [bot_id])
    elif status == "edited":
        bot = world.read(bot_id)
        world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, name="Other"))
    else:
        with world.database.write() as uow:
            if status == "held":
                uow.bots.set_held(bot_id, Held.PAUSE)
            elif status == "waiting":
                uow.bots.set_waiting(world.account.id, Waiting.MARKET_CLOSED, [bot_id])
            else:
                uow.bots.set_fault(bot_id, Fault.TRADING_DISABLED)
            uow.commit()


def test_on_another_account_nothing_is_set_and_nothing_closed(world):
    naked(world)
    world.terminal.logged_in = replace(world.terminal.logged_in, login=8008)
    look(world, 5)
    assert world.terminal.stop_requests == []
    assert closings(world) == []


def test_a_position_without_an_intent_of_ours_is_left_alone(world):
    world.running()
    world.terminal.enter_by_hand(Side.BUY, "0.1")
    look(world, 3)
    assert world.terminal.stop_requests == []
    assert told(world) == []


def test_many_positions_without_stops_are_mended_each(world):
    world.limits(open_risk=None)  # else the first one without a stop holds the others back
    for number in range(3):
        world.running(name=f"Bot {number}")
    world.terminal.strips = True
    world.bar(UP)
    look(world)
    assert all(position.stop_loss for position in world.terminal.held.values())
    assert len(world.events(StopMissing)) == len(world.events(StopRestored)) == 3


# --- a process that dies


class Killed(BaseException):
    """End the process as kill -9 does."""


@pytest.mark.parametrize("step", ["stop_noted", "stop_placed", "stop_result"])
@pytest.mark.parametrize("occurrence", [1, 2, 3])
def test_a_kill_while_a_stop_is_set_tells_once_and_goes_on(world, step, occurrence):
    _, ticket = naked(world, REFUSED, REFUSED)
    passed = []

    def die(name):
        passed.append(name)
        if passed.count(step) == occurrence:
            raise Killed

    world.checkpoint = die
    with pytest.raises(Killed):
        look(world, 3)
    again = world.again()
    again.lanes._working = False
    look(again, 4)
    assert told(again)[0] == "stop_missing"
    assert len(told(again)) == 2
    assert told(again)[-1] in ("stop_restored", "position_closed")
    assert (ticket in again.terminal.held) == (told(again)[-1] == "stop_restored")


@pytest.mark.parametrize("step", ["intent", "placed", "result"])
def test_a_kill_while_the_position_is_closed_closes_it_once(world, step):
    naked(world, *[REFUSED] * 3)
    begun = {"closing": False}

    def die(name):
        begun["closing"] |= name == "intent"
        if begun["closing"] and name == step:
            raise Killed

    world.checkpoint = die
    with pytest.raises(Killed):
        look(world, 5)
    again = world.again()
    look(again, 20)
    assert again.terminal.held == {}
    assert len(closings(again)) == 1
    assert told(again) == ["stop_missing", "position_closed"]
    assert again.unsettled() == ()


# --- the button


def removed(world):
    bot_id = world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    look(world)
    stop = world.terminal.held[ticket].stop_loss
    world.terminal.by_hand(ticket, stop_loss=None)
    look(world)
    (event,) = world.events(StopRemoved)
    return bot_id, ticket, stop, event


def put_back(world, ticket, removal=1):
    return world.services.stops.put_back(world.actor(), world.account.id, ticket, removal)


def refusal(world, ticket, removal=1):
    with pytest.raises(StopNotPutBack) as raised:
        put_back(world, ticket, removal)
    return raised.value


def test_a_stop_removed_by_hand_is_told_and_left_alone(world):
    _, ticket, stop, event = removed(world)
    look(world, 30)
    assert world.terminal.held[ticket].stop_loss is None
    assert (event.stop_before, event.removal) == (stop, 1)
    assert event.result_before < 0
    assert told(world) == ["stop_removed"]
    assert world.terminal.stop_requests == []


def test_the_button_puts_the_same_stop_back_once(world):
    _, ticket, stop, event = removed(world)
    target = world.terminal.held[ticket].take_profit
    receipt = put_back(world, ticket, event.removal)
    position = world.terminal.held[ticket]
    assert (position.stop_loss, position.take_profit) == (stop, target)
    assert (receipt.restored.stop_loss, receipt.restored.actor) == (stop, 1001)
    assert refusal(world, ticket).reason == "already_set"
    look(world, 3)
    assert told(world) == ["stop_removed", "stop_restored"]


def test_the_button_of_an_earlier_removal_is_worthless(world):
    _, ticket, _, _ = removed(world)
    put_back(world, ticket)
    world.terminal.by_hand(ticket, stop_loss=None)
    look(world)
    assert [event.removal for event in world.events(StopRemoved)] == [1, 2]
    assert refusal(world, ticket, 1).reason == "outdated"
    assert put_back(world, ticket, 2).restored.ticket == ticket


def test_a_stop_that_the_price_has_passed_is_not_put_back_and_the_button_says_so(world):
    _, ticket, stop, _ = removed(world)
    world.terminal.price = Decimal(50)
    error = refusal(world, ticket)
    assert (error.reason, error.stop, error.price) == (
        "past",
        stop,
        world.terminal.positions()[0].price_current,
    )
    assert world.terminal.held[ticket].stop_loss is None


def test_the_broker_may_refuse_the_button_and_it_can_be_pressed_again(world):
    _, ticket, stop, _ = removed(world)
    world.terminal.stop_script = ["reject:10029:frozen"]
    assert refusal(world, ticket).reason == "frozen"
    put_back(world, ticket)
    assert world.terminal.held[ticket].stop_loss == stop


def test_a_lost_answer_of_the_button_is_told_when_the_stop_is_seen(world):
    _, ticket, _, _ = removed(world)
    world.terminal.stop_script = ["unknown_done"]
    assert refusal(world, ticket).reason == "unknown"
    look(world, 2)
    assert told(world) == ["stop_removed", "stop_restored"]


@pytest.mark.parametrize("step", ["stop_noted", "stop_placed"])
def test_a_kill_while_the_button_works_leaves_one_truth(world, step):
    _, ticket, stop, _ = removed(world)

    def die(name):
        if name == step:
            raise Killed

    world.checkpoint = die
    with pytest.raises(Killed):
        put_back(world, ticket)
    again = world.again()
    look(again, 3)
    if step == "stop_noted":
        assert told(again) == ["stop_removed"]
        put_back(again, ticket)
    look(again, 3)
    assert told(again) == ["stop_removed", "stop_restored"]
    assert again.terminal.held[ticket].stop_loss == stop


def test_a_position_that_has_ended_gets_no_stop_back(world):
    _, ticket, _, _ = removed(world)
    world.terminal.hit(ticket, "client", "100.5")
    assert refusal(world, ticket).reason == "position_gone"
    look(world)
    assert refusal(world, ticket).reason == "position_gone"


def test_the_button_does_nothing_on_another_account_or_without_a_terminal(world):
    _, ticket, _, _ = removed(world)
    world.terminal.logged_in = replace(world.terminal.logged_in, login=8008)
    with pytest.raises(AccountDiffers):
        put_back(world, ticket)
    world.terminal.broken["identity"] = TerminalUnavailable(LinkCause.TERMINAL_CLOSED)
    with pytest.raises(TerminalUnavailable):
        put_back(world, ticket)
    assert world.terminal.stop_requests == []


# --- on the paper terminal, whose server checks everything


@pytest.fixture
def broken_world(make_paper_world):
    """A service on a paper terminal whose answers a plan breaks."""

    def build(*broken):
        plan = faults.FaultPlan(broken)
        world = make_paper_world("stops")
        faulty = faults.FaultyApi(world.api, plan)
        world.terminal._link._api = faulty
        world.plan = plan
        world.running(sizing=SizingMethod.FIXED_LOT, size=Decimal("0.01"))
        for _ in range(600):
            world.advance(timedelta(seconds=30))
            if world.terminal.positions():
                break
        assert world.terminal.positions()
        return world

    return build


def test_a_broker_that_strips_the_stop_is_mended_on_the_paper_terminal(broken_world):
    world = broken_world(faults.KINDS["stop_stripped"]())
    assert world.terminal.positions()[0].stop_loss is None
    (intent,) = world.intents()
    look(world)
    (position,) = world.terminal.positions()
    assert (position.stop_loss, position.take_profit) == (intent.stop_loss, intent.take_profit)
    assert told(world)[:2] == ["stop_missing", "stop_restored"]


def test_a_stop_refused_for_ever_closes_the_position_on_the_paper_terminal(broken_world):
    world = broken_world(faults.KINDS["stop_stripped"](), faults.KINDS["stop_refused"]())
    look(world, 5)
    assert world.terminal.positions() == ()
    assert told(world) == ["stop_missing", "position_closed"]
    assert world.events(PositionClosed)[0].cause is ExitCause.NO_STOP
    assert world.plan.counts["stop_refused"] == 3


def test_a_link_lost_in_the_middle_of_setting_a_stop_ends_with_the_stop(broken_world):
    lost = faults.KINDS["lost_answer"]
    world = broken_world(faults.KINDS["stop_stripped"]())
    world.plan.add(lost())
    look(world, 4)
    assert world.terminal.positions()[0].stop_loss is not None
    assert told(world)[:2] == ["stop_missing", "stop_restored"]
    assert told(world).count("stop_restored") == 1
