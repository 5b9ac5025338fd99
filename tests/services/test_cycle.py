from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import (
    BotSettings,
    BotStatus,
    Fault,
    Held,
    SizingMethod,
    Waiting,
    next_due,
)
from bot_service.domain.errors import DatabaseBusy, SymbolRefused
from bot_service.domain.events import (
    BotFaulted,
    BotFlat,
    DueReset,
    EntryDenied,
    LeftOpen,
    MarketClosed,
    OrderFilled,
    OrderRejected,
    PositionClosed,
    SignalStale,
    SymbolTrouble,
)
from bot_service.domain.jobs import TickJob
from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import ExitCause, Purpose, Side
from bot_service.services import looks
from bot_service.strategies import join, leave
from bot_service.strategies.ma_crossover import MaCrossover

UP, DOWN, FLAT = 101, 97, 100


def test_a_signal_on_a_newly_closed_bar_opens_one_position_with_its_stops(world):
    bot_id = world.running()
    world.bar(UP)
    (filled,) = world.events(OrderFilled)
    (position,) = world.terminal.held.values()
    assert (filled.bot_id, filled.side, filled.lots) == (bot_id, Side.BUY, Decimal("0.1"))
    assert (filled.ticket, filled.position_id) == (position.ticket, position.identifier)
    assert filled.price == position.price_open
    assert position.stop_loss < position.price_open < position.take_profit
    assert filled.stop_loss == position.stop_loss
    assert filled.planned_risk > 0


def test_the_order_carries_the_bots_magic_the_ref_and_the_expected_account(world):
    bot_id = world.running()
    world.bar(UP)
    (request,) = world.terminal.requests
    assert request.magic == world.account.magic_block * 1_000_000 + bot_id
    assert request.expected == world.account.identity
    assert 0 < len(request.ref) <= 16
    assert request.ref.isascii()


def test_a_fill_is_on_the_books_and_makes_the_snapshot_old_at_once(world):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    with world.database.read() as uow:
        assert len(uow.books.deals_of(world.account.id, ticket)) == 1
    assert world.account.id not in world.services.cycle._looks._snapshots


def test_a_bar_is_evaluated_once(world):
    bot_id = world.running()
    world.bar(UP)
    for _ in range(5):
        world.advance(timedelta(seconds=5))
        world.tick(bot_id)
    assert len(world.terminal.requests) == 1


def test_a_tick_without_a_new_bar_asks_the_terminal_nothing(world):
    bot_id = world.running(check_interval_s=10)
    world.bar(FLAT)
    world.terminal.broken["closed_bars"] = AssertionError("asked")
    world.terminal.broken["positions"] = AssertionError("asked")
    world.terminal.broken["instrument"] = AssertionError("asked")
    world.advance(timedelta(seconds=30))
    assert world.read(bot_id).last_evaluated_bar is not None


def test_only_one_of_two_equal_ticks_runs(world):
    bot_id = world.running()
    world.terminal.add_bar(UP)
    due = world.read(bot_id).due_at
    world.clock.set(due)
    world.services.cycle.run(_tick(world, bot_id, due))
    before = len(world.passed)
    world.services.cycle.run(_tick(world, bot_id, due))
    assert len(world.passed) == before


def _tick(world, bot_id, due):
    return TickJob(world.account.id, bot_id, due)


def test_a_start_never_enters_on_an_old_bar(world):
    world.terminal.closes[-1] = UP
    world.terminal.price = Decimal(UP)
    world.running()
    world.bar(UP)
    assert world.terminal.requests == []


def test_the_first_look_without_a_last_bar_only_notes_it(world):
    bot_id = world.running()
    world.advance(timedelta(seconds=10))
    with world.database.write() as uow:
        bot = uow.bots.get(bot_id)
        uow.bots.save(replace(bot, last_evaluated_bar=None))
        uow.commit()
    world.bar(UP)
    assert world.terminal.requests == []
    assert world.read(bot_id).last_evaluated_bar == world.newest_close() - timedelta(minutes=1)


def test_the_same_signal_adds_nothing_to_an_open_position(world):
    world.running()
    world.bars(UP, UP, 103, 102, 104)
    assert len(world.terminal.held) == 1
    assert [request.side for request in world.terminal.requests] == [Side.BUY]


def test_an_opposite_signal_closes_first_and_then_opens(world):
    world.running()
    world.bars(UP, DOWN)
    sides = [(request.side, request.position_ticket is not None) for request in world.terminal.requests]
    assert sides == [(Side.BUY, False), (Side.SELL, True), (Side.SELL, False)]
    (position,) = world.terminal.held.values()
    assert position.side is Side.SELL
    (closed,) = world.events(PositionClosed)
    assert closed.cause is ExitCause.SIGNAL
    assert world.codes()[-3:] == ["order_filled", "position_closed", "order_filled"]


