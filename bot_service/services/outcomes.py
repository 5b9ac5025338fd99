"""What became of an order, as events and as the intent's outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain import slippage
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.closing import ENDS, OPENS, filled_risk, mean_price
from bot_service.domain.events import (
    MarketClosed,
    OrderDelayed,
    OrderFilled,
    OrderNeverSent,
    OrderRejected,
    OrderUnknown,
)
from bot_service.domain.trading import Deal, DealEntry, Intent, IntentState, OrderResult, Position, Purpose
from bot_service.ports import Terminal


def filled_event(
    account: Account, bot: Bot, intent: Intent, happened_at: datetime, positions: Iterable[Position] = ()
) -> OrderFilled:
    """Return the event of an executed opening; the intent carries its outcome.

    The position, where it is among those that are open, tells which stop and target the broker really set.
    """
    lots = intent.lots if intent.filled_lots is None else intent.filled_lots
    position_id = intent.position_id or 0
    held = next((position for position in positions if position.identifier == intent.position_id), None)
    stop_loss = intent.stop_loss if held is None else held.stop_loss
    return OrderFilled(
        happened_at=happened_at,
        account_id=account.id,
        bot_id=bot.id,
        name=bot.settings.name,
        ticket=intent.order_ticket or position_id,
        position_id=position_id,
        symbol=intent.symbol,
        side=intent.side,
        lots=lots,
        price=Decimal(0) if intent.fill_price is None else intent.fill_price,
        stop_loss=stop_loss,
        take_profit=intent.take_profit if held is None else held.take_profit,
        # Without a stop nothing limits the loss, whatever was planned.
        planned_risk=None if stop_loss is None else filled_risk(intent),
        currency=account.currency,
        strategy=intent.strategy,
        partial=lots < intent.lots,
        asked_lots=intent.lots,
        slippage=slippage.worth_telling(intent),
        beyond_limit=slippage.beyond_limit(intent),
    )


def never_sent_event(bot: Bot, intent: Intent, happened_at: datetime) -> OrderNeverSent:
    """Return the event of an order that never reached the broker."""
    return OrderNeverSent(
        happened_at=happened_at,
        account_id=intent.account_id,
        bot_id=bot.id,
        name=bot.settings.name,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots,
        purpose=intent.purpose,
    )


def executed(intent: Intent, deals: tuple[Deal, ...]) -> Intent:
    """Return the intent with the outcome that its deals tell; `deals` are its own and not empty."""
    lots = sum((deal.lots for deal in deals), Decimal(0))
    return replace(
        intent,
        state=IntentState.FILLED if lots >= intent.lots else IntentState.PARTIAL,
        position_id=deals[0].position_id,
        order_ticket=deals[0].order,
        deal_ticket=deals[0].ticket,
        filled_lots=lots,
        fill_price=mean_price(deals),
    )


def rejected_event(bot: Bot, intent: Intent, result: OrderResult, happened_at: datetime) -> OrderRejected:
    """Return the event of an order that the broker refused."""
    return OrderRejected(
        happened_at=happened_at,
        account_id=bot.account_id,
        bot_id=bot.id,
        name=bot.settings.name,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots,
        purpose=intent.purpose,
        retcode=result.retcode or 0,
        reject_class=result.reject_class,
    )


def delayed_event(bot: Bot, intent: Intent, result: OrderResult, happened_at: datetime) -> OrderDelayed:
    """Return the event of an order that is tried again a little later."""
    return OrderDelayed(
        happened_at=happened_at,
        account_id=bot.account_id,
        bot_id=bot.id,
        name=bot.settings.name,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots,
        purpose=intent.purpose,
        retcode=result.retcode or 0,
        reject_class=result.reject_class,
    )


def market_closed_event(bot: Bot, intent: Intent, happened_at: datetime) -> MarketClosed:
    """Return the event of an order that met a closed market."""
    return MarketClosed(
        happened_at=happened_at,
        account_id=bot.account_id,
        bot_id=bot.id,
        name=bot.settings.name,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots,
        purpose=intent.purpose,
    )


def unknown_event(bot: Bot, intent: Intent, happened_at: datetime) -> OrderUnknown:
    """Return the event of an order whose outcome nobody knows yet."""
    return OrderUnknown(
        happened_at=happened_at,
        account_id=bot.account_id,
        bot_id=bot.id,
        name=bot.settings.name,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots,
        purpose=intent.purpose,
    )


def deals_of_order(terminal: Terminal, intent: Intent, now: datetime) -> tuple[Deal, ...]:
    """Return the deals of an answered order, none while the terminal doesn't show them yet.

    Raises:
        TerminalUnavailable: the terminal can't tell.
    """
    order = intent.order_ticket or 0
    entries = OPENS if intent.purpose is Purpose.OPEN else ENDS
    # On a hedging account the opening order's ticket is the position's identifier.
    for position_id in dict.fromkeys((intent.position_id or order, order)):
        own = _of_order(terminal.deals_of(position_id), order, entries) if position_id else ()
        if own:
            return own
    return _of_order(terminal.deals(intent.bar_time or now), order, entries) if order else ()


def _of_order(deals: Iterable[Deal], order: int, entries: Collection[DealEntry]) -> tuple[Deal, ...]:
    return tuple(deal for deal in deals if deal.order == order and deal.entry in entries)
