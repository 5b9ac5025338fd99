"""Whether an entry may be sent, and with how many lots."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.market import AccountState, Instrument, Tick
from bot_service.domain.trading import Side


class DenialReason(StrEnum):
    """Why the service itself refuses an entry."""

    BELOW_MINIMUM_LOT = "below_minimum_lot"
    ABOVE_MAXIMUM_LOT = "above_maximum_lot"
    INVALID_LOT = "invalid_lot"
    RISK_ABOVE_CAP = "risk_above_cap"
    NO_ATR = "no_atr"
    STOP_TOO_NEAR = "stop_too_near"
    TICK_VALUE_DOUBTFUL = "tick_value_doubtful"
    NOT_ENOUGH_MARGIN = "not_enough_margin"
    MARGIN_LEVEL_LOW = "margin_level_low"
    NOT_TRADABLE = "not_tradable"
    NO_MONEY = "no_money"


@dataclass(frozen=True)
class Denied:
    """A refusal by the service; `numbers` hold the figures that explain it, as text."""

    reason: DenialReason
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RiskLimits:
    """The limits that apply to every entry; percent of the sizing base, margin level in percent."""

    trade_cap_percent: Decimal = Decimal(2)
    margin_level_percent: Decimal = Decimal(300)
    tick_value_tolerance: Decimal = Decimal("0.05")


@dataclass(frozen=True)
class Quote:
    """What sizing must know of the market at the moment of decision.

    `loss_per_lot` is the loss of one lot from entry to stop in account currency as the terminal computes it
    (positive, the spread is part of it because entry and exit use different sides), `commission_per_lot` the
    round turn, `margin_per_lot` in account currency.
    """

    instrument: Instrument
    tick: Tick
    account: AccountState
    side: Side
    entry: Decimal
    stop_loss: Decimal
    take_profit: Decimal | None
    loss_per_lot: Decimal
    margin_per_lot: Decimal
    commission_per_lot: Decimal = Decimal(0)


@dataclass(frozen=True)
class Sized:
    """An entry that may be sent; `planned_risk` in account currency, `risk_percent` of the sizing base."""

    lots: Decimal
    stop_loss: Decimal
    take_profit: Decimal | None
    planned_risk: Decimal
    risk_percent: Decimal
    margin: Decimal
