"""Signals, intents, results, positions, deals and closed trades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from bot_service.domain.market import AccountIdentity, AccountState


class Side(StrEnum):
    """The direction of an order, a deal or a position."""

    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> Side:
        """Return the other direction."""
        return Side.SELL if self is Side.BUY else Side.BUY

    @property
    def sign(self) -> int:
        """Return 1 for buying, -1 for selling."""
        return 1 if self is Side.BUY else -1


class Purpose(StrEnum):
    """What an order is for."""

    OPEN = "open"
    CLOSE = "close"


class IntentState(StrEnum):
    """What is known of an order that the service wanted."""

    PENDING = "pending"
    FILLED = "filled"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"

    @property
    def settled(self) -> bool:
        """Tell whether the outcome is known."""
        return self not in (IntentState.PENDING, IntentState.UNKNOWN)


@dataclass(frozen=True)
class Intent:
    """An order the service decided to send, written before it is sent.

    `ref` (at most 16 ASCII characters) travels in the order's comment; `planned_risk` is the loss at the
    stop in account currency, spread and commission included, from the true price once that is known;
    `bar_time` the open of the signal's bar; `cause` why a position is closed that neither a signal nor a
    person wanted closed. `price` is that of the decision, `worst_price` the last one that was acceptable,
    `slippage` what the fill cost more than `price`, for all `lots`.
    """

    id: int
    ref: str
    account_id: int
    bot_id: int
    magic: int
    purpose: Purpose
    symbol: str
    side: Side
    lots: Decimal
    state: IntentState
    created_at: datetime
    bar_time: datetime | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    position_id: int | None = None
    planned_risk: Decimal | None = None
    strategy: str = ""
    order_ticket: int | None = None
    deal_ticket: int | None = None
    filled_lots: Decimal | None = None
    fill_price: Decimal | None = None
    retcode: int | None = None
    cause: ExitCause | None = None
    price: Decimal | None = None
    worst_price: Decimal | None = None
    slippage: Decimal | None = None


@dataclass(frozen=True)
class OrderRequest:
    """What the terminal is asked to execute at market; closing names the position.

    Beyond `worst_price` nothing is sent; None accepts what the market gives. `filling` is what the last
    `OrderResult` for this symbol said.
    """

    symbol: str
    side: Side
    lots: Decimal
    magic: int
    ref: str
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    position_ticket: int | None = None
    expected: AccountIdentity | None = None
    worst_price: Decimal | None = None
    filling: int | None = None


class Outcome(StrEnum):
    """What the broker made of an order."""

    FILLED = "filled"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OrderResult:
    """The broker's answer; `reject_class` names how to go on after a reject (see terminals/retcodes).

    A reject proves that nothing was executed. `price` is that of the fill, or the one that was too bad;
    `filling` the terminal's own word for how the symbol's orders are filled, to be kept for the next one.
    """

    outcome: Outcome
    retcode: int | None
    order_ticket: int = 0
    deal_ticket: int = 0
    lots: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    reject_class: str = ""
    detail: str = ""
    filling: int | None = None


@dataclass(frozen=True)
class Position:
    """An open position as the terminal shows it; `profit` floats, swap not included."""

    ticket: int
    identifier: int
    symbol: str
    side: Side
    lots: Decimal
    price_open: Decimal
    price_current: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None
    profit: Decimal
    swap: Decimal
    magic: int
    comment: str
    opened_at: datetime


def without_stop(positions: Iterable[Position]) -> int:
    """Return how many of some positions have no stop loss."""
    return sum(position.stop_loss is None for position in positions)


class DealKind(StrEnum):
    """Whether a deal is a trade or an operation on the account."""

    TRADE = "trade"
    BALANCE = "balance"
    CREDIT = "credit"
    OTHER = "other"


class DealEntry(StrEnum):
    """Whether a deal opens or closes."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"
    OUT_BY = "out_by"


class ExitCause(StrEnum):
    """What closed a position."""

    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    SIGNAL = "signal"
    OPERATOR = "operator"
    NO_STOP = "no_stop"
    GUARD = "guard"
    BY_HAND = "by_hand"
    STOP_OUT = "stop_out"
    OTHER = "other"


BY_PERSON = frozenset({ExitCause.BY_HAND, ExitCause.OPERATOR})
"""Exits that a person chose: in the terminal, or by a command."""


@dataclass(frozen=True)
class Deal:
    """One entry of the broker's books; money in account currency, time in UTC."""

    ticket: int
    order: int
    time: datetime
    kind: DealKind
    entry: DealEntry
    reason: str
    symbol: str
    side: Side
    lots: Decimal
    price: Decimal
    profit: Decimal
    commission: Decimal
    swap: Decimal
    fee: Decimal
    magic: int
    position_id: int
    comment: str

    @property
    def net(self) -> Decimal:
        """Return profit and all costs together."""
        return self.profit + self.commission + self.swap + self.fee


@dataclass(frozen=True)
class ClosedTrade:
    """A position's whole life, added up from its deals; `r` is net / planned risk.

    `bot_id` is None for positions that no intent of ours explains.
    """

    account_id: int
    position_id: int
    bot_id: int | None
    strategy: str
    symbol: str
    side: Side
    lots: Decimal
    price_open: Decimal
    price_close: Decimal
    opened_at: datetime
    closed_at: datetime
    profit: Decimal
    commission: Decimal
    swap: Decimal
    fee: Decimal
    cause: ExitCause
    planned_risk: Decimal | None = None

    @cached_property
    def net(self) -> Decimal:
        """Return profit and all costs together."""
        return self.profit + self.commission + self.swap + self.fee

    @cached_property
    def r(self) -> Decimal | None:
        """Return the result in units of the planned risk, None where no risk was planned."""
        if self.planned_risk is None or self.planned_risk <= 0:
            return None
        return self.net / self.planned_risk


@dataclass(frozen=True)
class Snapshot:
    """What the watch saw of an account; `taken_at` wall time, `market_at` market time, both UTC."""

    account_id: int
    taken_at: datetime
    market_at: datetime
    state: AccountState
    positions: tuple[Position, ...]
