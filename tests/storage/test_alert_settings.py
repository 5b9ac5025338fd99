from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import time
from decimal import Decimal

import pytest
from alembic import command

from bot_service.domain.alert_settings import AlertKind, AlertSettings, Sound
from bot_service.domain.events import BotFlat, OrderRejected
from bot_service.domain.people import Member, Role
from bot_service.domain.trading import Purpose, Side
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade


@pytest.fixture
def older(tmp_path):
    """Return a database as the revision before left it."""
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO member (user_id, chat_id, role, language, time_zone, active, name) "
            "VALUES (7, 7, 'owner', 'id', 'Asia/Jakarta', 1, 'Ani')"
        )
    return path


def test_members_of_the_version_before_are_told_of_everything(older, wall):
    upgrade(older, wall)
    database = SqlDatabase(older, wall)
    wishes = AlertSettings(quiet_begins=time(22), quiet_ends=time(6), muted_until=wall.now())
    wishes = wishes.with_sound(AlertKind.BOTS, Sound.SILENT)
    with database.write() as uow:
        assert uow.people.get(7) == Member(7, 7, Role.OWNER, "id", "Asia/Jakarta", name="Ani")
        uow.people.set_alerts(7, wishes)
        uow.people.set_time_zone(7, "Asia/Makassar")
        assert uow.people.get(7).alerts == wishes
        assert uow.people.get(7).time_zone == "Asia/Makassar"
    database.close()


def test_a_kind_that_is_off_makes_no_row_and_a_critical_one_always_does(older, wall, make):
    upgrade(older, wall)
    database = SqlDatabase(older, wall)
    with database.write() as uow:
        uow.people.set_alerts(7, AlertSettings(off=tuple(AlertKind)))
        uow.record(BotFlat(happened_at=make.noon, name="Gold"))
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.pending() == 0
        assert len(uow.history()) == 1
    rejected = OrderRejected(
        happened_at=make.noon,
        name="Gold",
        symbol="XAUUSD",
        side=Side.BUY,
        lots=Decimal(1),
        purpose=Purpose.OPEN,
        retcode=10019,
        reject_class="no_money",
    )
    with database.write() as uow:
        uow.record(rejected)
        uow.commit()
    with database.read() as uow:
        assert uow.outbox.pending() == 1
    database.close()
