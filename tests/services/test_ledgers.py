"""The ledger over the whole service: hands at the terminal and in the chat, judged by the bars that followed.

The bot of these tests holds 0.10 lots: a price step of 1.0 is worth 1.00. It buys at 101.05 with its stop at
98.98 and its target at 105.19; opening and closing cost 0.35 each, so it plans to lose 2.07 + 0.70 = 2.77.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.jobs import ReportJob
from bot_service.domain.trading import ExitCause
from bot_service.services import ledgers

D = Decimal
UP = 101
LOOK = timedelta(seconds=3)
PLANNED = D("2.77")
COSTS = D("0.70")


@pytest.fixture
def held(world):
    """The ticket of a bot's long position."""
    world.running()
    world.bar(UP)
    look(world)
    (ticket,) = world.terminal.held
    position = world.terminal.held[ticket]
    assert (position.price_open, position.stop_loss, position.take_profit) == (
        D("101.05"),
        D("98.98"),
        D("105.19"),
    )
    return ticket


@pytest.fixture
def ledger(world):
    """Let the ledger look again, and return what is booked."""

    def read():
        world.clock.advance(ledgers.EVERY)
        world.services.mentoring.run(ReportJob(world.account.id))
        now = world.clock.now()
        with world.database.read() as uow:
            return uow.ledger.done(world.account.id, now - timedelta(days=40), now)

    return read


def look(world):
    world.clock.advance(LOOK)
    world.watch()


def in_r(gained):
    """Return what a price result makes in R, both commissions paid."""
    return ((D(gained) - COSTS) / PLANNED).quantize(D("0.0001"))


def without_bot(world):
    """Let bars go on that no bot acts on."""
    for bot in world.control.console_stop_all():
        assert not world.read(bot).running


def bars(world, *closes):
    for close in closes:
        world.terminal.add_bar(close)
    world.clock.advance(len(closes) * timedelta(minutes=1))


def test_a_close_in_the_terminal_is_judged_by_the_stop_that_came(world, held, ledger):
    # Closed at 101.50: +0.45. The bar of 10:03 opens at 98.00, beyond the stop: -3.05.
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101.2, 101, 98)
    (one,) = ledger()
    assert (one.kind, one.user_id, one.position_id) == (ActKind.CLOSE, None, held)
    assert (one.actual_r, one.rule_r) == (in_r("0.45"), in_r("-3.05"))
    assert (one.rule_cause, one.approximate, one.pending) == (ExitCause.STOP_LOSS, False, False)


def test_a_close_by_command_is_the_persons_and_may_cost_the_target(world, held, ledger):
    # Closed at 101.15: +0.10. The bar of 105 opens at 105.00 and reaches 105.50: target 105.19: +4.14.
    world.terminal.price = D("101.20")
    item = world.services.closing.preview().lines[0].item
    world.services.closing.order(world.actor(), [item])
    look(world)
    bars(world, 102, 103, 104, 105)
    (one,) = ledger()
    assert (one.kind, one.user_id) == (ActKind.CLOSE, 1001)
    assert (one.actual_r, one.rule_r) == (in_r("0.10"), in_r("4.14"))
    assert one.rule_cause is ExitCause.TAKE_PROFIT


def test_a_panic_is_booked_as_one(world, held, ledger):
    world.control.stop(world.actor(), None)
    item = world.services.closing.preview().lines[0].item
    world.services.closing.order(world.actor(), [item], panic=True)
    look(world)
    bars(world, 101, 98)
    (one,) = ledger()
    assert (one.kind, one.user_id, one.rule_cause) == (ActKind.PANIC, 1001, ExitCause.STOP_LOSS)


def test_the_bots_own_signal_ends_the_rule_when_it_ran(world, held, ledger):
    # The averages cross down at 100.4: the bot leaves at the open of the next bar, 100.30: -0.75.
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101, 100.4, 100.3)
    (one,) = ledger()
    assert one.rule_cause is ExitCause.SIGNAL
    assert (one.rule_r, one.difference_r) == (in_r("-0.75"), in_r("0.45") - in_r("-0.75"))


def test_a_bot_that_was_stopped_before_leaves_by_its_levels_only(world, held, ledger):
    without_bot(world)
    bars(world, *[101.0] * 5)
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101, 100.4, 100.3, 100.2)
    (one,) = ledger()
    assert one.pending
    bars(world, *[100.2] * 20, 98.9)
    (one,) = ledger()
    assert (one.pending, one.rule_cause) == (False, ExitCause.STOP_LOSS)


def test_what_is_open_yet_is_pending_and_later_the_same_entry_is_decided(world, held, ledger):
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101.5, 101.6)
    (waiting,) = ledger()
    assert (waiting.pending, waiting.actual_r, waiting.difference_r) == (True, in_r("0.45"), 0)
    bars(world, *[101.7] * 16, 105)
    (decided,) = ledger()
    assert (decided.pending, decided.rule_r) == (False, in_r("4.14"))
    assert (decided.at, decided.position_id) == (waiting.at, waiting.position_id)
    with world.database.read() as uow:
        assert uow.ledger.pending(world.account.id) == ()


