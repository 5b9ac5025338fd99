from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Held
from bot_service.domain.errors import (
    BotNotFound,
    OutcomePending,
    PositionStillOpen,
    SymbolRefused,
    SymbolTaken,
    VersionConflict,
)
from bot_service.domain.events import SymbolReplaced
from bot_service.domain.market import MarginMode
from bot_service.services import contracts

UP, DOWN, FLAT = 101, 97, 100
SMALL = {"contract_size": Decimal(1000)}


@pytest.fixture
def symbols(world):
    return world.services.symbols


@pytest.fixture
def swap(world, symbols):
    """Show and confirm another symbol for all bots of a bot's symbol."""

    def run(bot_id, name):
        shown = symbols.preview(world.actor(), bot_id, name)
        versions = {bot.id: bot.version for bot in shown.bots}
        return symbols.swap(world.actor(), versions, shown.symbol, shown.now)

    return run


def renamed(world):
    """Let the broker rename EURUSD while bots trade it."""
    world.terminal.known = {"EURUSD.z", "XAUUSD"}
    world.terminal.terms["EURUSD.z"] = SMALL
    world.watch()


def test_a_search_names_the_contract_and_the_bots_that_trade_it(world, symbols):
    bot_id = world.make(symbol="XAUUSD")
    view = symbols.search("gold")
    (line,) = view.lines
    assert (line.terms.name, line.terms.contract_size) == ("XAUUSD", Decimal(100_000))
    assert [bot.id for bot in line.bots] == [bot_id]
    assert (view.total, view.pages, view.page) == (1, 1, 0)


def test_a_search_is_paged_and_a_page_beyond_the_last_shows_the_last(world, symbols):
    world.terminal.known = {f"EURUSD.{place:02}" for place in range(14)}
    assert [len(symbols.search("eur", page).lines) for page in (0, 1, 2)] == [6, 6, 2]
    assert symbols.search("eur", 99).page == 2
    assert symbols.search("zinc").lines == ()


def test_the_choice_offers_what_is_similar_and_the_symbol_itself_only_with_a_new_contract(world, symbols):
    bot_id = world.make()
    world.terminal.known |= {"EURUSDx"}
    assert [one.name for one in symbols.choice(world.actor(), bot_id).offers] == ["EURUSDx"]
    world.terminal.terms["EURUSD"] = SMALL
    assert [one.name for one in symbols.choice(world.actor(), bot_id).offers] == ["EURUSD", "EURUSDx"]


def test_all_bots_of_a_symbol_get_the_other_one_at_once(world, swap):
    running, stopped = world.running(), world.make()
    gold = world.make(symbol="XAUUSD")
    renamed(world)
    receipt = swap(stopped, "EURUSD.z")
    assert [(one.bot_id, one.done) for one in receipt.outcomes] == [(running, True), (stopped, True)]
    assert receipt.faulted == (running,)
    for bot_id in (running, stopped):
        bot = world.read(bot_id)
        assert (bot.settings.symbol, bot.settings.broker_symbol) == ("EURUSD.z", "EURUSD.z")
        with world.database.read() as uow:
            assert contracts.remembered(uow, bot_id).contract_size == Decimal(1000)
    assert world.read(gold).settings.broker_symbol == "XAUUSD"
    (replaced,) = world.events(SymbolReplaced)
    assert (replaced.bot_ids, replaced.before.contract_size, replaced.now.contract_size) == (
        (running, stopped),
        Decimal(100_000),
        Decimal(1000),
    )
    assert world.start(running).outcomes[0].done
    assert world.read(running).status is BotStatus.ACTIVE


def test_what_was_asked_for_stays_where_it_was_a_plain_name(world, swap):
    bot_id = world.make()
    with world.database.write() as uow:
        bot = uow.bots.get(bot_id)
        settings = replace(bot.settings, symbol="EUR", broker_symbol="EURUSD")
        uow.bots.edit(bot, settings, world.clock.now(), 1)
        uow.commit()
    world.terminal.known |= {"EURUSDx"}
    swap(bot_id, "EURUSDx")
    settings = world.read(bot_id).settings
    assert (settings.symbol, settings.broker_symbol) == ("EUR", "EURUSDx")


def test_keeping_a_symbol_with_its_new_contract_lets_entries_go_on(world, swap):
    bot_id = world.running()
    world.terminal.terms["EURUSD"] = SMALL
    world.bar(UP)
    assert world.read(bot_id).held is Held.SYMBOL
    assert swap(bot_id, "EURUSD").outcomes[0].done
    world.bars(DOWN, UP)
    assert world.read(bot_id).held is None
    assert world.terminal.requests


