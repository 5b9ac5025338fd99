"""What happens to an account whose guards are tried: trades, payments, looks, restarts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

from bot_service.domain.trading import Deal, DealEntry, DealKind, Side

TICKETS = itertools.count(900_000)


def lose(world, amount, *, look=True) -> int:
    """Let a position of somebody's hand lose money, and the watch see it."""
    ticket = world.terminal.enter_by_hand(Side.BUY, "1.00")
    world.terminal.by_hand(ticket, stop_loss=Decimal(1))
    world.terminal.price -= Decimal(amount) / 10
    if look:
        world.watch()
    return ticket


def close(world, ticket) -> None:
    """Close a position at the price of the moment, by hand."""
    world.terminal.hit(ticket, "client", str(world.terminal.price))


def payment(world, amount) -> Deal:
    """Pay in (or out, below zero) and return the deal that will explain it."""
    world.terminal.balance += Decimal(amount)
    now = world.clock.now()
    return Deal(
        ticket=next(TICKETS),
        order=0,
        time=now,
        kind=DealKind.BALANCE,
        entry=DealEntry.IN,
        reason="client",
        symbol="",
        side=Side.BUY,
        lots=Decimal(0),
        price=Decimal(0),
        profit=Decimal(amount),
        commission=Decimal(0),
        swap=Decimal(0),
        fee=Decimal(0),
        magic=0,
        position_id=0,
        comment="payment",
    )


def pay(world, amount) -> None:
    """Pay in or out, on the books at once."""
    world.terminal.book.append(payment(world, amount))


def charge(world, amount) -> None:
    """Let the broker take a charge, which is a cost."""
    world.terminal.book.append(replace(payment(world, -amount), kind=DealKind.OTHER))
