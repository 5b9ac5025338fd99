"""Orders and deals before anything has happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import constants as c
from .records import TradeDeal, TradeOrder

if TYPE_CHECKING:
    from .conditions import Cause

_NUMBERS = ("volume", "price", "commission", "swap", "profit", "fee")
_WHOLE = ("order", "type", "entry", "magic", "position_id", "reason")


def empty_deal(ticket: int, now_msc: int) -> TradeDeal:
    """Return a deal of now in which everything else is zero."""
    words = dict.fromkeys(("symbol", "comment", "external_id"), "")
    values: dict[str, Any] = dict.fromkeys(_NUMBERS, 0.0) | dict.fromkeys(_WHOLE, 0) | words
    return TradeDeal(**values, ticket=ticket, time=now_msc // 1000, time_msc=now_msc)


def new_order(
    ticket: int, now_msc: int, *, symbol: str, kind: int, volume: float, cause: Cause
) -> TradeOrder:
    """Return an order that has just been accepted, with its whole volume to be filled."""
    return TradeOrder(
        ticket=ticket,
        time_setup=now_msc // 1000,
        time_setup_msc=now_msc,
        time_done=0,
        time_done_msc=0,
        time_expiration=0,
        type=kind,
        type_time=c.ORDER_TIME_GTC,
        type_filling=cause.filling,
        state=c.ORDER_STATE_PLACED,
        magic=cause.magic,
        position_id=0,
        position_by_id=0,
        reason=cause.reason,
        volume_initial=volume,
        volume_current=volume,
        price_open=0.0,
        sl=0.0,
        tp=0.0,
        price_current=0.0,
        price_stoplimit=0.0,
        symbol=symbol,
        comment=cause.comment,
        external_id="",
    )


def finished(order: TradeOrder, state: int, now_msc: int) -> TradeOrder:
    """Return an order as it goes into history."""
    return order._replace(state=state, time_done=now_msc // 1000, time_done_msc=now_msc)


def side_of(kind: int) -> int:
    """Return 0 for orders that buy, 1 for those that sell: their types alternate."""
    return kind % 2
