from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Fault, Held
from bot_service.domain.events import LeftOpen, LinkRestored, OrderFilled, SymbolTrouble
from bot_service.services import contracts, holds
from bot_service.services.holds import Hold

UP, DOWN = 101, 97
SMALL = {"contract_size": Decimal(1000)}


@pytest.fixture
def reconnect(world):
    """Lose the link and get it back, after the broker did something meanwhile."""

    def run(**terms):
        world.terminal.cut()
        world.watch()
        world.terminal.broken.clear()
        world.terminal.terms.setdefault("EURUSD", {}).update(terms)
        world.advance(timedelta(seconds=30))
        world.watch()
        return world.events(SymbolTrouble)

    return run


def kept(world, bot_id):
    with world.database.read() as uow:
        return contracts.remembered(uow, bot_id)


def test_a_new_bot_keeps_the_contract_it_was_made_for(world):
    terms = kept(world, world.make())
    assert (terms.name, terms.contract_size, terms.digits, terms.currency_profit, terms.spread) == (
        "EURUSD",
        Decimal(100_000),
        2,
        "USD",
        None,
    )


@pytest.mark.parametrize(
    "change", [SMALL, {"digits": 3}, {"currency_profit": "EUR"}], ids=["contract", "digits", "currency"]
)
def test_a_changed_contract_holds_entries_and_is_told_once_for_all_bots(world, reconnect, change):
    bots = [world.running(), world.running(), world.make()]
    (trouble,) = reconnect(**change)
    assert (trouble.symbol, trouble.reason, trouble.bot_ids) == ("EURUSD", "changed", tuple(bots[:2]))
    assert trouble.now != trouble.before
    assert [world.read(bot).held for bot in bots] == [Held.SYMBOL, Held.SYMBOL, None]
    assert reconnect() == [trouble]
    world.bar(UP)
    assert world.terminal.requests == []


def test_the_look_at_the_symbols_comes_before_the_link_is_called_good(world, reconnect):
    world.running()
    reconnect(**SMALL)
    told = [event.code for event in world.events(SymbolTrouble, LinkRestored)]
    assert told == ["symbol_trouble", "link_restored"]


def test_exits_go_on_while_a_changed_contract_holds_entries(world, reconnect):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    stop = world.terminal.held[ticket].stop_loss
    (trouble,) = reconnect(**SMALL)
    assert trouble.left_open == (LeftOpen(ticket, stop),)
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert len(world.events(OrderFilled)) == 1


def test_a_contract_that_is_as_before_again_lets_entries_go_on(world, reconnect):
    bot_id = world.running()
    reconnect(**SMALL)
    reconnect(contract_size=Decimal(100_000))
    assert world.read(bot_id).held is None
    world.bar(UP)
    assert len(world.events(OrderFilled)) == 1


def test_a_contract_that_changes_while_connected_is_seen_before_the_next_entry(world):
    first, second = world.running(), world.running()
    world.terminal.terms["EURUSD"] = SMALL
    world.bar(UP)
    (trouble,) = world.events(SymbolTrouble)
    assert trouble.bot_ids == (first, second)
    assert world.terminal.requests == []
    assert world.read(second).held is Held.SYMBOL


def test_a_held_bot_that_finds_its_contract_again_goes_on_by_itself(world):
    bot_id = world.running()
    world.terminal.terms["EURUSD"] = SMALL
    world.bar(UP)
    world.terminal.terms["EURUSD"] = {}
    world.bars(DOWN, UP)
    assert world.read(bot_id).held is None
    assert world.events(OrderFilled)


def test_another_reason_to_hold_is_not_overwritten_and_not_lifted(world, reconnect):
    bot_id = world.running()
    with world.database.write() as uow:
        holds.put(uow, world.read(bot_id).account_id, Hold(Held.SECOND_COPY, world.clock.now()))
        uow.commit()
    assert len(reconnect(**SMALL)) == 1
    assert world.read(bot_id).held is Held.SECOND_COPY
    reconnect(contract_size=Decimal(100_000))
    assert world.read(bot_id).held is Held.SECOND_COPY


def test_a_symbol_that_is_gone_is_an_error_of_all_its_bots_told_once_with_what_is_similar(world, reconnect):
    euro, other, gold = world.running(), world.running(), world.running(symbol="XAUUSD")
    world.bar(UP)
    held = {one.ticket: one.stop_loss for one in world.terminal.held.values()}
    world.terminal.known = {"EURUSD.z", "EURUSDx", "XAUUSD"}
    (trouble,) = reconnect()
    assert (trouble.reason, trouble.bot_ids) == ("gone", (euro, other))
    assert [one.name for one in trouble.offers] == ["EURUSDx", "EURUSD.z"]
    assert {one.ticket: one.stop_loss for one in trouble.left_open}.items() <= held.items()
    assert len(trouble.left_open) == 2
    for bot_id in (euro, other):
        bot = world.read(bot_id)
        assert (bot.status, bot.fault) == (BotStatus.ERROR, Fault.SYMBOL_GONE)
    assert world.read(gold).status is BotStatus.ACTIVE


def test_a_symbol_that_is_not_open_for_trading_holds_entries_until_it_is(world, reconnect):
    bot_id = world.running()
    (trouble,) = reconnect(tradable=False)
    assert (trouble.reason, world.read(bot_id).held) == ("not_tradable", Held.SYMBOL)
    reconnect(tradable=True)
    assert world.read(bot_id).held is None


def test_a_bot_of_an_older_version_learns_its_contract_at_the_first_look(world):
    bot_id = world.running()
    with world.database.write() as uow:
        uow.set_value(f"contract:{bot_id}", "")
        uow.commit()
    world.watch()
    assert kept(world, bot_id).contract_size == Decimal(100_000)


def test_a_restart_looks_at_the_symbols_too(world):
    bot_id = world.running()
    world.watch()
    world.terminal.terms["EURUSD"] = SMALL
    again = world.again()
    again.watch()
    assert again.read(bot_id).held is Held.SYMBOL
