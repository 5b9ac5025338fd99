"""Put the paper terminal where programs look for the official package."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from . import constants
from .history import HistoryFeed, start_of
from .records import RESULT_TYPES
from .specs import SPECS
from .terminal import PACKAGE_VERSION, PaperTerminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .profile import BrokerProfile

MODULE_NAME = "MetaTrader5"
_FUNCTIONS = [
    "initialize",
    "login",
    "shutdown",
    "version",
    "last_error",
    "account_info",
    "terminal_info",
    "symbols_total",
    "symbols_get",
    "symbol_info",
    "symbol_info_tick",
    "symbol_select",
    "copy_rates_from",
    "copy_rates_from_pos",
    "copy_rates_range",
    "copy_ticks_from",
    "copy_ticks_range",
    "market_book_add",
    "market_book_get",
    "market_book_release",
    "positions_total",
    "positions_get",
    "orders_total",
    "orders_get",
    "history_orders_total",
    "history_orders_get",
    "history_deals_total",
    "history_deals_get",
    "order_calc_margin",
    "order_calc_profit",
    "order_check",
    "order_send",
    "Buy",
    "Sell",
    "Close",
]
_forbidden: list[str] = []


def forbid_install(reason: str = "the service is running") -> Callable[[], None]:
    """Make every later install() fail, so that nothing trades on paper unawares; return the way back."""
    _forbidden.append(reason)

    def allow() -> None:
        _forbidden.remove(reason)

    return allow


def install(
    *,
    seed: int = 1,
    data_dir: Path | str | None = None,
    history: Path | str | None = None,
    speed: float = 1,
    start: datetime | None = None,
    sessions: bool = False,
    profile: BrokerProfile | None = None,
) -> ModuleType:
    """Put a module with the shape of the official package into sys.modules.

    Args:
        seed: of the synthetic market.
        data_dir: keeps the account between runs.
        history: a directory of bar files to replay; begins 1,000 bars after the latest first row.
        speed: market seconds per second.
        start: market time to begin at, aware; a kept account goes on from its own time.
        sessions: closes the synthetic market at nights and weekends.
        profile: of the broker to be imitated; the paper house's own if absent.

    Raises:
        RuntimeError: inside the running service.
        PaperMismatch: if the data directory belongs to another market.
    """
    if _forbidden:
        message = f"paper.install() is refused: {_forbidden[-1]}"
        raise RuntimeError(message)
    begin = history_start(Path(history)) if history is not None and start is None else start
    clock = _Clock(begin, speed)
    terminal = PaperTerminal(
        clock=clock,
        seed=seed,
        data_dir=None if data_dir is None else Path(data_dir),
        history=None if history is None else Path(history),
        sessions=sessions,
        profile=profile,
    )
    clock.go_on_from(terminal.market_time)
    module = as_module(terminal)
    sys.modules[MODULE_NAME] = module
    return module


def history_start(history: Path) -> datetime:
    """Return when the replay of a directory begins: 1,000 bars after the latest first row."""
    return start_of(HistoryFeed(history, SPECS))


def as_module(terminal: PaperTerminal) -> ModuleType:
    """Return a module whose functions are a terminal's."""
    module = ModuleType(MODULE_NAME, "A paper terminal in the shape of the official package.")
    for name in _FUNCTIONS:
        setattr(module, name, getattr(terminal, name))
    for name, value in vars(constants).items():
        if name.isupper():
            setattr(module, name, value)
    for result_type in RESULT_TYPES:
        setattr(module, result_type.__name__, result_type)
    vars(module).update(__version__=PACKAGE_VERSION, __author__="paper", paper_terminal=terminal)
    return module


class _Clock:
    """Tell market time: the wall clock, or a start and a speed."""

    def __init__(
        self, start: datetime | None, speed: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._start = start
        self._speed = speed
        self._monotonic = monotonic
        self._began = monotonic()
        if start is None and speed != 1:
            self._start = datetime.now(UTC)

    def __call__(self) -> datetime:
        if self._start is None:
            return datetime.now(UTC)
        return self._start + timedelta(seconds=(self._monotonic() - self._began) * self._speed)

    def go_on_from(self, stored: datetime | None) -> None:
        if stored is not None and self._start is not None and stored > self._start:
            self._start = stored
