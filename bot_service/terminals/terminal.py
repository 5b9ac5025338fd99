"""The `Terminal` port on top of any object with the shape of the MetaTrader5 package."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.market import (
    AccountIdentity,
    AccountState,
    Bars,
    Instrument,
    LinkCause,
    SymbolTerms,
    Tick,
    Timeframe,
    TradeMode,
)
from bot_service.domain.protection import StopRequest, StopResult
from bot_service.domain.symbols import NOT_TRADABLE
from bot_service.domain.trading import Deal, OrderRequest, OrderResult, Position, Side
from bot_service.ports import Clock
from bot_service.terminals import mapping
from bot_service.terminals.link import CALL_FAILED, INVALID_PARAMS, NOT_FOUND, Link
from bot_service.terminals.orders import OrderDesk
from bot_service.terminals.server_time import ServerTime
from bot_service.terminals.stops import StopDesk
from bot_service.terminals.symbols import SymbolBook

DEAL_OVERLAP = timedelta(hours=1)
AHEAD = timedelta(days=1)
QUIET_AFTER = timedelta(minutes=5)
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
MAX_LABEL = 2**31 - 1
_NO_DATA = (CALL_FAILED, INVALID_PARAMS, NOT_FOUND)


class Mt5Terminal:
    """One account behind a MetaTrader5-shaped API.

    `trade_mode_override` replaces the account's own trade mode (paper accounts call themselves demo);
    `pinned` maps asked names to broker symbols; `sign_in` goes to `initialize`; a symbol whose newest tick
    is older than `quiet_after` counts as closed. Terminals sharing one API object share one `lock`.
    """

    def __init__(
        self,
        api: Any,
        *,
        clock: Clock,
        trade_mode_override: TradeMode | None = None,
        pinned: Mapping[str, str] | None = None,
        lock: AbstractContextManager[Any] | None = None,
        sign_in: Mapping[str, Any] | None = None,
        quiet_after: timedelta = QUIET_AFTER,
    ) -> None:
        self._clock = clock
        self._override = trade_mode_override
        self._sign_in = dict(sign_in or {})
        self._quiet_after = quiet_after
        self._link = Link(api, lock)
        self._server = ServerTime()
        self._symbols = SymbolBook(self._link, pinned or {})
        self._desk = OrderDesk(self._link, self.identity, self._symbols.record, self._quote)
        self._stops = StopDesk(self._link, self.identity, self._symbols.record, self._quote)
        self._reference: str | None = None
        self._currency_digits: int | None = None

    def connect(self) -> None:
        """Connect or reconnect to the account."""
        self._symbols.forget()
        self._currency_digits = None
        self._link.ask("initialize", **self._sign_in)
        self._remember_digits(self._link.ask("account_info"))
        self._measure_everywhere()

    def close(self) -> None:
        """End the connection."""
        self._link.attempt("shutdown")

    def identity(self) -> AccountIdentity:
        """Return which account is logged in."""
        return mapping.identity(self._link.ask("account_info"), self._override)

    def server_offset(self) -> timedelta:
        """Return how far the server's clock is ahead of UTC."""
        self._measure()
        return self._server.offset(self._clock.now())

    def recall_offset(self, offset: timedelta, at: datetime) -> None:
        """Begin with the offset that an earlier run measured at a moment: at a weekend no tick tells it."""
        self._server.recall(offset, at)

    def account(self) -> AccountState:
        """Return the account's money."""
        terminal = self._connected()
        info = self._link.ask("account_info")
        self._remember_digits(info)
        self._measure()
        return mapping.account_state(info, terminal_allows=bool(terminal.trade_allowed))

    def positions(self) -> tuple[Position, ...]:
        """Return all open positions of the account; () means surely none."""
        self._connected()
        digits = self._digits()
        return tuple(
            mapping.position(record, digits, self._server) for record in self._link.ask("positions_get")
        )

    def resolve(self, symbol: str) -> Instrument:
        """Return the instrument that is surely the one asked for."""
        return mapping.instrument(self._symbols.resolve(symbol))

    def instrument(self, symbol: str) -> Instrument:
        """Return a broker symbol's present properties."""
        record = self._symbols.record(symbol)
        if record.trade_mode == mapping.TRADE_MODE_DISABLED:
            raise SymbolRefused(symbol, NOT_TRADABLE)
        return mapping.instrument(record)

    def symbols(self, text: str) -> tuple[SymbolTerms, ...]:
        """Return the symbols whose name or description contains the text, for people to look at."""
        return self._symbols.search(text)

    def offers(self, symbol: str) -> tuple[SymbolTerms, ...]:
        """Return the tradable symbols that a person could mean by a name, surest first."""
        return self._symbols.offers(symbol)

    def tick(self, symbol: str) -> Tick:
        """Return the present quote."""
        digits = self._symbols.digits(symbol)
        return mapping.tick(symbol, self._quote(symbol), digits, self._server)

    def closed_bars(self, symbol: str, timeframe: Timeframe, count: int) -> Bars:
        """Return up to `count` newest closed bars; the forming bar is never among them."""
        self._symbols.digits(symbol)
        missing = MarketDataMissing(symbol, timeframe)
        rates = self._link.ask_about(
            missing, _NO_DATA, "copy_rates_from_pos", symbol, mapping.TIMEFRAMES[timeframe], 0, count + 1
        )
        if len(rates) == 0:
            raise missing
        bars = mapping.bars(rates, self._server)
        newest_open = self._closed_until(symbol) - timeframe.duration
        # Decided by time, not by place: in a quiet market the newest bar may be finished already.
        closed = bars.iloc[: int(bars.index.searchsorted(newest_open, side="right"))]
        if closed.empty:
            raise missing
        return closed.iloc[-count:]

    def market_open(self, symbol: str) -> bool:
        """Tell whether the symbol's quotes are fresh and its trade mode is full."""
        if self._symbols.record(symbol).trade_mode != mapping.TRADE_MODE_FULL:
            return False
        try:
            newest = self.tick(symbol)
        except MarketDataMissing:
            return False
        return self._clock.now() - newest.time <= self._quiet_after

    def profit(
        self, side: Side, symbol: str, lots: Decimal, price_open: Decimal, price_close: Decimal
    ) -> Decimal:
        """Return the profit of a trade between two prices, in account currency, costs not included."""
        self._symbols.digits(symbol)
        numbers = (float(lots), float(price_open), float(price_close))
        return self._money(symbol, "order_calc_profit", _action(side), symbol, *numbers)

    def margin(self, side: Side, symbol: str, lots: Decimal, price: Decimal) -> Decimal:
        """Return the margin of a new position, in account currency."""
        self._symbols.digits(symbol)
        return self._money(symbol, "order_calc_margin", _action(side), symbol, float(lots), float(price))

    def place(self, request: OrderRequest) -> OrderResult:
        """Send a market order once; an unknown outcome is a result, never an exception."""
        return self._desk.place(request)

    def change_stops(self, request: StopRequest) -> StopResult:
        """Change a position's stop loss and take profit; an unknown outcome is a result."""
        return self._stops.change(request)

    def deals(self, since: datetime) -> tuple[Deal, ...]:
        """Return all deals since a moment, oldest first, including account operations.

        An hour before it is asked for too, as the terminal learns of some deals late.
        """
        self._connected()
        first = self._server.to_label(max(since, EARLIEST) - DEAL_OVERLAP)
        last = min(MAX_LABEL, self._server.to_label(self._clock.now() + AHEAD))
        return self._deals(self._link.ask("history_deals_get", first, last))

    def deals_of(self, position_id: int) -> tuple[Deal, ...]:
        """Return all deals of a position, oldest first."""
        self._connected()
        return self._deals(self._link.ask("history_deals_get", position=position_id))

    def _closed_until(self, symbol: str) -> datetime:
        now = self._clock.now()
        if self._server.is_old(now):
            self._measure()  # the clock may have jumped since
        if self._server.sure and not self._server.doubtful:
            return now
        # With an offset that is only a rule, or a clock that is ahead, a forming bar could look old; the
        # tick shares its labels.
        return min(now, self.tick(symbol).time)

    def _deals(self, records: Any) -> tuple[Deal, ...]:
        digits = self._digits()
        unique = {record.ticket: record for record in records}
        deals = [mapping.deal(record, digits, self._server) for record in unique.values()]
        return tuple(sorted(deals, key=lambda deal: (deal.time, deal.ticket)))

    def _quote(self, symbol: str) -> Any:
        missing = MarketDataMissing(symbol)
        record = self._link.ask_about(missing, _NO_DATA, "symbol_info_tick", symbol)
        if not record.time or not record.bid or not record.ask:
            raise missing
        self._observe(symbol, record)
        return record

    def _money(self, symbol: str, name: str, *args: Any) -> Decimal:
        value = self._link.ask_about(MarketDataMissing(symbol), _NO_DATA, name, *args)
        return mapping.money_of(value, self._digits())

    def _connected(self) -> Any:
        # A terminal without its trade server goes on answering, from memory.
        info = self._link.ask("terminal_info")
        if not info.connected:
            raise TerminalUnavailable(LinkCause.BROKER_DOWN)
        return info

    def _digits(self) -> int:
        if self._currency_digits is None:
            self._remember_digits(self._link.ask("account_info"))
        return self._currency_digits or 0

    def _remember_digits(self, info: Any) -> None:
        self._currency_digits = int(info.currency_digits)

    def _observe(self, symbol: str, record: Any) -> None:
        if self._reference is None:
            self._reference = symbol
        if symbol == self._reference:
            self._server.observe(mapping.label_of(record), self._clock.now())

    def _measure(self) -> None:
        if self._reference is None:
            self._measure_everywhere()
            return
        try:
            self._quote(self._reference)
        except MarketDataMissing:
            self._reference = None

    def _measure_everywhere(self) -> None:
        # The symbol quoted last tells the server's time best.
        quoted = [info for info in self._link.ask("symbols_get") if info.select and info.time]
        if not quoted:
            return
        newest = max(quoted, key=lambda info: info.time)
        self._reference = str(newest.name)
        self._server.observe(float(newest.time), self._clock.now())


def _action(side: Side) -> int:
    return 0 if side is Side.BUY else 1
