"""What sizing and the risk decision must know."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.market import AccountState, Instrument, Tick
from bot_service.domain.trading import Side


@dataclass(frozen=True)
class RiskLimits:
    """The limits that apply to every entry; percent of the sizing base, margin level in percent.

    `slippage_percent` is the share of the stop distance that a fill may be worse than decided.
    """

    trade_cap_percent: Decimal = Decimal(2)
    margin_level_percent: Decimal = Decimal(300)
    tick_value_tolerance: Decimal = Decimal("0.05")
    slippage_percent: Decimal = Decimal(10)


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

    @property
    def risk_per_lot(self) -> Decimal:
        """Return what one lot loses at the stop, costs included, in account currency."""
        return self.loss_per_lot + self.commission_per_lot
