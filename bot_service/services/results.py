"""What trades came to, from the books: pure reads, never a question to a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.errors import NoAccount
from bot_service.domain.results import summarise
from bot_service.domain.trading import ClosedTrade, DealKind
from bot_service.ports import Clock, Database, UnitOfWork
from bot_service.services.holdings import Holdings, holdings_of
from bot_service.services.tags import common_tag, tag_of
from bot_service.services.units import counted_in
from bot_service.services.views import (
    CurrencyResult,
    Grouping,
    PerformanceView,
    ResultLine,
    TodayAccount,
    TodayLine,
    TodayView,
)

T = TypeVar("T")
LINES_PER_PAGE = 6

Points = tuple[tuple[datetime, Decimal], ...]


class Results:
    """Answer how the day and the last days went; money of two currencies is never added up."""

    def __init__(self, database: Database, wall: Clock, market: Clock) -> None:
        self._database = database
        self._wall = wall
        self._market = market

    def today(self, page: int = 0) -> TodayView:
        """Return the trading day so far, by account and by bot and symbol.

        Raises:
            NoAccount: there is none.
        """
        accounts: list[TodayAccount] = []
        lines: list[TodayLine] = []
        with self._database.read() as uow:
            for account in _all(uow):
                found, theirs = self._day(uow, account)
                accounts.append(found)
                lines.extend(theirs)
        shown, page, pages = _page(lines, page)
        return TodayView(tuple(accounts), shown, page, pages)

    def performance(
        self, days: int = 30, grouping: Grouping = Grouping.BOT, page: int = 0
    ) -> PerformanceView:
        """Return the closed trades of the last trading days in numbers.

        Raises:
            NoAccount: there is none.
        """
        by_currency: dict[str, list[ClosedTrade]] = {}
        with self._database.read() as uow:
            accounts = {account.id: account for account in _all(uow)}
            for account in accounts.values():
                for trade in self._last(uow, account, days):
                    by_currency.setdefault(account.currency, []).append(trade)
            names = _names(uow, (trade.bot_id for found in by_currency.values() for trade in found))
        several = len(accounts) > 1
        tags = {bot.id: tag_of(accounts[bot.account_id]) for bot in names.values() if several}
        totals = tuple(
            CurrencyResult(
                currency, summarise(found), _running(found), _lines(found, Grouping.BOT, currency, names)
            )
            for currency, found in sorted(by_currency.items())
        )
        lines = [
            line
            for currency, found in sorted(by_currency.items())
            for line in _lines(found, grouping, currency, names)
        ]
        tagged = [
            ResultLine(line.name, line.bot_id, line.currency, line.result, tags.get(line.bot_id or 0))
            for line in lines
        ]
        shown, page, pages = _page(tagged, page)
        return PerformanceView(common_tag(accounts.values()), days, grouping, totals, shown, page, pages)

    def _day(self, uow: UnitOfWork, account: Account) -> tuple[TodayAccount, list[TodayLine]]:
        now = self._market.now()
        day = account.trading_day(now)
        start, end = account.day_bounds(day)
        trades = uow.books.trades(account.id, start, end)
        holdings = holdings_of(uow, account)
        names = _names(uow, (*(trade.bot_id for trade in trades), *holdings.owners.values()))
        currency, seen = counted_in(uow, account), holdings.snapshot
        floating = None if seen is None else _floating(holdings)
        age = None if seen is None else max(0, int((self._wall.now() - seen.taken_at).total_seconds()))
        found = TodayAccount(
            tag=tag_of(account),
            label=account.label,
            day=day,
            currency=currency,
            result=summarise(trades),
            floating=floating,
            age_s=age,
            curve=self._curve(uow, account, holdings, start, now),
        )
        return found, _day_lines(found, trades, holdings, names)

    def _curve(
        self, uow: UnitOfWork, account: Account, holdings: Holdings, start: datetime, now: datetime
    ) -> Points:
        deals = uow.books.deals(account.id, start, now + timedelta(seconds=1))
        moved = sum((deal.net for deal in deals if deal.kind is not DealKind.TRADE), Decimal(0))
        # A deposit is no profit: the line begins as if it had been there since the morning.
        balance = uow.books.balance_at(account.id, start) + moved
        points = [(start, balance)]
        for deal in deals:
            if deal.net and deal.kind is DealKind.TRADE:
                balance += deal.net
                points.append((deal.time, balance))
        if holdings.snapshot is not None:
            points.append((max(now, points[-1][0]), holdings.snapshot.state.equity))
        return tuple(points)

    def _last(self, uow: UnitOfWork, account: Account, days: int) -> tuple[ClosedTrade, ...]:
        now = self._market.now()
        start, _ = account.day_bounds(account.trading_day(now) - timedelta(days=max(days, 1) - 1))
        return uow.books.trades(account.id, start, now + timedelta(seconds=1))


def _day_lines(
    found: TodayAccount, trades: Iterable[ClosedTrade], holdings: Holdings, names: Mapping[int, Bot]
) -> list[TodayLine]:
    closed: dict[tuple[int | None, str], list[ClosedTrade]] = {}
    for trade in trades:
        closed.setdefault((trade.bot_id, trade.symbol), []).append(trade)
    floating: dict[tuple[int | None, str], Decimal] = {}
    for position in holdings.positions:
        key = (holdings.owners.get(position.identifier), position.symbol)
        floating[key] = floating.get(key, Decimal(0)) + position.profit + position.swap
    lines = [
        TodayLine(
            tag=found.tag,
            bot_id=bot_id,
            name=names[bot_id].settings.name if bot_id is not None and bot_id in names else "",
            symbol=symbol,
            result=summarise(closed.get((bot_id, symbol), ())),
            floating=floating.get((bot_id, symbol)),
            currency=found.currency,
        )
        for bot_id, symbol in {**closed, **floating}
    ]
    return sorted(lines, key=lambda line: -(line.result.net + (line.floating or 0)))


def _lines(
    trades: Iterable[ClosedTrade], grouping: Grouping, currency: str, names: Mapping[int, Bot]
) -> tuple[ResultLine, ...]:
    groups: dict[tuple[str, int | None], list[ClosedTrade]] = {}
    for trade in trades:
        groups.setdefault(_group(trade, grouping, names), []).append(trade)
    lines = [ResultLine(name, bot_id, currency, summarise(found)) for (name, bot_id), found in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-line.result.net, line.name)))


def _group(trade: ClosedTrade, grouping: Grouping, names: Mapping[int, Bot]) -> tuple[str, int | None]:
    if grouping is Grouping.SYMBOL:
        return trade.symbol, None
    if grouping is Grouping.STRATEGY:
        return trade.strategy if trade.bot_id is not None else "", None
    bot = names.get(trade.bot_id or 0)
    return ("" if bot is None else bot.settings.name), trade.bot_id


def _running(trades: Iterable[ClosedTrade]) -> Points:
    total, points = Decimal(0), []
    for trade in sorted(trades, key=lambda item: item.closed_at):
        total += trade.net
        points.append((trade.closed_at, total))
    return tuple(points)


def _floating(holdings: Holdings) -> Decimal:
    return sum((item.profit + item.swap for item in holdings.positions), Decimal(0))


def _names(uow: UnitOfWork, wanted: Iterable[int | None]) -> dict[int, Bot]:
    ids = {item for item in wanted if item is not None}
    return {bot.id: bot for bot in uow.bots.all(ids=ids, deleted=True)} if ids else {}


def _all(uow: UnitOfWork) -> tuple[Account, ...]:
    accounts = uow.accounts.all()
    if not accounts:
        raise NoAccount
    return accounts


def _page(lines: list[T], page: int) -> tuple[tuple[T, ...], int, int]:
    pages = max(1, -(-len(lines) // LINES_PER_PAGE))
    page = min(max(page, 0), pages - 1)
    return tuple(lines[page * LINES_PER_PAGE : (page + 1) * LINES_PER_PAGE]), page, pages
