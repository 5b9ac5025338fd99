from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import Held, magic_of
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import (
    OrderFilled,
    OrderNeverSent,
    PositionClosed,
    SecondCopyListens,
    SecondCopyOver,
    SecondCopyTrades,
    TelegramRestored,
    UnknownPosition,
)
from bot_service.domain.trading import Side

UP, DOWN, FLAT = 101, 97, 100
LATER = timedelta(seconds=11)


def other_copy_buys(world, bot_id: int) -> int:
    magic = magic_of(world.account.magic_block, bot_id)
    return world.terminal.enter_by_hand(Side.BUY, "0.5", magic)


def look_twice(world) -> None:
    world.watch()
    world.clock.advance(LATER)
    world.watch()


def held_by_another(world) -> int:
    bot_id = world.running()
    world.watch()
    other_copy_buys(world, bot_id)
    look_twice(world)
    return bot_id


def test_deals_with_our_number_that_no_intent_explains_hold_entries_and_are_told_once(world):
    bot_id = held_by_another(world)
    look_twice(world)
    (told,) = world.events(SecondCopyTrades)
    assert (told.side, told.lots, told.symbol) == (Side.BUY, Decimal("0.5"), "EURUSD")
    assert world.read(bot_id).held is Held.SECOND_COPY
    world.bars(FLAT, UP)
    assert world.terminal.requests == []


def test_a_deal_counts_as_somebody_elses_only_after_our_books_had_time(world):
    bot_id = world.running()
    world.watch()
    other_copy_buys(world, bot_id)
    world.watch()
    world.watch()
    assert world.events(SecondCopyTrades) == []
    assert world.read(bot_id).held is None
    world.clock.advance(LATER)
    world.watch()
    assert len(world.events(SecondCopyTrades)) == 1


def test_nothing_is_called_a_second_copy_while_an_own_order_has_no_outcome(world):
    bot_id = world.running()
    world.watch()
    world.terminal.script = ["hidden"]
    world.bar(UP)
    assert len(world.unsettled()) == 1
    other_copy_buys(world, bot_id)
    world.terminal.keeps_comments = False
    look_twice(world)
    assert len(world.unsettled()) == 1
    assert world.events(SecondCopyTrades) == []
    world.terminal.invisible.clear()
    look_twice(world)
    assert world.unsettled() == ()
    assert len(world.events(SecondCopyTrades)) == 1


def test_a_second_copy_holds_bots_that_start_later(world):
    held_by_another(world)
    later = world.running(name="Later")
    assert world.read(later).held is Held.SECOND_COPY
    world.bars(FLAT, UP)
    assert world.terminal.requests == []


def test_exits_go_on_while_a_second_copy_holds_entries(world):
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    other_copy_buys(world, bot_id)
    look_twice(world)
    assert world.read(bot_id).held is Held.SECOND_COPY
    world.bar(DOWN)
    assert len(world.events(PositionClosed)) == 1


def test_the_owner_says_that_the_other_copy_is_off_and_entries_go_on(world):
    bot_id = held_by_another(world)
    world.limits(open_risk=None)  # the other copy's position has no stop
    world.services.holding.other_copy_is_off(world.actor())
    assert world.read(bot_id).held is None
    assert [event.actor for event in world.events(SecondCopyOver)] == [1001]
    look_twice(world)
    assert world.read(bot_id).held is None
    world.bars(FLAT, UP)
    assert len(world.terminal.requests) == 1
    with pytest.raises(NothingHeld):
        world.services.holding.other_copy_is_off(world.actor())


def test_new_deals_of_the_other_copy_are_told_again(world):
    bot_id = held_by_another(world)
    world.services.holding.other_copy_is_off(world.actor())
    other_copy_buys(world, bot_id)
    look_twice(world)
    assert len(world.events(SecondCopyTrades)) == 2
    assert world.read(bot_id).held is Held.SECOND_COPY


def test_a_copy_that_closes_our_position_is_a_second_copy(world):
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    (position,) = world.terminal.held.values()
    exit_price = Decimal("100.95")
    world.terminal._end(position, position.lots, exit_price, "expert", position.magic, "ffffffffffffffff")
    look_twice(world)
    assert len(world.events(SecondCopyTrades)) == 1
    assert world.read(bot_id).held is Held.SECOND_COPY


@pytest.mark.parametrize("reason", ["sl", "tp", "so", "client", "mobile", "web"])
def test_a_position_that_the_broker_or_a_hand_closes_is_no_second_copy(world, reason):
    world.running()
    world.bar(UP)
    world.watch()
    (position,) = world.terminal.held.values()
    world.terminal._end(position, position.lots, Decimal("100.95"), reason, position.magic, "")
    look_twice(world)
    assert world.events(SecondCopyTrades) == []


