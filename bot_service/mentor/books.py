"""The books of a day, from deals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot_service.domain.findings import Books
from bot_service.domain.trading import ClosedTrade, Deal, DealEntry, DealKind
from bot_service.mentor.day import ZERO, total

_OPENING = frozenset({DealEntry.IN, DealEntry.INOUT})


def balance_change(deals: Iterable[Deal]) -> Decimal:
    """Return what deals did to the balance; credit is lent, it never is balance."""
    return sum((deal.net for deal in deals if deal.kind is not DealKind.CREDIT), ZERO)


def opened_count(deals: Iterable[Deal]) -> int:
    """Return how many deals opened or enlarged a position."""
    return sum(deal.kind is DealKind.TRADE and deal.entry in _OPENING for deal in deals)


def operations(deals: Iterable[Deal]) -> Decimal:
    """Return deposits, withdrawals, charges and corrections together."""
    return balance_change(deal for deal in deals if deal.kind is not DealKind.TRADE)


def day_books(
    opening: Decimal,
    deals: Iterable[Deal],
    trades: Iterable[ClosedTrade],
    closing: Decimal | None = None,
) -> Books:
    """Return the books of the day with these deals and closed trades.

    `closing` is the balance that the broker showed at the day's end; without it the deals' sum stands there
    and no difference can show.
    """
    booked = tuple(deals)
    net = total(trades)
    other = operations(booked)
    by_deals = opening + balance_change(booked)
    return Books(
        opening=opening,
        trades=net,
        operations=other,
        closing=by_deals if closing is None else closing,
        carried=by_deals - opening - other - net,
    )
