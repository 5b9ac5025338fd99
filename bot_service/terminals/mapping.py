"""The API's records as domain values: numbers become Decimal, server labels UTC, codes words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandas as pd

from bot_service.domain.market import (
    AccountIdentity,
    AccountState,
    Bars,
    Instrument,
    MarginMode,
    SymbolTerms,
    Tick,
    Timeframe,
    TradeLock,
    TradeMode,
)
from bot_service.domain.trading import Deal, DealEntry, DealKind, Position, Side
from bot_service.terminals.server_time import ServerTime

TIMEFRAMES: Mapping[Timeframe, int] = MappingProxyType(
    {
        Timeframe.M1: 1,
        Timeframe.M5: 5,
        Timeframe.M15: 15,
        Timeframe.M30: 30,
        Timeframe.H1: 0x4001,
        Timeframe.H4: 0x4004,
        Timeframe.D1: 0x4018,
    }
)
TRADE_MODES = (TradeMode.DEMO, TradeMode.CONTEST, TradeMode.REAL)
MARGIN_MODES = (MarginMode.NETTING, MarginMode.EXCHANGE, MarginMode.HEDGING)
SIDES = (Side.BUY, Side.SELL)
ENTRIES = (DealEntry.IN, DealEntry.OUT, DealEntry.INOUT, DealEntry.OUT_BY)
REASONS = ("client", "mobile", "web", "expert", "sl", "tp", "so", "rollover", "vmargin", "split")
OPERATIONS: Mapping[int, DealKind] = MappingProxyType({2: DealKind.BALANCE, 3: DealKind.CREDIT})
CALL_IN_PERCENT = 0
TRADE_MODE_DISABLED = 0
TRADE_MODE_FULL = 4
# Average prices of netting positions carry more digits than the symbol has.
PRICE_PLACES = 8


def decimal_of(value: float, places: int = PRICE_PLACES) -> Decimal:
    """Return a float as the decimal number that it was printed as, rounded to at most `places`."""
    if not math.isfinite(value):
        raise ValueError(value)
    exact = Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-places)).normalize()
    return rounded if rounded.as_tuple().exponent <= 0 else rounded.quantize(Decimal(1))  # type: ignore[operator]  # finite


def money_of(value: float, digits: int) -> Decimal:
    """Return an amount with exactly the digits of its currency."""
    return decimal_of(value).quantize(Decimal(1).scaleb(-digits))


def price_of(value: float, digits: int) -> Decimal:
    """Return a price with exactly the digits of its symbol."""
    return decimal_of(value, max(digits, PRICE_PLACES)).quantize(Decimal(1).scaleb(-digits))


def word_of(words: tuple[str, ...], code: int) -> str:
    """Return the word of a code, or the code itself as a word when nobody described it."""
    return words[code] if 0 <= code < len(words) else f"code_{code}"


def identity(info: Any, override: TradeMode | None) -> AccountIdentity:
    """Return which account an account record belongs to."""
    mode = override or TRADE_MODES[info.trade_mode]
    return AccountIdentity(str(info.server), int(info.login), mode)


def trade_lock(info: Any, *, terminal_allows: bool) -> TradeLock | None:
    """Return which permission of an account record or its terminal lacks, None where orders are taken."""
    if not terminal_allows:
        return TradeLock.ALGO_BUTTON
    if not info.trade_allowed:
        return TradeLock.READ_ONLY
    return None if info.trade_expert else TradeLock.BROKER_FORBIDS


def account_state(info: Any, *, terminal_allows: bool) -> AccountState:
    """Return the money of an account record."""
    digits = int(info.currency_digits)
    margin = money_of(info.margin, digits)
    return AccountState(
        balance=money_of(info.balance, digits),
        equity=money_of(info.equity, digits),
        credit=money_of(info.credit, digits),
        profit=money_of(info.profit, digits),
        margin=margin,
        free_margin=money_of(info.margin_free, digits),
        margin_level=money_of(info.margin_level, 2) if margin else None,
        currency=str(info.currency),
        leverage=int(info.leverage),
        margin_mode=MARGIN_MODES[info.margin_mode],
        currency_digits=digits,
        trade_lock=trade_lock(info, terminal_allows=terminal_allows),
        fifo_close=bool(info.fifo_close),
        margin_call=_margin_call(info),
    )


def _margin_call(info: Any) -> Decimal | None:
    level = decimal_of(info.margin_so_call, 2)
    if level <= 0:
        return None
    if info.margin_so_mode == CALL_IN_PERCENT:
        return level
    # In money it is an equity, so it is another level with every position.
    return (level * 100 / decimal_of(info.margin)).quantize(Decimal("0.01")) if info.margin else None


def instrument(info: Any) -> Instrument:
    """Return the properties of a symbol record."""
    point = decimal_of(info.point, 12)
    return Instrument(
        symbol=str(info.name),
        digits=int(info.digits),
        point=point,
        tick_size=decimal_of(info.trade_tick_size, 12) or point,
        tick_value=decimal_of(info.trade_tick_value),
        contract_size=decimal_of(info.trade_contract_size),
        volume_min=decimal_of(info.volume_min),
        volume_max=decimal_of(info.volume_max),
        volume_step=decimal_of(info.volume_step),
        stops_level=int(info.trade_stops_level),
        currency_base=str(info.currency_base),
        currency_profit=str(info.currency_profit),
        path=str(info.path),
        description=str(info.description),
        tradable=info.trade_mode == TRADE_MODE_FULL,
        freeze_level=int(info.trade_freeze_level),
    )


def terms(info: Any) -> SymbolTerms:
    """Return what tells a symbol record from its look-alikes; quiet symbols have no known spread."""
    digits = int(info.digits)
    quoted = info.select and info.bid and info.ask
    return SymbolTerms(
        name=str(info.name),
        contract_size=decimal_of(info.trade_contract_size),
        digits=digits,
        currency_base=str(info.currency_base),
        currency_profit=str(info.currency_profit),
        description=str(info.description),
        tradable=info.trade_mode == TRADE_MODE_FULL,
        spread=price_of(info.ask - info.bid, digits) if quoted else None,
    )


def tick(symbol: str, record: Any, digits: int, server: ServerTime) -> Tick:
    """Return the quote of a tick record."""
    return Tick(
        symbol,
        server.to_utc(label_of(record)),
        price_of(record.bid, digits),
        price_of(record.ask, digits),
    )


def label_of(record: Any) -> float:
    """Return a record's time label in seconds, with its milliseconds where it has them."""
    return record.time_msc / 1000 if record.time_msc else float(record.time)


