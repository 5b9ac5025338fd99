"""A trading account as the service knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot_service.domain.market import AccountIdentity, LinkCause, MarginMode


@dataclass(frozen=True)
class Account:
    """A stored account; `link_lost_at` is set while the terminal can't be trusted.

    `day_ends` is the hour (account's zone) at which the trading day ends, `report_at` the minute of the
    day after which the finished day is reported.
    """

    id: int
    label: str
    identity: AccountIdentity
    currency: str
    margin_mode: MarginMode
    leverage: int
    time_zone: str
    magic_block: int
    link_lost_at: datetime | None = None
    link_cause: LinkCause | None = None
    market_time: datetime | None = None
    server_offset_s: int = 0
    day_ends: int = 5
    report_at: str = "06:30"

    @property
    def server_offset(self) -> timedelta:
        """Return how far the server's clock is ahead of UTC."""
        return timedelta(seconds=self.server_offset_s)

    def trading_day(self, at: datetime) -> date:
        """Return the trading day that contains a moment; a day runs until `day_ends` of the next date."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        return (local - timedelta(hours=self.day_ends)).date()

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the first moment (UTC) of a trading day and of the next one."""
        zone = ZoneInfo(self.time_zone)
        start = datetime(day.year, day.month, day.day, self.day_ends, tzinfo=zone)
        following = day + timedelta(days=1)
        end = datetime(following.year, following.month, following.day, self.day_ends, tzinfo=zone)
        return start.astimezone(ZoneInfo("UTC")), end.astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True)
class AccountDay:
    """The money of one trading day: opening and closing balance, operations that are no trade."""

    account_id: int
    day: date
    opening_balance: Decimal
    closing_balance: Decimal
    operations: Decimal
    opening_equity: Decimal | None = None
    closing_equity: Decimal | None = None
