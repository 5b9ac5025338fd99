"""Gates before an entry: they hold entries, tell it calmly, and never an exit."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain import gates
from bot_service.domain.entering import GateRules
from bot_service.domain.events import EntryDenied, OrderFilled, PositionClosed, SignalStale
from bot_service.domain.market import Timeframe
from bot_service.domain.risk import DenialReason, Denied
from bot_service.domain.strategy import Signals
from bot_service.domain.trading import ExitCause, Side
from bot_service.services import hours, spreads
from bot_service.strategies import join, leave
from bot_service.strategies.ma_crossover import MaCrossover

UP, DOWN, FLAT = 101, 97, 100
MINUTE = timedelta(minutes=1)


class Closed:
    """A gate that lets nothing pass."""

    order = 0

    @staticmethod
    def refusal(_entry, _rules):
        return Denied(DenialReason.PAUSED, {"until": "2026-03-03T12:00:00+00:00"})


@pytest.mark.parametrize("name", gates.all_gates())
def test_no_gate_ever_holds_an_exit(world, monkeypatch, name):
    world.running()
    world.bar(UP)
    monkeypatch.setattr(gates.all_gates()[name], "refusal", Closed.refusal)
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert world.events(PositionClosed)[0].cause is ExitCause.SIGNAL
    assert [item.position_ticket is None for item in world.terminal.requests] == [True, False]
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.PAUSED]


@pytest.mark.parametrize("name", gates.all_gates())
def test_an_exit_that_was_refused_is_tried_again_through_closed_gates(world, monkeypatch, name):
    world.running()
    world.bar(UP)
    monkeypatch.setattr(gates.all_gates()[name], "refusal", Closed.refusal)
    world.terminal.script = ["reject:10006:reject"]
    world.bars(DOWN, DOWN)
    assert world.terminal.held == {}


class Always(MaCrossover):
    """A strategy that says one word on every bar, as one that looks at states does."""

    key = "ALWAYS"
    word = "HOLD"

    @classmethod
    def evaluate(cls, bars, parameters, symbol):
        never = bars["close"] < 0
        buys, sells = (~never if cls.word == word else never for word in ("BUY", "SELL"))
        return Signals(buys, sells, never, never, (), ())


@pytest.fixture
def always():
    join(Always)
    yield Always
    Always.word = "HOLD"
    leave(Always)


def widen(world, spread):
    """Let the quotes have another spread."""
    world.terminal.half_spread = Decimal(spread) / 2


def test_a_wide_spread_holds_an_entry_and_the_analysis_says_so(world):
    bot_id = world.running()
    widen(world, "2.0")
    world.bar(UP)
    (denied,) = world.events(EntryDenied)
    assert denied.reason == DenialReason.SPREAD_WIDE
    assert world.terminal.requests == []
    kept = world.services.queries.analysis(bot_id).analysis
    assert kept.denied == DenialReason.SPREAD_WIDE
    assert Decimal(kept.denied_numbers["percent"]) > 20
    widen(world, "0.1")
    world.bars(DOWN)
    assert len(world.terminal.held) == 1
    assert world.services.queries.analysis(bot_id).analysis.denied == ""


def test_the_same_hold_is_told_once_a_day_and_then_counted(world):
    bot_id = world.running()
    widen(world, "30")
    world.bars(UP, DOWN, 103, 95, 104)
    assert len(world.events(EntryDenied)) == 1
    assert '"spread_wide": 4' in world.value(f"denied:{bot_id}")


def test_the_usual_spread_is_the_median_of_what_the_watch_saw(world):
    world.running()
    for _ in range(spreads.FEWEST + 2):
        world.bar(FLAT)
        world.watch()
    widen(world, "0.35")
    world.bar(UP)
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.SPREAD_UNUSUAL]


def test_the_usual_spread_survives_a_restart(world):
    world.running()
    for _ in range(spreads.FEWEST + 2):
        world.bar(FLAT)
        world.watch()
    again = world.again()
    with again.database.read() as uow:
        assert spreads.samples(uow, world.account.id, "EURUSD").usual() == Decimal("0.1")


def test_the_watch_samples_a_symbol_once_a_minute_however_many_bots_it_has(world):
    for _ in range(5):
        world.running()
    asked = []
    quote = world.terminal.tick
    world.terminal.tick = lambda symbol: asked.append(symbol) or quote(symbol)
    for _ in range(10):
        world.watch()
        world.clock.advance(timedelta(seconds=3))
    assert asked == ["EURUSD"]


def test_a_gated_tick_asks_the_terminal_nothing_more(make_paper_world):
    def calls(name, rules):
        world = make_paper_world(name, gates=rules)
        world.limits(open_risk=None, entries_a_day=None, rejections=None, losses=None)
        for number in range(3):
            world.running(
                name=f"B{number}", size=Decimal("0.01"), parameters={"fast_period": 2, "slow_period": 5}
            )
        counted = Counter()
        ask = world.terminal._link.ask

        def counting(call, *args, **kwargs):
            counted[call] += 1
            return ask(call, *args, **kwargs)

        world.terminal._link.ask = counting
        world.ticker.advance(world.clock.now() + timedelta(hours=1))
        return counted, len(world.events(OrderFilled))

    gated, entries = calls("gated", GateRules())
    bare, bare_entries = calls("bare", None)
    assert entries == bare_entries > 5
    assert gated == bare


@pytest.mark.parametrize(("hand", "cause"), [("client", ExitCause.BY_HAND), ("so", ExitCause.STOP_OUT)])
def test_after_a_hand_or_a_stop_out_that_direction_waits_until_its_signal_was_off(world, always, hand, cause):
    bot_id = world.running(strategy=always.key)
    always.word = "BUY"
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, hand, "101.00")
    world.watch()
    assert world.events(PositionClosed)[0].cause is cause
    world.bars(UP, UP)
    (denied,) = world.events(EntryDenied)
    assert (denied.reason, denied.side) == (DenialReason.REENTRY, Side.BUY)
    assert world.services.queries.bot(bot_id).off_first is Side.BUY
    again = world.again()
    assert again.services.queries.bot(bot_id).off_first is Side.BUY
    always.word = "HOLD"
    world.bar(UP)
    always.word = "BUY"
    world.bar(UP)
    assert len(world.terminal.held) == 1
    assert world.services.queries.bot(bot_id).off_first is None


def test_the_other_direction_is_free_at_once(world, always):
    world.running(strategy=always.key)
    always.word = "BUY"
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "client", "101.00")
    world.watch()
    always.word = "SELL"
    world.bar(UP)
    assert [item.side for item in world.terminal.requests] == [Side.BUY, Side.SELL]


def test_a_stop_loss_holds_nothing_back(world, always):
    world.running(strategy=always.key)
    always.word = "BUY"
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99.00")
    world.bar(UP)
    assert len(world.terminal.requests) == 2


def test_a_person_allows_the_direction_at_once(world, always):
    bot_id = world.running(strategy=always.key)
    always.word = "BUY"
    world.bar(UP)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "web", "101.00")
    world.watch()
    world.bar(UP)
    assert world.services.pausing.allow_reentry(world.actor(), bot_id).side is Side.BUY
    world.bar(UP)
    assert len(world.terminal.held) == 1
    assert world.services.pausing.allow_reentry(world.actor(), bot_id).side is None


def know_hours(world, *closed, symbol="EURUSD", zone="UTC"):
    with world.database.write() as uow:
        week = hours.Week(zone, closed)
        key = f"hours:{world.account.id}:{symbol}"
        uow.set_value(key, hours.codec.written(hours._Known(world.clock.now(), week)))
        uow.commit()


def minute_of_week(at):
    return at.weekday() * 1440 + at.hour * 60 + at.minute


def test_the_last_minutes_before_a_break_get_no_entry_and_the_position_is_still_left(world):
    world.running()
    world.bar(UP)
    now = minute_of_week(world.clock.now())
    know_hours(world, (now + 5, now + 65))
    world.bar(DOWN)
    assert world.terminal.held == {}
    assert [item.reason for item in world.events(EntryDenied)] == [DenialReason.ABOUT_TO_CLOSE]


def test_an_entry_that_only_the_opening_holds_is_made_when_it_is_calm(world):
    now = world.clock.now().replace(hour=8)
    world.clock.set(now + timedelta(hours=2))
    bot_id = world.running(timeframe=Timeframe.H4)
    world.terminal.first_open = now - 300 * timedelta(hours=4)
    world.terminal.add_bar(UP)
    opening = minute_of_week(now + timedelta(hours=4))
    know_hours(world, (opening - 60, opening))
    world.ticker.advance(now + timedelta(hours=4, minutes=6))
    assert world.terminal.requests == []
    assert world.events(EntryDenied) == []
    world.watch()
    assert world.terminal.requests == []
    world.ticker.advance(now + timedelta(hours=4, minutes=11))
    world.watch()
    (filled,) = world.events(OrderFilled)
    assert filled.bot_id == bot_id
    world.watch()
    assert len(world.terminal.requests) == 1


def test_a_market_that_is_closed_at_the_bars_close_is_entered_when_it_has_opened(world):
    now = world.clock.now().replace(hour=8)
    world.clock.set(now + timedelta(hours=2))
    world.running(timeframe=Timeframe.H4)
    world.terminal.first_open = now - 300 * timedelta(hours=4)
    world.terminal.add_bar(UP)
    opening = minute_of_week(now + timedelta(hours=4, minutes=10))
    know_hours(world, (opening - 60, opening))
    world.terminal.open = False
    world.ticker.advance(now + timedelta(hours=4, minutes=6))
    world.terminal.open = True
    world.ticker.advance(now + timedelta(hours=4, minutes=21))
    world.watch()
    assert len(world.events(OrderFilled)) == 1


def test_an_entry_is_never_made_later_than_its_signal_lives(world):
    now = world.clock.now().replace(hour=8)
    world.clock.set(now + timedelta(hours=2))
    world.running(timeframe=Timeframe.H4)
    world.terminal.first_open = now - 300 * timedelta(hours=4)
    world.terminal.add_bar(UP)
    widen(world, "4.0")
    world.ticker.advance(now + timedelta(hours=4, minutes=6))
    for _ in range(25):
        world.watch()
        world.clock.advance(MINUTE)
    assert world.terminal.requests == []
    (denied,) = world.events(EntryDenied)
    assert denied.reason == DenialReason.SPREAD_WIDE
    assert world.events(SignalStale) == []


def test_the_switch_of_the_composition_opens_every_gate(make_world):
    world = make_world("open", gates=None)
    world.running()
    widen(world, "2.0")
    world.bar(UP)
    assert len(world.terminal.held) == 1
