"""The limits of an account: what they are, when they begin anew, and how much of them is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot_service.domain.trading import Deal, DealKind

DAY = timedelta(days=1)
SHORTEST_PERIOD = timedelta(hours=20)
"""A zone that changes its clock, or a reset that somebody moves, must not begin a new day at once."""
NEAR = Decimal("0.8")
ALL_BUT_EMPTY = 100
"""An account that got so many times its money since the reset was all but empty at it."""
FALLBACK = Decimal(5)
ZERO = Decimal(0)


class Reference(StrEnum):
    """From which money of the reset a loss is counted."""

    BALANCE = "balance"
    EQUITY = "equity"
    HIGHER = "higher"


class LimitKind(StrEnum):
    """What a limit is a share of, or that it is money."""

    PERCENT = "percent"
    INITIAL = "initial"
    MONEY = "money"


class GuardAction(StrEnum):
    """What a hit does; it always holds entries."""

    HOLD = "hold"
    CLOSE = "close"


class GuardEnd(StrEnum):
    """What ends a hold."""

    RESET = "reset"
    OWNER = "owner"


@dataclass(frozen=True)
class DailyLoss:
    """How much an account may lose from one reset to the next; `amount` None: anything.

    `amount` is percent or money of `currency`; `initial` is what `LimitKind.INITIAL` refers to; without a
    `zone` the reset is in the broker's own time.
    """

    amount: Decimal | None = FALLBACK
    kind: LimitKind = LimitKind.PERCENT
    currency: str = ""
    initial: Decimal | None = None
    reference: Reference = Reference.HIGHER
    reset_at: time = time(0)
    zone: str = ""
    action: GuardAction = GuardAction.HOLD
    until: GuardEnd = GuardEnd.RESET


@dataclass(frozen=True)
class GuardRules:
    """All limits of one account; None switches one off. Shares are percent of the sizing base."""

    daily: DailyLoss = field(default_factory=DailyLoss)
    open_risk: Decimal | None = Decimal(6)
    currency_risk: Decimal | None = None
    margin_level: Decimal | None = Decimal(300)
    entries_a_day: int | None = 10
    rejections: int | None = 3
    losses: int | None = 5


@dataclass(frozen=True)
class GuardPeriod:
    """The money from one reset to the next; equity without credit, moments in market time."""

    account_id: int
    started_at: datetime
    ends_at: datetime
    opening_balance: Decimal
    opening_equity: Decimal
    reference: Decimal
    currency: str
    warned_at: datetime | None = None
    hit_at: datetime | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True)
class DailyLook:
    """How a day stands: the loss (negative: a profit) and how much of it is allowed, None without a limit.

    `paid` is what stands in for the reference of an account that was all but empty at the reset.
    """

    loss: Decimal
    limit: Decimal | None
    paid: Decimal | None = None

    @property
    def near(self) -> bool:
        """Tell whether most of the limit is used."""
        return self.limit is not None and self.loss > 0 and self.loss >= NEAR * self.limit

    @property
    def hit(self) -> bool:
        """Tell whether the limit is used up."""
        return self.limit is not None and self.loss > 0 and self.loss >= self.limit


def last_reset(at: datetime, rule: DailyLoss, server_offset: timedelta) -> datetime:
    """Return the newest reset at or before a moment (UTC)."""
    return max(moment for moment in _resets(at, rule, server_offset) if moment <= at)


def next_reset(started: datetime, rule: DailyLoss, server_offset: timedelta) -> datetime:
    """Return the reset that ends what began at a moment."""
    least = started + SHORTEST_PERIOD
    return min(moment for moment in _resets(least, rule, server_offset) if moment >= least)


def _resets(around: datetime, rule: DailyLoss, server_offset: timedelta) -> Iterable[datetime]:
    if not rule.zone:
        local = around.astimezone(UTC) + server_offset
        first = datetime.combine(local.date(), rule.reset_at, UTC) - server_offset
        return [first + day * DAY for day in (-2, -1, 0, 1, 2)]
    zone = ZoneInfo(rule.zone)
    today = around.astimezone(zone).date()
    days = (today + day * DAY for day in (-2, -1, 0, 1, 2))
    return [datetime.combine(day, rule.reset_at, zone).astimezone(UTC) for day in days]


def reference_of(period: GuardPeriod, rule: DailyLoss) -> Decimal:
    """Return the money that a day's loss is counted from."""
    if rule.reference is Reference.BALANCE:
        return period.opening_balance
    if rule.reference is Reference.EQUITY:
        return period.opening_equity
    return max(period.opening_balance, period.opening_equity)


