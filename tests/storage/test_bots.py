from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.errors import BotNotFound, VersionConflict
from bot_service.domain.market import AccountIdentity, TradeMode


def test_a_new_bot_is_stopped_with_version_one(database, account, make):
    with database.write() as uow:
        bot = uow.bots.add(account.id, make.settings(), make.noon)
        uow.commit()
    assert (bot.status, bot.version, bot.created_at) == (BotStatus.STOPPED, 1, make.noon)
    with database.read() as uow:
        assert uow.bots.get(bot.id) == bot
        assert uow.bots.settings_of(bot.id) == ((1, make.noon, make.settings()),)


def test_saving_keeps_every_field_and_raises_the_version(database, new_bot, make):
    bot = new_bot()
    changed = replace(
        bot,
        status=BotStatus.ACTIVE,
        waiting=Waiting.MARKET_CLOSED,
        held=Held.GUARD,
        fault=Fault.SYMBOL_GONE,
        last_evaluated_bar=make.noon - timedelta(minutes=5),
        due_at=make.noon + timedelta(seconds=1, microseconds=7),
        started_at=make.noon,
        stopped_at=make.noon - timedelta(days=1),
        stop_batch="b7",
        real_confirmed_at=make.noon,
    )
    with database.write() as uow:
        stored = uow.bots.save(changed)
        uow.commit()
    assert stored == replace(changed, version=2)
    with database.read() as uow:
        assert uow.bots.get(bot.id) == stored


def test_a_save_on_an_old_version_is_a_conflict(database, new_bot):
    bot = new_bot()
    with database.write() as uow:
        uow.bots.save(replace(bot, status=BotStatus.ACTIVE))
        with pytest.raises(VersionConflict) as caught:
            uow.bots.save(replace(bot, status=BotStatus.EXIT_ONLY))
        uow.commit()
    assert (caught.value.bot_id, caught.value.expected) == (bot.id, 1)
    with database.read() as uow:
        assert uow.bots.get(bot.id).status is BotStatus.ACTIVE


def test_an_edit_on_an_old_version_is_a_conflict_and_adds_no_version(database, new_bot, make):
    bot = new_bot()
    with database.write() as uow:
        uow.bots.save(bot)
        with pytest.raises(VersionConflict):
            uow.bots.edit(bot, make.settings(name="x"), make.noon, actor=1001)
        assert len(uow.bots.settings_of(bot.id)) == 1


def test_an_edit_makes_a_version_and_keeps_the_old_one(database, new_bot, make):
    bot = new_bot()
    wanted = make.settings(size=Decimal("0.75"), check_interval_s=20)
    later = make.noon + timedelta(hours=1)
    with database.write() as uow:
        edited = uow.bots.edit(replace(bot, last_evaluated_bar=make.noon), wanted, later, actor=1001)
        uow.commit()
    assert (edited.version, edited.settings, edited.last_evaluated_bar) == (2, wanted, make.noon)
    with database.read() as uow:
        assert uow.bots.settings_of(bot.id) == ((1, make.noon, make.settings()), (2, later, wanted))


def test_versions_of_many_bots_are_those_of_each(database, new_bot, make):
    first, second = new_bot(), new_bot()
    with database.write() as uow:
        uow.bots.edit(first, make.settings(name="x"), make.noon, actor=1001)
        uow.commit()
    with database.read() as uow:
        found = uow.bots.versions_of((second.id, first.id, 99))
        assert found == {one: uow.bots.settings_of(one) for one in (first.id, second.id, 99)}
        assert [len(found[one]) for one in (first.id, second.id, 99)] == [2, 1, 0]


