"""A position's whole life, added up from its deals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot_service.domain.trading import (
    ClosedTrade,
    Deal,
    DealEntry,
    DealKind,
    ExitCause,
    Intent,
    Purpose,
)

ENDS = frozenset({DealEntry.OUT, DealEntry.OUT_BY})
STOPPED = {"sl": ExitCause.STOP_LOSS, "tp": ExitCause.TAKE_PROFIT, "so": ExitCause.STOP_OUT}
BY_HAND = frozenset({"client", "mobile", "web"})


def mean_price(deals: Sequence[Deal]) -> Decimal:
    """Return the price of deals, weighted by lots, in the digits of the finest of them."""
    if len({deal.price for deal in deals}) == 1:
        return deals[0].price
    lots = sum((deal.lots for deal in deals), Decimal(0))
    value = sum((deal.price * deal.lots for deal in deals), Decimal(0))
    finest = min(deals, key=lambda deal: int(deal.price.as_tuple().exponent))
    return (value / lots).quantize(finest.price)


def carries(deal: Deal, intent: Intent) -> bool:
    """Tell whether a deal comes from an intent's order: by its ticket, or by the reference in the comment."""
    return (
        intent.order_ticket is not None and deal.order == intent.order_ticket
    ) or intent.ref in deal.comment


def exit_cause(last: Deal, closings: Sequence[Intent]) -> ExitCause:
    """Return what closed a position: the broker's own reason first, then whose order it was."""
    if last.reason in STOPPED:
        return STOPPED[last.reason]
    for intent in closings:
        if carries(last, intent):
            if intent.cause is not None:
                return intent.cause
            return ExitCause.OPERATOR if intent.bar_time is None else ExitCause.SIGNAL
    return ExitCause.BY_HAND if last.reason in BY_HAND else ExitCause.OTHER


def filled_risk(intent: Intent) -> Decimal | None:
    """Return the planned risk of the part of an opening that was executed."""
    if intent.planned_risk is None or intent.filled_lots is None or intent.filled_lots >= intent.lots:
        return intent.planned_risk
    return intent.planned_risk * intent.filled_lots / intent.lots


def closed_trade(account_id: int, deals: Sequence[Deal], intents: Sequence[Intent]) -> ClosedTrade | None:
    """Add a position's deals up; None while what went out is less than what went in.

    `intents` are those that opened or close this position; without an opening one the trade is no bot's.
    """
    trades = sorted((deal for deal in deals if deal.kind is DealKind.TRADE), key=lambda deal: deal.ticket)
    opened = [deal for deal in trades if deal.entry is DealEntry.IN]
    ended = [deal for deal in trades if deal.entry in ENDS]
    lots = sum((deal.lots for deal in opened), Decimal(0))
    if not opened or sum((deal.lots for deal in ended), Decimal(0)) < lots:
        return None
    opening = next((intent for intent in intents if intent.purpose is Purpose.OPEN), None)
    closings = [intent for intent in intents if intent.purpose is Purpose.CLOSE]
    return ClosedTrade(
        account_id=account_id,
        position_id=opened[0].position_id,
        bot_id=None if opening is None else opening.bot_id,
        strategy="" if opening is None else opening.strategy,
        symbol=opened[0].symbol,
        side=opened[0].side,
        lots=lots,
        price_open=mean_price(opened),
        price_close=mean_price(ended),
        opened_at=opened[0].time,
        closed_at=ended[-1].time,
        profit=sum((deal.profit for deal in trades), Decimal(0)),
        commission=sum((deal.commission for deal in trades), Decimal(0)),
        swap=sum((deal.swap for deal in trades), Decimal(0)),
        fee=sum((deal.fee for deal in trades), Decimal(0)),
        cause=exit_cause(ended[-1], closings),
        planned_risk=None if opening is None else filled_risk(opening),
    )
