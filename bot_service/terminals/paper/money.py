"""Profit, margin, swap and commission in the account's currency (formulas of MetaTrader's help)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from . import constants as c

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .book import Position
    from .specs import SymbolSpec

CURRENCY: Final = "USD"
_CENT: Final = Decimal("0.01")


def cents(amount: float) -> float:
    """Return an amount rounded half up to the account currency's digits."""
    return float(Decimal(repr(float(amount))).quantize(_CENT, ROUND_HALF_UP))


def lots(volume: float) -> float:
    """Return a volume without the noise of float arithmetic."""
    return round(volume, 8)


def to_account(spec: SymbolSpec, amount: float, price: float) -> float:
    """Convert an amount in profit currency; all seven symbols have a side in account currency."""
    return amount if spec.currency_profit == CURRENCY else amount / price


def profit(spec: SymbolSpec, sign: int, volume: float, opened: float, closed: float) -> float:
    """Return the profit of a move; converted at the closing price."""
    raw = (closed - opened) * sign * spec.contract_size * volume
    return cents(to_account(spec, raw, closed))


def margin(spec: SymbolSpec, volume: float, price: float, leverage: int, size: float | None = None) -> float:
    """Return the margin of a volume; `size` replaces the contract size for covered volume."""
    amount = volume * (spec.contract_size if size is None else size) / leverage
    in_account_currency = spec.calc_mode == c.SYMBOL_CALC_MODE_FOREX and spec.currency_margin == CURRENCY
    return cents(amount if in_account_currency else amount * price)


def symbol_margin(spec: SymbolSpec, positions: Iterable[Position], leverage: int) -> float:
    """Return the margin of one symbol's positions on a hedging account."""
    volume, money = [0.0, 0.0], [0.0, 0.0]
    for position in positions:
        volume[position.type] += position.volume
        money[position.type] += position.volume * position.price_open
    covered = lots(min(volume))
    larger = volume.index(max(volume))
    uncovered = lots(volume[larger] - covered)
    if not volume[larger]:
        return 0.0
    price = money[larger] / volume[larger]
    both = sum(money) / sum(volume)
    hedged = margin(spec, covered, both, leverage, spec.margin_hedged)
    return cents(margin(spec, uncovered, price, leverage) + hedged)


def commission(spec: SymbolSpec, volume: float) -> float:
    """Return what one side of a deal costs, as a negative amount."""
    return cents(-spec.commission * volume)


def night_swap(spec: SymbolSpec, position: Position, price: float, ended_weekday: int) -> float:
    """Return the swap for the server day that has ended; weekends are paid by the triple day."""
    if spec.swap_mode != c.SYMBOL_SWAP_MODE_POINTS or ended_weekday in {
        c.DAY_OF_WEEK_SATURDAY,
        c.DAY_OF_WEEK_SUNDAY,
    }:
        return 0.0
    points = spec.swap_long if position.type == c.POSITION_TYPE_BUY else spec.swap_short
    nights = 3 if ended_weekday == spec.swap_rollover3days else 1
    raw = points * spec.point * spec.contract_size * position.volume * nights
    return cents(to_account(spec, raw, price))
