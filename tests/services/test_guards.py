"""Limits of an account: they hold entries, tell it once, lift by themselves, and never hold an exit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.errors import ConfirmationRefused, NothingHeld
from bot_service.domain.events import (
    BotRunaway,
    DailyLossHit,
    DailyLossNear,
    EntryDenied,
    GuardClosing,
    GuardLifted,
    LimitsChanged,
    MarginFine,
    MarginLow,
    OrderFilled,
    PositionClosed,
)
from bot_service.domain.guards import DailyLoss, GuardAction, GuardEnd
from bot_service.domain.market import Timeframe
from bot_service.domain.risk import DenialReason
from bot_service.domain.trading import ExitCause, Side
from tests.services.guard_steps import lose, pay

UP, DOWN = 101, 97
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
CLOSES = DailyLoss(action=GuardAction.CLOSE)


def test_a_hit_limit_holds_all_entries_and_never_an_exit(world):
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    lose(world, 505)
    (hit,) = world.events(DailyLossHit)
    assert hit.loss >= hit.limit == 500
    assert world.bot(bot_id).held is Held.GUARD
    world.bar(DOWN)
    assert [item.cause for item in world.events(PositionClosed)] == [ExitCause.SIGNAL]
    assert len(world.events(OrderFilled)) == 1
    other = world.running(name="Later")
    assert world.bot(other).held is Held.GUARD


def test_eighty_percent_warns_once(world):
    world.watch()
    lose(world, 410)
    world.watch()
    (near,) = world.events(DailyLossNear)
    assert 400 <= near.loss < near.limit
    assert world.events(DailyLossHit) == []


def test_it_is_told_once_and_lifts_itself_at_the_reset(world):
    bot_id = world.running()
    world.watch()
    ticket = lose(world, 600)
    world.watch()
    world.terminal.hit(ticket, "client", str(world.terminal.price))
    world.advance(DAY)
    world.watch()
    assert len(world.events(DailyLossHit)) == 1
    assert len(world.events(GuardLifted)) == 1
    assert world.bot(bot_id).held is None


def test_until_the_owner_lifts_it_means_until_then(world):
    world.limits(daily=DailyLoss(until=GuardEnd.OWNER))
    bot_id = world.running()
    world.watch()
    lose(world, 600)
    world.advance(DAY)
    world.watch()
    assert world.bot(bot_id).held is Held.GUARD
    world.services.limits.lift(world.actor())
    assert world.bot(bot_id).held is None
    assert world.events(GuardLifted)[-1].actor == 1001
    world.watch()
    assert world.bot(bot_id).held is None
    with pytest.raises(NothingHeld):
        world.services.limits.lift(world.actor())


def test_a_hold_survives_a_restart(world):
    bot_id = world.running()
    world.watch()
    lose(world, 600)
    again = world.again()
    again.watch()
    assert again.bot(bot_id).held is Held.GUARD
    assert len(again.events(DailyLossHit)) == 1


def test_a_withdrawal_is_no_loss_also_while_its_deal_is_not_read_yet(world):
    world.watch()
    world.terminal.balance -= 3000
    for _ in range(5):
        world.watch()
        world.advance(timedelta(seconds=3))
    assert world.events(DailyLossHit) == []


def test_money_that_came_does_not_hide_a_loss(world):
    world.watch()
    pay(world, 5000)
    lose(world, 510)
    assert len(world.events(DailyLossHit)) == 1


def test_money_that_nobody_explains_hides_a_loss_for_half_a_minute_at_most(world):
    world.watch()
    world.terminal.balance += 5000
    lose(world, 510)
    assert world.events(DailyLossHit) == []
    world.advance(timedelta(seconds=30))
    world.watch()
    assert len(world.events(DailyLossHit)) == 1


def test_with_the_action_close_everything_is_closed_again_and_again_and_what_is_left_is_told(world):
    world.limits(daily=CLOSES)
    world.running()
    world.bar(UP)
    world.watch()
    world.terminal.script = ["reject:10018:closed", "reject:10018:closed"]
    lose(world, 505)
    (first,) = world.events(GuardClosing)
    assert first.left == 2
    assert len(first.tickets) == 2
    world.advance(timedelta(seconds=31))
    world.watch()
    assert world.terminal.held == {}
    assert world.events(GuardClosing)[-1].left == 0
    world.watch()
    assert ExitCause.GUARD in {item.cause for item in world.events(PositionClosed)}
    assert len(world.events(GuardClosing)) == 2


def test_without_the_action_close_nothing_is_closed(world):
    world.watch()
    lose(world, 600)
    world.watch()
    assert len(world.terminal.held) == 1
    assert world.events(GuardClosing) == []


def test_all_stops_together_may_lose_only_so_much_and_the_denial_has_its_numbers(world):
    for _ in range(2):
        ticket = world.terminal.enter_by_hand(Side.BUY, "10.00")
        world.terminal.by_hand(ticket, stop_loss=Decimal("97.05"))
    world.running()
    world.bar(UP)
    (denied,) = world.events(EntryDenied)
    assert denied.reason == DenialReason.OPEN_RISK
    assert Decimal(denied.numbers["percent"]) >= Decimal("5.9")
    assert Decimal(denied.numbers["after_percent"]) > 6


def test_a_position_without_a_stop_holds_entries_until_it_has_one(world):
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.10")
    world.running()
    world.bar(UP)
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.NO_STOP_OPEN]
    world.terminal.by_hand(ticket, stop_loss=Decimal(95))
    world.bar(DOWN)
    assert len(world.events(OrderFilled)) == 1


def test_bets_on_one_side_of_a_currency_are_limited_too(world):
    world.limits(open_risk=None, currency_risk=Decimal("0.01"))
    world.running()
    world.bar(UP)
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.CURRENCY_RISK]


def test_a_bot_enters_only_so_often_a_day(world):
    world.limits(entries_a_day=2, losses=None)
    world.running()
    world.bars(UP, DOWN, 103, 95, 105)
    assert len(world.events(OrderFilled)) == 2
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.TOO_MANY_ENTRIES]


def test_losses_in_a_row_hold_a_bot_until_a_person_lets_it_go_on(world):
    world.limits(losses=2)
    bot_id = world.running()
    other = world.running(name="Other", timeframe=Timeframe.H4)
    for close in (UP, DOWN):
        world.bar(close)
        (ticket,) = world.terminal.held
        side = world.terminal.held[ticket].side
        world.terminal.hit(ticket, "sl", str(close - side.sign))
        world.watch()
    (astray,) = world.events(BotRunaway)
    assert (astray.bot_id, astray.cause, astray.times) == (bot_id, "losses", 2)
    assert world.bot(bot_id).held is Held.RUNAWAY
    assert world.bot(other).held is None
    filled = len(world.events(OrderFilled))
    world.services.runaways.go_on(world.actor(), bot_id)
    world.watch()
    assert world.bot(bot_id).held is None
    world.bars(103, 95, 105)
    assert len(world.events(OrderFilled)) > filled


def test_rejections_in_a_row_hold_a_bot(world):
    bot_id = world.running()
    world.terminal.script = ["reject:10006:reject"] * 9
    world.bars(UP, DOWN, 103, 95, 105)
    (astray,) = world.events(BotRunaway)
    assert (astray.cause, astray.times) == ("rejections", 3)
    assert world.bot(bot_id).held is Held.RUNAWAY


def test_a_low_margin_level_is_told_once_per_crossing(world):
    world.watch()
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.01")
    world.limits(margin_level=Decimal(200_000))
    for _ in range(3):
        world.watch()
    (low,) = world.events(MarginLow)
    assert not low.near_call
    world.terminal.hit(ticket, "client", "100")
    world.watch()
    world.watch()
    assert len(world.events(MarginFine)) == 1


def test_what_protects_less_needs_a_confirmation_and_everybody_is_told(world):
    limits = world.services.limits
    draft = limits.draft(None, ["daily", "8"])
    with pytest.raises(ConfirmationRefused):
        limits.change(world.actor(), draft)
    limits.change(world.actor(), draft, confirmed=True)
    assert world.events(LimitsChanged)[-1].weaker
    limits.change(world.actor(), limits.draft(None, ["daily", "3"]))
    assert not world.events(LimitsChanged)[-1].weaker
    with pytest.raises(ConfirmationRefused):
        limits.change(world.actor(), draft, confirmed=True)


def test_the_view_shows_what_is_used_without_asking_the_terminal(world):
    world.watch()
    lose(world, 250)
    world.terminal.cut()
    (shown,) = world.services.limits.view().accounts
    assert shown.day.limit == 500
    assert 250 <= shown.day.loss <= 260
    assert shown.exposure.total > 0