def test_our_own_orders_are_no_second_copy(world):
    bot_id = world.running()
    world.bars(UP, DOWN, UP, DOWN)
    look_twice(world)
    assert world.events(SecondCopyTrades) == []
    assert world.read(bot_id).held is None


@pytest.mark.parametrize("keeps_comments", [True, False])
def test_an_order_whose_outcome_is_unknown_is_no_second_copy(world, keeps_comments):
    world.running()
    world.watch()
    world.terminal.keeps_comments = keeps_comments
    world.terminal.script = ["hidden"]
    world.bar(UP)
    world.terminal.invisible.clear()
    look_twice(world)
    assert world.events(SecondCopyTrades, UnknownPosition) == []
    assert len(world.events(OrderFilled)) == 1


def test_an_order_that_was_given_up_and_arrived_after_all_is_taken_back(world):
    bot_id = world.running()
    world.watch()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    (intent,) = world.unsettled()
    world.clock.advance(timedelta(seconds=6))
    world.watch()
    assert len(world.events(OrderNeverSent)) == 1
    stops = (intent.stop_loss, intent.take_profit)
    late = world.terminal._begin(intent.side, intent.lots, intent.magic, intent.ref, *stops, "expert")
    look_twice(world)
    (filled,) = world.events(OrderFilled)
    assert (filled.position_id, filled.bot_id) == (late.position_id, bot_id)
    assert world.events(SecondCopyTrades, UnknownPosition) == []
    world.bar(DOWN)
    assert len(world.events(PositionClosed)) == 1


def test_a_closing_that_was_given_up_and_arrived_after_all_is_no_second_copy(world):
    world.running()
    world.bar(UP)
    world.terminal.keeps_comments = False
    world.terminal.script = ["unknown_lost"]
    world.bar(DOWN)
    world.terminal.open = False  # so that the exit is not tried again meanwhile
    world.clock.advance(timedelta(seconds=6))
    world.watch()
    (position,) = world.terminal.held.values()
    world.terminal._end(position, position.lots, Decimal(97), "expert", position.magic, "")
    look_twice(world)
    assert world.events(SecondCopyTrades) == []
    assert len(world.events(PositionClosed)) == 1


def test_deals_from_before_the_account_was_met_are_nobodys_copy(world):
    bot_id = world.running()
    other_copy_buys(world, bot_id)
    look_twice(world)
    assert world.events(SecondCopyTrades) == []
    assert len(world.events(UnknownPosition)) == 1


def test_deals_with_other_numbers_are_no_second_copy(world):
    world.running()
    world.watch()
    world.terminal.enter_by_hand(Side.SELL, "0.3", 4711)
    look_twice(world)
    assert world.events(SecondCopyTrades) == []


def test_somebody_elses_reading_of_the_updates_holds_entries_until_it_ends(world):
    bot_id = world.running()
    since = world.clock.now()
    world.clock.advance(timedelta(seconds=61))
    copies = world.services.copies
    copies.listens(since)
    copies.listens(since)
    (told,) = world.events(SecondCopyListens)
    assert told.lasting_s == 61
    assert copies.conflict_since() == since
    assert world.read(bot_id).held is Held.SECOND_COPY
    copies.silent()
    copies.silent()
    assert world.read(bot_id).held is None
    assert len(world.events(SecondCopyOver)) == 1
    assert copies.conflict_since() is None


def test_deals_of_a_copy_that_also_read_the_updates_end_with_its_reading(world):
    bot_id = world.running()
    world.watch()
    since = world.clock.now()
    other_copy_buys(world, bot_id)
    look_twice(world)
    world.clock.advance(timedelta(seconds=60))
    world.services.copies.listens(since)
    world.services.copies.silent()
    assert world.read(bot_id).held is None


def test_deals_of_before_outlive_the_end_of_a_reading(world):
    bot_id = held_by_another(world)
    world.clock.advance(timedelta(seconds=60))
    world.services.copies.listens(world.clock.now())
    world.services.copies.silent()
    assert world.read(bot_id).held is Held.SECOND_COPY


def test_two_accounts_of_one_finding_are_one_line_each(world):
    held_by_another(world)
    world.services.copies.listens(world.clock.now())
    (line,) = world.services.holding.shown().lines
    assert (line.reason, line.bot) == (Held.SECOND_COPY, None)


def test_telegram_that_was_away_for_long_is_told_when_it_is_back(world):
    copies = world.services.copies
    copies.reached_again(timedelta(seconds=59))
    assert world.events(TelegramRestored) == []
    copies.reached_again(timedelta(seconds=75))
    (told,) = world.events(TelegramRestored)
    assert told.lost_s == 75
