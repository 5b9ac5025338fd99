from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, SizingMethod, Waiting
from bot_service.domain.errors import BotNotFound, ConfirmationRefused, ImpossibleTransition
from bot_service.domain.events import (
    BotsExitOnly,
    BotsStarted,
    BotStopped,
    DueReset,
    OrderFilled,
    ServiceResumed,
)
from bot_service.domain.market import TradeMode
from bot_service.domain.people import Member, Role

UP, DOWN, FLAT = 101, 97, 100


def test_starting_several_bots_is_one_event(world):
    ids = [world.make(name=f"Bot {number}") for number in range(3)]
    receipt = world.start(*ids)
    assert all(outcome.done for outcome in receipt.outcomes)
    (started,) = world.events(BotsStarted)
    assert started.bot_ids == tuple(ids)
    assert {world.read(bot_id).status for bot_id in ids} == {BotStatus.ACTIVE}


def test_a_start_sets_the_last_evaluated_bar_to_the_last_closed_one(world):
    world.clock.advance(timedelta(seconds=20))
    bot_id = world.running()
    assert world.read(bot_id).last_evaluated_bar == world.newest_close() - timedelta(minutes=1)


def test_an_active_bot_is_done_and_not_told_again(world):
    bot_id = world.running()
    assert world.start(bot_id).outcomes[0].done
    assert len(world.events(BotsStarted)) == 1


def test_what_can_not_be_started_is_listed_and_the_others_start(world):
    bot_id = world.make()
    missing, good = world.start(999, bot_id).outcomes
    assert isinstance(missing.error, BotNotFound)
    assert good.done


def test_a_faulted_bot_can_be_started_again(world):
    bot_id = world.running()
    world.terminal.script = ["reject:10027:disabled"]
    world.bar(UP)
    assert world.read(bot_id).status is BotStatus.ERROR
    world.start(bot_id)
    bot = world.read(bot_id)
    assert (bot.status, bot.fault) == (BotStatus.ACTIVE, None)
    world.bar(DOWN)
    assert len(world.events(OrderFilled)) == 1


def test_a_bot_of_an_account_with_a_lost_link_waits_from_the_start(world):
    world.terminal.cut()
    world.terminal.broken.pop("instrument", None)
    bot_id = world.make()
    world.watch()
    world.start(bot_id)
    assert world.read(bot_id).waiting is Waiting.LINK_LOST


def test_the_first_start_on_a_real_account_is_confirmed_once(world):
    world.terminal.logged_in = replace(world.terminal.logged_in, trade_mode=TradeMode.REAL)
    real = world.again()
    bot_id = real.make()
    (outcome,) = real.start(bot_id).outcomes
    assert isinstance(outcome.error, ConfirmationRefused)
    assert outcome.error.reason == "real_account"
    assert real.read(bot_id).status is BotStatus.STOPPED
    assert real.control.start_all_preview(real.actor()).needs_real_confirmation
    real.control.confirm_real(real.actor(), [bot_id])
    assert real.start(bot_id).outcomes[0].done
    real.stop()
    assert real.start(bot_id).outcomes[0].done


def test_start_all_shows_what_it_would_start_and_the_largest_loss(world):
    world.running(name="runs already")
    percent = world.make(name="percent", sizing=SizingMethod.RISK_PERCENT, size=Decimal(1))
    fixed = world.make(name="fixed")
    world.watch()
    preview = world.control.start_all_preview(world.actor())
    assert [bot.id for bot in preview.bots] == [percent, fixed]
    # 1 % of 10,000 and 0.10 lots x (2 ATR + nothing) x 10 per 1.0; ATR of these bars is 1.0
    assert preview.losses["USD"] == pytest.approx(Decimal(100) + Decimal("0.10") * 2 * 10, abs=Decimal("0.2"))


def test_the_largest_loss_is_none_when_it_can_not_be_known(world):
    world.make()
    world.terminal.cut()
    assert world.control.start_all_preview(world.actor()).losses == {"USD": None}


def test_start_all_offers_the_bots_that_were_stopped_together_last(world):
    one, two, three = (world.running(name=f"Bot {number}") for number in range(3))
    world.stop(one)
    world.clock.advance(timedelta(minutes=1))
    world.stop(two, three)
    preview = world.control.start_all_preview(world.actor())
    assert preview.last_batch == (two, three)
    assert preview.last_stopped_at == world.clock.now()
    world.control.start_all(world.actor(), preview.last_batch)
    assert world.read(one).status is BotStatus.STOPPED
    assert world.read(two).status is BotStatus.ACTIVE


def test_exit_only_needs_a_running_bot(world):
    bot_id = world.make()
    (outcome,) = world.control.exit_only(world.actor(), [bot_id]).outcomes
    assert isinstance(outcome.error, ImpossibleTransition)
    world.start(bot_id)
    assert world.control.exit_only(world.actor(), [bot_id]).outcomes[0].done
    assert world.read(bot_id).status is BotStatus.EXIT_ONLY
    assert world.control.exit_only(world.actor(), [bot_id]).outcomes[0].done
    assert len(world.events(BotsExitOnly)) == 1


