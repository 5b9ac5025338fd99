from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

from alembic import command

from bot_service.domain.protection import Protection
from bot_service.domain.trading import ExitCause, Purpose
from bot_service.storage import migrations
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import upgrade

ROW = Protection(
    account_id=1,
    position_id=77,
    lots=Decimal("0.10"),
    own_lots=Decimal("0.20"),
    stop_loss=None,
    take_profit=Decimal("1.20"),
    lost_stop=Decimal("1.0800"),
)


def test_a_row_comes_back_as_it_was_written_and_is_replaced(database, account, make):
    mended = replace(ROW, missing_since=make.noon, tries=2, tried_at=make.noon, cause="frozen", closing=True)
    for row in (ROW, mended):
        with database.write() as uow:
            uow.protections.save(row)
            uow.commit()
        with database.read() as uow:
            assert uow.protections.get(account.id, 77) == row
            assert uow.protections.all(account.id) == {77: row}


def test_rows_of_ended_positions_are_forgotten_and_others_stay(database, account):
    with database.write() as uow:
        for position_id in (77, 78, 79):
            uow.protections.save(replace(ROW, position_id=position_id))
        uow.protections.forget(account.id, (77, 79))
        uow.commit()
    with database.read() as uow:
        assert list(uow.protections.all(account.id)) == [78]
        assert uow.protections.get(account.id, 77) is None


def test_an_intent_keeps_why_it_closes(database, new_bot, make):
    bot = new_bot()
    with database.write() as uow:
        draft = replace(make.intent(bot), purpose=Purpose.CLOSE, cause=ExitCause.NO_STOP)
        intent = uow.intents.add(draft)
        uow.commit()
    with database.read() as uow:
        assert uow.intents.get(intent.id).cause is ExitCause.NO_STOP


def test_a_database_without_protections_gets_them_and_keeps_its_orders(tmp_path, wall):
    path = tmp_path / "old.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO value (key, value) VALUES ('kept', 'yes')")
        connection.commit()
    upgrade(path, wall)
    database = SqlDatabase(path, wall)
    with database.read() as uow:
        assert uow.get_value("kept") == "yes"
        assert uow.protections.all(1) == {}
        assert uow.intents.unsettled() == ()
    database.close()
