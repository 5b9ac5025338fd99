"""What an account holds and whose it is, and small sums over trades and bots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotStatus, Held, Waiting
from bot_service.domain.trading import ClosedTrade, Position, Snapshot
from bot_service.ports import UnitOfWork


@dataclass(frozen=True)
class Holdings:
    """An account's snapshot and whose its positions are."""

    snapshot: Snapshot | None
    owners: Mapping[int, int]

    @property
    def positions(self) -> tuple[Position, ...]:
        """Return the open positions that were seen last."""
        return () if self.snapshot is None else self.snapshot.positions

    def of_bot(self, bot_id: int) -> Position | None:
        """Return the open position of a bot."""
        own = (item for item in self.positions if self.owners.get(item.identifier) == bot_id)
        return next(own, None)


def holdings_of(uow: UnitOfWork, account: Account) -> Holdings:
    """Return an account's newest snapshot and the owners of its positions."""
    return Holdings(uow.accounts.snapshot(account.id), uow.intents.owners(account.id))


def by_status_of(kinds: Mapping[tuple[BotStatus, Waiting | None, Held | None], int]) -> dict[BotStatus, int]:
    """Return how many bots there are of each status."""
    found: Counter[BotStatus] = Counter()
    for (status, _, _), number in kinds.items():
        found[status] += number
    return dict(found)


def by_bot(trades: Iterable[ClosedTrade]) -> dict[int | None, list[ClosedTrade]]:
    """Return trades by the bot they belong to."""
    found: dict[int | None, list[ClosedTrade]] = {}
    for trade in trades:
        found.setdefault(trade.bot_id, []).append(trade)
    return found


def net_of(trades: Iterable[ClosedTrade]) -> Decimal:
    """Return the sum of trades after all costs."""
    return sum((trade.net for trade in trades), Decimal(0))


def floating_of(position: Position | None) -> Decimal | None:
    """Return what an open position is worth now, None without one."""
    return None if position is None else position.profit + position.swap