def test_a_late_exit_only_spares_a_bot_that_was_started_after_it_was_sent(world):
    sent_at = world.clock.now()
    world.clock.advance(timedelta(minutes=5))
    bot_id = world.running()
    (outcome,) = world.control.exit_only(world.actor(sent_at), [bot_id]).outcomes
    assert not outcome.done
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_an_exit_only_bot_can_be_started_again(world):
    bot_id = world.running()
    world.control.exit_only(world.actor(), [bot_id])
    world.start(bot_id)
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_running_bots_go_on_after_a_restart_and_the_service_says_how_long_it_was_away(world):
    active = world.running(name="active")
    leaving = world.running(name="leaving")
    world.bar(UP)
    world.control.exit_only(world.actor(), [leaving])
    stopped = world.running(name="stopped")
    world.stop(stopped)
    world.watch()
    world.clock.advance(timedelta(minutes=10))
    again = world.again()
    again.watch()
    assert again.control.resume() == (active, leaving)
    (resumed,) = again.events(ServiceResumed)
    assert resumed.resumed == (active, leaving)
    assert (resumed.positions, resumed.without_stop, resumed.down_s) == (2, 0, 600)
    again.terminal.closes.extend([101.0] * 10)
    again.bar(DOWN)
    assert len(again.terminal.held) == 1


def test_a_first_start_of_the_service_says_nothing(world):
    assert world.control.resume() == ()
    assert world.events(ServiceResumed) == []


def test_a_bar_that_closed_while_the_service_was_down_is_looked_at_at_once(world):
    world.running()
    world.bar(FLAT)
    world.terminal.add_bar(UP)
    again = world.again()
    again.clock.advance(timedelta(minutes=1, seconds=10))
    again.control.resume()
    again.advance(timedelta(seconds=1))
    assert len(again.events(OrderFilled)) == 1


def test_a_stop_wins_over_the_resume(world):
    bot_id = world.running()
    again = world.again()
    again.stop()
    assert again.control.resume() == ()
    again.bars(UP, DOWN)
    assert again.read(bot_id).status is BotStatus.STOPPED
    assert again.terminal.requests == []


def test_a_stop_right_after_the_resume_wins_too(world):
    world.running()
    again = world.again()
    again.control.resume()
    again.stop()
    again.bars(UP, DOWN)
    assert again.terminal.requests == []


def test_a_bot_that_died_stopping_is_told_as_stopped_after_the_restart(world):
    bot_id = world.running()

    class Dead(BaseException):
        pass

    def die(step):
        if step == "claimed":
            world.stop(bot_id)
            world.services.cycle._claims.release = lambda _: None
            raise Dead

    world.checkpoint = die
    with pytest.raises(Dead):
        world.bar(UP)
    assert world.events(BotStopped) == []
    world.again().control.resume()
    assert [event.bot_id for event in world.events(BotStopped)] == [bot_id]


def test_a_claim_of_a_dead_process_does_not_stop_the_bot_for_ever(world):
    bot_id = world.running()
    with world.database.write() as uow:
        uow.bots.claim(bot_id, world.clock.now(), world.read(bot_id).due_at, world.clock.now())
        uow.commit()
    again = world.again()
    again.control.resume()
    again.bar(UP)
    assert len(again.events(OrderFilled)) == 1


def test_a_tick_of_a_dead_process_makes_nobody_busy(world):
    bot_id = world.running()
    with world.database.write() as uow:
        assert uow.bots.claim(bot_id, world.clock.now(), world.read(bot_id).due_at, world.clock.now())
        uow.commit()
    again = world.again()
    again.control.begin()
    assert not again.stop(bot_id).outcomes[0].busy


def test_nothing_is_sent_after_a_restart_before_the_updates_were_read(world):
    bot_id = world.running()
    world.bar(UP)
    world.terminal.script = ["reject:10018:closed"]
    world.bar(DOWN)
    world.clock.advance(timedelta(minutes=1))
    sent = len(world.terminal.requests)
    again = world.again()
    again.control.begin()
    again.watch()
    assert len(again.terminal.requests) == sent
    again.stop(bot_id)
    again.control.resume()
    again.watch()
    assert len(again.terminal.requests) == sent


def test_a_due_time_far_ahead_is_told_and_reset_at_the_restart(world):
    bot_id = world.running()
    with world.database.write() as uow:
        uow.bots.save(replace(uow.bots.get(bot_id), due_at=world.clock.now() + timedelta(days=2)))
        uow.commit()
    again = world.again()
    again.control.resume()
    assert len(again.events(DueReset)) == 1
    again.bar(UP)
    assert len(again.events(OrderFilled)) == 1


def test_the_starter_gets_no_alert_and_the_others_do(world):
    with world.database.write() as uow:
        for user_id, role in ((1001, Role.OWNER), (2002, Role.VIEWER)):
            uow.people.add(Member(user_id, user_id, role, "en", "UTC"))
        uow.commit()
    bot_id = world.make()
    with world.database.read() as uow:
        before = uow.outbox.pending()
    world.start(bot_id)
    with world.database.read() as uow:
        assert uow.outbox.pending() == before + 1
