"""What happens to the broker's symbols."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level
from bot_service.domain.market import SymbolTerms


@dataclass(frozen=True)
class LeftOpen:
    """A position that stays open; `stop_loss` None: it has none."""

    ticket: int
    stop_loss: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SymbolTrouble(Event):
    """A symbol isn't what its bots were made for; one event for all of them.

    `reason` is gone, not_tradable or changed; `before` and `now` are its contract then and now; `left_open`
    are the bots' positions.
    """

    code: ClassVar[str] = "symbol_trouble"
    level: ClassVar[Level] = Level.CRITICAL
    symbol: str
    reason: str
    bot_ids: tuple[int, ...]
    before: SymbolTerms | None = None
    now: SymbolTerms | None = None
    offers: tuple[SymbolTerms, ...] = ()
    left_open: tuple[LeftOpen, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SymbolReplaced(Event):
    """A person gave bots another symbol, or took the same one with its new contract."""

    code: ClassVar[str] = "symbol_replaced"
    bot_ids: tuple[int, ...]
    symbol: str
    now: SymbolTerms
    before: SymbolTerms | None = None
