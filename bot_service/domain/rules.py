"""Words in which strategies are written: comparisons that are False wherever a value is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_

import numpy as np
import pandas as pd

from bot_service.domain.strategy import RuleSeries, Signals


def above(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is above the threshold."""
    return RuleSeries(code, value, threshold, (value > threshold) & np.isfinite(value))


def below(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is below the threshold."""
    return RuleSeries(code, value, threshold, (value < threshold) & np.isfinite(value))


def at_most(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is not above the threshold."""
    return RuleSeries(code, value, threshold, (value <= threshold) & np.isfinite(value))


def at_least(code: str, value: pd.Series, threshold: pd.Series | float) -> RuleSeries:
    """Pass where the value is not below the threshold."""
    return RuleSeries(code, value, threshold, (value >= threshold) & np.isfinite(value))


def crosses_above(name: str, value: pd.Series, line: pd.Series) -> tuple[RuleSeries, RuleSeries]:
    """Pass where the value is above the line and was not one bar before (`<name>_now`, `<name>_before`)."""
    return above(f"{name}_now", value, line), at_most(f"{name}_before", value.shift(), line.shift())


def crosses_below(name: str, value: pd.Series, line: pd.Series) -> tuple[RuleSeries, RuleSeries]:
    """Pass where the value is below the line and was not one bar before (`<name>_now`, `<name>_before`)."""
    return below(f"{name}_now", value, line), at_least(f"{name}_before", value.shift(), line.shift())


def way(name: str, *rules: RuleSeries) -> tuple[RuleSeries, ...]:
    """Make rules one of several ways into a trade: all of them must pass, but no other way's."""
    return tuple(replace(rule, way=name) for rule in rules)


def entries(
    long_rules: Sequence[RuleSeries],
    short_rules: Sequence[RuleSeries],
    exit_long: pd.Series | None = None,
    exit_short: pd.Series | None = None,
) -> Signals:
    """Enter where all rules of a side pass, of its ways any one; without exits the opposite entry ends it."""
    enter_long, enter_short = passed(long_rules), passed(short_rules)
    never = pd.Series(data=False, index=enter_long.index)
    return Signals(
        enter_long,
        enter_short,
        never if exit_long is None else exit_long,
        never.copy() if exit_short is None else exit_short,
        tuple(long_rules),
        tuple(short_rules),
    )


def passed(rules: Sequence[RuleSeries]) -> pd.Series:
    """Return where all rules pass, of those with ways the rules of at least one way."""
    always = [rule.passed for rule in rules if not rule.way]
    ways = dict.fromkeys(rule.way for rule in rules if rule.way)
    if ways:
        always.append(reduce(or_, (_way_passed(rules, name) for name in ways)))
    return reduce(and_, always)


def _way_passed(rules: Sequence[RuleSeries], name: str) -> pd.Series:
    return reduce(and_, (rule.passed for rule in rules if rule.way == name))
