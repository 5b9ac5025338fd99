from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Held
from bot_service.domain.errors import SymbolTaken
from bot_service.domain.events import OrderFilled, PositionClosed, PositionShared, PositionUnshared
from bot_service.domain.market import MarginMode
from bot_service.domain.trading import ExitCause, Side

UP, DOWN, FLAT = 101, 97, 100
NET = [MarginMode.NETTING, MarginMode.EXCHANGE]


@pytest.fixture(params=NET)
def netting(world, request):
    world.terminal.margin_mode = request.param
    world.watch()
    return world


def test_a_symbol_has_one_bot_where_positions_are_netted(netting):
    first = netting.make(name="One")
    with pytest.raises(SymbolTaken) as refused:
        netting.make(name="Two")
    assert (refused.value.bot_id, refused.value.name, refused.value.symbol) == (first, "One", "EURUSD")
    netting.make(name="Other", symbol="GBPUSD")


def test_a_symbol_has_one_bot_where_the_oldest_position_closes_first(world):
    world.terminal.fifo_close = True
    world.watch()
    world.make(name="One")
    with pytest.raises(SymbolTaken):
        world.make(name="Two")


def test_a_hedging_account_has_as_many_bots_per_symbol_as_wanted(world):
    world.watch()
    assert world.make(name="One") != world.make(name="Two")


def test_an_edit_to_a_symbol_that_is_taken_is_refused(netting):
    netting.make(name="One")
    other = netting.make(name="Other", symbol="GBPUSD")
    bot = netting.read(other)
    taken = netting.read(1).settings
    with pytest.raises(SymbolTaken):
        netting.control.edit(netting.actor(), other, bot.version, taken)


def test_the_second_of_two_bots_does_not_start_on_an_account_that_has_become_netting(world):
    first, second = world.make(name="One"), world.make(name="Two")
    world.terminal.margin_mode = MarginMode.NETTING
    world.watch()
    assert world.start(first).outcomes[0].done
    (outcome,) = world.start(second).outcomes
    assert isinstance(outcome.error, SymbolTaken)
    assert world.read(second).status is BotStatus.STOPPED


def test_two_running_bots_never_share_a_position_when_the_account_becomes_netting(world):
    ids = [world.running(name="One"), world.running(name="Two")]
    world.terminal.margin_mode = MarginMode.NETTING
    world.watch()
    world.bar(UP)
    assert len(world.terminal.requests) == 1
    assert [world.read(bot_id).held for bot_id in ids].count(Held.POSITION_SHARED) == 1


def test_a_position_that_ends_while_it_is_looked_at_is_nobody_elses(netting):
    bot_id = netting.running()
    netting.bar(UP)
    (position,) = netting.terminal.positions()
    netting.terminal.hit(position.identifier, "sl", "98.50")
    shown = netting.terminal.positions
    netting.terminal.positions = lambda: (position,)
    netting.reconcile()
    netting.terminal.positions = shown
    assert netting.events(PositionShared) == []
    assert netting.read(bot_id).held is None


def test_a_position_by_hand_holds_the_entries_of_its_symbol_and_is_told_once(netting):
    bot_id = netting.running()
    netting.terminal.enter_by_hand(Side.SELL, "0.3")
    netting.watch()
    netting.watch()
    (told,) = netting.events(PositionShared)
    assert (told.bot_id, told.lots, told.own_lots) == (bot_id, Decimal("0.3"), Decimal(0))
    netting.bar(UP)
    assert netting.terminal.requests == []


def test_a_position_that_appears_between_two_watches_stops_the_entry_itself(netting):
    bot_id = netting.running()
    netting.terminal.enter_by_hand(Side.SELL, "0.3")
    netting.bar(UP)
    assert netting.terminal.requests == []
    assert netting.read(bot_id).held is Held.POSITION_SHARED


def test_a_position_of_another_symbol_holds_nothing(netting):
    bot_id = netting.running()
    ticket = netting.terminal.enter_by_hand(Side.SELL, "0.3")
    netting.terminal.held[ticket] = replace(netting.terminal.held[ticket], symbol="GBPUSD")
    netting.watch()
    assert netting.read(bot_id).held is None


def test_entries_go_on_when_the_symbol_is_the_bots_alone_again(netting):
    bot_id = netting.running()
    ticket = netting.terminal.enter_by_hand(Side.SELL, "0.3")
    netting.watch()
    netting.terminal.hit(ticket, "client", "100")
    netting.watch()
    netting.watch()
    assert len(netting.events(PositionUnshared)) == 1
    assert netting.read(bot_id).held is None
    netting.bar(UP)
    assert len(netting.terminal.requests) == 1


