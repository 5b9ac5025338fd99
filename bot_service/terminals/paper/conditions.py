"""What a broker decides about an account, and who asked for a deal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import constants as c

INITIAL_BALANCE: Final = 10_000.0
# Units of an account's currency for one dollar where no symbol tells; cent accounts count cents,
# Indonesian brokers offer accounts at a rate that they fix themselves.
UNITS: Final = {"USD": 1.0, "USC": 100.0, "IDR": 16_000.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Hold what a broker decides about an account and a terminal."""

    login: int = 5_000_001
    name: str = "Paper Account"
    server: str = "Paper-Demo"
    company: str = "Paper Trading"
    trade_mode: int = c.ACCOUNT_TRADE_MODE_DEMO
    margin_mode: int = c.ACCOUNT_MARGIN_MODE_RETAIL_HEDGING
    currency: str = "USD"
    currency_digits: int = 2
    per_dollar: float = 0.0
    leverage: int = 100
    limit_orders: int = 0
    limit_positions: int = 0
    margin_so_mode: int = c.ACCOUNT_STOPOUT_MODE_PERCENT
    margin_so_call: float = 50.0
    margin_so_so: float = 20.0
    trade_allowed: bool = True
    trade_expert: bool = True
    fifo_close: bool = False
    hedge_prohibited: bool = False
    algo_button: bool = True
    tradeapi_disabled: bool = False
    connected: bool = True

    @property
    def netting(self) -> bool:
        """Tell whether a symbol has at most one position."""
        return self.margin_mode != c.ACCOUNT_MARGIN_MODE_RETAIL_HEDGING

    @property
    def unit(self) -> float:
        """Return how many units of the account's currency one dollar has, 0 where a quote must tell."""
        return self.per_dollar or UNITS.get(self.currency, 0.0)

    def is_out(self, equity: float, margin: float) -> bool:
        """Tell whether an account with these numbers is stopped out."""
        if margin <= 0:
            return equity < 0
        if self.margin_so_mode == c.ACCOUNT_STOPOUT_MODE_MONEY:
            return equity - margin <= self.margin_so_so
        return equity / margin * 100 <= self.margin_so_so


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Say who asked for a deal and what it is marked with."""

    reason: int
    magic: int
    comment: str
    filling: int = c.ORDER_FILLING_FOK
