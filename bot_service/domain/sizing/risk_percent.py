"""Lots that lose a chosen share of the account at the stop."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.quotes import Quote, RiskLimits


class Lots:
    """Divide the money at risk by what one lot loses, spread and commission included."""

    key: ClassVar[SizingMethod] = SizingMethod.RISK_PERCENT
    exact: ClassVar[bool] = False

    @staticmethod
    def lots(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Decimal:  # noqa: ARG004  # one shape for all
        """Return the largest lots on the volume step that risk at most `settings.size` percent."""
        step = quote.instrument.volume_step
        money = quote.account.sizing_base * settings.size
        # Whole steps by integer division: a rounded quotient could be one step too many.
        return (money // (quote.risk_per_lot * step * 100)) * step
