"""The report of a day as data: sums, counts, one observation, one closing line. Nothing random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.findings import Books, BotLine, CheckIn, DayReport
from bot_service.domain.trading import ClosedTrade, Deal, ExitCause
from bot_service.mentor.books import balance_change
from bot_service.mentor.choice import step_code
from bot_service.mentor.closing import closing_code
from bot_service.mentor.day import (
    NO_CONTEXT,
    NO_READER_WISHES,
    ZERO,
    DayContext,
    DayFacts,
    History,
    ReaderWishes,
    in_order,
    total,
)
from bot_service.mentor.registry import findings, observe
from bot_service.mentor.score import discipline


def day_report(
    account: Account,
    day: date,
    finished: bool,
    trades: Iterable[ClosedTrade],
    names: Mapping[int, str],
    check_ins: Sequence[CheckIn],
    notes: Sequence[str],
    books: Books | None,
    history: History,
    opened: int = 0,
    context: DayContext = NO_CONTEXT,
    wishes: ReaderWishes = NO_READER_WISHES,
) -> DayReport:
    """Return the report of one account and trading day.

    `trades` are those that closed in the day, `names` the bots' by id. The same facts in any order give the
    same report.
    """
    facts = day_facts(account, day, finished, trades, names, check_ins, books, opened, context)
    results = [trade.net for trade in facts.trades]
    in_r = [trade.r for trade in facts.trades if trade.r is not None]
    found = findings(facts, history, wishes.muted)
    return DayReport(
        account_id=account.id,
        day=day,
        finished=finished,
        currency=account.currency,
        trades=len(results),
        wins=sum(net > 0 for net in results),
        losses=sum(net < 0 for net in results),
        zeros=sum(net == 0 for net in results),
        net=facts.net,
        costs=facts.costs,
        r=sum(in_r, ZERO) if in_r else None,
        r_trades=len(in_r),
        expectancy_r=sum(in_r, ZERO) / len(in_r) if in_r else None,
        bots=_bot_lines(facts.trades, names),
        exits=_exits(facts.trades),
        books=books,
        moods=facts.check_ins,
        notes=tuple(notes),
        best=max(results, default=None),
        worst=min(results, default=None),
        observation=observe(facts, history),
        closing=closing_code(facts, found, noted=bool(notes)),
        equity_curve=_curve(account, day, facts.trades, books, facts.operations),
        opened=opened,
        findings=found,
        interventions=context.interventions,
        settled=context.settled,
        month=context.month,
        score=discipline(facts),
        market=context.market,
        step=step_code(facts, found, wishes.declined) if finished else "",
    )


def day_facts(
    account: Account,
    day: date,
    finished: bool,
    trades: Iterable[ClosedTrade],
    names: Mapping[int, str],
    check_ins: Sequence[CheckIn],
    books: Books | None,
    opened: int = 0,
    context: DayContext = NO_CONTEXT,
) -> DayFacts:
    """Return one day as the detectors see it."""
    ordered = in_order(trades)
    return DayFacts(
        account.id,
        day,
        finished,
        account.currency,
        ordered,
        books,
        opened,
        names,
        _flagged(check_ins, ordered),
        context.acts,
        context.operations,
        context.open_positions,
        context.critical_alert_times,
        context.interventions,
        context.settled,
        context.promises,
        context.occasions,
        context.guards_held,
        context.risk_limit_percent,
    )


def _flagged(check_ins: Sequence[CheckIn], trades: Sequence[ClosedTrade]) -> tuple[CheckIn, ...]:
    first = trades[0].closed_at if trades else None
    ordered = sorted(check_ins, key=lambda item: item.at)
    return tuple(replace(item, before_close=first is None or item.at < first) for item in ordered)


def _bot_lines(trades: Sequence[ClosedTrade], names: Mapping[int, str]) -> tuple[BotLine, ...]:
    groups: dict[int | None, list[ClosedTrade]] = {}
    for trade in trades:
        groups.setdefault(trade.bot_id, []).append(trade)
    lines = [_bot_line(bot_id, group, names) for bot_id, group in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-line.net, line.bot_id or 0)))


def _bot_line(bot_id: int | None, trades: Sequence[ClosedTrade], names: Mapping[int, str]) -> BotLine:
    name = "" if bot_id is None else names.get(bot_id, f"#{bot_id}")
    in_r = [trade.r for trade in trades if trade.r is not None]
    return BotLine(bot_id, name, len(trades), total(trades), sum(in_r, ZERO) if in_r else None)


def _exits(trades: Sequence[ClosedTrade]) -> dict[ExitCause, int]:
    counts = Counter(trade.cause for trade in trades)
    order = list(ExitCause)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], order.index(item[0]))))


def _curve(
    account: Account,
    day: date,
    trades: Sequence[ClosedTrade],
    books: Books | None,
    operations: Sequence[Deal] = (),
) -> tuple[tuple[datetime, Decimal], ...]:
    balance = ZERO if books is None else books.opening
    begin, end = account.day_bounds(day)
    before = [deal for deal in operations if deal.time <= (trades[0].closed_at if trades else end)]
    if balance <= 0 and before:
        # An account's first day begins with the money, not with the hours before it came.
        begin = before[-1].time
        balance += balance_change(before)
    points = [(begin, balance)]
    for trade in trades:
        balance += trade.net
        points.append((trade.closed_at, balance))
    return tuple(points)
