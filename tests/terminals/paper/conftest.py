from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot_service.terminals import paper

START = datetime(2025, 6, 4, 8, 0, tzinfo=UTC)  # a Wednesday


class SteppedClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, **length: float) -> None:
        self.now += timedelta(**length)


class Desk:
    """Type orders as a program would."""

    def __init__(self, terminal: paper.PaperTerminal) -> None:
        self.terminal = terminal

    def open(self, symbol="EURUSD", volume=0.1, side=0, **fields):
        return self.terminal.order_send(
            {"action": 1, "symbol": symbol, "volume": volume, "type": side} | fields
        )

    def close(self, ticket: int, volume=None, **fields):
        held = self.terminal.positions_get(ticket=ticket)[0]
        request = {"action": 1, "symbol": held.symbol, "type": 1 - held.type, "position": ticket}
        return self.terminal.order_send(request | {"volume": volume or held.volume} | fields)

    def stops(self, ticket: int, sl=0.0, tp=0.0, **fields):
        return self.terminal.order_send({"action": 6, "position": ticket, "sl": sl, "tp": tp} | fields)

    def deals(self):
        return self.terminal.history_deals_get(0, 2**31 - 1)


@pytest.fixture
def clock():
    return SteppedClock(START)


@pytest.fixture
def make_terminal(clock):
    made = []

    def make(**options) -> paper.PaperTerminal:
        terminal = paper.PaperTerminal(**({"clock": clock} | options))
        assert terminal.initialize()
        made.append(terminal)
        return terminal

    yield make
    for terminal in made:
        terminal.close_book()


@pytest.fixture
def terminal(make_terminal):
    return make_terminal()


@pytest.fixture
def desk(terminal):
    return Desk(terminal)


@pytest.fixture
def desk_of():
    return Desk


@pytest.fixture
def write_history(tmp_path):
    """Write a file of 1,000 quiet bars followed by the bars of the example."""

    def write(rows, *, symbol="EURUSD", minutes=1, timeframe="M1", quiet=1.1, begin="2025-06-02 00:00:00"):
        directory = tmp_path / "history"
        directory.mkdir(exist_ok=True)
        first = datetime.fromisoformat(begin)
        lines = ["time,open,high,low,close,volume"]
        bars = [(quiet, quiet, quiet, quiet)] * 1000 + list(rows)
        for index, bar in enumerate(bars):
            if bar is not None:
                prices = ",".join(str(price) for price in bar)
                lines.append(f"{first + timedelta(minutes=minutes * index)},{prices},10")
        (directory / f"{symbol}_{timeframe}.csv").write_text("\n".join(lines) + "\n")
        return directory

    return write


@pytest.fixture
def replay(make_terminal, write_history, clock):
    """Return a desk at the moment at which the example's first bar opens."""

    def start(rows, **options):
        directory = write_history(rows, **options)
        clock.now = paper.history_start(directory)
        return Desk(make_terminal(history=directory))

    return start


@pytest.fixture(scope="session")
def real_bars() -> Path:
    root = Path(__file__).parents[3]
    directory = (root / os.environ.get("BARS_DIR", "../shared/data")).resolve()
    if not list(directory.glob("*_H1.csv.gz")):
        reason = f"no real bars in {directory} (BARS_DIR)"
        if os.environ.get("REQUIRE_REAL_BARS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return directory