@pytest.mark.parametrize(
    "fate", ["reject:10006:reject", "partial", "unknown_lost", "unknown_done", "raise", "reject:0:not_sent"]
)
def test_the_other_side_opens_only_if_the_close_succeeded(world, fate):
    world.running()
    world.bar(UP)
    world.terminal.script = [fate]
    world.bar(DOWN)
    assert [request.position_ticket is None for request in world.terminal.requests] == [True, False]


def test_a_refused_exit_is_tried_again_and_told_once(world):
    bot_id = world.running()
    world.bar(UP)
    world.terminal.script = ["reject:10006:reject", "reject:10006:reject"]
    world.bars(DOWN, DOWN)
    assert len(world.events(OrderRejected)) == 1
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert world.events(PositionClosed)[0].cause is ExitCause.SIGNAL
    world.bars(DOWN, DOWN)
    assert len([one for one in world.terminal.requests if one.position_ticket]) == 3
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_the_watch_lets_a_refused_exit_be_tried_before_the_next_bar(world):
    world.running(hourly(world))
    world.terminal.script = ["fill", "reject:10018:closed"]
    hour_bars(world, UP, DOWN)
    assert len(world.terminal.held) == 1
    world.advance(timedelta(seconds=31))
    world.watch()
    (position,) = world.terminal.held.values()
    assert position.side is Side.SELL
    assert world.events(PositionClosed)[0].cause is ExitCause.SIGNAL


def hourly(world):
    world.terminal.first_open = world.clock.now() - 300 * timedelta(hours=1)
    return BotSettings(
        name="Hourly",
        symbol="EURUSD",
        broker_symbol="",
        strategy="MA_CROSSOVER",
        timeframe=Timeframe.H1,
        sizing=SizingMethod.FIXED_LOT,
        size=Decimal("0.1"),
        parameters={"fast_period": 2, "slow_period": 3},
    )


def hour_bars(world, *closes):
    for close in closes:
        world.terminal.add_bar(close)
        world.ticker.advance(world.clock.now().replace(minute=0) + timedelta(hours=1, seconds=80))


def test_a_partly_executed_exit_closes_the_rest_before_anything_opens(world):
    world.running()
    world.bar(UP)
    world.terminal.script = ["partial"]
    world.bars(DOWN, FLAT)
    closings = [request.lots for request in world.terminal.requests if request.position_ticket]
    assert closings == [Decimal("0.10"), Decimal("0.05")]
    (closed,) = world.events(PositionClosed)
    assert closed.lots == Decimal("0.1")


def test_a_position_that_its_stop_closed_is_told_before_the_next_entry(world):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.bar(DOWN)
    codes = [code for code in world.codes() if code in {"order_filled", "position_closed"}]
    assert codes == ["order_filled", "position_closed", "order_filled"]
    assert world.events(PositionClosed)[0].cause is ExitCause.STOP_LOSS


def test_a_position_that_is_neither_open_nor_on_the_books_blocks_entries(world):
    world.running()
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.terminal.invisible.add(world.terminal.book[-1].ticket)
    world.bar(DOWN)
    assert len(world.terminal.requests) == 1
    world.terminal.invisible.clear()
    world.watch()
    assert len(world.events(PositionClosed)) == 1


def test_a_late_signal_is_stale_and_not_chased(world):
    bot_id = world.running()
    world.terminal.add_bar(UP)
    world.clock.advance(timedelta(seconds=91))
    world.tick(bot_id)
    (stale,) = world.events(SignalStale)
    assert (stale.side, stale.late_s) == (Side.BUY, 31)
    assert world.terminal.requests == []
    assert world.read(bot_id).last_evaluated_bar == stale.bar_time


def test_a_signal_thirty_seconds_old_still_counts(world):
    bot_id = world.running()
    world.terminal.add_bar(UP)
    world.clock.advance(timedelta(seconds=90))
    world.tick(bot_id)
    assert len(world.events(OrderFilled)) == 1


def test_a_late_exit_is_not_blocked_by_its_age(world):
    bot_id = world.running()
    world.bar(UP)
    world.terminal.add_bar(DOWN)
    world.clock.advance(timedelta(seconds=110))
    world.tick(bot_id)
    assert world.terminal.held == {}
    assert len(world.events(SignalStale)) == 1


def test_a_hold_writes_no_history(world):
    world.running()
    before = world.codes()
    world.bars(FLAT, FLAT, FLAT)
    assert world.codes() == before


def test_the_newest_analysis_is_kept(world):
    bot_id = world.running()
    world.bar(UP)
    with world.database.read() as uow:
        analysis = uow.journal.analysis(bot_id)
    assert analysis.signal is Signal.BUY
    assert analysis.bar_time == world.read(bot_id).last_evaluated_bar


