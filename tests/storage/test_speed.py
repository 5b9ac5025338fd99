from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot_service.domain.bots import BotStatus
from bot_service.domain.events import BotsStopping, PositionClosed
from bot_service.domain.people import Token

GROWING = (
    "audit",
    "deal",
    "executed_update",
    "history",
    "history_bot",
    "intent",
    "intervention",
    "outbox",
    "token",
    "trade",
)


@contextmanager
def plans(database):
    """Collect how SQLite finds the rows of every statement that runs inside."""
    found = []

    def explain(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not executemany:
            asked = cursor.connection.cursor()
            asked.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(f"{row[3]} <- {statement}" for row in asked.fetchall())

    event.listen(database._engine, "before_cursor_execute", explain)
    yield found
    event.remove(database._engine, "before_cursor_execute", explain)


def walks_through(plan, table):
    return re.match(rf"SCAN {table}(?! USING .*INDEX)", plan)


@pytest.fixture
def day(make):
    return make.noon, make.noon + timedelta(days=1)


def test_nothing_that_grows_is_walked_through(database, account, new_bot, make, day):
    bot = new_bot(BotStatus.ACTIVE)
    with plans(database) as found, database.write() as uow:
        intent = uow.intents.add(make.intent(bot))
        uow.intents.settle(intent)
        uow.intents.get(intent.id)
        uow.intents.by_ref(account.id, intent.ref)
        uow.intents.unsettled()
        uow.intents.unsettled(bot_id=bot.id)
        uow.intents.unsettled(account_id=account.id)
        uow.intents.of_position(account.id, 70)
        uow.intents.open_positions(account.id)
        uow.books.deals(account.id, *day)
        uow.books.deals_of(account.id, 70)
        uow.books.first_deal_time(account.id)
        uow.books.last_deal_time(account.id)
        uow.books.balance_at(account.id, make.noon)
        uow.books.add_trade(make.trade(account.id, 70))
        uow.books.trades(None, *day)
        uow.books.trades(account.id, *day)
        uow.books.trades(None, *day, bot.id)
        uow.outbox.claim(1, make.noon, timedelta(seconds=30))
        uow.outbox.chats_due(make.noon)
        uow.outbox.sent(1, 1, make.noon)
        uow.outbox.reply_to(1, "position:1:70")
        uow.outbox.pending()
        uow.people.audited(*day)
        uow.people.acted(*day)
        uow.happened({BotsStopping, PositionClosed}, *day, account.id)
        uow.intents.newest_opening(account.id, "EURUSD", make.noon)
        uow.intents.opening_bars(account.id, "EURUSD", *day)
        uow.books.trades_open_at(account.id, make.noon)
        uow.ledger.done(account.id, *day)
        uow.ledger.decided(account.id, *day)
        uow.people.add_token(Token("t", 5, "x", {}, make.noon + timedelta(days=1)))
        uow.people.use_token("t", 5, make.noon)
        uow.history(bot_id=bot.id, before_id=7)
        uow.commit()
    walked = [plan for plan in found for table in GROWING if walks_through(plan, table)]
    assert len(found) > 25
    assert walked == []


def test_a_walk_through_a_table_would_be_seen(database):
    with plans(database) as found, database.write() as uow:
        uow._connection.exec_driver_sql("SELECT * FROM deal WHERE comment = ''").all()
    assert [plan for plan in found if walks_through(plan, "deal")]


def test_stopping_five_hundred_bots_is_one_quick_update(database, account, make):
    with database.write() as uow:
        uow.people.add(make.member())
        for _ in range(500):
            bot = uow.bots.add(account.id, make.settings(), make.noon)
            uow.bots.save(replace(bot, status=BotStatus.ACTIVE, started_at=make.noon, due_at=make.noon))
        uow.commit()
    with plans(database) as found:
        with database.write() as uow:
            uow.bots.stop_all(None, make.noon, make.noon, "b1")
        assert len([plan for plan in found if "UPDATE bot" in plan]) == 1
    started = time.perf_counter()
    with database.write() as uow:
        ids = uow.bots.stop_all(None, make.noon, make.noon, "b2")
        uow.record(BotsStopping(happened_at=make.noon, bot_ids=ids))
        uow.commit()
    assert time.perf_counter() - started < 0.3
    assert len(ids) == 500
