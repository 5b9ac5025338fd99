"""Profit, margin, swap and costs in the account's currency (formulas of MetaTrader's help)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import constants as c
from .money import cents, lots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .book import Position
    from .conditions import Conditions
    from .market import Market
    from .specs import SymbolSpec

DOLLAR: Final = "USD"
_YEAR: Final = 360
_BY_TICKS: Final = frozenset((c.SYMBOL_CALC_MODE_FUTURES, c.SYMBOL_CALC_MODE_EXCH_FUTURES))
_BONDS: Final = frozenset((c.SYMBOL_CALC_MODE_EXCH_BONDS, c.SYMBOL_CALC_MODE_EXCH_BONDS_MOEX))
_FOREX: Final = frozenset((c.SYMBOL_CALC_MODE_FOREX, c.SYMBOL_CALC_MODE_FOREX_NO_LEVERAGE))
_LEVERAGED: Final = frozenset((c.SYMBOL_CALC_MODE_FOREX, c.SYMBOL_CALC_MODE_CFDLEVERAGE))
_WEEKEND: Final = frozenset((c.DAY_OF_WEEK_SATURDAY, c.DAY_OF_WEEK_SUNDAY))


class NoRate(LookupError):
    """No symbol of this account converts between two currencies."""


class Valuation:
    """Turn volumes and prices into amounts of one account."""

    def __init__(self, market: Market, conditions: Callable[[], Conditions]) -> None:
        self._market = market
        self._conditions = conditions

    def round(self, amount: float) -> float:
        """Return an amount rounded to the account currency's digits."""
        return cents(amount, self._conditions().currency_digits)

    def profit(self, spec: SymbolSpec, sign: int, volume: float, opened: float, closed: float) -> float:
        """Return the profit of a move; converted at the closing price."""
        raw = (closed - opened) * sign * _per_point(spec) * volume
        return self.round(self._convert(spec, raw, spec.currency_profit, closed))

    def margin(
        self, spec: SymbolSpec, volume: float, price: float, *, held: bool = False, size: float | None = None
    ) -> float:
        """Return the margin of a volume; `size` replaces the contract size for covered volume."""
        per_lot = (held and spec.margin_maintenance) or spec.margin_initial
        if per_lot or spec.calc_mode in _BY_TICKS:
            raw = volume * (per_lot if size is None else size)
            currency = spec.currency_margin
        else:
            raw = volume * (spec.contract_size if size is None else size)
            raw /= self._conditions().leverage if spec.calc_mode in _LEVERAGED else 1
            forex = spec.calc_mode in _FOREX
            raw *= 1.0 if forex else price * _price_unit(spec)
            currency = spec.currency_margin if forex else spec.currency_profit
        return self.round(self._convert(spec, raw * spec.margin_rate, currency, price))

    def symbol_margin(self, spec: SymbolSpec, positions: Iterable[Position]) -> float:
        """Return the margin of one symbol's positions; covered volume is margined by the broker's rule."""
        volume, money = [0.0, 0.0], [0.0, 0.0]
        for position in positions:
            volume[position.type] += position.volume
            money[position.type] += position.volume * position.price_open
        larger = volume.index(max(volume))
        if not volume[larger]:
            return 0.0
        price = money[larger] / volume[larger]
        if spec.margin_hedged_use_leg:
            return self.margin(spec, lots(volume[larger]), price, held=True)
        covered = lots(min(volume))
        uncovered = lots(volume[larger] - covered)
        both = sum(money) / sum(volume)
        hedged = self.margin(spec, covered, both, size=spec.margin_hedged)
        return self.round(self.margin(spec, uncovered, price, held=True) + hedged)

    def costs(self, spec: SymbolSpec, volume: float) -> tuple[float, float]:
        """Return commission and fee of one side of a deal, as negative amounts."""
        unit = self._from_dollars(1.0)
        return self.round(-spec.commission * volume * unit), self.round(-spec.fee * volume * unit)

    def night_swap(self, spec: SymbolSpec, position: Position, price: float, ended_weekday: int) -> float:
        """Return the swap for the server day that has ended; 0 where the position is opened again instead."""
        rate = (spec.swap_long if position.type == c.POSITION_TYPE_BUY else spec.swap_short) * nights(
            spec, ended_weekday
        )
        size = spec.contract_size * position.volume
        interest = rate / 100 / _YEAR * size
        raw, currency = {
            c.SYMBOL_SWAP_MODE_POINTS: (rate * spec.point * size, spec.currency_profit),
            c.SYMBOL_SWAP_MODE_CURRENCY_SYMBOL: (rate * position.volume, spec.currency_base),
            c.SYMBOL_SWAP_MODE_CURRENCY_MARGIN: (rate * position.volume, spec.currency_margin),
            c.SYMBOL_SWAP_MODE_CURRENCY_DEPOSIT: (rate * position.volume, self._conditions().currency),
            c.SYMBOL_SWAP_MODE_INTEREST_CURRENT: (interest * price, spec.currency_profit),
            c.SYMBOL_SWAP_MODE_INTEREST_OPEN: (interest * position.price_open, spec.currency_profit),
        }.get(spec.swap_mode, (0.0, spec.currency_profit))
        return self.round(self._convert(spec, raw, currency, price)) if raw else 0.0

    def tick_value(self, spec: SymbolSpec, price: float) -> float:
        """Return what one tick of one lot is worth, unrounded."""
        return self._convert(spec, _per_point(spec) * spec.step, spec.currency_profit, price or 1.0)

    def assets(self, positions: Iterable[Position]) -> float:
        """Return what collateral is worth; it can't be traded."""
        total = 0.0
        for held in positions:
            spec = self._market.specs[held.symbol]
            if spec.calc_mode == c.SYMBOL_CALC_MODE_SERV_COLLATERAL:
                price = self._market.quote(held.symbol).bid
                raw = held.volume * spec.contract_size * price * spec.liquidity_rate
                total += self._convert(spec, raw, spec.currency_profit, price)
        return self.round(total)

    def _convert(self, spec: SymbolSpec, amount: float, currency: str, price: float) -> float:
        if currency == self._conditions().currency:
            return amount
        if currency == DOLLAR:
            dollars = amount
        elif (spec.currency_base, spec.currency_profit) == (DOLLAR, currency):
            dollars = amount / price
        elif (spec.currency_base, spec.currency_profit) == (currency, DOLLAR):
            dollars = amount * price
        else:
            dollars = amount * self._dollars_for(currency)
        return self._from_dollars(dollars)

    def _from_dollars(self, amount: float) -> float:
        conditions = self._conditions()
        return (
            amount * conditions.unit if conditions.unit else amount / self._dollars_for(conditions.currency)
        )

    def _dollars_for(self, currency: str) -> float:
        for name, spec in self._market.specs.items():
            pair = (spec.currency_base, spec.currency_profit)
            if spec.calc_mode in _FOREX and pair in {(currency, DOLLAR), (DOLLAR, currency)}:
                bid = self._market.quote(name).bid
                if bid:
                    return bid if pair[1] == DOLLAR else 1 / bid
        raise NoRate(currency)


def nights(spec: SymbolSpec, ended_weekday: int) -> int:
    """Return for how many nights a server day counts: weekends are paid by the triple day."""
    if ended_weekday in _WEEKEND:
        return 0
    return 3 if ended_weekday == spec.swap_rollover3days else 1


def _per_point(spec: SymbolSpec) -> float:
    """Return what a move of 1.0 is worth per lot, in profit currency."""
    if spec.calc_mode in _BY_TICKS:
        return spec.tick_value / spec.step
    if spec.calc_mode in _BONDS:
        return spec.contract_size * spec.face_value / 100
    return 0.0 if spec.calc_mode == c.SYMBOL_CALC_MODE_SERV_COLLATERAL else spec.contract_size


def _price_unit(spec: SymbolSpec) -> float:
    if spec.calc_mode == c.SYMBOL_CALC_MODE_CFDINDEX:
        return spec.tick_value / spec.step
    if spec.calc_mode in _BONDS:
        return spec.face_value / 100
    return 0.0 if spec.calc_mode == c.SYMBOL_CALC_MODE_SERV_COLLATERAL else 1.0
