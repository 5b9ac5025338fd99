"""Which two currencies a position bets on and against, told by the name of its symbol."""

from __future__ import annotations

import re

from bot_service.domain.kinds import COINS, METALS, MONEY
from bot_service.domain.trading import Side

_PAIR = re.compile(r"([A-Z]{3})/?([A-Z]{3})(?![A-Z0-9])")
_KNOWN = MONEY | METALS | COINS


def bets(symbol: str, side: Side) -> dict[str, int]:
    """Return 1 for the currency that gains with the position, -1 for the other; empty where it is no pair."""
    for found in _PAIR.finditer(symbol):
        base, quote = found.groups()
        if base in _KNOWN and quote in _KNOWN:
            return {base: side.sign, quote: -side.sign}
    return {}
