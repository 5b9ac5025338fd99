"""Time, terminals, and who runs what when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.jobs import Job
from bot_service.domain.market import (
    AccountIdentity,
    AccountState,
    Bars,
    Instrument,
    SymbolTerms,
    Tick,
    Timeframe,
)
from bot_service.domain.protection import StopRequest, StopResult
from bot_service.domain.trading import (
    Deal,
    OrderRequest,
    OrderResult,
    Position,
    Side,
)

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present moment."""


class Terminal(Protocol):
    """One account at one broker. Not thread-safe: only its lane calls it.

    Every method raises `TerminalUnavailable` when the truth is out of reach. Prices, lots and money are
    Decimal, times UTC. Symbols are broker symbols, as `resolve` returned them.
    """

    def connect(self) -> None:
        """Connect or reconnect to the account."""

    def close(self) -> None:
        """End the connection."""

    def identity(self) -> AccountIdentity:
        """Return which account is logged in."""

    def server_offset(self) -> timedelta:
        """Return how far the server's clock is ahead of UTC."""

    def account(self) -> AccountState:
        """Return the account's money."""

    def positions(self) -> tuple[Position, ...]:
        """Return all open positions of the account; () means surely none."""

    def resolve(self, symbol: str) -> Instrument:
        """Return the instrument that is surely the one asked for.

        Raises:
            SymbolRefused: no pinned, exact or usual name of this account; candidates inside.
        """

    def instrument(self, symbol: str) -> Instrument:
        """Return a broker symbol's present properties.

        Raises:
            SymbolRefused: the symbol is gone or not tradable.
        """

    def symbols(self, text: str) -> tuple[SymbolTerms, ...]:
        """Return the symbols whose name or description contains the text, for people to look at."""

    def offers(self, symbol: str) -> tuple[SymbolTerms, ...]:
        """Return the tradable symbols that a person could mean by a name, surest first."""

    def tick(self, symbol: str) -> Tick:
        """Return the present quote.

        Raises:
            MarketDataMissing: there is no quote.
        """

    def closed_bars(self, symbol: str, timeframe: Timeframe, count: int) -> Bars:
        """Return up to `count` newest closed bars; the forming bar is never among them.

        Raises:
            MarketDataMissing: there are none.
        """

    def market_open(self, symbol: str) -> bool:
        """Tell whether the symbol's quotes are fresh and its trade mode is full."""

    def profit(
        self, side: Side, symbol: str, lots: Decimal, price_open: Decimal, price_close: Decimal
    ) -> Decimal:
        """Return the profit of a trade between two prices, in account currency, costs not included."""

    def margin(self, side: Side, symbol: str, lots: Decimal, price: Decimal) -> Decimal:
        """Return the margin of a new position, in account currency."""

    def place(self, request: OrderRequest) -> OrderResult:
        """Send a market order once; an unknown outcome is a result, never an exception."""

    def change_stops(self, request: StopRequest) -> StopResult:
        """Change a position's stop loss and take profit; an unknown outcome is a result, never an exception.

        It may be asked again: the second time nothing changes.
        """

    def deals(self, since: datetime) -> tuple[Deal, ...]:
        """Return all deals since a moment, oldest first, including account operations."""

    def deals_of(self, position_id: int) -> tuple[Deal, ...]:
        """Return all deals of a position, oldest first."""


class Ticker(Protocol):
    """Fires ticks when they are due."""

    def schedule(self, bot: Bot, account: Account, first_due: datetime) -> None:
        """Let a bot tick from now on; replaces an earlier schedule."""

    def cancel(self, bot_ids: Iterable[int]) -> None:
        """End the ticks of bots."""


class Lanes(Protocol):
    """One worker per account; runs jobs by priority."""

    def submit(self, job: Job) -> None:
        """Queue a job; of waiting jobs with the same key only the newest stays."""

    def discard_ticks(self, bot_ids: Iterable[int]) -> None:
        """Throw away waiting ticks of bots."""

    def ask(
        self,
        account_id: int,
        question: Callable[[Terminal], T],
        timeout_s: float = 3.0,
        *,
        turn_s: float | None = None,
    ) -> T:
        """Let the lane ask its terminal before any tick, and wait for the answer.

        `turn_s` is how long to wait for the call that runs just now, where that differs: whoever only looks
        shall not wait for a terminal that hangs.

        Raises:
            TerminalUnavailable: no answer in time, or the account has no terminal.
        """

    def waits(self, thread: int) -> bool:
        """Tell whether a thread, by its identity, waits in `ask` just now."""

    def answering(self) -> AbstractContextManager[None]:
        """Let ticks step back, for a moment, while somebody waits for an answer."""


Handler = Callable[[Job], None]