def prices_of(*values: float) -> tuple[Decimal, ...]:
    """Return prices of one symbol with equally many places, so that 1.0203 beside 1.08421 reads 1.02030."""
    found = [decimal_of(value) for value in values]
    places = min(int(price.as_tuple().exponent) for price in found)
    return tuple(price.quantize(Decimal(1).scaleb(places)) for price in found)


def position(record: Any, digits: int, server: ServerTime) -> Position:
    """Return an open position; `digits` are those of the account's currency."""
    current, stop, target = prices_of(record.price_current, record.sl, record.tp)
    return Position(
        ticket=int(record.ticket),
        identifier=int(record.identifier),
        symbol=str(record.symbol),
        side=SIDES[record.type],
        lots=decimal_of(record.volume),
        price_open=decimal_of(record.price_open),
        price_current=current,
        stop_loss=stop or None,
        take_profit=target or None,
        profit=money_of(record.profit, digits),
        swap=money_of(record.swap, digits),
        magic=int(record.magic),
        comment=str(record.comment),
        opened_at=server.to_utc(label_of(record)),
    )


def deal(record: Any, digits: int, server: ServerTime) -> Deal:
    """Return one entry of the books; operations on the account count as buying nothing."""
    traded = record.type in (0, 1)
    return Deal(
        ticket=int(record.ticket),
        order=int(record.order),
        time=server.to_utc(label_of(record)),
        kind=DealKind.TRADE if traded else OPERATIONS.get(record.type, DealKind.OTHER),
        entry=ENTRIES[record.entry],
        reason=word_of(REASONS, record.reason),
        symbol=str(record.symbol),
        side=SIDES[record.type] if traded else Side.BUY,
        lots=decimal_of(record.volume),
        price=decimal_of(record.price),
        profit=money_of(record.profit, digits),
        commission=money_of(record.commission, digits),
        swap=money_of(record.swap, digits),
        fee=money_of(record.fee, digits),
        magic=int(record.magic),
        position_id=int(record.position_id),
        comment=str(record.comment),
    )


def bars(rates: Any, server: ServerTime) -> Bars:
    """Return rates as a frame of floats with the bars' open times in UTC."""
    frame = pd.DataFrame(
        {
            "open": rates["open"],
            "high": rates["high"],
            "low": rates["low"],
            "close": rates["close"],
            "volume": rates["tick_volume"].astype(float),
        },
        index=server.index(rates["time"]).rename("time"),
    )
    return frame if frame.index.is_unique else frame[~frame.index.duplicated(keep="last")]
