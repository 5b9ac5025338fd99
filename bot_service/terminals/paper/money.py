"""Round amounts and volumes as a trade server does."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_UNITS: Final = tuple(Decimal(1).scaleb(-digits) for digits in range(9))


def cents(amount: float, digits: int = 2) -> float:
    """Return an amount rounded half up to the account currency's digits."""
    return float(Decimal(repr(float(amount))).quantize(_UNITS[digits], ROUND_HALF_UP))


def lots(volume: float) -> float:
    """Return a volume without the noise of float arithmetic."""
    return round(volume, 8)
