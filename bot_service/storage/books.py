from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, delete, func, select, update

from bot_service.domain.accounts import AccountDay
from bot_service.domain.trading import BY_PERSON, ClosedTrade, Deal, DealKind
from bot_service.storage.repository import Repository
from bot_service.storage.tables import AccountDayRow, DealRow, IntentRow, TradeRow
from bot_service.storage.types import columns_of, table_of, values_of

DEAL = table_of(DealRow)
TRADE = table_of(TradeRow)
DAY = table_of(AccountDayRow)
INTENT = table_of(IntentRow)
DEAL_COLUMNS = columns_of(DEAL, Deal)
TRADE_COLUMNS = columns_of(TRADE, ClosedTrade)
DAY_COLUMNS = columns_of(DAY, AccountDay)
MONEY = (DEAL.c.profit, DEAL.c.commission, DEAL.c.swap, DEAL.c.fee)
BEFORE = and_(
    DEAL.c.account_id == bindparam("account"),
    DEAL.c.time < bindparam("before"),
    DEAL.c.kind != DealKind.CREDIT,
)
WRITTEN_BEFORE = select(*(func.group_concat(cast(item, Text), " ") for item in MONEY)).where(BEFORE)
SUMMED_BEFORE = select(*(func.sum(item) for item in MONEY)).where(BEFORE)


class SqlBooks(Repository):
    """Deals, closed trades and days in the database."""

    def add_deals(self, account_id: int, deals: Iterable[Deal]) -> tuple[Deal, ...]:
        """Store deals not stored yet and return those that were new."""
        return tuple(
            deal for deal in deals if self.insert_new(DEAL, {"account_id": account_id, **values_of(deal)})
        )

    def deals(self, account_id: int, since: datetime, until: datetime) -> tuple[Deal, ...]:
        """Return deals with since <= time < until, oldest first."""
        span = and_(DEAL.c.account_id == account_id, DEAL.c.time >= since, DEAL.c.time < until)
        query = select(*DEAL_COLUMNS).where(span).order_by(DEAL.c.time, DEAL.c.ticket)
        return tuple(Deal(*row) for row in self._connection.execute(query))

    def deals_of(self, account_id: int, position_id: int) -> tuple[Deal, ...]:
        """Return a position's deals, oldest first."""
        theirs = and_(DEAL.c.account_id == account_id, DEAL.c.position_id == position_id)
        query = select(*DEAL_COLUMNS).where(theirs).order_by(DEAL.c.time, DEAL.c.ticket)
        return tuple(Deal(*row) for row in self._connection.execute(query))

    def first_deal_time(self, account_id: int) -> datetime | None:
        """Return the time of the oldest stored deal."""
        return self._extreme(func.min(DEAL.c.time), account_id)

    def last_deal_time(self, account_id: int) -> datetime | None:
        """Return the time of the newest stored deal."""
        return self._extreme(func.max(DEAL.c.time), account_id)

    def add_trade(self, trade: ClosedTrade) -> bool:
        """Store a closed trade once, and mark its intents; False if it was there."""
        self._mark_closed(trade.account_id, trade.position_id, closed=True)
        return self.insert_new(TRADE, values_of(trade))

    def rewrite_trades(
        self, account_id: int, trades: Iterable[ClosedTrade], removed: Iterable[int] = ()
    ) -> None:
        """Write trades over what is stored of their positions, and delete those of some positions."""
        for position_id in removed:
            self._mark_closed(account_id, position_id, closed=False)
            theirs = and_(TRADE.c.account_id == account_id, TRADE.c.position_id == position_id)
            self._connection.execute(delete(TRADE).where(theirs))
        for trade in trades:
            self._mark_closed(account_id, trade.position_id, closed=True)
            self.replace(TRADE, values_of(trade))

    def trades_of(self, account_id: int, position_ids: Sequence[int]) -> tuple[ClosedTrade, ...]:
        """Return the closed trades of some positions, oldest first."""
        these = and_(TRADE.c.account_id == account_id, TRADE.c.position_id.in_(position_ids))
        query = select(*TRADE_COLUMNS).where(these).order_by(TRADE.c.closed_at, TRADE.c.position_id)
        return tuple(ClosedTrade(*row) for row in self._connection.execute(query))

    def trades(
        self, account_id: int | None, since: datetime, until: datetime, bot_id: int | None = None
    ) -> tuple[ClosedTrade, ...]:
        """Return trades closed in since <= t < until, oldest first."""
        query = select(*TRADE_COLUMNS).where(TRADE.c.closed_at >= since, TRADE.c.closed_at < until)
        if account_id is not None:
            query = query.where(TRADE.c.account_id == account_id)
        if bot_id is not None:
            query = query.where(TRADE.c.bot_id == bot_id)
        query = query.order_by(TRADE.c.closed_at, TRADE.c.account_id, TRADE.c.position_id)
        return tuple(ClosedTrade(*row) for row in self._connection.execute(query))

    def closed_by_hand(self, account_id: int, since: datetime, until: datetime) -> tuple[ClosedTrade, ...]:
        """Return the bots' trades that a person closed in since <= t < until, oldest first."""
        query = select(*TRADE_COLUMNS).where(TRADE.c.account_id == account_id, TRADE.c.bot_id.is_not(None))
        span = and_(TRADE.c.closed_at >= since, TRADE.c.closed_at < until, TRADE.c.cause.in_(BY_PERSON))
        rows = self._connection.execute(query.where(span).order_by(TRADE.c.closed_at, TRADE.c.position_id))
        return tuple(ClosedTrade(*row) for row in rows)

    def trades_open_at(self, account_id: int, at: datetime) -> tuple[ClosedTrade, ...]:
        """Return the trades that were opened before a moment and closed at it or later."""
        query = select(*TRADE_COLUMNS).where(TRADE.c.account_id == account_id, TRADE.c.closed_at >= at)
        rows = self._connection.execute(query.where(TRADE.c.opened_at < at).order_by(TRADE.c.closed_at))
        return tuple(ClosedTrade(*row) for row in rows)

    def balance_at(self, account_id: int, at: datetime) -> Decimal:
        """Return the sum of all deals before a moment; credit is not part of a balance."""
        values = {"account": account_id, "before": at}
        if self._dialect == "sqlite":
            # Summed here, because SQLite would add the digits as floats; as one text each, because rows
            # of a year of deals take a second to read.
            written = self._connection.execute(WRITTEN_BEFORE, values).one()
            return sum((Decimal(item) for text in written if text for item in text.split()), Decimal(0))
        summed = self._connection.execute(SUMMED_BEFORE, values).one()
        return sum((item for item in summed if item is not None), Decimal(0))

    def save_day(self, day: AccountDay) -> None:
        """Write the money of a trading day."""
        self.replace(DAY, values_of(day))

    def day(self, account_id: int, day: date) -> AccountDay | None:
        """Return the money of a trading day."""
        query = select(*DAY_COLUMNS).where(DAY.c.account_id == account_id, DAY.c.day == day)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else AccountDay(*row)

    def _mark_closed(self, account_id: int, position_id: int, *, closed: bool) -> None:
        theirs = and_(INTENT.c.account_id == account_id, INTENT.c.position_id == position_id)
        self._connection.execute(update(INTENT).where(theirs).values(position_closed=closed))

    def _extreme(self, column: ColumnElement[datetime], account_id: int) -> datetime | None:
        found: datetime | None = self._connection.execute(
            select(column).where(DEAL.c.account_id == account_id)
        ).scalar_one()
        return found
