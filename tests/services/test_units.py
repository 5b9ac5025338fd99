from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import CurrencyChanged, CurrencySettled, PositionClosed

UP, DOWN, FLAT = 101, 97, 100


@pytest.fixture
def changed(world):
    """Return a world whose broker counts in cents since just now."""
    world.bot_id = world.running()
    world.watch()
    world.terminal.currency = "USC"
    world.watch()
    world.watch()
    return world


def test_another_currency_holds_entries_and_is_told_once(changed):
    (told,) = changed.events(CurrencyChanged)
    assert (told.before, told.now) == ("USD", "USC")
    assert changed.read(changed.bot_id).held is Held.CURRENCY_CHANGED
    changed.bar(UP)
    assert changed.terminal.requests == []


def test_the_owner_confirms_the_account_and_entries_go_on(changed):
    changed.services.holding.confirm_currency(changed.actor(), changed.account.id, "USC")
    assert changed.stored_account().currency == "USC"
    changed.watch()
    assert changed.read(changed.bot_id).held is None
    assert [event.actor for event in changed.events(CurrencySettled)] == [1001]
    changed.bar(UP)
    assert len(changed.terminal.requests) == 1


def test_a_currency_that_was_not_shown_is_not_confirmed(changed):
    with pytest.raises(NothingHeld):
        changed.services.holding.confirm_currency(changed.actor(), changed.account.id, "EUR")
    assert changed.stored_account().currency == "USD"
    assert changed.read(changed.bot_id).held is Held.CURRENCY_CHANGED


def test_a_third_currency_has_to_be_confirmed_itself(changed):
    changed.terminal.currency = "EUR"
    changed.watch()
    assert [event.now for event in changed.events(CurrencyChanged)] == ["USC", "EUR"]
    with pytest.raises(NothingHeld):
        changed.services.holding.confirm_currency(changed.actor(), changed.account.id, "USC")


def test_a_change_that_the_broker_takes_back_needs_nobody(changed):
    changed.terminal.currency = "USD"
    changed.watch()
    assert changed.read(changed.bot_id).held is None
    assert [event.actor for event in changed.events(CurrencySettled)] == [None]


def test_exits_go_on_in_the_new_currency(world):
    world.running()
    world.bar(UP)
    world.terminal.currency = "USC"
    world.watch()
    world.bar(DOWN)
    (closed,) = world.events(PositionClosed)
    assert closed.currency == "USC"


def test_losses_in_different_currencies_are_never_added_up(world):
    world.make(name="Dollars")
    with world.database.write() as uow:
        other = replace(
            world.account,
            identity=replace(world.account.identity, login=7002),
            magic_block=world.account.magic_block + 1,
            currency="USC",
        )
        stored = uow.accounts.add(other)
        uow.commit()
    world.terminals[stored.id] = world.terminal
    assert world.control.start_all_preview(world.actor()).losses["USD"] > 0
    world.control.create(world.actor(), world.read(1).settings, stored.id)
    assert world.control.start_all_preview(world.actor()).losses.keys() == {"USD", "USC"}


def test_a_cent_accounts_risk_is_in_its_own_cents(world):
    world.terminal.currency = "USC"
    world.terminal.balance = Decimal(10_000)
    world.watch()
    preview = world.control.preview(world.actor(), None, world.read(world.make()).settings)
    assert preview.currency == "USD"  # the stored one, until the owner has confirmed the other
    world.services.holding.confirm_currency(world.actor(), world.account.id, "USC")
    assert world.control.preview(world.actor(), None, world.read(1).settings).currency == "USC"
