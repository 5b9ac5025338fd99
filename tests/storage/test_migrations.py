from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot_service.storage import migrations
from bot_service.storage.backup import backup
from bot_service.storage.database import SqlDatabase
from bot_service.storage.engine import open_engine
from bot_service.storage.migrations import newest_revision, revision_of, upgrade
from bot_service.storage.tables import METADATA

BEFORE = newest_revision()
NEXT = '''
"""Add a column by replacing the table, as SQLite needs it."""

import sqlalchemy as sa
from alembic import op

revision = "9998"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", recreate="always") as batch:
        batch.add_column(sa.Column("broker", sa.Text(), nullable=True))
    {more}
'''


def tables_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))


@pytest.fixture
def next_revision(tmp_path, monkeypatch):
    """Let the package have one more migration; `more` is what it does besides."""

    def add(more="pass"):
        scripts = tmp_path / "scripts"
        copytree(Path(migrations.__file__).parent, scripts)
        text = NEXT.format(more=more, before=BEFORE)
        (scripts / "versions" / "9998_next.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(migrations, "__file__", str(scripts / "__init__.py"))

    return add


def test_the_migrated_schema_is_the_one_the_tables_say(path):
    engine = open_engine(path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_a_difference_between_schema_and_tables_would_be_seen(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX uq_intent_opening")
    engine = open_engine(path)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert len(differences) == 1


def test_ids_that_people_and_brokers_see_are_never_reused(path):
    tables = tables_of(path)
    for name in ("bot", "intent", "outbox", "history"):
        assert "AUTOINCREMENT" in tables[name]


def test_nothing_is_deleted_because_something_else_is(path):
    assert not any(sql and "CASCADE" in sql.upper() for sql in tables_of(path).values())


def test_every_constraint_has_a_name(path):
    sql = " ".join(text for name, text in tables_of(path).items() if name in METADATA.tables)
    assert sql.count("FOREIGN KEY") == sql.count("CONSTRAINT fk_") > 10


def test_a_database_is_upgraded_once(tmp_path):
    path = tmp_path / "new.db"
    assert revision_of(path) is None
    assert not path.exists()
    assert upgrade(path) is None
    assert revision_of(path) == newest_revision()
    assert upgrade(path) is None
    assert [file.name for file in tmp_path.glob("*backup*")] == []


def test_an_older_database_is_copied_before_it_is_upgraded(database, path, account, wall, next_revision):
    database.close()
    next_revision()
    copy = upgrade(path, wall)
    assert copy.name == f"service.db.backup-{BEFORE}-20261102T120000000000Z"
    assert revision_of(path) == "9998"
    assert "broker" in tables_of(path)["account"]
    old = SqlDatabase(copy, wall)
    with old.read() as uow:
        assert uow.accounts.all() == (account,)
    old.close()
    assert revision_of(copy) == BEFORE


def test_a_migration_that_replaces_a_table_keeps_the_rows_that_point_to_it(
    database, path, new_bot, wall, next_revision
):
    bot = new_bot()
    database.close()
    next_revision()
    upgrade(path, wall)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT id, account_id FROM bot").fetchall() == [(bot.id, bot.account_id)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_migration_that_breaks_a_reference_is_undone(database, path, new_bot, account, wall, next_revision):
    bot = new_bot()
    database.close()
    next_revision('op.execute("DELETE FROM account")')
    with pytest.raises(RuntimeError, match="foreign keys"):
        upgrade(path, wall)
    assert revision_of(path) == BEFORE
    again = SqlDatabase(path, wall)
    with again.read() as uow:
        assert uow.bots.get(bot.id) == bot
        assert uow.accounts.all() == (account,)
    again.close()


def test_a_copy_is_consistent_while_somebody_writes(database, path, account, tmp_path, make, wall):
    with database.write() as uow:
        uow.bots.add(account.id, make.settings(), make.noon)
        uow.set_value("half", "written")
        copy = backup(path, tmp_path / "copy.db")
        uow.commit()
    opened = SqlDatabase(copy, wall)
    with opened.read() as uow:
        assert (uow.bots.all(), uow.get_value("half")) == ((), None)
        assert uow.accounts.all() == (account,)
    opened.close()


def test_a_copy_never_overwrites_and_never_invents(path, tmp_path):
    target = backup(path, tmp_path / "copy.db")
    with pytest.raises(FileExistsError):
        backup(path, target)
    with pytest.raises(FileNotFoundError):
        backup(tmp_path / "none.db", tmp_path / "other.db")
    assert not (tmp_path / "none.db").exists()
    for url in ("postgresql://localhost/x", "sqlite://"):
        with pytest.raises(ValueError, match="database"):
            backup(url, tmp_path / "other.db")


def test_a_database_may_be_named_by_url(tmp_path, wall, make):
    url = f"sqlite:///{tmp_path / 'by url.db'}"
    upgrade(url)
    database = SqlDatabase(url, wall)
    with database.write() as uow:
        assert uow.accounts.add(make.account()).id == 1
    database.close()


def test_the_next_migration_can_be_drawn_from_the_tables(path, next_revision):
    next_revision()
    upgrade(path)
    engine = open_engine(path, foreign_keys=False)
    with engine.execution_options(writing=True).connect() as connection:
        config = migrations.alembic_config()
        config.attributes["connection"] = connection
        config.print_stdout = lambda *_args: None
        script = command.revision(config, "Drop it again", autogenerate=True, rev_id="9999")
    engine.dispose()
    text = Path(script.path).read_text(encoding="utf-8")
    assert "import sqlmodel" in text
    assert "batch_op.drop_column('broker')" in text
