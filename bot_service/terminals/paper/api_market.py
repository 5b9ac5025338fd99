"""Symbols, ticks and rates in the shape of the official package."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import constants as c
from . import rates
from .arguments import Failure, invalid, label, mask, whole
from .base import Base, call
from .records import SymbolInfo, Tick

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from .bars import Bars
    from .market import Quote
    from .specs import SymbolSpec

_EMPTY_INFO = dict.fromkeys(SymbolInfo._fields, 0) | dict.fromkeys(
    ("bank", "basis", "category", "exchange", "formula", "isin", "page"), ""
)


class MarketApi(Base):
    """Answer what the terminal knows about symbols."""

    @call(None)
    def symbols_total(self) -> Any:
        """Return the number of symbols."""
        return len(self._market.names)

    @call(None)
    def symbols_get(self, *args: Any, group: Any = None, **_: Any) -> Any:
        """Return the symbols, all or those whose names fit a group of masks."""
        if len(args) > 1 or (args and group is not None):
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        wanted = args[0] if args else group
        if wanted is not None and not isinstance(wanted, str):
            self._error = invalid("group").error
            return False
        fits = mask("*" if wanted is None else wanted)
        return tuple(self._info(name) for name in self._market.names if fits(name))

    @call(None)
    def symbol_info(self, symbol: Any, /) -> Any:
        """Return one symbol with its newest prices."""
        return self._info(self._known(symbol).name)

    @call(None)
    def symbol_info_tick(self, symbol: Any, /) -> Any:
        """Return the newest tick."""
        spec = self._known(symbol)
        quote = self._market.quote(spec.name)
        last = quote.bid if spec.by_exchange else 0.0
        return Tick(quote.time, quote.bid, quote.ask, last, 0, quote.time * 1000, flags_of(spec), 0.0)

    @call(failure=False)
    def symbol_select(self, symbol: Any, enable: Any = True, /) -> Any:
        """Show a symbol in the market watch or hide it; one with a position stays."""
        name = self._known(symbol).name
        if enable:
            self._hidden.discard(name)
            return True
        if name in self._account.symbols():
            raise Failure(c.RES_E_FAIL, "Terminal: Call failed")
        self._hidden.add(name)
        return True

    @call(None)
    def copy_rates_from(self, symbol: Any, timeframe: Any, date_from: Any, count: Any, /) -> Any:
        """Return `count` bars that end at a date."""
        spec, frame = self._buildable(symbol, timeframe)
        until, wanted = label("date_from", date_from), self._count(count)
        return self._array(spec, self._ending_at(spec, frame, until, wanted))

    @call(None)
    def copy_rates_from_pos(self, symbol: Any, timeframe: Any, start_pos: Any, count: Any, /) -> Any:
        """Return `count` bars counted back from the forming one, which is 0."""
        spec, frame = self._buildable(symbol, timeframe)
        start, wanted = whole("start_pos", start_pos), self._count(count)
        if start < 0:
            raise invalid("start_pos")
        depth = min(start + wanted, rates.MAX_BARS)
        bars = rates.newest(self._market.feed, spec.name, frame, depth, self._market.now)
        return self._array(spec, bars.rows(0, max(len(bars.time) - start, 0)))

    @call(None)
    def copy_rates_range(self, symbol: Any, timeframe: Any, date_from: Any, date_to: Any, /) -> Any:
        """Return the bars that open between two dates, both included."""
        spec, frame = self._buildable(symbol, timeframe)
        begin, end = label("date_from", date_from), label("date_to", date_to)
        begin = max(begin, self._market.feed.first(spec.name))
        if begin > end:
            bars = rates.newest(self._market.feed, spec.name, frame, 1, self._market.now)
            return self._array(spec, bars.rows(0, 0))
        bars = self._all_since(spec, frame, begin, end)
        return self._array(spec, bars.rows(max(len(bars.time) - rates.MAX_BARS, 0), len(bars.time)))

    def _known(self, symbol: Any) -> SymbolSpec:
        if not isinstance(symbol, str):
            raise invalid("symbol")
        if symbol not in self._market.names:
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        return self._market.specs[symbol]

    def _count(self, count: Any) -> int:
        wanted = whole("count", count)
        if wanted <= 0:
            raise invalid("count")
        return min(wanted, rates.MAX_BARS)

    def _buildable(self, symbol: Any, timeframe: Any) -> tuple[SymbolSpec, int]:
        frame = whole("timeframe", timeframe)
        if frame not in rates.SECONDS:
            raise Failure(c.RES_E_INVALID_PARAMS, "Invalid params")
        spec = self._known(symbol)
        if not rates.can_build(self._market.feed, spec.name, frame):
            raise Failure(c.RES_E_NOT_FOUND, "Terminal: Not found")
        return spec, frame

    def _ending_at(self, spec: SymbolSpec, frame: int, until: int, count: int) -> Bars:
        now = self._market.now
        if until >= now:
            return rates.newest(self._market.feed, spec.name, frame, count, now)
        end = rates.bucket(until, frame) + rates.SECONDS[frame]
        # Seen at its last second a finished bar is complete; a later one begins after `until`.
        bars = rates.newest(self._market.feed, spec.name, frame, count + 1, min(end - 1, now))
        bars = bars.between(0, until + 1)
        return bars.rows(max(len(bars.time) - count, 0), len(bars.time))

    def _all_since(self, spec: SymbolSpec, frame: int, begin: int, end: int) -> Bars:
        seen_at = min(self._market.now, end + rates.SECONDS[frame])
        # No more than the terminal keeps; twice as wide, because markets close.
        begin = max(begin, seen_at - 2 * rates.MAX_BARS * rates.SECONDS[frame])
        bars = rates.seen_bars(self._market.feed, spec.name, frame, begin, seen_at)
        return bars.between(begin, end + 1)

    def _array(self, spec: SymbolSpec, bars: Bars) -> np.ndarray:
        return rates.to_array(bars, spec.spread)

    def _info(self, name: str) -> SymbolInfo:
        spec, quote = self._market.specs[name], self._market.quote(name)
        today = rates.newest(self._market.feed, name, c.TIMEFRAME_D1, 1, self._market.now)
        high, low = (float(today.high[-1]), float(today.low[-1])) if len(today.time) else (0.0, 0.0)
        spread = self._market.spread(name)
        values = {**_contract(spec), **self._values(spec, quote)}
        values |= {
            "select": name not in self._hidden,
            "visible": name not in self._hidden,
            "bidhigh": high,
            "bidlow": low,
            "askhigh": round(high + spread, spec.digits),
            "asklow": round(low + spread, spec.digits),
            "session_open": float(today.open[-1]) if len(today.time) else 0.0,
        }
        return SymbolInfo(**values)

    def _values(self, spec: SymbolSpec, quote: Quote) -> dict[str, Any]:
        profit, loss = (self._account.money.tick_value(spec, price) for price in (quote.bid, quote.ask))
        return {
            "time": quote.time,
            "bid": quote.bid,
            "ask": quote.ask,
            "last": quote.bid if spec.by_exchange else 0.0,
            "trade_tick_value": profit,
            "trade_tick_value_profit": profit,
            "trade_tick_value_loss": loss,
        }


def flags_of(spec: SymbolSpec) -> int:
    """Return what the ticks of a symbol tell."""
    both = c.TICK_FLAG_BID | c.TICK_FLAG_ASK
    return both | c.TICK_FLAG_LAST if spec.by_exchange else both


@lru_cache(maxsize=256)
def _contract(spec: SymbolSpec) -> Mapping[str, Any]:
    return MappingProxyType(_EMPTY_INFO | _EMPTY_FLOATS | _terms(spec))


def _terms(spec: SymbolSpec) -> dict[str, Any]:
    return {
        "custom": False,
        "chart_mode": c.SYMBOL_CHART_MODE_BID,
        "digits": spec.digits,
        "spread": spec.spread,
        "spread_float": True,
        "trade_calc_mode": spec.calc_mode,
        "trade_mode": spec.trade_mode,
        "trade_stops_level": spec.stops_level,
        "trade_freeze_level": spec.freeze_level,
        "trade_exemode": spec.exemode,
        "swap_mode": spec.swap_mode,
        "swap_rollover3days": spec.swap_rollover3days,
        "margin_hedged_use_leg": spec.margin_hedged_use_leg,
        "margin_initial": spec.margin_initial,
        "margin_maintenance": spec.margin_maintenance,
        "trade_face_value": spec.face_value,
        "trade_accrued_interest": spec.accrued_interest,
        "trade_liquidity_rate": spec.liquidity_rate,
        "ticks_bookdepth": spec.book_levels,
        "order_gtc_mode": spec.order_gtc_mode,
        "expiration_mode": spec.expiration_mode,
        "filling_mode": spec.filling_mode,
        "order_mode": spec.order_mode,
        "point": spec.point,
        "trade_tick_size": spec.step,
        "trade_contract_size": spec.contract_size,
        "volume_min": spec.volume_min,
        "volume_max": spec.volume_max,
        "volume_step": spec.volume_step,
        "volume_limit": spec.volume_limit,
        "swap_long": spec.swap_long,
        "swap_short": spec.swap_short,
        "margin_hedged": spec.margin_hedged,
        "currency_base": spec.currency_base,
        "currency_profit": spec.currency_profit,
        "currency_margin": spec.currency_margin,
        "description": spec.description,
        "name": spec.name,
        "path": spec.path,
    }


# Fields that are real numbers in the package and mean nothing for these contracts.
_FLOAT_FIELDS = frozenset(
    name
    for name in SymbolInfo._fields
    if name.startswith(("last", "price_", "session_", "margin_", "trade_accrued", "trade_face"))
    or name.endswith(("_real", "_strike", "_rate"))
) - {"session_deals", "session_buy_orders", "session_sell_orders", "margin_hedged_use_leg"}
_EMPTY_FLOATS = dict.fromkeys(_FLOAT_FIELDS, 0.0)
