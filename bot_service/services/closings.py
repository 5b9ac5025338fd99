"""The books: collect the account's deals and tell of positions that have ended, whatever ended them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import bot_of
from bot_service.domain.closing import ENDS, closed_trades
from bot_service.domain.events import PositionClosed
from bot_service.domain.trading import ClosedTrade, Deal, Intent, Position, Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import copies, late_days, lifecycle, ordered, reentry, units
from bot_service.services.desk import Desk
from bot_service.services.entries import learn_commission

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(hours=1)


def record_ended(uow: UnitOfWork, account: Account, position_id: int, currency: str) -> None:
    """Store and tell once what ended of a position; nothing while its deals don't add up."""
    deals = uow.books.deals_of(account.id, position_id)
    intents = uow.intents.of_position(account.id, position_id)
    if not intents and may_be_ours(uow, account, deals):
        return
    for found in closed_trades(account.id, deals, intents):
        trade = ordered.named(uow, found)
        if uow.books.add_trade(trade):
            late_days.note(uow, account, [trade.closed_at])
            learn_commission(uow, trade)
            _tell(uow, account, trade, currency)


def _tell(uow: UnitOfWork, account: Account, trade: ClosedTrade, currency: str) -> None:
    if trade.bot_id is None:
        return
    bot = uow.bots.get(trade.bot_id, deleted=True)
    lifecycle.note_exit(uow, account.id, bot.id, None)
    reentry.note_end(uow, trade)
    uow.record(
        PositionClosed(
            happened_at=trade.closed_at,
            account_id=account.id,
            bot_id=bot.id,
            actor=ordered.actor_of(uow, trade),
            name=bot.settings.name,
            ticket=trade.position_id,
            position_id=trade.position_id,
            symbol=trade.symbol,
            side=trade.side,
            lots=trade.lots,
            price_open=trade.price_open,
            price=trade.price_close,
            opened_at=trade.opened_at,
            cause=trade.cause,
            net=trade.net,
            r=trade.r,
            currency=currency,
        )
    )


def may_be_ours(uow: UnitOfWork, account: Account, deals: Iterable[Deal]) -> bool:
    """Tell whether an order without outcome may explain deals of which no known order speaks."""
    # An order without outcome may explain these deals later; a trade is stored once and for ever.
    for deal in deals:
        bot_id = bot_of(account.magic_block, deal.magic)
        if bot_id is not None and uow.intents.unsettled(bot_id=bot_id):
            return True
    return False


class Closings:
    """Bring the stored books up to the broker's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._synced: set[int] = set()

    def forget(self, account_id: int) -> None:
        """Read the deals again at the next occasion, whatever the snapshots say."""
        self._synced.discard(account_id)

    def collect(self, account: Account, terminal: Terminal, seen: Snapshot, before: Snapshot | None) -> None:
        """Fetch new deals if anything changed since `before`, and record the trades that have ended."""
        with self._desk.database.read() as uow:
            gone = _gone(uow.intents.open_positions(account.id), seen.positions)
            read_until = uow.get_value(f"deals_read:{account.id}")
            wanted = late_days.wanted_since(uow, account.id)
        if account.id in self._synced and wanted is None and not gone and not _changed(before, seen):
            return
        # Not the newest stored deal counts: our own fills are stored at once, others' only here.
        since = BEFORE_ALL if read_until is None else datetime.fromisoformat(read_until) - OVERLAP
        since = since if wanted is None else min(since, wanted)
        deals = list(terminal.deals(since))
        known = {deal.position_id for deal in deals if deal.entry in ENDS}
        for position_id in gone - known:
            deals.extend(terminal.deals_of(position_id))
        self._store(account, deals, gone, seen.state.currency, seen.market_at)
        self._synced.add(account.id)

    def collect_one(
        self, account: Account, terminal: Terminal, position_id: int, currency: str | None = None
    ) -> bool:
        """Fetch one position's deals; True when its trade is on the books as closed.

        Without a currency it is the one that the watch saw last.
        """
        deals = terminal.deals_of(position_id)
        self._store(account, deals, {position_id}, currency)
        with self._desk.database.read() as uow:
            return position_id not in uow.intents.open_positions(account.id)

    def _store(
        self,
        account: Account,
        deals: Iterable[Deal],
        asked: set[int],
        currency: str | None,
        read_until: datetime | None = None,
    ) -> None:
        with self._desk.database.write() as uow:
            # What was there before us is nobody's copy.
            is_first = not uow.get_value(f"deals_read:{account.id}")
            if read_until is not None:
                uow.set_value(f"deals_read:{account.id}", read_until.isoformat())
                late_days.read_again(uow, account.id)
            new = uow.books.add_deals(account.id, deals)
            late_days.note(uow, account, [deal.time for deal in new])
            counted = currency or units.counted_in(uow, account)
            if not is_first:
                copies.note(uow, account, new, self._desk.wall.now())
            ended = {deal.position_id: deal.time for deal in new if deal.entry in ENDS}
            late = asked - set(ended)
            for position_id in [*sorted(ended, key=lambda item: (ended[item], item)), *sorted(late)]:
                if position_id:
                    record_ended(uow, account, position_id, counted)
            uow.commit()


def _gone(opened: dict[int, Intent], positions: Iterable[Position]) -> set[int]:
    return set(opened) - {position.identifier for position in positions}


def _changed(before: Snapshot | None, seen: Snapshot) -> bool:
    if before is None or before.state.balance != seen.state.balance:
        return True
    return _volumes(before) != _volumes(seen)


def _volumes(snapshot: Snapshot) -> set[tuple[int, object]]:
    return {(position.identifier, position.lots) for position in snapshot.positions}
