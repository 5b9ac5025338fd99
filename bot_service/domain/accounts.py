"""A trading account as the service knows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot_service.domain.market import AccountIdentity, LinkCause, MarginMode

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayRule:
    """When trading days ended, up to and including the day `until`: an hour on a zone's clock."""

    until: date
    day_ends: int
    time_zone: str

    def end(self, day: date) -> datetime:
        """Return the moment (UTC) at which a day ended."""
        following = day + _DAY
        zone = ZoneInfo(self.time_zone)
        end = datetime(following.year, following.month, following.day, self.day_ends, tzinfo=zone)
        return end.astimezone(ZoneInfo("UTC"))


@dataclass(frozen=True)
class Account:
    """A stored account; `link_lost_at` is set while the terminal can't be trusted.

    `day_ends` is the hour (account's zone) at which the trading day ends, `report_at` the minute of the
    day after which the finished day is reported. Days of before a change end by `earlier_days`, so that each
    moment belongs to exactly one day, whatever was changed.
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
    earlier_days: tuple[DayRule, ...] = ()

    @property
    def server_offset(self) -> timedelta:
        """Return how far the server's clock is ahead of UTC."""
        return timedelta(seconds=self.server_offset_s)

    def trading_day(self, at: datetime) -> date:
        """Return the trading day that contains a moment; a day runs until `day_ends` of the next date."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        day = (local - timedelta(hours=self.day_ends)).date()
        if not self.earlier_days:
            return day
        # A changed end may put a moment near it into a neighbouring day.
        while at < self._end(day - _DAY):
            day -= _DAY
        while at >= self._end(day):
            day += _DAY
        return day

    def day_bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return the first moment (UTC) of a trading day and of the next one."""
        return self._end(day - _DAY), self._end(day)

    def with_day(self, day_ends: int, time_zone: str, present: date) -> Account:
        """Return the account with another end of the day; the present day still ends as it began."""
        if any(item.until == present for item in self.earlier_days):
            # Changed twice on one day: only the last word counts, from the next day on.
            return replace(self, day_ends=day_ends, time_zone=time_zone)
        earlier = (*self.earlier_days, DayRule(present, self.day_ends, self.time_zone))
        return replace(self, day_ends=day_ends, time_zone=time_zone, earlier_days=earlier)

    def _end(self, day: date) -> datetime:
        present = DayRule(day, self.day_ends, self.time_zone)
        rule = next((item for item in self.earlier_days if day <= item.until), present)
        # Far zones could let a day end before the one that a change was made on: then it is empty.
        changed = (item.end(item.until) for item in self.earlier_days if item.until < day)
        return max([rule.end(day), *changed])


@dataclass(frozen=True)
class AccountDay:
    """The money of one trading day: opening and closing balance, operations that are no trade.

    Balances are those of the deals; `broker_closing` is what the broker's own balance was at the day's end,
    where that is known.
    """

    account_id: int
    day: date
    opening_balance: Decimal
    closing_balance: Decimal
    operations: Decimal
    opening_equity: Decimal | None = None
    closing_equity: Decimal | None = None
    broker_closing: Decimal | None = None