def test_a_bot_with_a_position_on_the_old_symbol_keeps_it_and_the_others_change(world, symbols, swap):
    holding, free = world.running(), world.make()
    world.bar(UP)
    world.watch()
    world.terminal.known |= {"EURUSDx"}
    shown = symbols.preview(world.actor(), free, "EURUSDx")
    assert [bot.id for bot in shown.bots] == [free]
    (blocked,) = shown.blocked
    assert blocked.bot_id == holding
    assert isinstance(blocked.error, PositionStillOpen)
    swap(free, "EURUSDx")
    assert world.read(holding).settings.broker_symbol == "EURUSD"


def test_a_position_that_the_broker_renamed_along_is_no_hindrance(world, swap):
    bot_id = world.running()
    world.bar(UP)
    world.terminal.known |= {"EURUSD.z"}
    (ticket,) = world.terminal.held
    world.terminal.held[ticket] = replace(world.terminal.held[ticket], symbol="EURUSD.z")
    world.watch()
    assert swap(bot_id, "EURUSD.z").outcomes[0].done


def test_a_bot_with_an_order_on_its_way_keeps_its_symbol(world, symbols):
    bot_id = world.running()
    world.terminal.script = ["unknown_lost"]
    world.bar(UP)
    world.terminal.known |= {"EURUSDx"}
    (blocked,) = symbols.preview(world.actor(), bot_id, "EURUSDx").blocked
    assert isinstance(blocked.error, OutcomePending)


def test_what_changed_after_it_was_shown_is_not_confirmed(world, symbols):
    bot_id = world.make()
    world.terminal.known |= {"EURUSDx"}
    shown = symbols.preview(world.actor(), bot_id, "EURUSDx")
    (outcome,) = symbols.swap(world.actor(), {bot_id: 99}, "EURUSD", shown.now).outcomes
    assert isinstance(outcome.error, VersionConflict)
    world.terminal.terms["EURUSDx"] = SMALL
    with pytest.raises(SymbolRefused) as caught:
        symbols.swap(world.actor(), {bot_id: 1}, "EURUSD", shown.now)
    assert caught.value.reason == "changed"
    assert world.read(bot_id).settings.broker_symbol == "EURUSD"
    assert world.events(SymbolReplaced) == []


def test_a_symbol_that_is_gone_or_closed_is_not_given(world, symbols):
    bot_id = world.make()
    world.terminal.terms["XAUUSD"] = {"tradable": False}
    for name in ("NOTHING", "XAUUSD"):
        with pytest.raises(SymbolRefused):
            symbols.preview(world.actor(), bot_id, name)
    with pytest.raises(BotNotFound):
        symbols.preview(world.actor(), 99, "EURUSD")


def test_a_running_bot_never_enters_on_an_old_bar_of_its_new_symbol(world, swap):
    bot_id = world.running()
    world.bar(FLAT)
    world.terminal.known |= {"EURUSDx"}
    world.terminal.add_bar(UP)
    world.clock.advance(timedelta(minutes=1))
    swap(bot_id, "EURUSDx")
    world.advance(timedelta(seconds=30))
    assert world.terminal.requests == []


def test_a_new_symbol_of_its_own_ends_the_hold_of_the_old_one(world):
    bot_id = world.running()
    world.terminal.terms["EURUSD"] = SMALL
    world.bar(UP)
    bot = world.read(bot_id)
    assert bot.held is Held.SYMBOL
    changed = replace(bot.settings, symbol="GBPUSD", broker_symbol="")
    world.control.edit(world.actor(), bot_id, bot.version, changed)
    assert world.read(bot_id).held is None


def test_on_a_netting_account_no_bot_gets_the_symbol_of_another(world, symbols):
    bot_id, gold = world.make(), world.make(symbol="XAUUSD")
    world.watch()
    with world.database.write() as uow:
        snapshot = uow.accounts.snapshot(world.account.id)
        netting = replace(snapshot.state, margin_mode=MarginMode.NETTING)
        uow.accounts.save_snapshot(replace(snapshot, state=netting))
        uow.commit()
    shown = symbols.preview(world.actor(), bot_id, "XAUUSD")
    assert shown.bots == ()
    (blocked,) = shown.blocked
    assert isinstance(blocked.error, SymbolTaken)
    assert blocked.error.bot_id == gold
