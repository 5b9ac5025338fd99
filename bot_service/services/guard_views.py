"""What people see of the limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot_service.domain.exposure import Exposure
from bot_service.domain.guards import DailyLook, GuardPeriod, GuardRules
from bot_service.services.views import AccountTag


@dataclass(frozen=True)
class AccountLimits:
    """One account's limits and how much of each is used; None is what nobody has seen yet."""

    tag: AccountTag
    account_id: int
    label: str
    currency: str
    rules: GuardRules
    period: GuardPeriod | None
    day: DailyLook | None
    held: bool
    exposure: Exposure
    base: Decimal | None
    margin_level: Decimal | None
    margin_call: Decimal | None
    seen_at: datetime | None


@dataclass(frozen=True)
class LimitsView:
    """The limits of every account."""

    accounts: tuple[AccountLimits, ...]


@dataclass(frozen=True)
class LimitsDraft:
    """A change of one account's limits that was not made yet: lines of field, was, will be.

    `closes` says what a change to closing would do at once: the limit is hit already.
    """

    tag: AccountTag
    account_id: int
    before: GuardRules
    rules: GuardRules
    lines: tuple[tuple[str, str, str], ...]
    weaker: bool
    closes: bool


@dataclass(frozen=True)
class LimitsReceipt:
    """A change of limits that was made."""

    tag: AccountTag
    lines: tuple[tuple[str, str, str], ...]
