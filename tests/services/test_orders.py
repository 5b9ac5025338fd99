from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.bots import BotStatus, Held
from bot_service.domain.events import (
    EntryDenied,
    OrderDelayed,
    OrderFilled,
    OrderNeverSent,
    OrderRejected,
    OtherAccount,
    PositionClosed,
    SignalStale,
    TradingLocked,
)
from bot_service.domain.market import AccountIdentity, TradeLock, TradeMode
from bot_service.domain.trading import DealEntry, IntentState, Purpose, Side
from bot_service.terminals.retcodes import CLASSES

UP, DOWN, FLAT = 101, 97, 100
REQUOTE = "reject:10004:requote"
BUSY = "reject:10024:retry_later"
ALGO_OFF = "reject:10027:algo_off"
SECOND = timedelta(seconds=1)


def later(world, seconds):
    """Let wall and market time pass and the watch look once."""
    world.advance(seconds * SECOND)
    world.watch()


def first_try(world, close):
    """Let a bar close and stop right after the first order that its ticks send."""
    world.terminal.add_bar(close)
    sent = len(world.terminal.requests)
    world.ticker.advance(world.newest_close() + timedelta(minutes=1))
    while len(world.terminal.requests) == sent:
        world.advance(SECOND / 4)


def openings(world):
    return [request for request in world.terminal.requests if request.position_ticket is None]


def closings(world):
    return [request for request in world.terminal.requests if request.position_ticket is not None]


# Requotes


def test_a_requote_is_answered_with_a_new_price_in_the_same_job(world):
    world.running()
    world.terminal.script = ["requote:101.10", "requote:101.15"]
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    assert filled.price == Decimal("101.20")
    assert len({request.ref for request in world.terminal.requests}) == 1
    assert len(world.terminal.requests) == 3
    assert world.events(OrderRejected, OrderDelayed) == []


def test_the_limit_of_an_entry_is_a_share_of_its_stop_distance(world):
    world.running()
    world.bar(UP)
    (request,) = world.terminal.requests
    entry = Decimal(UP) + Decimal("0.05")
    distance = entry - request.stop_loss
    assert request.worst_price == (entry + distance / 10).quantize(Decimal("0.01"), "ROUND_FLOOR")


def test_a_price_that_moved_beyond_the_limit_is_denied_with_its_numbers(world):
    bot_id = world.running()
    world.terminal.script = ["requote:104"]
    world.bar(UP)
    (denied,) = world.events(EntryDenied)
    assert denied.reason == "price_moved"
    assert (denied.numbers["asked_price"], denied.numbers["price_now"]) == ("101.05", "104.05")
    assert Decimal(denied.numbers["dearer"]) == 3
    assert 0 < Decimal(denied.numbers["allowed"]) < 1
    assert world.terminal.held == {}
    assert world.events(OrderRejected) == []
    later(world, 3)
    assert world.read(bot_id).last_evaluated_bar == openings_bar(world)
    assert len(world.terminal.requests) == 2


def openings_bar(world):
    return world.newest_close() - timedelta(minutes=1)


def test_a_price_that_moved_before_the_first_attempt_is_denied_too(world):
    world.running()
    world.terminal.meanwhile = lambda: setattr(world.terminal, "price", Decimal(104))
    world.bar(UP)
    assert [event.reason for event in world.events(EntryDenied)] == ["price_moved"]
    assert world.terminal.held == {}


def test_after_three_requotes_the_entry_waits_and_is_tried_again_while_its_signal_is_fresh(world):
    world.running()
    world.terminal.script = [REQUOTE] * 3
    first_try(world, UP)
    assert len(world.terminal.requests) == 3
    (delayed,) = world.events(OrderDelayed)
    assert (delayed.reject_class, delayed.purpose) == ("requote", Purpose.OPEN)
    later(world, 1)
    assert len(world.terminal.requests) == 3
    later(world, 2)
    assert len(world.terminal.requests) == 4
    assert len(world.events(OrderFilled)) == 1
    assert len({request.ref for request in world.terminal.requests}) == 1
    assert world.events(OrderRejected, SignalStale) == []


