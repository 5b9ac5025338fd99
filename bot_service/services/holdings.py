"""What an account holds and whose it is, and small sums over trades and bots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotStatus, Held, Waiting
from bot_service.domain.closing import has_ended
from bot_service.domain.trading import ClosedTrade, Intent, Position, Snapshot
from bot_service.ports import UnitOfWork


@dataclass(frozen=True)
class Holdings:
    """An account's snapshot, what is open by it and by the books, and whose it is."""

    snapshot: Snapshot | None
    owners: Mapping[int, int]
    positions: tuple[Position, ...]

    def of_bot(self, bot_id: int) -> Position | None:
        """Return the open position of a bot."""
        own = (item for item in self.positions if self.owners.get(item.identifier) == bot_id)
        return next(own, None)


def holdings_of(uow: UnitOfWork, account: Account) -> Holdings:
    """Return an account's newest snapshot and the owners of its positions."""
    snapshot, owners = uow.accounts.snapshot(account.id), uow.intents.owners(account.id)
    return Holdings(snapshot, owners, open_now(uow, account.id, snapshot, owners))


def open_now(
    uow: UnitOfWork, account_id: int, snapshot: Snapshot | None, owners: Mapping[int, int]
) -> tuple[Position, ...]:
    """Return what is open: the newest look, without what has ended since and with what was filled since.

    A look is seconds old. Without its bot a position that has just hit its stop would pass for one that
    somebody opened by hand, and one that was filled a moment ago would stay out of a receipt.
    """
    if snapshot is None:
        return ()
    seen = [position for position in snapshot.positions if not _is_over(uow, account_id, position, owners)]
    unseen = set(owners) - {position.identifier for position in snapshot.positions}
    if not unseen:
        return tuple(seen)
    opened = uow.intents.open_positions(account_id)
    new = [opened[number] for number in sorted(unseen) if number in opened]
    return (*seen, *(_as_filled(intent) for intent in new if intent.created_at >= snapshot.taken_at))


def _is_over(uow: UnitOfWork, account_id: int, position: Position, owners: Mapping[int, int]) -> bool:
    # A bot's own is over when nobody owns it any more; others' are few.
    number = position.identifier
    return number not in owners and has_ended(uow.books.deals_of(account_id, number))


def _as_filled(intent: Intent) -> Position:
    price = intent.fill_price or Decimal(0)
    number = intent.position_id or 0
    return Position(
        ticket=intent.order_ticket or number,
        identifier=number,
        symbol=intent.symbol,
        side=intent.side,
        lots=intent.lots if intent.filled_lots is None else intent.filled_lots,
        price_open=price,
        price_current=price,
        stop_loss=intent.stop_loss,
        take_profit=intent.take_profit,
        profit=Decimal(0),
        swap=Decimal(0),
        magic=intent.magic,
        comment=intent.ref,
        opened_at=intent.created_at,
    )


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
