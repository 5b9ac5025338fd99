"""What the broker says: instruments, timeframes, ticks, accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pandas as pd  # slow to import, and here only a name: the brake at the console does without it

Bars: TypeAlias = "pd.DataFrame"
"""Closed bars, oldest first: index `time` (bar open, aware UTC), float columns open high low close volume."""


class Timeframe(StrEnum):
    """The chart periods that bots may use."""

    M1 = "M1"
    M5 = "M5"
    M15 = "M15"
    M30 = "M30"
    H1 = "H1"
    H4 = "H4"
    D1 = "D1"

    @property
    def duration(self) -> timedelta:
        """Return the length of one bar."""
        return timedelta(minutes=_MINUTES[self])


_MINUTES = {
    Timeframe.M1: 1,
    Timeframe.M5: 5,
    Timeframe.M15: 15,
    Timeframe.M30: 30,
    Timeframe.H1: 60,
    Timeframe.H4: 240,
    Timeframe.D1: 1440,
}


class TradeMode(StrEnum):
    """What kind of money an account holds."""

    PAPER = "paper"
    DEMO = "demo"
    CONTEST = "contest"
    REAL = "real"


class MarginMode(StrEnum):
    """How positions of one symbol combine."""

    NETTING = "netting"
    EXCHANGE = "exchange"
    HEDGING = "hedging"


class TradeLock(StrEnum):
    """Why an account that can be seen takes no orders from us."""

    ALGO_BUTTON = "algo_button"
    READ_ONLY = "read_only"
    BROKER_FORBIDS = "broker_forbids"


@dataclass(frozen=True)
class AccountIdentity:
    """The three facts that make an account the same account."""

    server: str
    login: int
    trade_mode: TradeMode


@dataclass(frozen=True)
class AccountState:
    """An account's money at one moment, in `currency`; `margin_level` in percent, None without margin.

    `margin_call` is the level, in percent too, at which the broker warns; None where it isn't known.
    """

    balance: Decimal
    equity: Decimal
    credit: Decimal
    profit: Decimal
    margin: Decimal
    free_margin: Decimal
    margin_level: Decimal | None
    currency: str
    leverage: int
    margin_mode: MarginMode
    currency_digits: int = 2
    trade_lock: TradeLock | None = None
    fifo_close: bool = False
    margin_call: Decimal | None = None

    @property
    def trade_allowed(self) -> bool:
        """Tell whether the account takes our orders."""
        return self.trade_lock is None

    @property
    def one_bot_per_symbol(self) -> bool:
        """Tell whether two bots of a symbol would get in each other's way.

        Without hedging they would share one position; where the oldest must be closed first, neither could
        close its own.
        """
        return self.margin_mode is not MarginMode.HEDGING or self.fifo_close

    @property
    def sizing_base(self) -> Decimal:
        """Return the money that risk in percent refers to: min(balance, equity - credit)."""
        return min(self.balance, self.equity - self.credit)


@dataclass(frozen=True)
class Instrument:
    """A tradable symbol of one account: `symbol` is the broker's own name.

    `tick_value` is in account currency for one lot and one `tick_size`; `stops_level`, the least distance of
    a stop from the price, and `freeze_level`, within which nothing can be closed, in points.
    """

    symbol: str
    digits: int
    point: Decimal
    tick_size: Decimal
    tick_value: Decimal
    contract_size: Decimal
    volume_min: Decimal
    volume_max: Decimal
    volume_step: Decimal
    stops_level: int
    currency_base: str
    currency_profit: str
    path: str
    description: str = ""
    tradable: bool = True
    freeze_level: int = 0

    @property
    def least_distance(self) -> Decimal:
        """Return how far from the price a stop must be, in price units."""
        return max(self.stops_level, self.freeze_level) * self.point

    @property
    def terms(self) -> SymbolTerms:
        """Return what a person chose this symbol by."""
        return SymbolTerms(
            self.symbol,
            self.contract_size,
            self.digits,
            self.currency_base,
            self.currency_profit,
            self.description,
            self.tradable,
        )

    def round_price(self, price: Decimal) -> Decimal:
        """Round to the nearest tick, then to the symbol's digits."""
        ticks = (price / self.tick_size).to_integral_value(ROUND_HALF_EVEN)
        return (ticks * self.tick_size).quantize(Decimal(1).scaleb(-self.digits))

    def floor_lots(self, lots: Decimal) -> Decimal:
        """Round down to the volume step; never up."""
        steps = (lots / self.volume_step).to_integral_value(ROUND_FLOOR)
        return (steps * self.volume_step).normalize() + Decimal(0)


@dataclass(frozen=True)
class SymbolTerms:
    """What tells a symbol of an account from its look-alikes; `spread` in price units, None if not known."""

    name: str
    contract_size: Decimal
    digits: int
    currency_base: str
    currency_profit: str
    description: str = ""
    tradable: bool = True
    spread: Decimal | None = None

    def same_contract(self, other: SymbolTerms) -> bool:
        """Tell whether a lot of both is the same thing, counted in the same money."""
        return (self.name, self.contract_size, self.digits, self.currency_profit) == (
            other.name,
            other.contract_size,
            other.digits,
            other.currency_profit,
        )


@dataclass(frozen=True)
class Tick:
    """The present quote of a symbol; `time` is UTC."""

    symbol: str
    time: datetime
    bid: Decimal
    ask: Decimal

    @property
    def spread(self) -> Decimal:
        """Return ask - bid in price units."""
        return self.ask - self.bid


class LinkCause(StrEnum):
    """Why the terminal can't be trusted just now."""

    TERMINAL_CLOSED = "terminal_closed"
    NOT_LOGGED_IN = "not_logged_in"
    BROKER_DOWN = "broker_down"
    WRONG_BUILD = "wrong_build"
    OTHER_ACCOUNT = "other_account"
    TIMEOUT = "timeout"
    NO_ANSWER = "no_answer"
    ALGO_OFF = "algo_off"
    OTHER_SESSION = "other_session"
    HOST_DOWN = "host_down"


def bar_open(at: datetime, timeframe: Timeframe, server_offset: timedelta = timedelta(0)) -> datetime:
    """Return the open time (UTC) of the bar that contains `at`; bars align to the server's midnight."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    since = at + server_offset - epoch
    return epoch + (since // timeframe.duration) * timeframe.duration - server_offset


def next_close(at: datetime, timeframe: Timeframe, server_offset: timedelta = timedelta(0)) -> datetime:
    """Return the first bar close (UTC) strictly after `at`."""
    return bar_open(at, timeframe, server_offset) + timeframe.duration
