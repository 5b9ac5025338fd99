"""Contract data of the seven symbols, and when each of them is traded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from . import constants as c
from .server_clock import DAY, WEEK

_FOREX_WEEK: Final = ((0, 5 * DAY),)
_DAILY_BREAK: Final = tuple((day * DAY + 3600, (day + 1) * DAY) for day in range(5))
_ALWAYS: Final = ((0, WEEK),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolSpec:
    """Describe one tradable contract.

    `sessions` are seconds from Monday 00:00 server time; `commission` and `fee` are dollars per lot and side;
    `margin_pending` is the share of a position's margin that a pending order blocks; `depth` is how many lots
    one tick can fill, 0 for any; `tick_size` 0 means a point.
    """

    name: str
    path: str
    description: str
    digits: int
    spread: int
    contract_size: float
    currency_base: str
    currency_profit: str
    currency_margin: str
    swap_long: float
    swap_short: float
    commission: float
    base_price: float
    minute_move: float
    sessions: tuple[tuple[int, int], ...] = _FOREX_WEEK
    busy_hours: tuple[int, int] = (10, 20)
    calc_mode: int = c.SYMBOL_CALC_MODE_FOREX
    trade_mode: int = c.SYMBOL_TRADE_MODE_FULL
    exemode: int = c.SYMBOL_TRADE_EXECUTION_MARKET
    stops_level: int = 0
    freeze_level: int = 0
    swap_mode: int = c.SYMBOL_SWAP_MODE_POINTS
    swap_rollover3days: int = c.DAY_OF_WEEK_WEDNESDAY
    filling_mode: int = 3
    order_mode: int = 127
    order_gtc_mode: int = c.SYMBOL_ORDERS_GTC
    expiration_mode: int = 15
    volume_min: float = 0.01
    volume_max: float = 50.0
    volume_step: float = 0.01
    volume_limit: float = 0.0
    fee: float = 0.0
    tick_size: float = 0.0
    tick_value: float = 0.0
    margin_initial: float = 0.0
    margin_maintenance: float = 0.0
    margin_rate: float = 1.0
    margin_pending: float = 0.0
    margin_hedged_size: float | None = None
    margin_hedged_use_leg: bool = False
    face_value: float = 0.0
    accrued_interest: float = 0.0
    liquidity_rate: float = 0.0
    depth: float = 0.0
    book_levels: int = 5

    @property
    def point(self) -> float:
        """Return the unit of the last digit of a price."""
        return float(f"1e-{self.digits}")

    @property
    def step(self) -> float:
        """Return the smallest step of a price."""
        return self.tick_size or self.point

    @property
    def by_exchange(self) -> bool:
        """Tell whether the last deal's price, here the bid, decides when orders trigger."""
        return self.calc_mode >= c.SYMBOL_CALC_MODE_EXCH_STOCKS

    @property
    def margin_hedged(self) -> float:
        """Return the contract size by which covered volume is margined: half of the whole by default."""
        return self.contract_size / 2 if self.margin_hedged_size is None else self.margin_hedged_size


SPECS: Final = {
    spec.name: spec
    for spec in (
        SymbolSpec(
            name="EURUSD",
            path="Forex\\EURUSD",
            description="Euro vs US Dollar",
            digits=5,
            spread=2,
            contract_size=100_000.0,
            currency_base="EUR",
            currency_profit="USD",
            currency_margin="EUR",
            swap_long=-7.2,
            swap_short=2.9,
            commission=3.5,
            base_price=1.1050,
            minute_move=0.00009,
        ),
        SymbolSpec(
            name="GBPUSD",
            path="Forex\\GBPUSD",
            description="Great Britain Pound vs US Dollar",
            digits=5,
            spread=3,
            contract_size=100_000.0,
            currency_base="GBP",
            currency_profit="USD",
            currency_margin="GBP",
            swap_long=-3.4,
            swap_short=-1.1,
            commission=3.5,
            base_price=1.2900,
            minute_move=0.00012,
        ),
        SymbolSpec(
            name="USDJPY",
            path="Forex\\USDJPY",
            description="US Dollar vs Japanese Yen",
            digits=3,
            spread=3,
            contract_size=100_000.0,
            currency_base="USD",
            currency_profit="JPY",
            currency_margin="USD",
            swap_long=11.6,
            swap_short=-21.3,
            commission=3.5,
            base_price=148.00,
            minute_move=0.013,
        ),
        SymbolSpec(
            name="XAUUSD",
            path="Metals\\XAUUSD",
            description="Gold vs US Dollar",
            digits=2,
            spread=16,
            contract_size=100.0,
            currency_base="XAU",
            currency_profit="USD",
            currency_margin="XAU",
            swap_long=-61.6,
            swap_short=40.5,
            commission=3.5,
            base_price=2900.0,
            minute_move=0.72,
            sessions=_DAILY_BREAK,
            stops_level=1,
            volume_max=20.0,
        ),
        SymbolSpec(
            name="BTCUSD",
            path="Crypto\\BTCUSD",
            description="Bitcoin vs US Dollar",
            digits=2,
            spread=1000,
            contract_size=1.0,
            currency_base="BTC",
            currency_profit="USD",
            currency_margin="USD",
            swap_long=-4200.0,
            swap_short=-900.0,
            commission=0.0,
            base_price=88_000.0,
            minute_move=46.0,
            sessions=_ALWAYS,
            busy_hours=(15, 23),
            calc_mode=c.SYMBOL_CALC_MODE_CFDLEVERAGE,
            swap_rollover3days=c.DAY_OF_WEEK_FRIDAY,
            volume_max=10.0,
        ),
        SymbolSpec(
            name="ETHUSD",
            path="Crypto\\ETHUSD",
            description="Ethereum vs US Dollar",
            digits=2,
            spread=40,
            contract_size=1.0,
            currency_base="ETH",
            currency_profit="USD",
            currency_margin="USD",
            swap_long=-160.0,
            swap_short=-35.0,
            commission=0.0,
            base_price=3100.0,
            minute_move=2.2,
            sessions=_ALWAYS,
            busy_hours=(15, 23),
            calc_mode=c.SYMBOL_CALC_MODE_CFDLEVERAGE,
            swap_rollover3days=c.DAY_OF_WEEK_FRIDAY,
            volume_max=100.0,
        ),
        SymbolSpec(
            name="US500",
            path="Indices\\US500",
            description="US 500 Index",
            digits=2,
            spread=30,
            contract_size=1.0,
            currency_base="USD",
            currency_profit="USD",
            currency_margin="USD",
            swap_long=-98.0,
            swap_short=21.0,
            commission=0.0,
            base_price=5600.0,
            minute_move=1.35,
            sessions=_DAILY_BREAK,
            busy_hours=(16, 23),
            calc_mode=c.SYMBOL_CALC_MODE_CFDLEVERAGE,
            swap_rollover3days=c.DAY_OF_WEEK_FRIDAY,
            volume_min=0.1,
            volume_max=250.0,
            volume_step=0.1,
        ),
    )
}
