"""A back-test is the live cycle, only fast."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from bot_service.app.backtest import BacktestOptions, backtest, open_desk, start_bot
from bot_service.domain.errors import InvalidValue, SymbolRefused
from bot_service.domain.market import TradeMode
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import DealEntry, DealKind, ExitCause, Side
from bot_service.scheduling.clocks import StepClock
from bot_service.services.backtest import Replay, prepare, run
from bot_service.services.drafts import settings_from_words
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.terminals.paper import PaperTerminal, history_start
from bot_service.terminals.terminal import Mt5Terminal

NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
FAST = {"fast_period": "5", "slow_period": "12", "lot": "0.02"}


class EveryBar(Replay):
    """Let the cycle look at every bar, as it does in life."""

    @property
    def acting(self):
        return pd.Series(data=True, index=self.bars.index)


class Bench:
    """One replay with its parts within reach."""

    def __init__(self, history, words, *, kind=Replay, database=None):
        start = history_start(history)
        self.clock = StepClock(start)
        self.settings = settings_from_words(words, None)
        seer = PaperTerminal(clock=self.clock.now, history=history, start=start)
        end = seer.ends_at
        late = StepClock(end)
        viewer = Mt5Terminal(PaperTerminal(clock=late.now, history=history, start=start), clock=late)
        viewer.connect()
        bars = viewer.closed_bars(self.settings.symbol, self.settings.timeframe, 100_000)
        ready = prepare(self.settings, viewer.resolve(self.settings.symbol), bars)
        self.replay = kind(ready.bars, ready.said, ready.exit_long, ready.exit_short, ready.atr)
        self.terminal = Mt5Terminal(seer, clock=self.clock, trade_mode_override=TradeMode.PAPER)
        self.terminal.connect()
        self.desk = open_desk(self.clock, self.terminal, database and database(self.clock))
        self.bot = start_bot(self.desk, replace(self.settings, broker_symbol=self.settings.symbol))
        self.outcome = run(self.desk, RiskLimits(), self.bot, self.replay, self.clock.jump_to, end)


def plain(trades):
    return [
        (trade.side, trade.lots, trade.price_open, trade.price_close, trade.opened_at, trade.closed_at,
         trade.net, trade.cause, trade.r)
        for trade in trades
    ]  # fmt: skip


WORDS = {"symbol": "EURUSD", "strategy": "MA_CROSSOVER", **FAST}
TURTLE = {"symbol": "XAUUSD", "strategy": "TURTLE_BREAKOUT", "lot": "0.01"}


@pytest.mark.parametrize("words", [WORDS, TURTLE], ids=["opposite signals", "own exits"])
def test_skipping_the_bars_on_which_nothing_can_happen_changes_no_trade(history, words):
    fast, slow = Bench(history, words), Bench(history, words, kind=EveryBar)
    assert slow.outcome.ticks > 2 * fast.outcome.ticks
    assert len(fast.outcome.trades) > 20
    assert plain(fast.outcome.trades) == plain(slow.outcome.trades)
    assert fast.outcome.open_profit == slow.outcome.open_profit


def test_the_database_in_memory_gives_the_same_trades_as_the_real_one(history, tmp_path):
    def real(clock):
        upgrade(tmp_path / "real.sqlite3")
        return SqlDatabase(tmp_path / "real.sqlite3", clock)

    memory, stored = Bench(history, TURTLE), Bench(history, TURTLE, database=real)
    stored.desk.database.close()
    assert len(memory.outcome.trades) > 20
    assert plain(memory.outcome.trades) == plain(stored.outcome.trades)
    assert memory.outcome == replace(stored.outcome, trades=memory.outcome.trades)


def test_every_trade_is_the_accounts_own_deals_and_begins_after_a_bar_with_its_signal(history):
    bench = Bench(history, WORDS)
    deals = [deal for deal in bench.terminal.deals(LONG_AGO) if deal.kind is DealKind.TRADE]
    entries = {deal.position_id: deal for deal in deals if deal.entry is DealEntry.IN}
    assert len(entries) >= len(bench.outcome.trades) > 20
    hour = timedelta(hours=1)
    for trade in bench.outcome.trades:
        opened = entries[trade.position_id].time
        bar = pd.Timestamp(opened.replace(minute=0, second=0, microsecond=0) - hour)
        said = bench.replay.said.loc[bar]
        assert said is (Signal.BUY if trade.side is Side.BUY else Signal.SELL)
        assert opened - (bar.to_pydatetime() + hour) < timedelta(seconds=5)
    assert {trade.cause for trade in bench.outcome.trades} >= {ExitCause.SIGNAL, ExitCause.STOP_LOSS}


def test_the_result_adds_up(history):
    result = backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", FAST))
    trades = result.outcome.trades
    assert result.holding.trades == len(trades) > 20
    assert result.holding.net == sum(trade.net for trade in trades)
    wins = [trade.net for trade in trades if trade.net > 0]
    losses = [-trade.net for trade in trades if trade.net < 0]
    assert result.holding.win_rate == pytest.approx(100 * len(wins) / len(trades))
    assert result.holding.profit_factor == pytest.approx(float(sum(wins) / sum(losses)))
    assert result.holding.max_drawdown > 0
    assert 0 < result.holding.exposure < 100


def test_nothing_is_held_over_a_weekend_when_that_is_asked(history):
    result = backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", FAST))
    held = [trade for trade in result.outcome.trades if over_a_weekend(trade)]
    assert held
    assert [trade for trade in result.flat_outcome.trades if over_a_weekend(trade)] == []
    assert result.flat.trades > 20


def over_a_weekend(trade):
    # New York + 7 h: the server's week begins on Monday at midnight.
    weeks = [
        (moment.astimezone(NEW_YORK) + timedelta(hours=7)).isocalendar()[:2]
        for moment in (trade.opened_at, trade.closed_at)
    ]
    return weeks[0] != weeks[1]


def test_more_risk_makes_larger_trades(history):
    small, large = (
        backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", {"risk": risk}))
        for risk in ("0.5", "1.5")
    )
    assert large.outcome.trades[0].lots > 2 * small.outcome.trades[0].lots


def test_a_lot_that_risks_too_much_is_denied_as_in_life(history):
    result = backtest(BacktestOptions("MA_CROSSOVER", "XAUUSD", history, "H1", {"lot": "5"}))
    assert result.outcome.trades == ()
    assert result.outcome.denied["risk_above_cap"] > 5
    assert (result.holding.win_rate, result.holding.profit_factor) == (None, None)


@pytest.mark.parametrize("timeframe", ["H4", "D1"])
def test_longer_bars_are_made_of_the_files_bars(history, timeframe):
    chosen = {"fast_period": "2", "slow_period": "4", "lot": "0.02"}
    result = backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, timeframe, chosen))
    assert result.outcome.trades
    closes = result.bars["close"]
    assert len(closes) < 1300 / 3


def test_a_span_cuts_the_replay(history):
    since, until = datetime(2025, 4, 7), datetime(2025, 4, 21)  # noqa: DTZ001  # read as UTC
    result = backtest(
        BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", FAST, since=since, until=until)
    )
    assert result.since == since.replace(tzinfo=UTC)
    assert result.until == until.replace(tzinfo=UTC)
    assert all(result.since <= trade.opened_at < result.until for trade in result.outcome.trades)
    assert result.outcome.trades


def test_an_empty_span_and_unknown_names_are_refused(history):
    late = datetime(2035, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidValue):
        backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", {}, since=late))
    with pytest.raises(SymbolRefused):
        backtest(BacktestOptions("MA_CROSSOVER", "GBPUSD", history, "H1", {}))
    with pytest.raises(InvalidValue):
        backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H2", {}))


def call(*args):
    command = [sys.executable, "-m", "bot_service", "backtest", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_prints_one_json_object_or_a_table(history):
    asked = ("--strategy", "ma_crossover", "--symbol", "eurusd", "--history", history, "--param", "lot=0.02")
    done = call(*asked, "--from", "2025-04-01", "--to", "2025-05-01", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    numbers = {"net", "trades", "wins", "win_rate", "profit_factor", "expectancy_r", "max_drawdown"}
    assert numbers < told.keys()
    assert told["flat_on_weekends"].keys() == numbers | {"max_drawdown_percent", "exposure"}
    assert (told["strategy"], told["symbol"], told["from"]) == (
        "MA_CROSSOVER",
        "EURUSD",
        "2025-04-01T00:00:00Z",
    )
    table = call(*asked, "--from", "2025-04-01", "--to", "2025-05-01")
    assert f"{told['trades']}" in table.stdout
    assert "expectancy_r" in table.stdout


def test_the_command_refuses_a_wrong_folder_without_a_traceback(tmp_path):
    done = call("--strategy", "MA_CROSSOVER", "--symbol", "EURUSD", "--history", tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_risk_is_a_share_of_the_money(history):
    result = backtest(BacktestOptions("MA_CROSSOVER", "EURUSD", history, "H1", {"risk": "1"}))
    stopped = [
        trade for trade in result.outcome.trades if trade.cause is ExitCause.STOP_LOSS and trade.r is not None
    ]
    assert stopped
    assert all(Decimal("-1.5") < trade.r < Decimal("-0.5") for trade in stopped)
