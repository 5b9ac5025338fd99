"""`positions` open positions all bet the same way on `currency`, together `risk_percent` at their stops.

It fires for three positions or more on two symbols or more, when no open position bets the other way and
their stops together cost 3 % or more: one move of one currency decides them all. A fact about open positions.

Sources: own design (currency exposure); per-trade limits do not see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.currencies import bets
from bot_service.mentor.day import ZERO, DayFacts, History, OpenPosition, rounded
from bot_service.mentor.thresholds import ONE_SIDE_PERCENT, ONE_SIDE_POSITIONS, ONE_SIDE_SYMBOLS

CODE = "one_direction"
RANK = 34
FIELDS = ("currency", "positions", "risk_percent")
WATCH = True
STEP = "step_one_side"


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the currency on which most is at stake in one direction."""
    sides: dict[str, dict[int, list[OpenPosition]]] = {}
    for position in day.open_positions:
        for currency, sign in bets(position.symbol, position.side).items():
            sides.setdefault(currency, {}).setdefault(sign, []).append(position)
    alone = ((currency, signs) for currency, signs in sorted(sides.items()) if len(signs) == 1)
    found = [(currency, held) for currency, signs in alone for held in signs.values() if _much(held)]
    if not found:
        return None
    currency, held = max(found, key=lambda pair: _risk(pair[1]))
    numbers = {
        "currency": currency,
        "positions": str(len(held)),
        "risk_percent": rounded(_risk(held)),
    }
    evidence = tuple(f"#{one.position_id} {one.symbol} {one.side}" for one in held)
    return Finding(CODE, Severity.FACT, numbers, evidence, len(day.open_positions))


def _much(held: list[OpenPosition]) -> bool:
    symbols = {one.symbol for one in held}
    enough = len(held) >= ONE_SIDE_POSITIONS and len(symbols) >= ONE_SIDE_SYMBOLS
    return enough and _risk(held) >= ONE_SIDE_PERCENT


def _risk(held: Iterable[OpenPosition]) -> Decimal:
    return sum((one.risk_percent or ZERO for one in held), ZERO)
