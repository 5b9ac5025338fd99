"""The strategies: one file each, found by themselves."""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from types import ModuleType

import numpy as np
import pandas as pd

from bot_service.domain import plugins
from bot_service.domain.bots import ParameterValue
from bot_service.domain.errors import UnknownStrategy
from bot_service.domain.market import Bars
from bot_service.domain.strategy import Analysis, Reason, RuleSeries, Signal, Signals, Strategy, SymbolProfile

NO_BARS = "no_bars"
BAD_BAR = "bad_bar"
NOT_ENOUGH_BARS = "not_enough_bars"
FLAT_MARKET = "flat_market"
MISSING_VALUES = "missing_values"

_outside: dict[str, type[Strategy]] = {}
_SIGNALS = (Signal.HOLD, Signal.BUY, Signal.SELL)
_PRICES = ["open", "high", "low", "close"]


def all_strategies() -> tuple[type[Strategy], ...]:
    """Return every strategy in the order in which people learn them, those from outside last."""
    return (*_own(), *_outside.values())


def join(strategy: type[Strategy]) -> None:
    """Let a strategy from outside this package be found too, until the process ends.

    Raises:
        ValueError: another strategy has its key.
    """
    taken = {known.key: known for known in all_strategies()}
    if taken.get(strategy.key, strategy) is not strategy:
        raise ValueError(f"the key {strategy.key} is taken")
    if strategy.key not in taken:
        _outside[strategy.key] = strategy


def leave(strategy: type[Strategy]) -> None:
    """Forget a strategy from outside."""
    _outside.pop(strategy.key, None)


def of_module(module: ModuleType) -> tuple[type[Strategy], ...]:
    """Return the strategies that a module defines itself."""
    return tuple(
        item
        for _, item in inspect.getmembers(module, inspect.isclass)
        if issubclass(item, Strategy) and item.__module__ == module.__name__ and not inspect.isabstract(item)
    )


@cache
def _own() -> tuple[type[Strategy], ...]:
    found = [item for module in plugins.modules(__name__, __path__) for item in of_module(module)]
    return tuple(sorted(found, key=lambda strategy: (strategy.learning_order, strategy.key)))


def find(key: str) -> type[Strategy]:
    """Return the strategy with this key, in whatever case it was typed.

    Raises:
        UnknownStrategy: there is none; the nearest keys are inside.
    """
    known = {strategy.key: strategy for strategy in all_strategies()}
    asked = key.strip().upper()
    if asked in known:
        return known[asked]
    raise UnknownStrategy(key, tuple(difflib.get_close_matches(asked, known, n=3, cutoff=0.4)))


def analyse(
    strategy: type[Strategy], bars: Bars, parameters: Mapping[str, ParameterValue], symbol: SymbolProfile
) -> Analysis:
    """Return the strategy's word on the last of these closed bars; HOLD with a note if it has none.

    Raises:
        InvalidValue: the parameters don't fit the strategy.
    """
    if bars.empty:
        strategy.checked(parameters)
        return _silent(datetime.fromtimestamp(0, UTC), 0.0, NO_BARS)
    opened, close = bars.index[-1].to_pydatetime(), float(bars["close"].iloc[-1])
    if not all(math.isfinite(price) for price in bars[_PRICES].iloc[-1]):
        return _silent(opened, close if math.isfinite(close) else 0.0, BAD_BAR)
    signals = evaluate(strategy, bars, parameters, symbol)
    long_reasons, short_reasons = _reasons(signals.long_rules), _reasons(signals.short_rules)
    note = ""
    if any(reason.value is None or reason.threshold is None for reason in (*long_reasons, *short_reasons)):
        note = _why_missing(strategy, bars, strategy.checked(parameters))
    return Analysis(
        opened,
        close,
        words(tail(signals, 1)).iloc[-1],
        bool(signals.exit_long.iloc[-1]),
        bool(signals.exit_short.iloc[-1]),
        long_reasons,
        short_reasons,
        note,
    )


def evaluate(
    strategy: type[Strategy], bars: Bars, parameters: Mapping[str, ParameterValue], symbol: SymbolProfile
) -> Signals:
    """Return the strategy's signals of all bars; a bar that lacks a price says nothing.

    Raises:
        InvalidValue: the parameters don't fit the strategy.
    """
    # A shallow copy: whatever a strategy writes into its bars, nobody else sees it.
    signals = strategy.evaluate(bars.copy(deep=False), strategy.checked(parameters), symbol)
    finite = np.isfinite(bars[_PRICES].to_numpy()).all(axis=1)
    if finite.all() and _are_flags(signals, bars.index):
        return signals
    whole = pd.Series(finite, index=bars.index)
    return replace(
        signals,
        enter_long=signals.enter_long & whole,
        enter_short=signals.enter_short & whole,
        exit_long=signals.exit_long & whole,
        exit_short=signals.exit_short & whole,
    )


def _are_flags(signals: Signals, index: pd.Index) -> bool:
    told = (signals.enter_long, signals.enter_short, signals.exit_long, signals.exit_short)
    return all(flags.dtype == np.bool_ and flags.index.equals(index) for flags in told)


def words(signals: Signals) -> pd.Series:
    """Return the signal of every bar; a side that is left on a bar is not entered again on it."""
    long = signals.enter_long & ~signals.exit_long
    short = signals.enter_short & ~signals.exit_short & ~long
    codes = long.to_numpy(dtype=int) + 2 * short.to_numpy(dtype=int)
    return pd.Series([_SIGNALS[code] for code in codes], index=long.index, dtype=object)


def tail(signals: Signals, count: int) -> Signals:
    """Return the sides of the last bars; the rules stay whole."""
    return replace(
        signals,
        enter_long=signals.enter_long.iloc[-count:],
        enter_short=signals.enter_short.iloc[-count:],
        exit_long=signals.exit_long.iloc[-count:],
        exit_short=signals.exit_short.iloc[-count:],
    )


def _silent(opened: datetime, price: float, note: str) -> Analysis:
    return Analysis(
        opened,
        price,
        Signal.HOLD,
        exit_long=False,
        exit_short=False,
        long_reasons=(),
        short_reasons=(),
        note=note,
    )


def _reasons(rules: tuple[RuleSeries, ...]) -> tuple[Reason, ...]:
    return tuple(
        Reason(rule.code, _last(rule.value), _last(rule.threshold), bool(rule.passed.iloc[-1]), rule.way)
        for rule in rules
    )


def _last(value: pd.Series | float) -> float | None:
    number = float(value.iloc[-1]) if isinstance(value, pd.Series) else float(value)
    return number if math.isfinite(number) else None


def _why_missing(strategy: type[Strategy], bars: Bars, parameters: Mapping[str, ParameterValue]) -> str:
    recent = bars.tail(strategy.warmup(parameters))
    if recent[_PRICES].isna().to_numpy().any():
        return MISSING_VALUES
    if len(recent) > 1 and recent["close"].max() == recent["close"].min():
        return FLAT_MARKET
    return NOT_ENOUGH_BARS if len(bars) < strategy.warmup(parameters) else MISSING_VALUES
