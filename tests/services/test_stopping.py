from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.errors import BotNotFound
from bot_service.domain.events import (
    BotsStopping,
    BotStopped,
    OrderFilled,
    PositionClosed,
    StoppedFromConsole,
)
from bot_service.domain.trading import Side

UP, DOWN, FLAT = 101, 97, 100


def test_stopping_without_ids_stops_every_bot(world):
    ids = [world.running(name=f"Bot {number}") for number in range(3)]
    receipt = world.stop()
    assert {outcome.bot_id for outcome in receipt.outcomes if outcome.done} == set(ids)
    assert {world.read(bot_id).status for bot_id in ids} == {BotStatus.STOPPED}
    (stopping,) = world.events(BotsStopping)
    assert stopping.bot_ids == tuple(ids)


def test_a_stopped_bot_never_ticks_again(world):
    world.running()
    world.stop()
    world.bars(UP, DOWN, 104)
    assert world.passed == []
    assert world.terminal.requests == []


def test_a_stop_wins_over_a_waiting_tick(world):
    bot_id = world.running()
    world.terminal.add_bar(UP)
    world.clock.set(world.read(bot_id).due_at + timedelta(minutes=1))
    world.lanes._working = True
    world.tick(bot_id)
    world.stop(bot_id)
    world.lanes._working = False
    assert world.lanes.unfinished_ticks() == frozenset()
    world.watch()
    assert world.terminal.requests == []


@pytest.mark.parametrize("act", ["stop", "edit", "exit_only"])
def test_an_act_between_decision_and_intent_sends_nothing(world, act):
    bot_id = world.running()

    def interfere(step):
        if step != "decided":
            return
        if act == "stop":
            world.stop(bot_id)
        elif act == "exit_only":
            world.control.exit_only(world.actor(), [bot_id])
        else:
            bot = world.read(bot_id)
            settings = replace(bot.settings, parameters={"fast_period": 5, "slow_period": 9})
            world.control.edit(world.actor(), bot_id, bot.version, settings)

    world.checkpoint = interfere
    world.bar(UP)
    assert world.terminal.requests == []
    assert world.unsettled() == ()


def test_a_stop_before_a_close_is_sent_leaves_the_position_to_its_stop(world):
    bot_id = world.running()
    world.bar(UP)
    world.checkpoint = lambda step: world.stop(bot_id) if step == "decided" else None
    world.bar(DOWN)
    assert len(world.terminal.requests) == 1
    assert len(world.terminal.held) == 1


def test_a_stop_between_closing_and_opening_leaves_the_bot_flat(world):
    bot_id = world.running()
    world.bar(UP)

    def stop_after_result(step):
        if step == "result":
            world.stop(bot_id)

    world.checkpoint = stop_after_result
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert len(world.events(PositionClosed)) == 1
    assert len(world.terminal.requests) == 2


def test_a_bot_in_the_middle_of_a_tick_is_busy_and_its_end_is_told(world):
    bot_id = world.running()
    seen = []

    def stop_when_placed(step):
        if step == "placed":
            seen.append(world.stop(bot_id).outcomes[0])
            assert world.events(BotStopped) == []

    world.checkpoint = stop_when_placed
    world.bar(UP)
    assert seen[0].busy
    assert world.codes()[-3:] == ["bots_stopping", "order_filled", "bot_stopped"]
    (stopped,) = world.events(BotStopped)
    assert stopped.bot_id == bot_id


def test_a_bot_that_was_not_busy_gets_no_second_message(world):
    world.running()
    world.stop()
    world.watch()
    assert world.events(BotStopped) == []


def test_a_stop_runs_at_any_age_and_says_it(world):
    bot_id = world.running()
    world.clock.advance(timedelta(hours=5))
    receipt = world.stop(sent_at=world.clock.now() - timedelta(hours=4))
    assert world.read(bot_id).status is BotStatus.STOPPED
    assert receipt.message_age_s == 4 * 3600


def test_a_late_stop_spares_bots_that_were_started_after_it_was_sent(world):
    early = world.running(name="early")
    sent_at = world.clock.now() + timedelta(seconds=5)
    world.clock.advance(timedelta(minutes=2))
    late = world.running(name="late")
    receipt = world.stop(sent_at=sent_at)
    assert receipt.spared == (late,)
    assert [outcome.bot_id for outcome in receipt.outcomes] == [early]
    assert world.read(late).status is BotStatus.ACTIVE
    assert world.stop(late, sent_at=sent_at).spared == (late,)


def test_in_the_second_of_doubt_stopping_wins(world):
    world.clock.advance(timedelta(milliseconds=700))
    bot_id = world.running()
    world.clock.advance(timedelta(milliseconds=200))
    world.stop(bot_id, sent_at=world.clock.now().replace(microsecond=0))
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_a_faulted_and_an_exit_only_bot_are_stopped_too(world):
    leaving = world.running(name="leaving")
    world.control.exit_only(world.actor(), [leaving])
    broken = world.running(name="broken")
    world.terminal.script = ["reject:10027:disabled"]
    world.bar(UP)
    assert world.read(broken).status is BotStatus.ERROR
    world.stop()
    assert {world.read(bot_id).status for bot_id in (leaving, broken)} == {BotStatus.STOPPED}


def test_what_can_not_be_stopped_is_listed_and_the_others_stop(world):
    bot_id = world.running()
    receipt = world.stop(bot_id, 999)
    first, second = receipt.outcomes
    assert first.done
    assert isinstance(second.error, BotNotFound)
    assert not second.done
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_the_receipt_names_the_positions_that_stay_open(world):
    world.limits(open_risk=None)
    mine = world.running()
    world.terminal.enter_by_hand(Side.BUY, "0.4")
    world.bar(UP)
    world.watch()
    world.clock.advance(timedelta(seconds=7))
    receipt = world.stop(mine)
    (line,) = receipt.positions
    assert line.bot.id == mine
    assert line.position.stop_loss is not None
    assert (receipt.age_s, line.currency) == (7, "USD")


def test_stopping_asks_no_terminal(world):
    bot_id = world.running()
    world.terminal.cut()
    world.terminals.clear()
    assert world.stop().outcomes[0].done
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_stopping_twice_is_done_twice_and_told_once(world):
    bot_id = world.running()
    world.stop(bot_id)
    assert world.stop(bot_id).outcomes[0].done
    assert len(world.events(BotsStopping)) == 1


def test_the_asker_gets_the_receipt_and_no_alert(world):
    world.owner()
    world.running()
    with world.database.read() as uow:
        before = uow.outbox.pending()
    world.stop()
    with world.database.read() as uow:
        assert uow.outbox.pending() == before


def test_the_console_stops_all_bots_and_the_chat_is_told(world):
    world.owner()
    ids = (world.running(name="a"), world.running(name="b"))
    assert world.control.console_stop_all() == ids
    assert {world.read(bot_id).status for bot_id in ids} == {BotStatus.STOPPED}
    (told,) = world.events(StoppedFromConsole)
    assert told.bot_ids == ids
    world.bars(UP, DOWN)
    assert world.events(OrderFilled) == []


def test_a_stop_keeps_the_position_watched(world):
    world.running()
    world.bar(UP)
    world.stop()
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.watch()
    assert len(world.events(PositionClosed)) == 1
