"""Which symbol of this account is surely the one a person means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_service.domain.errors import SymbolRefused
from bot_service.terminals.link import CALL_FAILED, INVALID_PARAMS, NOT_FOUND, Link
from bot_service.terminals.mapping import TRADE_MODE_DISABLED, TRADE_MODE_FULL

MAX_CANDIDATES = 6
UNKNOWN = "unknown"
AMBIGUOUS = "ambiguous"
NOT_TRADABLE = "not_tradable"
GONE = "gone"
_NO_SUCH = (NOT_FOUND, INVALID_PARAMS, CALL_FAILED)


class SymbolBook:
    """Find symbols by pinned, exact, or exact-but-for-case name; anything less sure is refused."""

    def __init__(self, link: Link, pinned: Mapping[str, str]) -> None:
        self._link = link
        self._pinned = {asked.upper(): name for asked, name in pinned.items()}
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
            SymbolRefused: no or several such names, or it can't be traded in full; with candidates.
        """
        records = {str(record.name): record for record in self._link.ask("symbols_get")}
        name = self._name(asked.strip(), records)
        if records[name].trade_mode != TRADE_MODE_FULL:
            raise SymbolRefused(asked, NOT_TRADABLE, _candidates(asked, records))
        return self.record(name)

    def containing(self, text: str) -> tuple[str, ...]:
        """Return the names that contain a text, shortest first, for people to choose from."""
        wanted = text.strip().upper()
        names = [
            str(record.name)
            for record in self._link.ask("symbols_get")
            if wanted in str(record.name).upper() and record.trade_mode != TRADE_MODE_DISABLED
        ]
        return tuple(sorted(names, key=lambda name: (len(name), name)))

    def _name(self, asked: str, records: Mapping[str, Any]) -> str:
        pinned = self._pinned.get(asked.upper())
        if pinned is not None:
            if pinned in records:
                return pinned
            raise SymbolRefused(asked, UNKNOWN, _candidates(asked, records))
        if asked in records:
            return asked
        same = sorted(name for name in records if name.upper() == asked.upper())
        if len(same) == 1:
            return same[0]
        if same:
            raise SymbolRefused(asked, AMBIGUOUS, tuple(same[:MAX_CANDIDATES]))
        raise SymbolRefused(asked, UNKNOWN, _candidates(asked, records))


def _candidates(asked: str, records: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = asked.strip().upper()
    names = [
        name
        for name, record in records.items()
        if wanted and name.upper().startswith(wanted) and record.trade_mode == TRADE_MODE_FULL
    ]
    return tuple(sorted(names, key=lambda name: (len(name), name))[:MAX_CANDIDATES])
