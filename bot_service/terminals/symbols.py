"""The account's list of symbols, and which of them is surely the one that a person means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_service.domain import symbols
from bot_service.domain.errors import SymbolRefused
from bot_service.domain.market import SymbolTerms
from bot_service.domain.symbols import GONE, NOT_TRADABLE
from bot_service.terminals import mapping
from bot_service.terminals.link import CALL_FAILED, INVALID_PARAMS, NOT_FOUND, Link

_NO_SUCH = (NOT_FOUND, INVALID_PARAMS, CALL_FAILED)


class SymbolBook:
    """Look symbols up; which name a person means is decided by `domain.symbols`, never by likeness."""

    def __init__(self, link: Link, pinned: Mapping[str, str]) -> None:
        self._link = link
        self._pinned = dict(pinned)
        self._digits: dict[str, int] = {}

    def forget(self) -> None:
        """Forget what was selected: another connection may show another list."""
        self._digits.clear()

    def record(self, symbol: str) -> Any:
        """Return the record of a broker symbol, shown in the market watch so that it gets quotes.

        Raises:
            SymbolRefused: the account has no such symbol.
        """
        record = self._link.ask_about(SymbolRefused(symbol, GONE), _NO_SUCH, "symbol_info", symbol)
        if symbol not in self._digits:
            self._link.ask_about(SymbolRefused(symbol, NOT_TRADABLE), _NO_SUCH, "symbol_select", symbol)
            self._digits[symbol] = int(record.digits)
        return record

    def digits(self, symbol: str) -> int:
        """Return a shown symbol's digits, asking the terminal only the first time.

        Raises:
            SymbolRefused: the account has no such symbol.
        """
        if symbol not in self._digits:
            self.record(symbol)
        return self._digits[symbol]

    def resolve(self, asked: str) -> Any:
        """Return the record of the one symbol that is meant.

        Raises:
            SymbolRefused: none is surely meant, or it can't be traded in full; with candidates.
        """
        return self.record(symbols.choose(asked, self._listed(), self._pinned))

    def search(self, text: str) -> tuple[SymbolTerms, ...]:
        """Return the symbols whose name or description contains a text, surest first."""
        return symbols.search(text, self._listed().values())

    def offers(self, asked: str) -> tuple[SymbolTerms, ...]:
        """Return what a person could mean who asks for a symbol that isn't there."""
        return symbols.offers(asked, self._listed().values())

    def _listed(self) -> dict[str, SymbolTerms]:
        return {str(record.name): mapping.terms(record) for record in self._link.ask("symbols_get")}