def test_a_save_neither_ends_nor_revives_a_claim(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        claimed = uow.bots.claim(bot.id, make.noon, make.noon, make.noon + timedelta(minutes=5))
        assert uow.bots.save(bot).claimed_at == make.noon
        uow.bots.release(bot.id)
        assert uow.bots.save(replace(claimed, version=bot.version + 1)).claimed_at is None


def test_a_deleted_bot_is_only_found_when_asked_for(database, new_bot, make):
    bot, other = new_bot(), new_bot()
    with database.write() as uow:
        gone = uow.bots.save(replace(bot, deleted_at=make.noon))
        assert uow.bots.all() == (other,)
        assert uow.bots.get(bot.id, deleted=True) == gone
        with pytest.raises(BotNotFound):
            uow.bots.get(bot.id)
        with pytest.raises(BotNotFound):
            uow.bots.save(gone)


def test_ids_are_never_used_twice(database, new_bot, make):
    first = new_bot()
    with database.write() as uow:
        uow.bots.save(replace(first, deleted_at=make.noon))
        uow.commit()
    # Even a row that somebody really removes leaves its number behind.
    with database.write() as uow:
        uow._connection.exec_driver_sql("DELETE FROM bot_version WHERE bot_id = ?", (first.id,))
        uow._connection.exec_driver_sql("DELETE FROM bot WHERE id = ?", (first.id,))
        uow.commit()
    assert new_bot().id > first.id


def test_a_missing_bot_is_said(database):
    with database.write() as uow:
        for ask in (uow.bots.get, uow.bots.release):
            with pytest.raises(BotNotFound):
                ask(99)


def test_all_can_be_asked_by_account(database, new_bot, make):
    bot = new_bot()
    with database.write() as uow:
        identity = AccountIdentity("Other", 7, TradeMode.DEMO)
        other = uow.accounts.add(make.account(identity=identity, magic_block=813))
        theirs = uow.bots.add(other.id, make.settings(), make.noon)
        assert uow.bots.all() == (bot, theirs)
        assert uow.bots.all(other.id) == (theirs,)


def test_a_claim_moves_the_tick_on_and_is_exclusive(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    following = make.noon + timedelta(minutes=5)
    with database.write() as uow:
        claimed = uow.bots.claim(bot.id, make.noon, make.noon, following)
        assert claimed == replace(bot, claimed_at=make.noon, due_at=following)
        assert uow.bots.claim(bot.id, make.noon, following, following) is None
        assert uow.bots.release(bot.id) == replace(claimed, claimed_at=None)
        assert uow.bots.claim(bot.id, following, following, following) is not None


def test_a_tick_that_is_not_due_is_not_claimed(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        early = make.noon - timedelta(microseconds=1)
        assert uow.bots.claim(bot.id, early, early, make.noon) is None


@pytest.mark.parametrize("status", [BotStatus.STOPPED, BotStatus.ERROR])
def test_a_bot_that_does_not_run_is_not_claimed(database, new_bot, make, status):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.bots.save(replace(bot, status=status))
        assert uow.bots.claim(bot.id, make.noon, make.noon, make.noon) is None


def test_sixteen_threads_claim_one_tick_and_one_wins(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    start = threading.Barrier(16)
    won = []

    def claim():
        start.wait()
        with database.write() as uow:
            found = uow.bots.claim(bot.id, make.noon, make.noon, make.noon + timedelta(minutes=5))
            uow.commit()
        if found is not None:
            won.append(found)

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_release_all_frees_every_claim(database, new_bot, make):
    bots = [new_bot(BotStatus.ACTIVE) for _ in range(3)]
    with database.write() as uow:
        for bot in bots:
            uow.bots.claim(bot.id, make.noon, make.noon, make.noon)
        uow.bots.release_all()
        assert [bot.claimed_at for bot in uow.bots.all()] == [None] * 3
        assert [bot.version for bot in uow.bots.all()] == [bot.version for bot in bots]


def test_an_evaluated_bar_is_kept_without_a_new_version(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.bots.evaluated(bot.id, make.noon)
        assert uow.bots.get(bot.id) == replace(bot, last_evaluated_bar=make.noon)


def test_stop_all_stops_what_runs_or_is_faulted_and_nothing_else(database, new_bot, make):
    active, exiting, stopped, faulty = (
        new_bot(BotStatus.ACTIVE),
        new_bot(BotStatus.EXIT_ONLY),
        new_bot(),
        new_bot(BotStatus.ERROR, fault=Fault.SYMBOL_GONE),
    )
    with database.write() as uow:
        ids = uow.bots.stop_all(None, make.noon, make.noon, "b1")
        assert ids == (active.id, exiting.id, faulty.id)
        for bot_id in ids:
            bot = uow.bots.get(bot_id)
            assert (bot.status, bot.stop_batch, bot.stopped_at) == (BotStatus.STOPPED, "b1", make.noon)
            assert (bot.fault, bot.due_at, bot.version) == (None, None, 3)
        assert uow.bots.get(stopped.id) == stopped
        assert uow.bots.stop_all(None, make.noon, make.noon, "b2") == ()


def test_stop_all_stops_only_the_named_bots(database, new_bot, make):
    bots = [new_bot(BotStatus.ACTIVE) for _ in range(3)]
    with database.write() as uow:
        assert uow.bots.stop_all([bots[1].id], make.noon, make.noon, "b") == (bots[1].id,)
        assert uow.bots.stop_all([], make.noon, make.noon, "b") == ()


def test_stop_all_spares_bots_that_somebody_started_after_it_was_sent(database, new_bot, make):
    before = new_bot(BotStatus.ACTIVE)
    after = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        sent_at = make.noon + timedelta(minutes=1)
        uow.bots.save(replace(after, started_at=sent_at + timedelta(microseconds=1)))
        assert uow.bots.stop_all(None, sent_at, sent_at, "late") == (before.id,)
        assert uow.bots.get(after.id).status is BotStatus.ACTIVE


def test_a_stop_makes_an_older_read_of_the_bot_a_conflict(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.bots.stop_all(None, make.noon, make.noon, "b")
        with pytest.raises(VersionConflict):
            uow.bots.save(replace(bot, status=BotStatus.EXIT_ONLY))


def test_a_stop_leaves_a_running_claim_to_its_owner(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.bots.claim(bot.id, make.noon, make.noon, make.noon)
        uow.bots.stop_all(None, make.noon, make.noon, "b")
        assert uow.bots.get(bot.id).claimed_at == make.noon


def test_waiting_is_set_for_running_bots_and_counts_what_changed(database, new_bot, account):
    first, second, stopped = new_bot(BotStatus.ACTIVE), new_bot(BotStatus.EXIT_ONLY), new_bot()
    with database.write() as uow:
        assert uow.bots.set_waiting(account.id, Waiting.LINK_LOST) == 2
        assert uow.bots.set_waiting(account.id, Waiting.LINK_LOST) == 0
        assert uow.bots.set_waiting(account.id, Waiting.MARKET_CLOSED, [first.id]) == 1
        assert uow.bots.set_waiting(account.id, None) == 2
        assert uow.bots.set_waiting(account.id + 1, Waiting.LINK_LOST) == 0
        assert uow.bots.all() == (first, second, stopped)


def test_held_is_set_and_cleared(database, new_bot):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        uow.bots.set_held(bot.id, Held.OTHER_ACCOUNT)
        assert uow.bots.get(bot.id) == replace(bot, held=Held.OTHER_ACCOUNT)
        uow.bots.set_held(bot.id, None)
        assert uow.bots.get(bot.id) == bot


def test_only_a_running_bot_gets_a_fault(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE)
    with database.write() as uow:
        assert uow.bots.set_fault(bot.id, Fault.BAD_PARAMETERS)
        faulty = uow.bots.get(bot.id)
        assert (faulty.status, faulty.fault) == (BotStatus.ERROR, Fault.BAD_PARAMETERS)
        assert faulty.version == bot.version + 1
        uow.bots.stop_all(None, make.noon, make.noon, "b")
        assert not uow.bots.set_fault(bot.id, Fault.SYMBOL_GONE)
        assert uow.bots.get(bot.id).status is BotStatus.STOPPED


def test_a_glance_tells_of_a_running_bot_what_was_seen_and_where_its_clock_stands(database, new_bot, make):
    bot = new_bot(BotStatus.ACTIVE, last_evaluated_bar=make.noon)
    with database.write() as uow:
        uow.accounts.set_clock(bot.account_id, make.noon, timedelta(hours=3))
        assert uow.bots.glance(bot.id) == Glance(bot.account_id, bot.settings, make.noon, timedelta(hours=3))


@pytest.mark.parametrize("status", [BotStatus.STOPPED, BotStatus.ERROR])
def test_a_bot_that_does_not_run_is_not_worth_a_glance(database, new_bot, status):
    bot = new_bot(status)
    with database.read() as uow:
        assert uow.bots.glance(bot.id) is None
        assert uow.bots.glance(bot.id + 1) is None


def test_bots_are_counted_by_kind_and_shown_in_pages_without_the_deleted(database, new_bot, make):
    stopped = [new_bot() for _ in range(3)]
    active = new_bot(BotStatus.ACTIVE, waiting=Waiting.MARKET_CLOSED)
    with database.write() as uow:
        uow.bots.save(replace(stopped[1], deleted_at=make.noon))
        assert uow.bots.tally() == {
            (BotStatus.STOPPED, None, None): 2,
            (BotStatus.ACTIVE, Waiting.MARKET_CLOSED, None): 1,
        }
        assert [bot.id for bot in uow.bots.page(0, 2)] == [stopped[0].id, stopped[2].id]
        assert [bot.id for bot in uow.bots.page(2, 2)] == [active.id]
        assert uow.bots.page(0, 2, BotStatus.ACTIVE) == (active,)
        assert uow.bots.page(0, 2, BotStatus.ERROR) == ()


def test_bots_can_be_asked_for_by_account_id_status_and_waiting(database, new_bot):
    stopped, active = new_bot(), new_bot(BotStatus.ACTIVE, waiting=Waiting.MARKET_CLOSED)
    with database.read() as uow:
        assert uow.bots.all(active.account_id, status=BotStatus.ACTIVE) == (active,)
        assert uow.bots.all(waiting=Waiting.MARKET_CLOSED) == (active,)
        assert uow.bots.all(active.account_id, ids=[stopped.id, active.id + 1]) == (stopped,)
        assert uow.bots.all(ids=[]) == ()
        assert uow.bots.all(active.account_id + 1, status=BotStatus.ACTIVE) == ()


def test_tags_belong_to_present_bots_and_are_replaced_as_a_whole(database, new_bot, make):
    first, second = new_bot(), new_bot()
    with database.write() as uow:
        uow.bots.set_tags(first.id, ["slow", "gold", "gold"])
        uow.bots.set_tags(second.id, ["slow"])
        uow.bots.save(replace(second, deleted_at=make.noon))
        uow.commit()
    with database.write() as uow:
        assert uow.bots.tags() == {first.id: ("gold", "slow")}
        uow.bots.set_tags(first.id, ())
        assert uow.bots.tags() == {}


def test_bots_are_found_by_their_brokers_symbol_and_by_what_is_due(database, new_bot, make):
    first, second = new_bot(), new_bot()
    gold = replace(first.settings, broker_symbol="XAUUSD.m")
    with database.write() as uow:
        uow.bots.edit(uow.bots.get(second.id), gold, make.noon, 1)
        uow.bots.save(replace(uow.bots.get(first.id), due_at=make.noon))
        uow.commit()
    with database.read() as uow:
        assert [bot.id for bot in uow.bots.all(broker_symbols=["XAUUSD.m", "GOLD"])] == [second.id]
        assert uow.bots.all(broker_symbols=[]) == ()
        assert [bot.id for bot in uow.bots.all(due_before=make.noon + timedelta(microseconds=1))] == [
            first.id
        ]
        assert uow.bots.all(due_before=make.noon) == ()
