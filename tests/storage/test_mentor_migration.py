from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from alembic import command

from bot_service.domain.findings import Mood
from bot_service.domain.mentor_wishes import USUAL_WISHES
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade

BEFORE = "0006"
ROWS = (
    "INSERT INTO member VALUES (7, 7, 'owner', 'id', 'Asia/Jakarta', 1, 'Rani', '{}')",
    (
        "INSERT INTO account (id, label, server, login, trade_mode, currency, margin_mode, leverage, "
        "time_zone, magic_block, server_offset_s, day_ends, report_at) "
        "VALUES (1, 'paper', 'Paper', 1, 'paper', 'USD', "
        "'hedging', 100, 'Asia/Jakarta', 812, 0, 5, '06:30')"
    ),
    "INSERT INTO check_in VALUES (1, 7, 1, '2026-11-01 10:00:00.000000', 'calm', 1, NULL)",
    "INSERT INTO note VALUES (1, 7, 1, '2026-11-01 10:00:00.000000', 'sabar')",
)


@pytest.fixture
def older(tmp_path):
    """Return a database as the revision before left it."""
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        for row in ROWS:
            connection.execute(row)
    return path


def test_people_moods_notes_and_days_of_the_version_before_go_on(older, wall, make):
    upgrade(older, wall)
    database = SqlDatabase(older, wall)
    with database.write() as uow:
        member, account = uow.people.get(7), uow.accounts.get(1)
        assert (member.name, member.mentor) == ("Rani", USUAL_WISHES)
        assert account.trading_day(make.noon) == date(2026, 11, 2)
        assert account.earlier_days == ()
        found = uow.journal.newest_check_in(7)
        assert (found.mood, found.before_close) == (Mood.CALM, True)
        assert [note.text for note in uow.journal.notes_of(7)[1]] == ["sabar"]
        assert uow.promises.of_person(7) == ()
    database.close()
