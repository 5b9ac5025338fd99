"""The money side of an entry: what the market says now, and what the risk decision makes of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot_service.domain import risk, slippage
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.events import EntryDenied
from bot_service.domain.market import AccountState, Instrument, Tick
from bot_service.domain.quotes import Quote, RiskLimits
from bot_service.domain.risk import Denied, Sized
from bot_service.domain.trading import ClosedTrade, Deal, Intent, Side
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services.desk import Desk

ONE_LOT = Decimal(1)
Gate = Callable[[Tick, Decimal, Sized | None], Denied | None]
"""Asked with the quote and the stop's distance in price units, and again when the size is known."""


def open_road(_tick: Tick, _distance: Decimal, _sized: Sized | None) -> Denied | None:
    """Hold nothing back."""
    return None


def weigh(
    terminal: Terminal,
    instrument: Instrument,
    settings: BotSettings,
    state: AccountState,
    side: Side,
    atr: Decimal | None,
    commission_per_lot: Decimal,
    limits: RiskLimits,
    gate: Gate = open_road,
) -> Sized | Denied:
    """Return the lots of an entry at the present quote, or why the service refuses it.

    `gate` is asked before any money is counted, and again with the lots and their risk.
    """
    tick = terminal.tick(settings.broker_symbol)
    refusal = gate(tick, atr * settings.stop_atr, None) if atr else None
    if refusal is not None:
        return refusal
    stops = risk.stops(side, tick, atr, settings, instrument)
    if isinstance(stops, Denied):
        return stops
    symbol = settings.broker_symbol
    quote = Quote(
        instrument=instrument,
        tick=tick,
        account=state,
        side=side,
        entry=stops.entry,
        stop_loss=stops.stop_loss,
        take_profit=stops.take_profit,
        loss_per_lot=-terminal.profit(side, symbol, ONE_LOT, stops.entry, stops.stop_loss),
        margin_per_lot=terminal.margin(side, symbol, ONE_LOT, stops.entry),
        commission_per_lot=commission_per_lot,
    )
    decision = risk.decide(settings, quote, limits)
    if isinstance(decision, Denied) or not atr:
        return decision
    return gate(tick, atr * settings.stop_atr, decision) or decision


def commission_per_lot(uow: UnitOfWork, account_id: int, symbol: str) -> Decimal:
    """Return the round-turn commission of one lot as the last closed trade paid it; 0 before the first."""
    return Decimal(uow.get_value(f"commission:{account_id}:{symbol}") or 0)


def learn_commission(uow: UnitOfWork, trade: ClosedTrade) -> None:
    """Remember what a closed trade paid per lot."""
    paid = (max(-trade.commission - trade.fee, Decimal(0)) / trade.lots).quantize(Decimal("0.0001"))
    if paid != commission_per_lot(uow, trade.account_id, trade.symbol):
        uow.set_value(f"commission:{trade.account_id}:{trade.symbol}", str(paid))


def with_true_costs(uow: UnitOfWork, intent: Intent, deals: Sequence[Deal]) -> Intent:
    """Return an executed opening whose planned risk knows its slippage and the account's first commission.

    Nobody tells the commission before a deal does. Until a closed trade has paid the whole of it, leaving is
    taken to cost as much as entering did.
    """
    known = commission_per_lot(uow, intent.account_id, intent.symbol)
    intent = slippage.with_slippage(intent, known)
    entered = sum((-deal.commission - deal.fee for deal in deals), Decimal(0))
    lots = sum((deal.lots for deal in deals), Decimal(0))
    key = f"commission:{intent.account_id}:{intent.symbol}"
    if entered <= 0 or intent.planned_risk is None or uow.get_value(key) is not None:
        return intent
    per_lot = (2 * entered / lots).quantize(Decimal("0.0001"))
    uow.set_value(key, str(per_lot))
    return replace(intent, planned_risk=intent.planned_risk + per_lot * intent.lots)


def record_denial(
    desk: Desk, uow: UnitOfWork, account: Account, bot: Bot, side: Side, denied: Denied
) -> None:
    """Tell a denial once per bot, reason and trading day; after that only count it."""
    now = desk.market.now()
    day = account.trading_day(now).isoformat()
    stored = json.loads(uow.get_value(f"denied:{bot.id}") or "{}")
    counts: Counter[str] = Counter(stored.get("counts", {}) if stored.get("day") == day else {})
    counts[denied.reason] += 1
    uow.set_value(f"denied:{bot.id}", json.dumps({"day": day, "counts": counts}))
    if counts[denied.reason] > 1:
        return
    uow.record(
        EntryDenied(
            happened_at=now,
            account_id=account.id,
            bot_id=bot.id,
            name=bot.settings.name,
            symbol=bot.settings.broker_symbol,
            side=side,
            reason=denied.reason,
            numbers=dict(denied.numbers),
        )
    )
