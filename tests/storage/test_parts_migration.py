from __future__ import annotations

import sqlite3
from contextlib import closing

from alembic import command

from bot_service.domain.sent import Sent
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade

ROW = (
    "INSERT INTO outbox (id, chat_id, user_id, kind, level, payload, subject, state, attempts, recorded_at, "
    "message_id) VALUES (1, 7, 7, 'send', 'info', '{}', 'report:1:2026-11-18', 'sent', 0, "
    "'2026-11-01 10:00:00.000000', 55)"
)


def test_messages_of_the_version_before_are_kept_and_can_not_be_edited(tmp_path, wall, make):
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(ROW)
    upgrade(path, wall)
    database = SqlDatabase(path, wall)
    with database.write() as uow:
        (kept,) = uow.outbox.same_message(7, 55)
        assert kept.parts is None
        uow.outbox.edit("report:1:2026-11-18")
        assert uow.outbox.pending() == 0
        uow.outbox.queue(
            [{"chat_id": 7, "user_id": 7, "level": "info", "payload": {}, "recorded_at": make.noon}]
        )
        row = uow.outbox.claim(7, make.noon, make.noon - make.noon)
        uow.outbox.sent(row.id, 60, make.noon, Sent(60, (61,)))
        assert uow.outbox.same_message(7, 60) == ()
        uow.commit()
    database.close()
