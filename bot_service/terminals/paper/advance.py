"""Let time pass: stops, targets, stop-outs and swaps happen in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from . import constants as c
from . import money
from .account import Cause
from .server_clock import DAY, weekday

if TYPE_CHECKING:
    from .account import Account
    from .bars import Floats, Ints
    from .book import Position

    _Range: TypeAlias = tuple[Ints, Floats, Floats]

_FINEST: Final = 1  # seconds: the way is only split while the bars allow a stop-out
_MARK_EVERY: Final = 300  # market seconds after which an idle clock is remembered


class Clockwork:
    """Move an account through the market."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._market = account.market
        self._marked = account.market.now

    def advance(self, until_msc: int) -> None:
        """Go forward to a label; an earlier one changes nothing."""
        if until_msc <= self._market.now_msc:
            return
        while self._account.positions:
            midnight = (self._market.now // DAY + 1) * DAY
            if until_msc // 1000 < midnight:
                self._pass(until_msc // 1000)
                break
            self._pass(midnight)
            self._account.add_swaps(weekday(midnight - 1))
        self._market.now_msc = until_msc
        if self._account.book.durable and self._market.now - self._marked >= _MARK_EVERY:
            self._marked = self._market.now
            self._account.book.mark_time(until_msc)

    def _pass(self, until: int) -> None:
        """Go to a second of the same day; split the way while a stop-out is thinkable."""
        now = self._market.now
        if until <= now or not self._account.positions:
            self._go_to(until)
            return
        symbols = {position.symbol for position in self._account.positions.values()}
        seen = {symbol: self._ranges(symbol, now, until) for symbol in symbols}
        if until - now > _FINEST and self._worst_level_reached(seen):
            self._pass(now + (until - now) // 2)
            self._pass(until)
        else:
            self._trigger(seen)
            self._go_to(until)
            self._stop_out()

    def _go_to(self, label: int) -> None:
        self._market.now_msc = max(self._market.now_msc, label * 1000)

    def _trigger(self, seen: dict[str, _Range]) -> None:
        hits = [
            (*hit, ticket)
            for ticket, position in self._account.positions.items()
            if (position.sl or position.tp) and (hit := self._first_hit(position, seen))
        ]
        for label, reason, ticket in sorted(hits, key=lambda hit: (hit[0], hit[2])):
            self._go_to(label)
            position = self._account.positions[ticket]
            level, word = (position.sl, "sl") if reason == c.DEAL_REASON_SL else (position.tp, "tp")
            digits = self._market.specs[position.symbol].digits
            comment = f"[{word} {level:.{digits}f}]"
            cause = Cause(reason=reason, magic=position.magic, comment=comment)
            self._account.close(position, position.volume, cause)

    def _ranges(self, symbol: str, now: int, until: int) -> _Range:
        """Return per row its label and the lowest and highest bid among the ticks in (now, until]."""
        feed, digits = self._market.feed, self._market.specs[symbol].digits
        first, last = feed.last_row(symbol, now), feed.last_row(symbol, until)
        begin = first.time if first else now
        if first and last and first.time == last.time:
            low, high = first.seen_range(now, until) or (np.inf, -np.inf)
            return np.array([begin]), np.array([low]), np.array([high])
        bars = feed.span(symbol, begin, until + 1)
        lows, highs = np.round(bars.low, digits), np.round(bars.high, digits)
        for index, row in ((0, first), (-1, last)):
            if row is not None:
                lows[index], highs[index] = row.seen_range(now, until) or (np.inf, -np.inf)
        return bars.time, lows, highs

    def _first_hit(self, position: Position, seen: dict[str, _Range]) -> tuple[int, int] | None:
        """Return when and why a position's stop or target is reached; in one row the stop comes first."""
        times, lows, highs = seen[position.symbol]
        if position.type == c.POSITION_TYPE_SELL:  # mirrored: a short looks at the ask from below
            spread = self._market.spread(position.symbol)
            lows, highs = -(highs + spread), -(lows + spread)
        digits = self._market.specs[position.symbol].digits
        stop = np.round(lows, digits) <= position.sign * position.sl if position.sl else lows > np.inf
        target = np.round(highs, digits) >= position.sign * position.tp if position.tp else lows > np.inf
        rows = np.flatnonzero(stop | target)
        if not len(rows):
            return None
        index = int(rows[0])
        reason = c.DEAL_REASON_SL if stop[index] else c.DEAL_REASON_TP
        return self._second_of(position, int(times[index]), reason), reason

    def _second_of(self, position: Position, row_time: int, reason: int) -> int:
        now = self._market.now
        row = self._market.feed.last_row(position.symbol, row_time)
        if row is None:
            return now
        prices = row.prices()
        if position.type == c.POSITION_TYPE_SELL:
            prices = np.round(prices + self._market.spread(position.symbol), row.digits)
        level = position.sl if reason == c.DEAL_REASON_SL else position.tp
        falls = (reason == c.DEAL_REASON_SL) == (position.type == c.POSITION_TYPE_BUY)
        reached = prices <= level if falls else prices >= level
        reached[: max(now + 1 - row.time, 0)] = False
        return row.time + int(reached.argmax())

    def _worst_level_reached(self, seen: dict[str, _Range]) -> bool:
        """Tell whether the worst prices of all symbols together could cause a stop-out."""
        account = self._account
        worst = account.balance + sum(position.swap for position in account.positions.values())
        for symbol, (_, lows, highs) in seen.items():
            quote = self._market.quote(symbol)
            ends = (min(quote.bid, lows.min(initial=np.inf)), max(quote.bid, highs.max(initial=-np.inf)))
            worst += min(self._floating_at(symbol, bid) for bid in ends)
        return self._is_out(worst, account.margin())

    def _floating_at(self, symbol: str, bid: float) -> float:
        spec, spread = self._market.specs[symbol], self._market.spread(symbol)
        return sum(
            money.profit(spec, held.sign, held.volume, held.price_open, bid + spread * held.type)
            for held in self._account.positions.values()
            if held.symbol == symbol
        )

    def _is_out(self, equity: float, margin: float) -> bool:
        if margin <= 0:
            return equity < 0
        return equity / margin * 100 <= self._account.conditions.margin_so_so

    def _stop_out(self) -> None:
        account, market = self._account, self._market
        while account.positions:
            equity, margin = account.equity(), account.margin()
            tradable = [p for p in account.positions.values() if market.is_open(p.symbol, market.now)]
            if not tradable or not self._is_out(equity, margin):
                return
            level = equity / margin * 100 if margin else 0.0
            loser = min(tradable, key=account.floating)
            comment = f"so: {level:.1f}%/{equity:.1f}/{margin:.1f}"[:29]
            cause = Cause(reason=c.DEAL_REASON_SO, magic=loser.magic, comment=comment)
            account.close(loser, loser.volume, cause)
