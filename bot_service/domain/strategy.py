"""What a strategy is: parameters with bounds, and one vectorised rule over closed bars."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from bot_service.domain.bots import ParameterValue
from bot_service.domain.errors import InvalidValue
from bot_service.domain.market import Bars

if TYPE_CHECKING:
    import pandas as pd  # slow to import, and here only a name


class Signal(StrEnum):
    """What a strategy says about the last closed bar."""

    BUY = "BUY"
    SELL = "SELL"
    HOLD = "HOLD"


class SymbolKind(StrEnum):
    """The market a symbol belongs to, found from its properties and never from parts of its name."""

    FOREX = "forex"
    METAL = "metal"
    CRYPTO = "crypto"
    INDEX = "index"
    OTHER = "other"


@dataclass(frozen=True)
class ExchangeHours:
    """When an exchange trades on working days, in its own time zone."""

    code: str
    zone: str
    opens: time
    closes: time


@dataclass(frozen=True)
class SymbolProfile:
    """What a strategy may know about a symbol; `hours` are those of an index's home exchange, if known."""

    kind: SymbolKind
    hours: ExchangeHours | None = None


class StrategyLevel(StrEnum):
    """How much experience a strategy asks for."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    EXPERT = "expert"


@dataclass(frozen=True)
class Parameter:
    """One setting of a strategy; an integer `default` makes it an integer, a boolean one a switch."""

    name: str
    default: ParameterValue
    minimum: float = 0
    maximum: float = 0
    step: float = 1

    def check(self, value: ParameterValue) -> ParameterValue:
        """Return the value in the parameter's type.

        Raises:
            InvalidValue: the type is wrong or the bounds are left.
        """
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise InvalidValue(self.name, str(value), "not_a_switch", "true, false")
            return value
        allowed = f"{self.minimum:g} - {self.maximum:g}"
        if isinstance(value, bool) or not self.minimum <= value <= self.maximum:
            raise InvalidValue(self.name, str(value), "out_of_bounds", allowed)
        if isinstance(self.default, int):
            if value != int(value):
                raise InvalidValue(self.name, str(value), "not_whole", allowed)
            return int(value)
        return float(value)


@dataclass(frozen=True)
class Preset:
    """A proven set of parameters for a purpose, such as `beginner` or an index.

    Parameters not named keep their defaults; `risk_percent` is a proposal for the bot, not a parameter.
    """

    code: str
    parameters: Mapping[str, ParameterValue]
    risk_percent: Decimal | None = None


@dataclass(frozen=True)
class RuleSeries:
    """One rule over all bars: `code` names it, `passed` is what it says.

    Rules with the same `way` form one of several ways into a trade: one of them is enough. Rules without a
    way must always pass.
    """

    code: str
    value: pd.Series
    threshold: pd.Series | float
    passed: pd.Series
    way: str = ""


@dataclass(frozen=True)
class Signals:
    """What a strategy says about every bar, and why; False wherever an input is missing."""

    enter_long: pd.Series
    enter_short: pd.Series
    exit_long: pd.Series
    exit_short: pd.Series
    long_rules: tuple[RuleSeries, ...]
    short_rules: tuple[RuleSeries, ...]


@dataclass(frozen=True)
class Reason:
    """One rule at one bar; a value is None where the data does not reach."""

    code: str
    value: float | None
    threshold: float | None
    passed: bool
    way: str = ""


@dataclass(frozen=True)
class Analysis:
    """A strategy's word on one closed bar; `note` is a code when it can't say anything.

    `spread_percent` is the spread's share of the stop's distance, None where it isn't known; `denied` is
    why the service held the entry of this bar back, with the figures of `denied_numbers`.
    """

    bar_time: datetime
    price: float
    signal: Signal
    exit_long: bool
    exit_short: bool
    long_reasons: tuple[Reason, ...]
    short_reasons: tuple[Reason, ...]
    note: str = ""
    spread_percent: float | None = None
    denied: str = ""
    denied_numbers: Mapping[str, str] = field(default_factory=dict)


class Strategy(ABC):
    """A trading rule; the class variables describe it, `evaluate` is pure.

    `title` and `idea` are for strategies from outside, whose words no catalog has.
    """

    key: ClassVar[str]
    level: ClassVar[StrategyLevel]
    learning_order: ClassVar[int]
    markets: ClassVar[tuple[SymbolKind, ...]]
    parameters: ClassVar[tuple[Parameter, ...]]
    presets: ClassVar[tuple[Preset, ...]] = ()
    title: ClassVar[str] = ""
    idea: ClassVar[str] = ""

    @classmethod
    def defaults(cls) -> dict[str, ParameterValue]:
        """Return the default of every parameter."""
        return {parameter.name: parameter.default for parameter in cls.parameters}

    @classmethod
    def preset(cls, code: str) -> dict[str, ParameterValue]:
        """Return the complete parameters of a preset.

        Raises:
            InvalidValue: the strategy has no such preset.
        """
        for preset in cls.presets:
            if preset.code == code:
                return cls.checked(preset.parameters)
        raise InvalidValue("preset", code, "unknown_preset", ", ".join(item.code for item in cls.presets))

    @classmethod
    def checked(cls, given: Mapping[str, ParameterValue]) -> dict[str, ParameterValue]:
        """Return complete parameters in their types.

        Raises:
            InvalidValue: a name is unknown, a bound is left, or two values don't fit together.
        """
        known = {parameter.name: parameter for parameter in cls.parameters}
        for name in given:
            if name not in known:
                raise InvalidValue(name, str(given[name]), "unknown_parameter", ", ".join(known))
        result = {name: known[name].check(given.get(name, known[name].default)) for name in known}
        cls.cross_check(result)
        return result

    @classmethod
    def cross_check(cls, parameters: Mapping[str, ParameterValue]) -> None:  # noqa: ARG003  # for subclasses
        """Refuse values that don't fit together."""
        return

    @classmethod
    def require_below(
        cls, parameters: Mapping[str, ParameterValue], low: str, high: str, reason: str = "not_below_slow"
    ) -> None:
        """Refuse the value named `low` unless it is below the one named `high`.

        Raises:
            InvalidValue: it is not.
        """
        if parameters[low] >= parameters[high]:
            raise InvalidValue(low, str(parameters[low]), reason, f"< {parameters[high]}")

    @classmethod
    def lines(
        cls,
        bars: Bars,  # noqa: ARG003  # for subclasses
        parameters: Mapping[str, ParameterValue],  # noqa: ARG003
    ) -> Mapping[str, pd.Series]:
        """Return the lines over the price that a chart may show, by the names that traders use."""
        return {}

    @classmethod
    @abstractmethod
    def warmup(cls, parameters: Mapping[str, ParameterValue]) -> int:
        """Return how many bars live fetches so that the last value doesn't depend on the history's start."""

    @classmethod
    @abstractmethod
    def evaluate(cls, bars: Bars, parameters: Mapping[str, ParameterValue], symbol: SymbolProfile) -> Signals:
        """Return the signals of all bars; never changes `bars`."""
