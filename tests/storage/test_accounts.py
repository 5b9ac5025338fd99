from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from bot_service.domain.errors import NoAccount
from bot_service.domain.market import AccountIdentity, AccountState, LinkCause, MarginMode, TradeMode
from bot_service.domain.trading import Position, Side, Snapshot


def test_an_account_comes_back_as_it_was_stored(database, account, make):
    assert account.id > 0
    with database.read() as uow:
        assert uow.accounts.get(account.id) == account == make.account(id=account.id)
        assert uow.accounts.all() == (account,)


def test_an_account_is_found_by_all_three_facts_of_its_identity(database, account):
    identity = account.identity
    with database.read() as uow:
        assert uow.accounts.find(identity) == account
        assert uow.accounts.find(replace(identity, trade_mode=TradeMode.REAL)) is None
        assert uow.accounts.find(replace(identity, login=1)) is None
        assert uow.accounts.find(replace(identity, server="x")) is None


def test_an_identity_and_a_magic_block_belong_to_one_account(database, account, make):
    other = AccountIdentity("Other", 1, TradeMode.REAL)
    with database.write() as uow:
        with pytest.raises(IntegrityError):
            uow.accounts.add(make.account(magic_block=900))
        with pytest.raises(IntegrityError):
            uow.accounts.add(make.account(identity=other))
        assert uow.accounts.add(make.account(identity=other, magic_block=900)).id > account.id


def test_a_missing_account_is_said(database):
    with database.read() as uow, pytest.raises(NoAccount):
        uow.accounts.get(9)


def test_a_lost_link_is_new_once_and_keeps_the_moment_of_its_loss(database, account, make):
    later = make.noon + timedelta(minutes=1)
    with database.write() as uow:
        assert uow.accounts.set_link(account.id, make.noon, LinkCause.TIMEOUT)
        assert not uow.accounts.set_link(account.id, later, LinkCause.TERMINAL_CLOSED)
        lost = uow.accounts.get(account.id)
        assert (lost.link_lost_at, lost.link_cause) == (make.noon, LinkCause.TERMINAL_CLOSED)
        assert uow.accounts.set_link(account.id, None, None)
        assert not uow.accounts.set_link(account.id, None, None)
        assert uow.accounts.get(account.id) == account


def test_the_market_clock_is_kept(database, account, make):
    with database.write() as uow:
        uow.accounts.set_clock(account.id, make.noon, timedelta(hours=2))
        stored = uow.accounts.get(account.id)
    assert (stored.market_time, stored.server_offset) == (make.noon, timedelta(hours=2))


def test_the_newest_snapshot_replaces_the_older(database, account, make):
    state = AccountState(
        balance=Decimal("10000.00"),
        equity=Decimal("9999.90"),
        credit=Decimal(0),
        profit=Decimal("-0.10"),
        margin=Decimal("108.32"),
        free_margin=Decimal("9891.58"),
        margin_level=Decimal("9231.8"),
        currency="USD",
        leverage=100,
        margin_mode=MarginMode.HEDGING,
    )
    position = Position(
        ticket=70,
        identifier=70,
        symbol="EURUSD.m",
        side=Side.BUY,
        lots=Decimal("0.10"),
        price_open=Decimal("1.08321"),
        price_current=Decimal("1.08320"),
        stop_loss=Decimal("1.08200"),
        take_profit=None,
        profit=Decimal("-0.10"),
        swap=Decimal("0.00"),
        magic=812_000_001,
        comment="a1",
        opened_at=make.noon,
    )
    first = Snapshot(account.id, make.noon, make.noon - timedelta(days=400), state, (position,))
    second = replace(first, positions=(), state=replace(state, margin_level=None))
    with database.write() as uow:
        assert uow.accounts.snapshot(account.id) is None
        uow.accounts.save_snapshot(first)
        assert uow.accounts.snapshot(account.id) == first
        uow.accounts.save_snapshot(second)
        assert uow.accounts.snapshot(account.id) == second
