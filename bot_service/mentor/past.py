"""Everything that is known up to the end of a day, for the patterns, and how its moments are told."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import CheckIn, Intervention
from bot_service.domain.trading import ClosedTrade, Deal
from bot_service.mentor.day import DayFacts, History
from bot_service.mentor.thresholds import HISTORY_DAYS, ONE_DECISION

MOST_EVIDENCE = 12
"""So many lines of evidence are shown of a pattern: the newest."""


@dataclass(frozen=True)
class Past:
    """The day and its history in one, oldest first; `acts` without look-ups."""

    trades: tuple[ClosedTrade, ...]
    acts: tuple[Act, ...]
    operations: tuple[Deal, ...]
    check_ins: tuple[tuple[date, CheckIn], ...]
    interventions: tuple[Intervention, ...]
    looks: tuple[datetime, ...]
    account: Account | None

    @cached_property
    def trade_days(self) -> tuple[date, ...]:
        """Return the trading day in which each trade closed."""
        return days_of(self.account, [trade.closed_at for trade in self.trades])

    @cached_property
    def rated(self) -> tuple[tuple[date, ClosedTrade, float], ...]:
        """Return the trades whose planned risk is known, with their trading day and result in R."""
        dated = zip(self.trade_days, self.trades, strict=True)
        return tuple(
            (day, trade, float(trade.net) / float(trade.planned_risk))
            for day, trade in dated
            if trade.planned_risk is not None and trade.planned_risk > 0
        )


def recent(day: DayFacts, history: History) -> History:
    """Return the part of a longer history that daily comparisons look at: the same span on every day."""
    first = day.day - timedelta(days=HISTORY_DAYS)
    if history.account is None or not history.trades:
        return history
    since, _ = history.account.day_bounds(first)
    if history.trades[0].closed_at >= since:
        return history
    kept = history.trades[bisect_left(history.trades, since, key=lambda trade: trade.closed_at) :]
    counts = Counter(days_of(history.account, [trade.closed_at for trade in kept]))
    return replace(history, trades=kept, per_day=tuple(counts[one] for one in sorted(counts)))


def together(day: DayFacts, history: History) -> Past:
    """Return what is known when a day has ended."""
    return Past(
        trades=history.trades + day.trades,
        acts=history.acts + done(day.acts),
        operations=history.operations + day.operations,
        check_ins=history.check_ins + tuple((day.day, said) for said in day.check_ins),
        interventions=_judged((*history.interventions, *day.interventions, *day.settled)),
        looks=history.looks + tuple(act.at for act in day.acts if act.kind is ActKind.LOOK),
        account=history.account,
    )


def done(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the acts that are no look-ups."""
    return tuple(act for act in acts if act.kind is not ActKind.LOOK)


def decisions(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return acts without those that belong to the decision of the one before: same kind, minutes later."""
    found: list[Act] = []
    last: dict[ActKind, datetime] = {}
    for act in acts:
        if act.kind not in last or act.at - last[act.kind] > ONE_DECISION:
            found.append(act)
        last[act.kind] = act.at
    return tuple(found)


def day_of(account: Account | None, at: datetime) -> date:
    """Return the trading day of a moment; without an account days end at midnight UTC."""
    return at.date() if account is None else account.trading_day(at)


def days_of(account: Account | None, moments: Sequence[datetime]) -> tuple[date, ...]:
    """Return the trading days of many moments; it is quick when they are in order."""
    if account is None:
        return tuple(at.date() for at in moments)
    found: list[date] = []
    begin = end = None
    for at in moments:
        if begin is None or end is None or not begin <= at < end:
            today = account.trading_day(at)
            begin, end = account.day_bounds(today)
        found.append(today)
    return tuple(found)


def local(account: Account | None, at: datetime) -> datetime:
    """Return a moment on the clock of the account's zone."""
    return at if account is None else at.astimezone(ZoneInfo(account.time_zone))


def told(act: Act, account: Account | None) -> str:
    """Return the evidence that names an act of the day: its time and its command."""
    return f"{local(account, act.at):%H:%M} {act.command or act.kind}"


def told_with_day(act: Act, account: Account | None) -> str:
    """Return the evidence that names an act of a longer time."""
    return f"{local(account, act.at):%d/%m} {told(act, account)}"


def newest(evidence: Sequence[str]) -> tuple[str, ...]:
    """Return as many of the newest lines of evidence as are shown."""
    return tuple(evidence[-MOST_EVIDENCE:])


def _judged(interventions: Iterable[Intervention]) -> tuple[Intervention, ...]:
    # What was settled later stands in the history as well: once is enough.
    known = {(one.at, one.kind, one.position_id): one for one in interventions if not one.pending}
    return tuple(sorted(known.values(), key=lambda one: one.at))
