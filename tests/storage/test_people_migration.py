from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from alembic import command

from bot_service.domain.people import Member, Role
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade

ROWS = (
    "INSERT INTO member VALUES (7, 7, 'owner', 'id', 'Asia/Jakarta', 1)",
    "INSERT INTO stranger VALUES (66, '2026-11-01 10:00:00.000000')",
    "INSERT INTO pairing_code VALUES ('abc', 'viewer', '2026-11-03 10:00:00.000000', NULL, 0)",
    "INSERT INTO audit VALUES (1, '2026-11-01 10:00:00.000000', 7, 'stop_bot', '3', 'done', NULL, 0)",
)


@pytest.fixture
def older(tmp_path):
    """Return a database as the revision before left it."""
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        for row in ROWS:
            connection.execute(row)
    return path


def test_people_of_the_version_before_keep_their_roles_codes_and_audit(older, wall, make):
    upgrade(older, wall)
    database = SqlDatabase(older, wall)
    with database.write() as uow:
        assert uow.people.get(7) == Member(7, 7, Role.OWNER, "id", "Asia/Jakarta")
        assert uow.people.stranger(66).name == ""
        assert uow.people.invitations(make.noon) == ()
        assert uow.people.use_code("abc", make.noon) is Role.VIEWER
        assert len(uow.people.audited(wall.now().replace(year=2000), wall.now())) == 1
    database.close()
