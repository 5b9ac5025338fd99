"""The audit and the days of the version before are kept; old lines are found by market time."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from alembic import command

from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade

ROW = (
    "INSERT INTO audit (id, at, user_id, command, arguments, result, detail, is_lookup, bots) VALUES "
    "(1, '2026-11-01 10:00:00.000000', 7, 'stop_bot', '3', 'done', NULL, 0, ',3,')"
)


@pytest.fixture
def older(tmp_path):
    """Return a database as revision 0007 left it."""
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(ROW)
    return path


def test_lines_of_the_version_before_are_found_by_market_time(older, wall, make):
    upgrade(older, wall)
    database = SqlDatabase(older, wall)
    with database.write() as uow:
        (line,) = uow.people.acted(make.noon.replace(day=1, hour=10), make.noon)
        assert (line.id, line.user_id, line.command, line.bots, line.looked) == (
            1,
            7,
            "stop_bot",
            (3,),
            False,
        )
        assert uow.people.acted(make.noon, make.noon.replace(year=2030)) == ()
        assert uow.people.acted(make.noon.replace(year=2000), make.noon, ["start_bot"]) == ()
        assert uow.ledger.pending(1) == ()
    database.close()
