from __future__ import annotations

import sqlite3
from contextlib import closing

from alembic import command

from bot_service.domain.asked import Asked
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade


def test_updates_of_the_version_before_owe_nobody_an_answer(tmp_path, wall, make):
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0012")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO executed_update (update_id, at) VALUES (7, '2026-11-01 10:00:00.000000')"
        )
    upgrade(path, wall)
    database = SqlDatabase(path, wall)
    asked = Asked(1001, 1001, "start_bot", "start_bot 1", pressed=5)
    with database.write() as uow:
        assert uow.unanswered_updates() == ()
        assert uow.seen_update(7, make.noon, asked)
        assert not uow.seen_update(8, make.noon, asked)
        assert uow.unanswered_updates() == ((8, make.noon, asked),)
        uow.answered_update(8)
        assert uow.unanswered_updates() == ()
        assert uow.seen_update(8, make.noon, asked)
        assert uow.unanswered_updates() == ()
        uow.commit()
    database.close()
