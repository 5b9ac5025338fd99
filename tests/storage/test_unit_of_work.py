from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.errors import DatabaseBusy
from bot_service.domain.events import (
    Audience,
    BotCreated,
    BotsStopping,
    BotStopped,
    LinkLost,
    OwnerPaired,
    ServiceResumed,
    StrangerKnocked,
)
from bot_service.domain.people import Role
from bot_service.storage.database import SqlDatabase

ROOT = Path(__file__).parents[2]


def created(make, **fields):
    return BotCreated(happened_at=make.noon, name="Kijang", **fields)


def alerts(uow):
    columns = "chat_id, user_id, level, subject, state, payload"
    rows = uow._connection.exec_driver_sql(f"SELECT {columns} FROM outbox ORDER BY id")  # noqa: S608  # constant
    return [tuple(row)[:5] for row in rows]


def counts(uow):
    tables = ("history", "outbox", "bot", "value")
    ask = uow._connection.exec_driver_sql
    return {table: ask(f"SELECT count(*) FROM {table}").scalar_one() for table in tables}  # noqa: S608  # constants


def test_leaving_without_commit_writes_nothing(database, account, make):
    with database.write() as uow:
        uow.people.add(make.member())
        uow.bots.add(account.id, make.settings(), make.noon)
        uow.record(created(make))
    with database.read() as uow:
        assert uow.bots.all() == ()
        assert uow.history() == ()
        assert uow.outbox.pending() == 0


