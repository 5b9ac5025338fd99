"""What an account loses if every stop is hit; the terminal counts each position once per change."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.errors import MarketDataMissing, SymbolRefused
from bot_service.domain.exposure import Exposure, Stake
from bot_service.domain.trading import Intent, Position, Purpose, Snapshot
from bot_service.ports import Terminal, UnitOfWork

ZERO = Decimal(0)
_Counted = tuple[int, Decimal, Decimal | None, Decimal]


def stored(uow: UnitOfWork, account_id: int) -> Exposure:
    """Return what the watch has counted last."""
    text = uow.get_value(_key(account_id))
    return codec.read(Exposure, text) if text else Exposure()


def store(uow: UnitOfWork, account_id: int, exposure: Exposure) -> None:
    """Keep what the watch has counted, for people who look."""
    uow.set_value(_key(account_id), codec.written(exposure))


class Exposures:
    """Count losses at the stops; used by the lanes, two of which never share an account."""

    def __init__(self) -> None:
        self._known: dict[int, dict[_Counted, Stake]] = {}
        self._currencies: dict[tuple[int, str], tuple[str, str]] = {}

    def of(
        self, account: Account, terminal: Terminal, seen: Snapshot, unsettled: Iterable[Intent]
    ) -> Exposure:
        """Return the losses at the stops of all positions and of the orders that are on their way.

        No transaction should be open: the terminal may take its time.

        Raises:
            TerminalUnavailable: the terminal can't tell.
        """
        before = self._known.get(account.id, {})
        now: dict[_Counted, Stake] = {}
        for position in seen.positions:
            key = (position.identifier, position.lots, position.stop_loss, position.price_open)
            now[key] = before.get(key) or self._stake(account, terminal, position)
        self._known[account.id] = now
        coming = [
            self._coming(account, terminal, intent)
            for intent in unsettled
            if intent.purpose is Purpose.OPEN and not _arrived(intent, seen)
        ]
        return Exposure((*now.values(), *coming))

    def _stake(self, account: Account, terminal: Terminal, position: Position) -> Stake:
        base, quote = self._bet_on(account, terminal, position.symbol)
        loss = None if position.stop_loss is None else _loss(terminal, position, position.stop_loss)
        return Stake(position.symbol, position.side, base, quote, loss, position.ticket)

    def _coming(self, account: Account, terminal: Terminal, intent: Intent) -> Stake:
        base, quote = self._bet_on(account, terminal, intent.symbol)
        return Stake(intent.symbol, intent.side, base, quote, intent.planned_risk)

    def _bet_on(self, account: Account, terminal: Terminal, symbol: str) -> tuple[str, str]:
        key = (account.id, symbol)
        if key not in self._currencies:
            try:
                found = terminal.instrument(symbol)
            except SymbolRefused:
                return symbol, account.currency
            self._currencies[key] = (found.currency_base, found.currency_profit)
        return self._currencies[key]


def _loss(terminal: Terminal, position: Position, stop: Decimal) -> Decimal | None:
    try:
        result = terminal.profit(position.side, position.symbol, position.lots, position.price_open, stop)
    except (MarketDataMissing, SymbolRefused):
        return None
    return max(-result, ZERO)


def _arrived(intent: Intent, seen: Snapshot) -> bool:
    return any(
        intent.ref in position.comment or position.identifier == intent.order_ticket
        for position in seen.positions
    )


def _key(account_id: int) -> str:
    return f"exposure:{account_id}"