def test_an_entry_that_is_never_taken_is_told_as_late_and_not_chased(world):
    world.running()
    world.terminal.script = [REQUOTE] * 50
    world.bar(UP)
    for _ in range(54):
        later(world, 1)
    tries = len(world.terminal.requests)
    assert len(world.events(SignalStale)) == 1
    assert len(world.events(OrderDelayed)) == 1
    later(world, 10)
    assert len(world.terminal.requests) == tries


@pytest.mark.parametrize("act", ["stop", "exit_only", "hold", "edit"])
def test_whatever_forbids_an_entry_wins_between_two_attempts(world, act):
    bot_id = world.running()

    def meanwhile():
        world.terminal.meanwhile = None
        if act == "stop":
            world.stop(bot_id)
        elif act == "exit_only":
            world.control.exit_only(world.actor(), [bot_id])
        elif act == "hold":
            with world.database.write() as uow:
                uow.bots.set_held(bot_id, Held.GUARD)
                uow.commit()
        else:
            bot = world.read(bot_id)
            world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, size=Decimal("0.2")))

    world.terminal.meanwhile = meanwhile
    world.terminal.script = [REQUOTE]
    world.bar(UP)
    later(world, 5)
    assert len(world.terminal.requests) == 1
    assert world.terminal.held == {}
    assert world.unsettled() == ()


def test_a_signal_that_gets_old_between_two_attempts_is_not_sent_again(world):
    world.running()

    def meanwhile():
        world.terminal.meanwhile = None
        world.clock.advance(timedelta(seconds=40))

    world.terminal.meanwhile = meanwhile
    world.terminal.script = [REQUOTE]
    world.bar(UP)
    assert len(world.terminal.requests) == 1
    assert world.terminal.held == {}


def test_a_closing_is_sent_again_without_any_limit(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["requote:90", "requote:80"]
    world.bar(DOWN)
    assert [request.worst_price for request in closings(world)] == [None] * 3
    (closed,) = world.events(PositionClosed)
    assert closed.price == Decimal("79.95")


def test_an_order_that_was_executed_in_spite_of_its_refusal_is_not_sent_again(world):
    world.running()
    world.terminal.script = ["refused_done"]
    world.bar(UP)
    later(world, 1)
    assert len(world.terminal.requests) == 1
    assert len(world.terminal.held) == 1
    assert len(world.events(OrderFilled)) == 1


@pytest.mark.parametrize("fate", ["unknown_done", "unknown_lost", "raise"])
def test_nothing_is_sent_again_once_an_outcome_is_unknown(world, fate):
    world.running()
    world.terminal.script = [REQUOTE, fate]
    world.bar(UP)
    for _ in range(10):
        later(world, 2)
    assert len(world.terminal.requests) == 2
    assert len(world.terminal.held) == (1 if fate == "unknown_done" else 0)
    assert world.unsettled() == ()


# Too many requests


def test_a_busy_broker_gets_a_pause_that_no_bot_breaks(world):
    world.running()
    world.running(name="Other")
    world.terminal.script = [BUSY]
    first_try(world, UP)
    later(world, 1)
    seen = world.stored_account()
    later(world, 0.5)
    assert len(world.terminal.requests) == 1
    assert {event.reject_class for event in world.events(OrderDelayed)} == {"retry_later"}
    assert world.stored_account().market_time > seen.market_time
    later(world, 2)
    later(world, 2)
    assert len(world.terminal.held) == 2
    assert world.events(OrderRejected) == []


def test_pauses_get_longer_and_end_with_an_executed_order(world):
    world.running()
    world.terminal.script = [BUSY] * 3
    first_try(world, UP)
    sent = [world.clock.now()]
    for _ in range(25):
        before = len(world.terminal.requests)
        later(world, 1)
        if len(world.terminal.requests) > before:
            sent.append(world.clock.now())
    gaps = [int((after - before).total_seconds()) for before, after in pairwise(sent)]
    assert len(gaps) == 3
    assert gaps[0] in {1, 2}
    assert gaps[1:] == [5, 10]
    assert world.value(f"sending_paused:{world.account.id}") == ""


def test_an_exit_waits_for_the_pause_and_is_tried_by_the_watch(world):
    world.running()
    world.bar(UP)
    world.terminal.script = [BUSY, BUSY]
    world.bar(DOWN)
    assert len(closings(world)) == 1
    for _ in range(9):
        later(world, 1)
    assert [event.purpose for event in world.events(OrderDelayed)] == [Purpose.CLOSE]
    (closed,) = world.events(PositionClosed)
    assert closed.lots == Decimal("0.1")
    assert len(closings(world)) == 3


def test_a_pause_is_kept_over_a_restart_and_the_entry_goes_on_with_its_own_order(world):
    world.running()
    world.terminal.script = [BUSY]
    world.bar(UP)
    again = world.again()
    again.watch()
    again.control.resume()
    later(again, 1)
    later(again, 3)
    assert len(again.terminal.held) <= 1
    assert len({request.ref for request in again.terminal.requests}) == 1


@pytest.mark.parametrize("act", ["stop", "edit"])
def test_a_waiting_entry_is_forgotten_when_its_bot_is_stopped_or_edited(world, act):
    bot_id = world.running()
    world.terminal.script = [BUSY]
    world.bar(UP)
    if act == "stop":
        world.stop(bot_id)
        world.start(bot_id)
    else:
        bot = world.read(bot_id)
        world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, size=Decimal("0.2")))
    for _ in range(5):
        later(world, 2)
    assert len(world.terminal.requests) == 1