def test_a_lost_terminal_leaves_it_pending_and_guesses_nothing(world, held, ledger):
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101, 98)
    broken = dict(world.terminal.broken)
    world.terminal.cut()
    (waiting,) = ledger()
    assert waiting.pending
    world.terminal.broken = broken
    (decided,) = ledger()
    assert (decided.pending, decided.rule_r) == (False, in_r("-3.05"))


def test_bars_that_do_not_reach_back_leave_it_pending(world, held, ledger):
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101, 98)
    whole, first = world.terminal.closes, world.terminal.first_open
    late = len(whole) - 1
    world.terminal.closes, world.terminal.first_open = whole[late:], first + late * timedelta(minutes=1)
    (waiting,) = ledger()
    assert waiting.pending


def test_what_is_decided_is_never_asked_for_again(world, held, ledger):
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    bars(world, 101, 98)
    decided = ledger()
    world.terminal.closes = [120.0] * 400
    assert ledger() == decided


def test_a_stop_moved_away_is_judged_by_the_stop_before(world, held, ledger):
    # Stop 98.98 moved to 97.00 and hit there: -4.05. Untouched, 98.50 opens beyond it: -2.55.
    without_bot(world)
    bars(world, *[101.0] * 5)
    world.terminal.by_hand(held, stop_loss=D("97.00"))
    look(world)
    bars(world, 100, 98.5)
    (waiting,) = ledger()
    assert waiting.pending
    world.terminal.hit(held, "sl", "97.00")
    look(world)
    (one,) = ledger()
    assert (one.kind, one.actual_r, one.rule_r) == (ActKind.MOVE_STOP, in_r("-4.05"), in_r("-2.55"))
    assert one.rule_cause is ExitCause.STOP_LOSS


def test_a_strategy_that_cannot_be_asked_makes_it_approximate(world, held, ledger):
    world.terminal.hit(held, "mobile", "101.50")
    look(world)
    with world.database.write() as uow:
        bot = uow.bots.all()[0]
        settings = replace(bot.settings, strategy="GONE")
        uow.bots.edit(bot, settings, world.clock.now() - timedelta(days=1), 1001)
        uow.commit()
    bars(world, 101, 98)
    (one,) = ledger()
    assert (one.pending, one.approximate, one.rule_cause) == (False, True, ExitCause.STOP_LOSS)


def test_a_position_without_a_plan_is_not_in_the_ledger(world, held, ledger):
    ticket = world.terminal.enter_by_hand(world.terminal.held[held].side, "1.0")
    world.terminal.hit(ticket, "client", "101.50")
    world.terminal.hit(held, "sl", "98.98")
    look(world)
    bars(world, 101, 98)
    assert ledger() == ()


def test_a_pause_is_booked_with_the_trades_that_it_kept_away(world, ledger):
    # No trade before the pause: the bot buys on the bar of 101 and has its stop beyond the open of 97.
    bot_id = world.running()
    bars(world, 100)
    world.services.pausing.pause(world.actor(), world.clock.now() + timedelta(minutes=30), [bot_id])
    bars(world, 101, 101, 97)
    world.services.pausing.end(world.actor())
    bars(world, 97, 97)
    (one,) = ledger()
    assert (one.kind, one.bot_id, one.position_id, one.user_id) == (ActKind.PAUSE, bot_id, None, 1001)
    assert (one.trades, one.approximate, one.pending) == (1, True, False)
    assert one.actual_r == 0
    # Bought at 101.00 (nothing is known of the spread yet), left at 97.00; ATR 1.03 x 2 = 2.07 at risk.
    assert one.rule_r == pytest.approx(D("-1.93"), abs=D("0.02"))


def test_a_pause_without_a_signal_made_no_difference(world, ledger):
    bot_id = world.running()
    bars(world, 100)
    world.services.pausing.pause(world.actor(), world.clock.now() + timedelta(minutes=30), [bot_id])
    bars(world, 100, 100)
    world.services.pausing.end(world.actor())
    bars(world, 100)
    (one,) = ledger()
    assert (one.trades, one.rule_r, one.pending) == (0, 0, False)


def test_a_pause_that_still_holds_is_not_booked_and_a_stopped_bot_has_none(world, ledger):
    stopped, running = world.make(name="Stopped"), world.running()
    world.services.pausing.pause(world.actor(), world.clock.now() + timedelta(minutes=90), [])
    bars(world, 101, 101)
    assert ledger() == ()
    world.services.pausing.end(world.actor())
    bars(world, 101)
    assert [one.bot_id for one in ledger()] == [running]
    assert stopped != running
