"""One trading day of an account as it is stored, and its report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property

from bot_service.domain.accounts import Account
from bot_service.domain.findings import Books, DayReport, MarketCondition, Unproved
from bot_service.domain.trading import ClosedTrade, DealKind
from bot_service.mentor.books import balance_change, day_books, opened_count
from bot_service.mentor.day import History
from bot_service.mentor.facts import day_facts, day_report
from bot_service.mentor.registry import unproved
from bot_service.ports import UnitOfWork
from bot_service.services import reader_wishes, report_input
from bot_service.services.acts.cast import Cast
from bot_service.services.report_parts import completed


class TradingDay:
    """Everything stored about one account and trading day, read once in one transaction."""

    def __init__(self, uow: UnitOfWork, account: Account, day: date) -> None:
        self._uow = uow
        self._account = account
        self.day = day
        self._start, end = account.day_bounds(day)
        self.trades = uow.books.trades(account.id, self._start, end)
        self.deals = uow.books.deals(account.id, self._start, end)
        self.check_ins = uow.journal.check_ins(account.id, self._start, end)
        self.notes = uow.journal.notes(account.id, self._start, end)
        self._cast = Cast(uow, account)

    def same_as(self, other: TradingDay) -> bool:
        """Tell whether two readings of the day found the same deals, trades, moods and notes."""
        mine = (self.trades, self.deals, self.check_ins, self.notes)
        return mine == (other.trades, other.deals, other.check_ins, other.notes)

    @property
    def ours(self) -> bool:
        """Tell whether the service had a part in the day: a bot's trade, a check-in or a note."""
        return bool(self.check_ins or self.notes or any(trade.bot_id is not None for trade in self.trades))

    @property
    def eventful(self) -> bool:
        """Tell whether there is something to say without being asked."""
        return bool(self.ours or self.trades or any(deal.kind is not DealKind.TRADE for deal in self.deals))

    @property
    def anchored(self) -> bool:
        """Tell whether an earlier report says what the balance was."""
        return self._anchor() is not None

    def so_far(self) -> DayReport:
        """Return the report of a day that still runs, by the deals."""
        return self._report(self.books_told(None), finished=False)

    def finished(self, broker_closing: Decimal | None, market: tuple[MarketCondition, ...] = ()) -> DayReport:
        """Return the report of a finished day; `broker_closing` is the broker's balance at its end.

        Where nothing is known of the time before, the broker's balance is where the books begin.
        """
        return self._report(self.books_told(broker_closing), finished=True, market=market)

    def books_by(self, broker_closing: Decimal | None) -> Books:
        """Return the day's books, a difference to the broker's balance included."""
        return day_books(self._opening(), self.deals, self.trades, broker_closing)

    def books_told(self, broker_closing: Decimal | None) -> Books:
        """Return the books as a report tells them: without a past they begin at the broker's balance."""
        books = self.books_by(broker_closing)
        if books.difference == 0 or self.anchored:
            return books
        return day_books(books.opening + books.difference, self.deals, self.trades, broker_closing)

    def _report(self, books: Books, *, finished: bool, market: tuple[MarketCondition, ...] = ()) -> DayReport:
        report = day_report(
            self._account,
            self.day,
            finished,
            self.trades,
            _names(self._uow, self.trades),
            self.check_ins,
            self.notes,
            books,
            self._history,
            opened_count(self.deals),
            report_input.context_of(
                self._uow,
                self._account,
                self.day,
                self.deals,
                books.closing,
                finished=finished,
                market=market,
                cast=self._cast,
            ),
            reader_wishes.of_account(self._uow, self._account.id, self.day),
        )
        return completed(self._uow, report)

    def unproved(self) -> tuple[Unproved, ...]:
        """Return the patterns of which something is known at the end of the day, but nothing proved."""
        facts = day_facts(
            self._account,
            self.day,
            finished=True,
            trades=self.trades,
            names={},
            check_ins=self.check_ins,
            books=None,
        )
        return unproved(facts, self._history)

    @cached_property
    def _history(self) -> History:
        return report_input.history_of(self._uow, self._account, self.day, self._cast)

    def _opening(self) -> Decimal:
        known = self._anchor()
        if known is None or known.books is None:
            return self._uow.books.balance_at(self._account.id, self._start)
        _, ended = self._account.day_bounds(known.day)
        since = self._uow.books.deals(self._account.id, ended, self._start)
        return known.books.closing + balance_change(since)

    def _anchor(self) -> DayReport | None:
        reported = self._uow.journal.reported_days(self._account.id)
        earlier = [day for day in reported if day < self.day]
        return self._uow.journal.report(self._account.id, earlier[-1]) if earlier else None


def _names(uow: UnitOfWork, trades: Iterable[ClosedTrade]) -> dict[int, str]:
    ids = {trade.bot_id for trade in trades if trade.bot_id is not None}
    return {bot.id: bot.settings.name for bot in uow.bots.all(ids=ids, deleted=True)} if ids else {}
