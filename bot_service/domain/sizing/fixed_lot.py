"""The same lots for every entry."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.quotes import Quote, RiskLimits


class Lots:
    """Take the lots as they were chosen; the limits still apply."""

    key: ClassVar[SizingMethod] = SizingMethod.FIXED_LOT
    exact: ClassVar[bool] = True

    @staticmethod
    def lots(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Decimal:  # noqa: ARG004  # one shape for all
        """Return the chosen lots."""
        return settings.size
