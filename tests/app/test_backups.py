from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot_service.app.backups import restore, run_backup, run_restore
from bot_service.app.locking import only_service
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import CopyRestored
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.people import Actor, Member, Role
from bot_service.scheduling.clocks import StepClock
from bot_service.services import holds
from bot_service.services.restored import Restored
from bot_service.settings import offline_settings
from bot_service.storage import backup as backup_module
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import newest_revision, revision_of, upgrade
from bot_service.storage.restoring import KEPT, NotRestorable, daily_copy, prepare, put_in_place

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)
IDENTITY = AccountIdentity("Broker", 1, TradeMode.DEMO)
ACCOUNT = Account(0, "main", IDENTITY, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 7)


@pytest.fixture
def clock():
    return StepClock(NOW)


@pytest.fixture
def settings(tmp_path, clock):
    found = offline_settings(data_dir=tmp_path / "data", language="en")
    found.data_dir.mkdir()
    upgrade(found.url, clock)
    with closing(SqlDatabase(found.url, clock)) as database, database.write() as uow:
        uow.accounts.add(ACCOUNT)
        uow.people.add(Member(1001, 1001, Role.OWNER, "en", "UTC"))
        uow.commit()
    return found


def value(settings, clock, key="mark"):
    with closing(SqlDatabase(settings.url, clock)) as database, database.read() as uow:
        return uow.get_value(key)


def mark(settings, clock, text):
    with closing(SqlDatabase(settings.url, clock)) as database, database.write() as uow:
        uow.set_value("mark", text)
        uow.commit()


def test_one_copy_a_day_and_seven_are_kept(settings, clock, tmp_path):
    folder = tmp_path / "copies"
    assert daily_copy(settings.url, folder, clock) is not None
    assert daily_copy(settings.url, folder, clock) is None
    for day in range(1, KEPT + 3):
        assert daily_copy(settings.url, folder, StepClock(NOW + timedelta(days=day))) is not None
    assert len(list(folder.iterdir())) == KEPT
    assert min(item.name for item in folder.iterdir()) == "bot_service-20260306.db"


def test_a_restored_copy_holds_entries_until_the_owner_says_that_the_old_machine_is_off(
    settings, clock, tmp_path
):
    mark(settings, clock, "then")
    copy = tmp_path / "copy.db"
    assert run_backup(settings, copy) == 0
    mark(settings, clock, "now")
    assert run_restore(settings, copy) == 0
    assert value(settings, clock) == "then"
    with closing(SqlDatabase(settings.url, clock)) as database:
        with database.read() as uow:
            (hold,) = holds.of_account(uow, 1)
            assert hold.reason is Held.RESTORED
            assert any(isinstance(event, CopyRestored) for _id, _at, event in uow.history())
        owner = Actor(1001, 1001, Role.OWNER, NOW)
        Restored(database, clock, clock).old_machine_is_off(owner)
        with database.read() as uow:
            assert holds.of_account(uow, 1) == ()
        with pytest.raises(NothingHeld):
            Restored(database, clock, clock).old_machine_is_off(owner)


def test_the_database_that_was_there_is_kept(settings, clock, tmp_path):
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    mark(settings, clock, "now")
    kept = restore(settings.url, copy, clock)
    with closing(SqlDatabase(kept, clock)) as database, database.read() as uow:
        assert uow.get_value("mark") == "now"


def test_alerts_that_waited_in_the_copy_are_not_sent_again(settings, clock, tmp_path):
    with closing(SqlDatabase(settings.url, clock)) as database, database.write() as uow:
        uow.record(CopyRestored(happened_at=NOW))
        uow.commit()
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    restore(settings.url, copy, clock)
    with closing(SqlDatabase(settings.url, clock)) as database, database.read() as uow:
        assert uow.outbox.pending() == 1  # only that it was restored


def test_a_newer_copy_is_refused_and_nothing_is_changed(settings, clock, tmp_path):
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    mark(settings, clock, "now")
    with pytest.raises(NotRestorable, match="newer"):
        restore(settings.url, copy, clock)
    assert run_restore(settings, copy) == 1
    assert value(settings, clock) == "now"


