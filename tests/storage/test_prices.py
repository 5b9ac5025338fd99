from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from alembic import command

from bot_service.domain.errors import IntentExists
from bot_service.domain.trading import IntentState
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config

NOON = "2026-11-01 12:00:00.000000"


def migrate(path, revision):
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_orders_of_the_version_before_are_kept_and_have_no_price(tmp_path):
    path = tmp_path / "older.db"
    migrate(path, "0003")
    rows = {
        "account": {
            "id": 1, "label": "m", "server": "S", "login": 7, "trade_mode": "demo", "currency": "USD",
            "margin_mode": "hedging", "leverage": 100, "time_zone": "UTC", "magic_block": 5,
            "server_offset_s": 0, "day_ends": 0, "report_at": "",
        },
        "bot": {
            "id": 1, "account_id": 1, "settings": "{}", "status": "stopped", "version": 1, "created_at": NOON
        },
        "intent": {
            "ref": "old", "account_id": 1, "bot_id": 1, "magic": 5, "purpose": "open", "symbol": "EURUSD",
            "side": "buy", "lots": "0.10", "state": "rejected", "created_at": NOON, "strategy": "",
            "position_closed": 0,
        },
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, row in rows.items():
            places = ", ".join("?" * len(row))
            order = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"  # noqa: S608  # our own words
            connection.execute(order, tuple(row.values()))
    migrate(path, "0004")
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT ref, lots, price, worst_price, slippage FROM intent").fetchall()
    assert found == [("old", "0.10", None, None, None)]


def test_a_refused_order_is_renewed_as_the_same_order(database, new_bot, make):
    draft = make.intent(new_bot())
    with database.write() as uow:
        first = uow.intents.add(draft)
        uow.intents.settle(replace(first, state=IntentState.REJECTED, retcode=10004, order_ticket=9))
        later = replace(
            first, created_at=first.created_at + timedelta(seconds=5), lots=Decimal("0.07"),
            price=Decimal("1.08300"), worst_price=Decimal("1.08310"),
        )  # fmt: skip
        again = uow.intents.renew(later)
        uow.commit()
    assert again == replace(later, state=IntentState.PENDING)
    assert (again.ref, again.id) == (first.ref, first.id)
    with database.read() as uow:
        assert uow.intents.unsettled() == (again,)


@pytest.mark.parametrize(
    "state", [IntentState.FILLED, IntentState.PARTIAL, IntentState.UNKNOWN, IntentState.ABANDONED]
)
def test_an_order_that_may_have_been_executed_is_never_renewed(database, new_bot, make, state):
    bot = new_bot()
    with database.write() as uow:
        intent = uow.intents.add(make.intent(bot))
        uow.intents.settle(replace(intent, state=state))
        with pytest.raises(IntentExists):
            uow.intents.renew(intent)
