"""Strategies from outside: a folder of files, and packages that offer them as entry points."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pandas as pd

from bot_service import strategies
from bot_service.domain.strategy import Strategy, SymbolKind, SymbolProfile

log = logging.getLogger(__name__)

GROUP = "bot_service.strategies"
TRIAL_BARS = 400

Source = tuple[str, Callable[[], ModuleType | type]]


@dataclass(frozen=True)
class Broken:
    """A source of strategies that can't be used, and why."""

    source: str
    reason: str


def join_own_strategies(folder: Path | None) -> tuple[Broken, ...]:
    """Let the strategies of a folder and of installed packages be found; return what was skipped.

    Each is tried on a few bars first. What raises is logged and left out; the others go on.
    """
    broken: list[Broken] = []
    for source, load in (*_entry_points(), *_files(folder)):
        try:
            for strategy in _strategies_of(load()):
                _try(strategy)
                strategies.join(strategy)
        # Somebody else's code: whatever it raises, the service must start without it.
        except Exception as error:
            log.exception("a strategy was left out", extra={"source": source})
            broken.append(Broken(source, f"{type(error).__name__}: {error}"))
    return tuple(broken)


def _entry_points() -> Iterator[Source]:
    for point in entry_points(group=GROUP):
        yield f"{GROUP}: {point.name}", point.load


def _files(folder: Path | None) -> Iterator[Source]:
    if folder is None:
        return
    if not folder.is_dir():
        yield str(folder), _refuse(folder)
        return
    for path in sorted(folder.glob("[!_]*.py")):
        yield str(path), _loader(path)


def _refuse(folder: Path) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        raise FileNotFoundError(f"there is no folder {folder}")

    return load


def _loader(path: Path) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        name = f"bot_service_own_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} is no Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up while they are made
        spec.loader.exec_module(module)
        return module

    return load


def _strategies_of(found: ModuleType | type) -> tuple[type[Strategy], ...]:
    if isinstance(found, ModuleType):
        of_module = strategies.of_module(found)
        if not of_module:
            raise TypeError("there is no Strategy in it")
        return of_module
    if not issubclass(found, Strategy):
        raise TypeError(f"{found!r} is no Strategy")
    return (found,)


def _try(strategy: type[Strategy]) -> None:
    usual = strategy.checked({})
    if not strategy.markets or strategy.learning_order < 1 or strategy.warmup(usual) < 1:
        raise ValueError("markets, learning_order and warmup must say something")
    times = pd.date_range("2025-01-06", periods=TRIAL_BARS, freq="h", tz="UTC", name="time")
    close = pd.Series([100 + (place * 7919 % 97) / 10 for place in range(TRIAL_BARS)], index=times)
    bars = pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0}, index=times
    )
    for count in (1, TRIAL_BARS):
        strategies.analyse(strategy, bars.iloc[:count], usual, SymbolProfile(SymbolKind.OTHER))
