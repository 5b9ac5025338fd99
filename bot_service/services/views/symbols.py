"""What look-ups and changes of symbols return."""

from __future__ import annotations

from dataclasses import dataclass

from bot_service.domain.bots import Bot
from bot_service.domain.market import SymbolTerms
from bot_service.services.views.acts import BotOutcome
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class SymbolLine:
    """A symbol of the account and the first of the bots that trade it."""

    terms: SymbolTerms
    bots: tuple[Bot, ...]


@dataclass(frozen=True)
class SymbolsView:
    """A page of the symbols that a search found."""

    tag: AccountTag
    text: str
    lines: tuple[SymbolLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class SymbolChoiceView:
    """What could take a symbol's place for all its bots; `before` is the contract they were made for."""

    tag: AccountTag
    symbol: str
    before: SymbolTerms | None
    bots: tuple[Bot, ...]
    offers: tuple[SymbolTerms, ...]


@dataclass(frozen=True)
class SwapPreview:
    """What another symbol would mean for the bots of one; `blocked` ones keep theirs for now."""

    tag: AccountTag
    symbol: str
    before: SymbolTerms | None
    now: SymbolTerms
    bots: tuple[Bot, ...]
    blocked: tuple[BotOutcome, ...] = ()


@dataclass(frozen=True)
class SwapReceipt:
    """What became of each bot that got another symbol; `faulted` ones wait for a start."""

    tag: AccountTag
    symbol: str
    now: SymbolTerms
    outcomes: tuple[BotOutcome, ...]
    faulted: tuple[int, ...]
