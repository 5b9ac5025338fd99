from __future__ import annotations

from datetime import timedelta

from bot_service.domain.events import BotStopped


def test_old_rows_go_and_young_waiting_and_changing_ones_stay(database, make, new_bot):
    bot = new_bot()
    with database.write() as uow:
        uow.people.add(make.member())
        uow.people.audit(make.noon, 1001, "/status", "", "ok", is_lookup=True)
        uow.people.audit(make.noon, 1001, "/stop", "1", "ok")
        uow.seen_update(1, make.noon)
        for number in range(3):
            uow.outbox.add_message(1001, 1001, {"n": number}, make.noon)
        sent = uow.outbox.claim(1001, make.noon, timedelta(seconds=30))
        uow.outbox.sent(sent.id, 100, make.noon)
        dead = uow.outbox.claim(1001, make.noon, timedelta(seconds=30))
        uow.outbox.dead(dead.id, "blocked")
        uow.commit()
    stopped = BotStopped(happened_at=make.noon, bot_id=bot.id, name="x")
    with database.write() as uow:
        uow.record(stopped, answered_chat=1001)
        uow.commit()

    def gone(**after):
        return {name for name, rows in database.prune(make.noon + timedelta(**after)).items() if rows}

    assert gone(days=7) == set()
    assert gone(days=7, seconds=1) == {"executed_update"}
    assert gone(days=30) == set()
    assert gone(days=30, seconds=1) == {"outbox"}
    assert gone(days=90, seconds=1) == {"audit"}
    assert gone(days=400) == set()
    with database.read() as uow:
        assert [event for _, _, event in uow.history(bot_id=bot.id)] == [stopped]
    assert gone(days=400, seconds=1) == {"history", "history_bot"}
    assert gone(days=4000) == set()
    with database.read() as uow:
        assert uow.outbox.pending() == 1
        assert uow.history(bot_id=bot.id) == ()
        (line,) = uow.people.audited(make.noon, make.noon + timedelta(1))
        assert line["command"] == "/stop"