def test_our_own_position_holds_nothing(netting):
    bot_id = netting.running()
    netting.bar(UP)
    netting.watch()
    assert netting.events(PositionShared) == []
    assert netting.read(bot_id).held is None


def test_closing_sends_exactly_our_volume_and_leaves_the_rest_alone(netting):
    bot_id = netting.running()
    netting.bar(UP)
    (ticket,) = netting.terminal.held
    netting.terminal.add_by_hand(ticket, "0.4")
    netting.watch()
    (told,) = netting.events(PositionShared)
    assert (told.lots, told.own_lots) == (Decimal("0.5"), Decimal("0.1"))
    netting.bar(DOWN)
    assert netting.terminal.requests[-1].lots == Decimal("0.1")
    assert netting.terminal.held[ticket].lots == Decimal("0.4")
    (closed,) = netting.events(PositionClosed)
    assert (closed.bot_id, closed.lots, closed.cause) == (bot_id, Decimal("0.1"), ExitCause.SIGNAL)
    netting.bars(UP, DOWN)
    assert len(netting.terminal.requests) == 2


def test_what_a_hand_has_closed_of_our_position_is_not_closed_again(netting):
    netting.running()
    netting.bar(UP)
    (position,) = netting.terminal.held.values()
    netting.terminal._end(position, Decimal("0.04"), Decimal(100), "client", 0, "")
    netting.watch()
    netting.bar(DOWN)
    assert netting.terminal.requests[1].lots == Decimal("0.06")
    (closed,) = netting.events(PositionClosed)
    assert closed.lots == Decimal("0.1")


def test_a_reversal_by_hand_ends_our_trade_and_opens_none_of_ours(netting):
    bot_id = netting.running()
    netting.bar(UP)
    (filled,) = netting.events(OrderFilled)
    netting.terminal.turn_by_hand(filled.ticket, "0.3")
    netting.watch()
    (closed,) = netting.events(PositionClosed)
    assert (closed.bot_id, closed.lots, closed.cause) == (bot_id, Decimal("0.1"), ExitCause.BY_HAND)
    (told,) = netting.events(PositionShared)
    assert (told.side, told.lots, told.own_lots) == (Side.SELL, Decimal("0.2"), Decimal(0))
    netting.bar(DOWN)
    assert len(netting.terminal.requests) == 1
    assert len(netting.trades()) == 1


def test_a_reversal_that_the_watch_has_not_seen_yet_is_never_closed_as_ours(netting):
    netting.running()
    netting.bar(UP)
    (ticket,) = netting.terminal.held
    netting.terminal.turn_by_hand(ticket, "0.3")
    netting.bar(DOWN)
    assert len(netting.terminal.requests) == 1
    assert len(netting.events(PositionClosed)) == 1


def test_what_a_reversal_left_is_a_trade_of_nobodys_bot_when_it_ends(netting):
    netting.running()
    netting.bar(UP)
    (ticket,) = netting.terminal.held
    rest = netting.terminal.turn_by_hand(ticket, "0.3")
    netting.watch()
    netting.terminal._end(netting.terminal.held[rest], Decimal("0.2"), Decimal(99), "client", 0, "")
    last = netting.terminal.book[-1]
    netting.terminal.book[-1] = replace(last, position_id=ticket)
    netting.watch()
    ours, other = sorted(netting.trades(), key=lambda trade: trade.bot_id is None)
    assert (other.bot_id, other.side, other.lots) == (None, Side.SELL, Decimal("0.2"))
    assert other.position_id == rest
    deals = [deal for deal in netting.terminal.book if deal.position_id == ticket]
    assert ours.net + other.net == sum(deal.net for deal in deals)


def test_a_netting_account_of_the_paper_terminal_books_a_reversal_right(make_paper_world):
    world = make_paper_world("netting")
    world.api.change_conditions(margin_mode=0)
    world.watch()
    wanted = {"action": 1, "symbol": "EURUSD", "type_filling": 1}
    assert world.api.order_send({**wanted, "volume": 0.1, "type": 0}).retcode == 10009
    assert world.api.order_send({**wanted, "volume": 0.3, "type": 1}).retcode == 10009
    assert world.api.order_send({**wanted, "volume": 0.2, "type": 0}).retcode == 10009
    world.watch()
    first, second = sorted(world.trades(), key=lambda trade: trade.side)
    assert (first.side, first.lots) == (Side.BUY, Decimal("0.1"))
    assert (second.side, second.lots) == (Side.SELL, Decimal("0.2"))
    state = world.terminal.account()
    assert first.net + second.net == state.balance - 10_000
