"""What a trading day's report is made from, besides its trades, moods and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.events import EVENTS, BotRunaway, DailyLossHit, Event, Level
from bot_service.domain.findings import Intervention, MarketCondition
from bot_service.domain.promises import Promise
from bot_service.domain.trading import Deal, DealKind
from bot_service.mentor import ledger
from bot_service.mentor.day import DayContext, History
from bot_service.mentor.registry import looks_for_patterns
from bot_service.mentor.thresholds import HISTORY_DAYS, PATTERN_DAYS
from bot_service.ports import UnitOfWork
from bot_service.services import acts, open_facts
from bot_service.services.acts.cast import Cast

RISK_LIMIT = "risk_limit_percent"
_DAY = timedelta(days=1)


def context_of(
    uow: UnitOfWork,
    account: Account,
    day: date,
    deals: Sequence[Deal],
    closing: Decimal,
    *,
    finished: bool,
    market: tuple[MarketCondition, ...] = (),
    cast: Cast | None = None,
) -> DayContext:
    """Return what is known of a day: acts, operations, open positions, alerts and interventions."""
    start, end = account.day_bounds(day)
    done = ledger.as_known(uow.ledger.done(account.id, start, end), end)
    opened = open_facts.open_at(uow, account, end, closing) if finished else open_facts.open_now(uow, account)
    return DayContext(
        acts=acts.acts_of(uow, account, start, end, cast),
        operations=operations_of(deals),
        open_positions=opened,
        critical_alert_times=_alert_times(uow, account, start, end),
        interventions=done,
        settled=_settled(uow, account, start, end),
        month=ledger.tally(month_of(uow, account, day)),
        market=market,
        promises=(promises := _promises(uow, account, start, end)),
        occasions=uow.promises.occasions(tuple(one.id for one in promises), start, end),
        guards_held=_times(uow, account, (DailyLossHit, BotRunaway), start, end),
        risk_limit_percent=risk_limit(uow),
    )


def history_of(uow: UnitOfWork, account: Account, day: date, cast: Cast | None = None) -> History:
    """Return what came before a day: a month for comparisons, more where patterns are looked for."""
    days = PATTERN_DAYS if looks_for_patterns(day) else HISTORY_DAYS
    until, _ = account.day_bounds(day)
    since, _ = account.day_bounds(day - days * _DAY)
    return History.of(
        account,
        uow.books.trades(account.id, since, until),
        acts.acts_of(uow, account, since, until, cast),
        operations_of(uow.books.deals(account.id, since, until)),
        uow.journal.check_ins(account.id, since, until),
        known_since(uow, account),
        (
            one
            for one in uow.ledger.done(account.id, since, until)
            if one.decided_at is not None and one.decided_at <= until
        ),
    )


def risk_limit(uow: UnitOfWork) -> Decimal | None:
    """Return the most that a trade may risk, in percent; None before the service has run."""
    stored = uow.get_value(RISK_LIMIT)
    return Decimal(stored) if stored else None


def keep_risk_limit(uow: UnitOfWork, percent: Decimal) -> None:
    """Remember the most that a trade may risk, for reports that are made without the settings."""
    if risk_limit(uow) != percent:
        uow.set_value(RISK_LIMIT, f"{percent:f}")


def operations_of(deals: Iterable[Deal]) -> tuple[Deal, ...]:
    """Return the deals that are no trades: deposits, withdrawals, charges, credit."""
    return tuple(deal for deal in deals if deal.kind is not DealKind.TRADE)


def known_since(uow: UnitOfWork, account: Account) -> datetime | None:
    """Return the first that is known of an account: its oldest deal, or its first bot."""
    first = uow.books.first_deal_time(account.id)
    made = uow.bots.first_made(account.id)
    return min((moment for moment in (first, made) if moment is not None), default=None)


def month_of(uow: UnitOfWork, account: Account, day: date) -> tuple[Intervention, ...]:
    """Return the interventions of a day's month up to its end, as they were known then."""
    begins, _ = account.day_bounds(day.replace(day=1))
    _, end = account.day_bounds(day)
    return ledger.as_known(uow.ledger.done(account.id, begins, end), end)


def _settled(uow: UnitOfWork, account: Account, start: datetime, end: datetime) -> tuple[Intervention, ...]:
    # What was decided in the instant of a day's end belongs to that day, as in `as_known`.
    moment = timedelta(microseconds=1)
    decided = uow.ledger.decided(account.id, start + moment, end + moment)
    return tuple(one for one in decided if one.at < start)


def _promises(uow: UnitOfWork, account: Account, start: datetime, end: datetime) -> tuple[Promise, ...]:
    made = (one for one in uow.promises.of_account(account.id) if one.made_at < end)
    return tuple(one for one in made if one.holds_at(max(start, one.made_at)))


def _alert_times(uow: UnitOfWork, account: Account, start: datetime, end: datetime) -> tuple[datetime, ...]:
    loud = [kind for kind in EVENTS.values() if kind.level is Level.CRITICAL]
    return _times(uow, account, loud, start, end)


def _times(
    uow: UnitOfWork, account: Account, kinds: Iterable[type[Event]], start: datetime, end: datetime
) -> tuple[datetime, ...]:
    return tuple(event.happened_at for _, event in uow.happened(kinds, start, end, account.id))
