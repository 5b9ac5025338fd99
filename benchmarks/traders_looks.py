"""The mentor's looks at a synthetic trader: one at the end of every day of a month, patterns once a week."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from benchmarks.traders import (
    BALANCE,
    BEGIN,
    DAY,
    DAYS,
    MONTH_DAYS,
    WARM_DAYS,
    Trader,
    account_of,
    act_of,
    check_in_of,
    closed_trade,
    deposit,
    intervention_of,
    moment,
    position_of,
)
from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Books
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.thresholds import HISTORY_DAYS

FIRST = date(2026, 1, 5)
LIMIT = Decimal(2)


class Seen:
    """A trader as the service has him: every trade and act built once, cut into days."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.account = account_of(trader)
        self.since = BEGIN + timedelta(days=DAYS - trader.age_days)
        self._trades = [closed_trade(trade) for trade in trader.trades]
        self._trade_days = [int(trade.closed // DAY) for trade in trader.trades]
        changes = [deed for deed in trader.deeds if deed.kind is not ActKind.LOOK]
        looks = [deed for deed in trader.deeds if deed.kind is ActKind.LOOK]
        month = WARM_DAYS * DAY
        self._acts = [act_of(deed) for deed in changes]
        self._act_days = [int(deed.at // DAY) for deed in changes]
        self._looks = [act_of(deed) for deed in looks if deed.at >= month]
        self._look_days = [int(deed.at // DAY) for deed in looks if deed.at >= month]
        self._look_times = [(deed.at, moment(deed.at)) for deed in looks if not deed.refresh]
        self._exits = [intervention_of(one) for one in trader.exits]
        self._exit_days = [int(one.at // DAY) for one in trader.exits]
        self._moods = [(FIRST + timedelta(days=int(one.at // DAY)), check_in_of(one)) for one in trader.moods]
        self._mood_days = [int(one.at // DAY) for one in trader.moods]
        self._paid = [deposit(at) for at in trader.deposits]
        self._openings = self._opening_balances()

    def days(self) -> Iterator[tuple[int, DayFacts]]:
        """Return the days of the month."""
        for day in range(DAYS - MONTH_DAYS, DAYS):
            yield day, self._facts(day)

    def history(self, day: int, span: int = HISTORY_DAYS) -> History:
        """Return what came in so many days before a day."""
        first = day - span
        trades = slice(bisect_left(self._trade_days, first), bisect_left(self._trade_days, day))
        acts = slice(bisect_left(self._act_days, first), bisect_left(self._act_days, day))
        exits = slice(bisect_left(self._exit_days, first), bisect_left(self._exit_days, day))
        moods = slice(bisect_left(self._mood_days, first), bisect_left(self._mood_days, day))
        counts = Counter(self._trade_days[trades])
        looked = (bisect_left(self._look_times, (edge * DAY,)) for edge in (first, day))
        return History(
            tuple(self._trades[trades]),
            tuple(counts[one] for one in sorted(counts)),
            tuple(self._acts[acts]),
            tuple(self._paid),
            tuple(self._moods[moods]),
            tuple(at for _, at in self._look_times[slice(*looked)]),
            tuple(self._exits[exits]),
            self.since,
            not self.trader.real,
            self.account,
        )

    def _facts(self, day: int) -> DayFacts:
        trades = self._trades[slice(*self._cut(self._trade_days, day))]
        begin, end = day * DAY, (day + 1) * DAY
        trader = self.trader
        acts = (
            *self._acts[slice(*self._cut(self._act_days, day))],
            *self._looks[slice(*self._cut(self._look_days, day))],
        )
        return DayFacts(
            account_id=1,
            day=FIRST + timedelta(days=day),
            finished=True,
            currency="USD",
            trades=tuple(trades),
            books=self._books(day),
            check_ins=tuple(said for _, said in self._moods[slice(*self._cut(self._mood_days, day))]),
            acts=tuple(sorted(acts, key=lambda act: act.at)),
            open_positions=tuple(position_of(one) for one in trader.held if one.day == day),
            critical_alert_times=tuple(moment(at) for at in trader.alerts if begin <= at < end),
            interventions=tuple(self._exits[slice(*self._cut(self._exit_days, day))]),
            occasions=tuple(one for at, one in trader.occasions if begin <= at < end),
            guards_held=tuple(moment(at) for at in trader.guards if begin <= at < end),
            risk_limit_percent=LIMIT,
        )

    def _cut(self, days: list[int], day: int) -> tuple[int, int]:
        return bisect_left(days, day), bisect_left(days, day + 1)

    def _books(self, day: int) -> Books:
        net = sum((t.net for t in self._trades[slice(*self._cut(self._trade_days, day))]), Decimal(0))
        off = Decimal(5) if day in self.trader.differs else Decimal(0)
        opening = self._openings[day]
        paid = Decimal(500 * sum(day * DAY <= at < (day + 1) * DAY for at in self.trader.deposits))
        return Books(opening, net, paid, opening + net + paid + off)

    def _opening_balances(self) -> list[Decimal]:
        made = Counter[int]()
        for day, trade in zip(self._trade_days, self._trades, strict=True):
            made[day] += trade.net  # type: ignore[assignment]
        balance, found = Decimal(str(BALANCE)), []
        for day in range(DAYS):
            found.append(balance)
            balance += made[day]
        return found
