"""Lots that lose a chosen share of the account at the stop."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import ClassVar

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.quotes import Quote, RiskLimits


class Lots:
    """Divide the money at risk by what one lot loses, spread and commission included."""

    key: ClassVar[SizingMethod] = SizingMethod.RISK_PERCENT
    exact: ClassVar[bool] = False

    @staticmethod
    def lots(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Decimal:  # noqa: ARG004  # one shape for all
        """Return the lots that risk `settings.size` percent, rounded down in the last of 28 digits."""
        with localcontext(rounding=ROUND_FLOOR):
            return quote.account.sizing_base * settings.size / (quote.risk_per_lot * 100)