def test_a_denied_entry_is_told_once_a_day_and_then_counted(world):
    bot_id = world.running(size=Decimal(50))
    world.bars(UP, DOWN, 103, 95, 104)
    (denied,) = world.events(EntryDenied)
    assert denied.reason == "risk_above_cap"
    assert world.terminal.requests == []
    assert world.read(bot_id).last_evaluated_bar == world.newest_close() - timedelta(minutes=1)
    world.clock.advance(timedelta(days=1))
    world.terminal.first_open += timedelta(days=1)
    world.ticker.schedule(world.read(bot_id), world.account, world.clock.now())
    world.bars(93, 105)
    assert len(world.events(EntryDenied)) == 2


def test_a_broken_order_is_a_rejection_and_the_bot_goes_on(world):
    bot_id = world.running()
    world.terminal.script = ["reject:10019:funds"]
    world.bar(UP)
    (rejected,) = world.events(OrderRejected)
    assert (rejected.retcode, rejected.reject_class, rejected.purpose) == (10019, "funds", Purpose.OPEN)
    world.bar(DOWN)
    assert len(world.terminal.held) == 1
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_a_disabled_account_is_an_error_that_names_the_open_position(world):
    bot_id = world.running()
    world.bar(UP)
    (position,) = world.terminal.held.values()
    world.terminal.script = ["reject:10027:disabled"]
    world.bar(DOWN)
    (faulted,) = world.events(BotFaulted)
    assert (faulted.fault, faulted.ticket) == (Fault.TRADING_DISABLED, position.ticket)
    assert faulted.stop_loss == position.stop_loss
    assert world.read(bot_id).status is BotStatus.ERROR


def test_a_symbol_that_is_gone_is_an_error_that_names_the_open_position(world):
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    (position,) = world.terminal.held.values()
    world.terminal.broken["instrument"] = SymbolRefused("EURUSD", "gone")
    world.bar(DOWN)
    (trouble,) = world.events(SymbolTrouble)
    assert trouble.left_open == (LeftOpen(position.ticket, position.stop_loss),)
    faulted = world.read(bot_id)
    assert (faulted.status, faulted.fault) == (BotStatus.ERROR, Fault.SYMBOL_GONE)


def test_a_closed_market_is_waited_for_and_told_once(world):
    bot_id = world.running()
    world.terminal.script = ["reject:10018:closed"]
    world.bar(UP)
    assert world.read(bot_id).waiting is Waiting.MARKET_CLOSED
    world.terminal.open = False
    world.bars(DOWN, UP, DOWN)
    assert len(world.events(MarketClosed)) == 1
    assert world.events(OrderRejected) == []
    assert len(world.terminal.requests) == 1
    world.terminal.open = True
    world.watch()
    assert world.read(bot_id).waiting is None


def test_a_bar_that_does_not_come_in_a_closed_market_makes_the_bot_wait(world):
    bot_id = world.running()
    world.terminal.open = False
    world.advance(timedelta(minutes=3))
    assert world.read(bot_id).waiting is Waiting.MARKET_CLOSED
    assert world.events(OrderRejected) == []


def test_exit_only_closes_but_never_opens_and_stops_when_flat(world):
    bot_id = world.running()
    world.bar(UP)
    world.control.exit_only(world.actor(), [bot_id])
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert [request.position_ticket is None for request in world.terminal.requests] == [True, False]
    (flat,) = world.events(BotFlat)
    assert flat.bot_id == bot_id
    assert world.read(bot_id).status is BotStatus.STOPPED


def test_a_held_bot_opens_nothing_and_still_closes(world):
    bot_id = world.running()
    world.bar(UP)
    with world.database.write() as uow:
        uow.bots.set_held(bot_id, Held.GUARD)
        uow.commit()
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert len(world.terminal.requests) == 2


def test_a_due_time_more_than_two_intervals_ahead_is_told_and_reset(world):
    bot_id = world.running()
    with world.database.write() as uow:
        uow.bots.save(replace(uow.bots.get(bot_id), due_at=world.clock.now() + timedelta(hours=9)))
        uow.commit()
    world.bar(UP)
    (reset,) = world.events(DueReset)
    assert reset.bot_id == bot_id
    assert len(world.terminal.held) == 1


def test_the_next_due_is_just_after_the_next_close(world):
    bot_id = world.running()
    world.bar(FLAT)
    bot = world.read(bot_id)
    assert bot.due_at == next_due(bot_id, bot.settings, world.clock.now())