def limit_of(rule: DailyLoss, reference: Decimal, currency: str) -> Decimal | None:
    """Return what may be lost, in account currency; None: anything.

    Money of another currency and a share of an unknown sum can't be compared; the usual limit stands in.
    """
    if rule.amount is None:
        return None
    if rule.kind is LimitKind.MONEY and rule.currency == currency:
        return rule.amount
    if rule.kind is LimitKind.INITIAL and rule.initial is not None:
        return rule.initial * rule.amount / 100
    share = rule.amount if rule.kind is LimitKind.PERCENT else FALLBACK
    return max(reference, ZERO) * share / 100


def operations_of(deals: Iterable[Deal]) -> Decimal:
    """Return what was paid in or out; charges are costs, and what the broker gives is no profit."""
    total = ZERO
    for deal in deals:
        if deal.kind is DealKind.BALANCE or (deal.kind is DealKind.OTHER and deal.net > 0):
            total += deal.net
    return total


def booked(deals: Iterable[Deal]) -> Decimal:
    """Return what deals did to the balance; credit is no part of it."""
    return sum((deal.net for deal in deals if deal.kind is not DealKind.CREDIT), ZERO)


def look(
    period: GuardPeriod, rule: DailyLoss, own_equity: Decimal, operations: Decimal, currency: str
) -> DailyLook:
    """Return how a day stands; `own_equity` is without credit, `operations` since the reset."""
    reference = reference_of(period, rule)
    # A deposit moves no limit; but what was all but empty had nothing that a share could refer to.
    paid = operations if operations > ALL_BUT_EMPTY * max(reference, ZERO) else None
    limit = limit_of(rule, reference if paid is None else paid, currency)
    return DailyLook(reference + operations - own_equity, limit, paid)


def weaker(old: GuardRules, new: GuardRules) -> bool:
    """Tell whether new limits protect less than old ones in any respect."""
    return (
        _weaker_day(old.daily, new.daily)
        or _higher(old.open_risk, new.open_risk)
        or _higher(old.currency_risk, new.currency_risk)
        or _lower(old.margin_level, new.margin_level)
        or _higher(old.entries_a_day, new.entries_a_day)
        or _higher(old.rejections, new.rejections)
        or _higher(old.losses, new.losses)
    )


def _weaker_day(old: DailyLoss, new: DailyLoss) -> bool:
    if old == new or old.amount is None:
        # Where nothing was limited nothing gets weaker; but to close positions is asked first.
        return old.amount is None and old.action is not new.action
    if new.amount is None or _measure(old) != _measure(new):
        return True
    if old.reference is not new.reference and new.reference is not Reference.HIGHER:
        return True
    ends_later = old.until is GuardEnd.OWNER and new.until is GuardEnd.RESET
    return new.amount > old.amount or ends_later or old.action is not new.action


def _measure(rule: DailyLoss) -> tuple[object, ...]:
    return (rule.kind, rule.currency, rule.initial, rule.reset_at, rule.zone)


def _higher(old: Decimal | int | None, new: Decimal | int | None) -> bool:
    if old is None:
        return False
    return new is None or new > old


def _lower(old: Decimal | None, new: Decimal | None) -> bool:
    if old is None:
        return False
    return new is None or new < old