def test_an_older_copy_is_brought_up_to_date(settings, clock, tmp_path):
    from alembic import command  # noqa: PLC0415  # one test

    from bot_service.storage.engine import open_engine  # noqa: PLC0415
    from bot_service.storage.migrations import alembic_config  # noqa: PLC0415

    older = tmp_path / "older.db"
    engine = open_engine(older, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()
    assert revision_of(older) == "0004"
    restore(settings.url, older, clock)
    assert revision_of(settings.url) == newest_revision()
    assert revision_of(older) == "0004"


@pytest.mark.parametrize("content", [b"", b"no database" * 100])
def test_what_is_no_database_is_refused(settings, clock, tmp_path, content):
    copy = tmp_path / "copy.db"
    copy.write_bytes(content)
    with pytest.raises(NotRestorable, match="broken"):
        restore(settings.url, copy, clock)


def test_a_restore_beside_a_running_service_is_refused(settings, tmp_path):
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    with only_service(settings.data_dir):
        assert run_restore(settings, copy) == 1


def test_a_backup_of_a_busy_database_is_whole(settings, clock, tmp_path):
    ended = threading.Event()

    def write_all_the_time():
        with closing(SqlDatabase(settings.url, clock)) as database:
            count = 0
            while not ended.is_set():
                count += 1
                with database.write() as uow:
                    # Two values that always belong together.
                    uow.set_value("left", str(count))
                    uow.set_value("right", str(count))
                    uow.commit()

    writers = [threading.Thread(target=write_all_the_time) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        copies = [tmp_path / f"copy{number}.db" for number in range(5)]
        assert [run_backup(settings, copy) for copy in copies] == [0] * 5
    finally:
        ended.set()
        for writer in writers:
            writer.join()
    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with closing(SqlDatabase(copy, clock)) as database, database.read() as uow:
            assert uow.get_value("left") == uow.get_value("right")


@pytest.fixture
def in_a_hurry(monkeypatch):
    monkeypatch.setattr(backup_module, "BUSY_TIMEOUT", timedelta(seconds=0.05))


@pytest.mark.usefixtures("in_a_hurry")
def test_a_locked_database_is_said_and_leaves_no_half_copy(settings, tmp_path, capsys):
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(settings.data_dir / "bot_service.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert run_backup(settings, copy) == 1
        other.execute("ROLLBACK")
    assert "locked" in capsys.readouterr().out
    assert not copy.exists()
    assert run_backup(settings, copy) == 0


def test_a_broken_database_is_replaced_and_kept_as_it_was(settings, clock, tmp_path):
    mark(settings, clock, "then")
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    broken = b"SQLite format 3" + bytes(10_000)
    (settings.data_dir / "bot_service.db").write_bytes(broken)
    kept = restore(settings.url, copy, clock)
    assert kept.read_bytes() == broken
    assert value(settings, clock) == "then"


@pytest.mark.parametrize("step", ["unlink", "replace"])
def test_a_restore_that_is_killed_leaves_a_whole_database(settings, clock, tmp_path, monkeypatch, step):
    mark(settings, clock, "then")
    copy = tmp_path / "copy.db"
    run_backup(settings, copy)
    mark(settings, clock, "now")
    ready = prepare(settings.url, copy, clock)

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, killed)
        with pytest.raises(KeyboardInterrupt):
            put_in_place(settings.url, ready, clock)
    assert value(settings, clock) == "now"
    assert run_restore(settings, copy) == 0
    assert value(settings, clock) == "then"


@pytest.mark.parametrize(
    ("language", "newer", "running"),
    [
        ("en", "comes from a newer version. Update this service first", "Stop it first"),
        ("id", "versi yang lebih baru", "Hentikan dulu"),
    ],
)
def test_what_is_refused_is_said_clearly(settings, tmp_path, capsys, language, newer, running):
    chosen = settings.model_copy(update={"language": language})
    copy = tmp_path / "copy.db"
    run_backup(chosen, copy)
    with only_service(chosen.data_dir):
        assert run_restore(chosen, copy) == 1
    assert running in capsys.readouterr().out
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert run_restore(chosen, copy) == 1
    assert newer in capsys.readouterr().out


def test_a_backup_never_overwrites(settings, tmp_path):
    copy = tmp_path / "copy.db"
    assert run_backup(settings, copy) == 0
    assert run_backup(settings, copy) == 1