def test_two_accounts_never_share_bars_or_signals(world, make_world):
    other = make_world("other.sqlite3")
    bot_id = world.running()
    account = replace(world.account, identity=replace(world.account.identity, server="Elsewhere"))
    shared = world.services.cycle._looks
    bot = world.read(bot_id)
    instrument = world.terminal.instrument("EURUSD")
    here = shared.look(world.account, world.terminal, bot.settings, instrument)
    other.terminal.closes[-1] = 120.0
    there = shared.look(account, other.terminal, bot.settings, instrument)
    assert here.analysis.price == 100.0
    assert there.analysis.price == 120.0


def test_a_signal_is_computed_once_for_bots_that_look_at_the_same_bar(world, monkeypatch):
    counted = []
    compute = looks.analyse
    monkeypatch.setattr(looks, "analyse", lambda *args: counted.append(1) or compute(*args))
    for _ in range(5):
        world.running()
    world.bar(FLAT)
    assert len(counted) == 1


def test_a_tick_passes_its_numbered_steps_in_order(world):
    world.running()
    world.advance(timedelta(seconds=10))
    world.passed.clear()
    world.bar(UP)
    assert world.passed == ["claimed", "data", "decided", "intent", "placed", "result"]


def test_the_claim_ends_also_when_the_tick_breaks(world):
    bot_id = world.running()
    world.terminal.broken["closed_bars"] = ValueError("broken library")
    with pytest.raises(ValueError, match="broken library"):
        world.bar(UP)
    assert world.read(bot_id).claimed_at is None


def test_a_tick_that_a_locked_database_cuts_off_never_silences_its_bot(make_world, tmp_path):
    def lock_once_decided(step: str) -> None:
        if step == "decided" and not locks:
            locks.append(sqlite3.connect(tmp_path / "locked.sqlite3", isolation_level=None))
            locks[0].execute("BEGIN EXCLUSIVE")

    locks: list[sqlite3.Connection] = []
    world = make_world(
        "locked.sqlite3", checkpoint=lock_once_decided, busy_timeout=timedelta(milliseconds=50)
    )
    bot_id = world.running()
    with pytest.raises(DatabaseBusy):
        world.bar(UP)
    locks[0].execute("COMMIT")
    locks[0].close()
    assert world.read(bot_id).claimed_at is not None
    world.bars(DOWN, UP)
    assert world.read(bot_id).claimed_at is None
    assert len(world.terminal.held) == 1


def test_without_a_spread_each_bar_is_seen_one_second_after_its_close(make_world):
    world = make_world("unspread", spread=False)
    world.advance(timedelta(seconds=30))
    bot_id = world.running()
    for close in (FLAT, FLAT, FLAT):
        world.terminal.add_bar(close)
        world.ticker.advance(world.newest_close() + timedelta(minutes=1, seconds=1))
        assert world.read(bot_id).last_evaluated_bar == world.newest_close() - timedelta(minutes=1)


class Moody(MaCrossover):
    """An own strategy whose code breaks when a test says so."""

    key = "MOODY"
    broken = False

    @classmethod
    def evaluate(cls, bars, parameters, symbol):
        if cls.broken:
            raise KeyError("klose")
        return MaCrossover.evaluate(bars, parameters, symbol)


@pytest.fixture
def moody():
    join(Moody)
    yield Moody
    Moody.broken = False
    leave(Moody)


def test_a_strategy_that_raises_ends_its_bot_and_is_told_once(world, moody):
    bot_id, other = world.running(strategy=moody.key), world.running()
    world.bar(UP)
    world.watch()
    moody.broken = True
    world.bars(DOWN, UP)
    (faulted,) = world.events(BotFaulted)
    assert (faulted.bot_id, faulted.fault) == (bot_id, Fault.BAD_STRATEGY)
    assert "klose" in faulted.detail
    assert faulted.ticket is not None
    assert faulted.stop_loss is not None
    assert world.read(bot_id).status is BotStatus.ERROR
    assert world.read(other).status is BotStatus.ACTIVE


def test_a_bot_whose_strategy_was_mended_starts_again(world, moody):
    bot_id = world.running(strategy=moody.key)
    moody.broken = True
    world.bar(UP)
    moody.broken = False
    assert world.start(bot_id).outcomes[0].done
    world.bars(DOWN, UP)
    assert world.read(bot_id).status is BotStatus.ACTIVE


def test_the_analysis_says_how_much_of_the_stop_the_spread_eats(world):
    bot_id = world.running()
    world.bar(UP)
    with world.database.read() as uow:
        kept = uow.journal.analysis(bot_id)
    spread = world.terminal.tick("EURUSD").spread
    (opened,) = world.events(OrderFilled)
    distance = abs(opened.price - opened.stop_loss)
    assert kept.spread_percent == pytest.approx(float(100 * spread / distance), rel=0.02)
