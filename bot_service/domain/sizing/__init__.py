"""Sizing methods: one file each with a class that has the shape of `Method`, found by themselves."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import ClassVar, Protocol

from bot_service.domain import plugins
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.quotes import Quote, RiskLimits


class Method(Protocol):
    """How many lots an entry is worth; `exact` lots are refused instead of floored to the volume step."""

    key: ClassVar[SizingMethod]
    exact: ClassVar[bool]

    @staticmethod
    def lots(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Decimal:
        """Return the wanted lots, before the volume step and every limit."""


@cache
def all_methods() -> dict[SizingMethod, type[Method]]:
    """Return every sizing method of this package by its key."""
    return {module.Lots.key: module.Lots for module in plugins.modules(__name__, __path__)}


def find(key: SizingMethod) -> type[Method]:
    """Return the method with this key; every key has one."""
    return all_methods()[key]
