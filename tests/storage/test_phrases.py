from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

from alembic import command

from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import alembic_config, upgrade


def test_a_text_stands_for_its_sentence_in_its_report_and_language(database, account, make):
    day = make.noon.date()
    with database.write() as uow:
        uow.phrases.keep(account.id, day, "id", {"Satu.": "Tenang. Satu.", "": "Mari."}, make.noon)
        uow.phrases.keep(account.id, day, "en", {"One.": "Calmly. One."}, make.noon)
        uow.phrases.keep(account.id, day, "id", {"Satu.": "Pelan. Satu."}, make.noon)
        uow.phrases.keep(account.id, day, "id", {}, make.noon)
        assert uow.phrases.of(account.id, day, "id") == {"Satu.": "Pelan. Satu.", "": "Mari."}
        assert uow.phrases.of(account.id, day, "en") == {"One.": "Calmly. One."}
        assert uow.phrases.of(account.id, day + timedelta(1), "id") == {}
        assert uow.phrases.of(account.id + 1, day, "id") == {}


def test_texts_are_forgotten_after_a_while_and_when_a_person_is(database, account, make):
    day = make.noon.date()
    with database.write() as uow:
        uow.phrases.keep(account.id, day, "id", {"Satu.": "Tenang. Satu."}, make.noon)
        uow.commit()
    database.prune(make.noon + timedelta(days=59))
    with database.read() as uow:
        assert uow.phrases.of(account.id, day, "id")
    database.prune(make.noon + timedelta(days=61))
    with database.write() as uow:
        assert uow.phrases.of(account.id, day, "id") == {}
        uow.phrases.keep(account.id, day, "id", {"Satu.": "Tenang. Satu."}, make.noon)
        uow.archive.forget(5)
        assert uow.phrases.of(account.id, day, "id") == {}


def test_a_database_of_the_version_before_gets_room_for_texts(tmp_path, wall):
    path = tmp_path / "older.db"
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
    engine.dispose()
    upgrade(path, wall)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM phrase").fetchall() == []
