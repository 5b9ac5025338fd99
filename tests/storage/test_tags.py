from __future__ import annotations

import sqlite3
from contextlib import closing

from alembic import command

from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade


def test_a_database_of_the_version_before_gets_tags(tmp_path, wall):
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    engine.dispose()
    upgrade(path, wall)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM bot_tag").fetchall() == []
