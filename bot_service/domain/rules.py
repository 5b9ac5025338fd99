"""Words in which strategies are written: comparisons that are False wherever a value is missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import pandas as pd

from bot_service.domain.strategy import RuleSeries, Signals


def above(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is above the threshold."""
    return RuleSeries(code, value, threshold, value > threshold)


def below(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is below the threshold."""
    return RuleSeries(code, value, threshold, value < threshold)


def at_most(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is not above the threshold."""
    return RuleSeries(code, value, threshold, value <= threshold)


def at_least(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is not below the threshold."""
    return RuleSeries(code, value, threshold, value >= threshold)


def crosses_above(name: str, value: pd.Series, line: pd.Series) -> tuple[RuleSeries, RuleSeries]:
    """Pass where the value is above the line and was not one bar before (`<name>_now`, `<name>_before`)."""
    return above(f"{name}_now", value, line), at_most(f"{name}_before", value.shift(), line.shift())


def crosses_below(name: str, value: pd.Series, line: pd.Series) -> tuple[RuleSeries, RuleSeries]:
    """Pass where the value is below the line and was not one bar before (`<name>_now`, `<name>_before`)."""
    return below(f"{name}_now", value, line), at_least(f"{name}_before", value.shift(), line.shift())


def entries(long_rules: Sequence[RuleSeries], short_rules: Sequence[RuleSeries]) -> Signals:
    """Enter where all rules of a side pass; such a strategy has no exits of its own."""
    enter_long, enter_short = _all(long_rules), _all(short_rules)
    never = pd.Series(data=False, index=enter_long.index)
    return Signals(enter_long, enter_short, never, never.copy(), tuple(long_rules), tuple(short_rules))


def _all(rules: Sequence[RuleSeries]) -> pd.Series:
    return reduce(and_, (rule.passed for rule in rules))
