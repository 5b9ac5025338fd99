"""After a loss the sizes that he chose by hand were `factor` times the usual (`sizes`), else `others_factor`.

Weighed are the lots of trades opened by hand against his own median of the symbol, and, where those are few,
the changes of a bot's risk against what it was before. Larger after a loss and proved: a warning; smaller is
safe and nothing to be told. A bot's own sizing is no choice of his and isn't looked at.

Sources: size creep (TradeOnyx, a correlation above 0.3): that fires for 72 % of honest traders within a month
of daily looks, hence the proof.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from statistics import median

from bot_service.domain.findings import Finding, Severity, Unproved
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.cells import by_day, hundredths
from bot_service.mentor.past import Past, day_of, newest, told_with_day
from bot_service.mentor.proof import Cell, lowest, observed
from bot_service.mentor.thresholds import BUCKET_MIN, PATTERN_MIN, SIZE_FACTOR

CODE = "size_after_loss"
RANK = 17
FIELDS = ("sizes", "factor", "others", "others_factor")
STEP = "step_wait"

_AFTER, _ELSE = "after", "else"
_Sizes = list[tuple[date, str, float, str]]


def weigh(past: Past) -> Finding | None:
    """Return the pattern when it is proved."""
    sizes = _sizes(past)
    # A larger size is a lower value: `lowest` looks for what is proved to lie below.
    found = lowest(_cells(sizes), least=BUCKET_MIN, total=PATTERN_MIN)
    if found is None or found.bucket != _AFTER:
        return None
    factor, others = math.exp(-found.mean_inside), math.exp(-found.mean_outside)
    if factor < SIZE_FACTOR * others:
        return None
    numbers = {
        "sizes": str(found.inside),
        "factor": hundredths(factor),
        "others": str(found.outside),
        "others_factor": hundredths(others),
    }
    evidence = newest([line for _, bucket, _, line in sizes if bucket == _AFTER])
    return Finding(CODE, Severity.WARN, numbers, evidence, len(sizes))


def unproved(past: Past) -> Unproved | None:
    """Return how many sizes chosen by hand are known so far."""
    cells = _cells(_sizes(past))
    return Unproved(CODE, observed(cells), PATTERN_MIN) if cells else None


def _cells(sizes: _Sizes) -> list[Cell]:
    return by_day((day, bucket, -value) for day, bucket, value, _ in sizes)


def _sizes(past: Past) -> _Sizes:
    by_hand = _of_trades(past)
    return by_hand if len(by_hand) >= PATTERN_MIN else max(by_hand, _of_edits(past), key=len)


def _of_trades(past: Past) -> _Sizes:
    own = [trade for trade in past.trades if trade.bot_id is None]
    lots = {symbol: _median(own, symbol) for symbol in {trade.symbol for trade in own}}
    found: _Sizes = []
    for trade in sorted(own, key=lambda one: one.opened_at):
        before = _before(own, trade.opened_at)
        if before is not None:
            value = math.log(float(trade.lots) / lots[trade.symbol])
            found.append((day_of(past.account, trade.opened_at), before, value, f"#{trade.position_id}"))
    return found


def _of_edits(past: Past) -> _Sizes:
    by_bot: dict[int | None, list[ClosedTrade]] = {}
    for trade in past.trades:
        by_bot.setdefault(trade.bot_id, []).append(trade)
    found: _Sizes = []
    for act in past.acts:
        if not act.risk_before or not act.risk_after or act.risk_before == act.risk_after:
            continue
        before = _before(by_bot.get(act.bot_id, ()), act.at)
        if before is not None:
            value = math.log(float(act.risk_after / act.risk_before))
            found.append((day_of(past.account, act.at), before, value, told_with_day(act, past.account)))
    return found


def _before(closed: Sequence[ClosedTrade], at: datetime) -> str | None:
    # Trades come in the order of their closes.
    place = bisect_right(closed, at, key=lambda trade: trade.closed_at)
    if not place:
        return None
    return _AFTER if closed[place - 1].net < 0 else _ELSE


def _median(own: Sequence[ClosedTrade], symbol: str) -> float:
    return median(float(trade.lots) for trade in own if trade.symbol == symbol)