# Algo trading off


def test_algo_trading_off_is_one_alert_and_no_bot_is_at_fault(world):
    first, second = world.running(), world.running(name="Other")

    def press_the_button():
        world.terminal.trade_lock = TradeLock.ALGO_BUTTON

    world.terminal.meanwhile = press_the_button
    world.terminal.script = [ALGO_OFF]
    world.bar(UP)
    assert len(world.events(TradingLocked)) == 1
    assert world.events(OrderRejected) == []
    assert {world.read(one).status for one in (first, second)} == {BotStatus.ACTIVE}
    world.terminal.meanwhile = world.terminal.trade_lock = None
    later(world, 3)
    assert world.read(first).waiting is None
    world.bar(DOWN)
    assert len(world.terminal.held) == 2


def test_a_refusal_of_algo_trading_that_the_account_does_not_show_is_told_once(world):
    world.running()
    world.running(name="Other")
    world.terminal.script = [ALGO_OFF] * 3
    world.bars(UP, DOWN)
    assert len(world.events(OrderRejected)) == 1
    assert len(world.terminal.held) == 1


# Other refusals


def test_a_limit_of_the_broker_is_told_once_a_day(world):
    world.running()
    world.terminal.script = ["reject:10040:limit"] * 3
    world.bars(UP, DOWN, 110)
    assert len(world.terminal.requests) == 3
    assert len(world.events(OrderRejected)) == 1


@pytest.mark.parametrize("fate", ["reject:10021:no_quotes", "reject:10028:locked"])
def test_what_passes_in_seconds_is_waited_for(world, fate):
    world.running()
    world.terminal.script = [fate]
    world.bar(UP)
    assert len(world.terminal.requests) == 1
    later(world, 3)
    assert len(world.events(OrderFilled)) == 1
    assert world.events(OrderRejected) == []


@pytest.mark.parametrize("fate", ["reject:10006:reject", "reject:10013:config", "reject:10019:funds"])
def test_what_no_time_mends_is_told_and_not_sent_again(world, fate):
    world.running()
    world.terminal.script = [fate]
    world.bar(UP)
    for _ in range(5):
        later(world, 3)
    assert len(world.terminal.requests) == 1
    assert len(world.events(OrderRejected)) == 1


