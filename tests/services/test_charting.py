from __future__ import annotations

import pytest

from bot_service.domain.errors import BotNotFound, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.strategies import find
from bot_service.strategies.ma_crossover import MaCrossover

UP, DOWN = 101, 97


def test_a_chart_has_the_newest_candles_the_trades_and_the_position(world):
    bot_id = world.running(name="Trader")
    world.bars(UP, DOWN)
    world.watch()
    view = world.services.charting.chart(bot_id)
    assert len(view.bars) == 80
    assert float(view.bars["close"].iloc[-1]) == DOWN
    assert [trade.position_id for trade in view.trades] == [trade.position_id for trade in world.trades()]
    assert view.position.side.value == "sell"
    assert list(view.lines) == ["SMA 2", "SMA 3"]
    assert all(len(values) == 80 for values in view.lines.values())
    assert not view.lines["SMA 3"].isna().any()


def test_another_bots_trades_are_not_on_the_chart(world):
    world.running(name="Trader")
    other = world.make(name="Other")
    world.bars(UP, DOWN)
    assert world.services.charting.chart(other).trades == ()


def test_without_the_terminal_there_is_no_chart(world):
    bot_id = world.make()
    world.terminal.broken["closed_bars"] = TerminalUnavailable(LinkCause.NO_ANSWER)
    with pytest.raises(TerminalUnavailable):
        world.services.charting.chart(bot_id)


def test_an_unknown_bot_has_no_chart(world):
    with pytest.raises(BotNotFound):
        world.services.charting.bot(999)


def test_a_strategy_whose_lines_break_leaves_the_candles(world, monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(MaCrossover, "lines", broken)
    assert find("MA_CROSSOVER") is MaCrossover
    view = world.services.charting.chart(world.make())
    assert view.lines == {}
    assert len(view.bars) == 80
