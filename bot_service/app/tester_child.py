"""What runs in the back-test's own process: write the bars, replay, send the result, end."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pandas as pd

from bot_service.app.backtest import BacktestResult, replay_settings
from bot_service.app.own_strategies import join_own_strategies
from bot_service.domain.backtests import BackTestOrder, BackTestReport
from bot_service.domain.errors import InvalidValue, ServiceError
from bot_service.domain.market import Bars, Timeframe
from bot_service.domain.measuring import equity_curve
from bot_service.domain.quotes import RiskLimits

DONE, REFUSED, EMPTY, BROKEN = "done", "refused", "empty", "broken"
POINTS = 400
GRACE_S = 5.0
NICE = 15
BELOW_NORMAL = 0x4000


@dataclass(frozen=True)
class Workshop:
    """What the child needs of the settings."""

    history: Path | None
    strategies_dir: Path | None
    limits: RiskLimits


def work(
    connection: Connection, workshop: Workshop, order: BackTestOrder, folder: Path, limit_s: float
) -> None:
    """Send one answer: its kind, and the report, an error's JSON form or a traceback."""
    # Ctrl-C reaches the whole group; the parent ends this process in its own order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    # Should the parent die, nobody else would end this process.
    faulthandler.dump_traceback_later(limit_s + GRACE_S, exit=True, file=sys.__stderr__ or _nowhere())
    connection.send(answer(workshop, order, folder))


def answer(workshop: Workshop, order: BackTestOrder, folder: Path) -> tuple[str, Any]:
    """Return the answer of `work`."""
    try:
        return DONE, report_of(workshop, order, folder)
    except InvalidValue as error:
        return (EMPTY, None) if error.reason == "empty" else (REFUSED, error.to_json())
    except ServiceError as error:
        return REFUSED, error.to_json()
    # The parent can't see what happens here; whatever it is, a person waits for an answer.
    except Exception:  # noqa: BLE001  # the parent logs it
        return BROKEN, traceback.format_exc()


def report_of(workshop: Workshop, order: BackTestOrder, folder: Path) -> BackTestReport:
    """Replay the order on the files of the paper market, or on its own bars."""
    join_own_strategies(workshop.strategies_dir)
    history = workshop.history
    if order.bars is not None:
        history = folder
        write_bars(folder, order.settings.symbol, order.settings.timeframe, order.bars)
    if history is None:
        raise ValueError("there are neither bars nor files of bars")
    result = replay_settings(order.settings, history, order.since, order.until, workshop.limits)
    return _report(order.settings.symbol, result)


def write_bars(folder: Path, symbol: str, timeframe: Timeframe, bars: Bars) -> None:
    """Write bars as the paper terminal reads them: times are the server's labels, New York + 7 h."""
    labels = pd.DatetimeIndex(bars.index).tz_convert("America/New_York").tz_localize(None)
    # A broker with another clock opens its bars of hours and days at other moments than the paper house.
    labels = (labels + pd.Timedelta(hours=7)).floor(timeframe.duration)
    table = bars.assign(time=labels).loc[:, ["time", "open", "high", "low", "close", "volume"]]
    # An hour comes twice when New York sets its clocks back; only markets without weekends have bars in it.
    table = table[~table["time"].cummax().duplicated()]
    table = table[table[["open", "high", "low", "close"]].notna().all(axis=1)]
    table = table.assign(volume=table["volume"].fillna(0).astype("int64"))
    table.to_csv(folder / f"{symbol}_{timeframe.value}.csv", index=False)


def give_way() -> None:
    """Let every other process go first: the service that trades runs beside this one."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        kernel.SetPriorityClass.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL)
    else:
        os.nice(NICE)


def _report(symbol: str, result: BacktestResult) -> BackTestReport:
    outcome = result.outcome
    duration = pd.Timedelta(result.settings.timeframe.duration)
    equity = equity_curve(outcome.trades, result.bars["close"], duration, outcome.start_balance)
    return BackTestReport(
        symbol=symbol,
        since=result.since,
        until=result.until,
        bars=len(result.bars),
        currency=result.currency,
        start_balance=outcome.start_balance,
        open_profit=outcome.open_profit,
        holding=result.holding,
        flat=result.flat,
        curve=thinned(equity),
    )


def thinned(equity: pd.Series) -> tuple[tuple[datetime, Decimal], ...]:
    """Return at most about twice `POINTS` points; the lowest and the highest of each stretch stay."""
    step = max(1, -(-len(equity) // POINTS))
    kept: set[int] = {0, len(equity) - 1} if len(equity) else set()
    values: Sequence[float] = equity.to_numpy()
    for begin in range(0, len(values), step):
        stretch = range(begin, min(begin + step, len(values)))
        kept |= {min(stretch, key=values.__getitem__), max(stretch, key=values.__getitem__)}
    return tuple(
        (equity.index[place].to_pydatetime(), Decimal(str(round(values[place], 2)))) for place in sorted(kept)
    )


def _nowhere() -> Any:
    # A program without console has no stderr.
    return Path(os.devnull).open("w", encoding="utf-8")  # for the child's life