def test_an_order_on_another_account_is_not_sent_and_the_watch_holds_its_bots(world):
    bot_id = world.running()
    world.terminal.script = ["reject:0:other_account"]
    world.terminal.meanwhile = lambda: setattr(
        world.terminal, "logged_in", AccountIdentity("Elsewhere", 9, TradeMode.REAL)
    )
    world.bar(UP)
    assert world.terminal.held == {}
    assert len(world.events(OrderNeverSent)) == 1
    assert len(world.events(OtherAccount)) == 1
    assert world.read(bot_id).held is Held.OTHER_ACCOUNT


def test_the_rest_of_a_partly_executed_exit_follows_within_seconds(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["partial"]
    world.bar(DOWN)
    assert [request.side for request in openings(world)] == [Side.BUY]
    later(world, 3)
    assert [request.lots for request in closings(world)] == [Decimal("0.10"), Decimal("0.05")]
    (closed,) = world.events(PositionClosed)
    assert closed.lots == Decimal("0.1")
    assert world.trades()[0].r == closed.r


# What is remembered and told


def test_the_filling_mode_is_remembered_over_a_restart_and_forgotten_when_refused(world):
    world.running()
    world.terminal.filling = 1
    world.bar(UP)
    assert world.terminal.requests[0].filling is None
    again = world.again()
    again.watch()
    again.control.resume()
    again.bar(DOWN)
    assert {request.filling for request in again.terminal.requests[1:]} == {1}
    again.terminal.script, again.terminal.filling = ["reject:10030:filling"], None
    again.bar(110)
    later(again, 3)
    assert [request.filling for request in again.terminal.requests[-3:]] == [1, None, None]


def test_slippage_worth_telling_is_told_in_money_and_the_risk_is_that_of_the_fill(world):
    world.running()
    world.terminal.slip = Decimal("0.60")
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    (position,) = world.terminal.held.values()
    assert filled.slippage == Decimal("0.60")
    assert filled.beyond_limit
    commission = Decimal("0.70")
    assert filled.planned_risk == (position.price_open - position.stop_loss) + commission
    world.terminal.hit(position.ticket, "sl", str(position.stop_loss))
    world.watch()
    (closed,) = world.events(PositionClosed)
    assert round(closed.r, 4) == -1


def test_small_slippage_is_not_told(world):
    world.running()
    world.terminal.slip = Decimal("0.05")
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    assert filled.slippage is None
    assert not filled.beyond_limit


def test_slippage_is_told_when_only_reconciling_finds_the_fill(world):
    world.running()
    world.terminal.slip = Decimal("0.60")
    world.terminal.script = ["unknown_done"]
    world.bar(UP)
    later(world, 2)
    (filled,) = world.events(OrderFilled)
    assert filled.slippage == Decimal("0.60")


WORLDS = count()
NO_REFUSAL = {"done", "placed", "unknown"}
REFUSALS = [f"reject:{code}:{kind}" for code, kind in CLASSES.items() if kind not in NO_REFUSAL]
FATES = [*REFUSALS, "fill", "partial", "unknown_done", "unknown_lost", "hidden", "raise", "refused_done"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(st.sampled_from(FATES), max_size=8),
    closes=st.lists(st.sampled_from([UP, DOWN, FLAT]), min_size=1, max_size=3),
)
def test_no_sequence_of_answers_opens_two_positions_for_one_signal(make_world, fates, closes):
    world = make_world(f"codes{next(WORLDS)}.sqlite3")
    world.running()
    world.terminal.script = list(fates)
    for close in closes:
        world.bar(close)
        for _ in range(8):
            later(world, 3)
            world.terminal.invisible.clear()
    opened = [deal for deal in world.terminal.book if deal.magic and deal.entry is DealEntry.IN]
    assert len({deal.comment for deal in opened}) == len(opened)
    assert len(world.terminal.held) <= 1
    told = [event.position_id for event in world.events(OrderFilled)]
    assert sorted(told) == sorted(deal.position_id for deal in opened)
    with world.database.read() as uow:
        bars = [uow.intents.by_ref(world.account.id, deal.comment).bar_time for deal in opened]
        states = {uow.intents.by_ref(world.account.id, deal.comment).state for deal in opened}
    assert len(set(bars)) == len(bars)
    assert states <= {IntentState.FILLED, IntentState.PARTIAL}