def test_an_error_inside_writes_nothing_and_frees_the_turn(database):
    def fail():
        with database.write() as uow:
            uow.set_value("a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.write() as uow:
        assert uow.get_value("a") is None


def test_an_event_that_cannot_be_written_undoes_the_change(database, account, make):
    class Unheard(BotCreated):
        def to_json(self):
            raise ZeroDivisionError

    with database.write() as uow:
        uow.bots.add(account.id, make.settings(), make.noon)
        uow.record(Unheard(happened_at=make.noon, name="x"))
        with pytest.raises(ZeroDivisionError):
            uow.commit()
    with database.write() as uow:
        assert uow.bots.all() == ()


def test_a_unit_of_work_ends_with_its_commit(database):
    with database.write() as uow:
        uow.commit()
        with pytest.raises(Exception, match="closed"):
            uow.set_value("a", "1")


def test_a_reading_unit_refuses_to_write(database, make):
    with database.read() as uow:
        with pytest.raises(RuntimeError):
            uow.record(created(make))
        with pytest.raises(RuntimeError):
            uow.commit()


def test_a_reading_unit_sees_one_moment(database):
    with database.read() as reader:
        assert reader.get_value("a") is None
        with database.write() as writer:
            writer.set_value("a", "1")
            writer.commit()
        assert reader.get_value("a") is None
    with database.read() as reader:
        assert reader.get_value("a") == "1"


def test_values_are_kept_and_changed(database):
    with database.write() as uow:
        uow.set_value("a", "1")
        uow.set_value("a", "2")
        uow.commit()
    with database.read() as uow:
        assert (uow.get_value("a"), uow.get_value("b")) == ("2", None)


def test_an_update_is_executed_once_if_its_change_was_committed(database, make):
    with database.write() as uow:
        assert not uow.seen_update(7_000_000_000, make.noon)
        assert uow.seen_update(7_000_000_000, make.noon)
    with database.write() as uow:
        assert not uow.seen_update(7_000_000_000, make.noon)
        uow.commit()
    with database.write() as uow:
        assert uow.seen_update(7_000_000_000, make.noon)
        assert not uow.seen_update(7_000_000_001, make.noon)


def test_an_event_is_kept_with_the_time_it_was_recorded(database, wall, make):
    event = created(make, bot_id=3, account_id=1, actor=1001)
    wall.advance(seconds=5)
    with database.write() as uow:
        uow.record(event)
        assert uow.history() == ()
        uow.commit()
    with database.read() as uow:
        ((_, recorded_at, stored),) = uow.history()
    assert (recorded_at, stored) == (make.noon + timedelta(seconds=5), event)


def test_history_comes_newest_first_in_pages(database, make):
    events = [created(make, bot_id=number) for number in range(5)]
    with database.write() as uow:
        for event in events:
            uow.record(event)
        uow.commit()
    with database.read() as uow:
        first = uow.history(limit=2)
        second = uow.history(limit=2, before_id=first[-1][0])
        assert [event.bot_id for _, _, event in first + second] == [4, 3, 2, 1]


def test_a_bulk_event_is_one_message_and_in_every_bots_history(database, make):
    stopping = BotsStopping(happened_at=make.noon, bot_ids=(1, 2, 3), busy=(3,))
    resumed = ServiceResumed(happened_at=make.noon, resumed=(2,), positions=0, without_stop=0, down_s=9)
    stopped = BotStopped(happened_at=make.noon, bot_id=3, name="x")
    with database.write() as uow:
        uow.people.add(make.member())
        for event in (stopping, resumed, stopped):
            uow.record(event)
        uow.commit()
    with database.read() as uow:
        assert counts(uow) == {"history": 3, "outbox": 3, "bot": 0, "value": 0}
        told = {bot_id: [event for _, _, event in uow.history(bot_id=bot_id)] for bot_id in range(1, 5)}
        newest = uow.history(bot_id=3)[0][0]
        assert [event for _, _, event in uow.history(bot_id=3, before_id=newest)] == [stopping]
    assert told == {1: [stopping], 2: [resumed, stopping], 3: [stopped, stopping], 4: []}


@pytest.fixture
def crowd(database, make):
    with database.write() as uow:
        uow.people.add(make.member(1001, chat_id=11))
        uow.people.add(make.member(1002, Role.OPERATOR, chat_id=12))
        uow.people.add(make.member(1003, Role.VIEWER, chat_id=13))
        uow.people.add(make.member(1004, Role.VIEWER, chat_id=14))
        uow.people.remove(1004)
        uow.commit()


def told(database, event, answered_chat=None):
    with database.write() as uow:
        uow.record(event, answered_chat=answered_chat)
        uow.commit()
    with database.read() as uow:
        assert len(uow.history()) == 1
        return [row[0] for row in alerts(uow)]


@pytest.mark.usefixtures("crowd")
class TestAudience:
    def test_members_are_all_active_private_chats(self, database, make):
        assert told(database, created(make)) == [11, 12, 13]

    def test_the_chat_that_got_its_answer_gets_no_alert(self, database, make):
        assert told(database, created(make), answered_chat=12) == [11, 13]

    def test_an_answer_in_a_group_spares_nobody(self, database, make):
        assert told(database, created(make), answered_chat=-500) == [11, 12, 13]

    def test_some_events_are_for_the_owner_alone(self, database, make):
        assert told(database, StrangerKnocked(happened_at=make.noon, user_id=66)) == [11]

    def test_some_events_are_for_nobody(self, database, make):
        class Quiet(OwnerPaired):
            audience = Audience.NOBODY

        assert told(database, Quiet(happened_at=make.noon, user_id=1)) == []

    @pytest.mark.parametrize(("actor", "chats"), [(1002, [12]), (1004, []), (None, [])])
    def test_some_events_are_for_the_actor_alone(self, database, make, actor, chats):
        class Personal(OwnerPaired):
            audience = Audience.ACTOR

        assert told(database, Personal(happened_at=make.noon, user_id=1, actor=actor)) == chats

    def test_a_member_added_in_the_same_commit_is_told(self, database, make):
        with database.write() as uow:
            uow.people.add(make.member(1005, Role.VIEWER, chat_id=15))
            uow.record(created(make))
            uow.commit()
        with database.read() as uow:
            assert [row[0] for row in alerts(uow)] == [11, 12, 13, 15]

    def test_an_alert_carries_reader_level_and_event(self, database, make):
        event = LinkLost(happened_at=make.noon, cause="timeout", waiting_bots=2)
        told(database, event, answered_chat=11)
        with database.write() as uow:
            message = uow.outbox.claim(12, make.noon, timedelta(seconds=30))
        assert (message.user_id, message.level, message.payload) == (1002, "critical", event.to_json())


def test_what_eight_threads_read_and_then_write_is_all_kept(database):
    def add():
        for _ in range(25):
            with database.write() as uow:
                uow.set_value("n", str(int(uow.get_value("n") or 0) + 1))
                uow.commit()

    run_threads([add] * 8)
    with database.read() as uow:
        assert uow.get_value("n") == "200"


def test_two_connections_to_one_file_lose_nothing_either(database, path, wall):
    other = SqlDatabase(path, wall)

    def add(mine):
        for _ in range(50):
            with mine.write() as uow:
                uow.set_value("n", str(int(uow.get_value("n") or 0) + 1))
                uow.commit()

    run_threads([lambda: add(database), lambda: add(other)])
    other.close()
    with database.read() as uow:
        assert uow.get_value("n") == "100"


def run_threads(functions):
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_database_that_stays_locked_is_busy_and_readers_are_not_disturbed(path, wall):
    holder = SqlDatabase(path, wall)
    waiter = SqlDatabase(path, wall, busy_timeout=timedelta(milliseconds=50))
    with holder.write() as uow:
        uow.set_value("a", "1")
        with pytest.raises(DatabaseBusy), waiter.write():
            pytest.fail("two writers at once")
        with waiter.read() as reader:
            assert reader.get_value("a") is None
        uow.commit()
    with waiter.write() as uow:
        assert uow.get_value("a") == "1"
    for database in (holder, waiter):
        database.close()


def test_a_second_writer_of_the_same_process_is_busy_too(path, wall):
    database = SqlDatabase(path, wall, busy_timeout=timedelta(milliseconds=50))
    with database.write(), pytest.raises(DatabaseBusy), database.write():
        pytest.fail("two writers at once")
    with database.write() as uow:
        uow.commit()
    database.close()


KILLED = """
import os, sys
from datetime import UTC, datetime
from bot_service.domain.events import BotStopped
from bot_service.storage.database import SqlDatabase

class Clock:
    def now(self):
        return datetime(2026, 11, 2, 12, tzinfo=UTC)

with SqlDatabase(sys.argv[1], Clock()).write() as uow:
    uow.set_value("a", "1")
    uow.bots.stop_all(None, Clock().now(), Clock().now(), "killed")
    uow.record(BotStopped(happened_at=Clock().now(), bot_id=1, name="x"))
    if sys.argv[2] == "before":
        os._exit(9)
    uow.commit()
    os._exit(9)
"""


@pytest.mark.parametrize(("moment", "rows"), [("before", 0), ("after", 1)])
def test_a_killed_process_leaves_all_of_its_work_or_nothing(database, path, new_bot, make, moment, rows):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.people.add(make.member())
        uow.commit()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], check=False, env=environment)
    assert process.returncode == 9
    with database.write() as uow:
        assert counts(uow) == {"history": rows, "outbox": rows, "bot": 1, "value": rows}
        expected = BotStatus.STOPPED if rows else BotStatus.ACTIVE
        assert uow.bots.get(bot.id).status is expected
        uow.commit()


def test_every_connection_is_set_up_for_safety(database):
    with database.write() as uow:
        ask = uow._connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar_one() == "wal"
        assert ask("PRAGMA synchronous").scalar_one() == 1
        assert ask("PRAGMA foreign_keys").scalar_one() == 1
        assert ask("PRAGMA busy_timeout").scalar_one() == 5000
