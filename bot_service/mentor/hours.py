"""When a trading day's report is due, in the account's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot_service.domain.accounts import Account

_DAY = timedelta(days=1)


def report_due(account: Account, day: date) -> datetime:
    """Return the moment (UTC) of a day's report: the first `report_at` at or after the day has ended."""
    _, end = account.day_bounds(day)
    first = _at_report_hour(account, day + _DAY)
    return first if first >= end else _at_report_hour(account, day + 2 * _DAY)


def last_due_day(account: Account, now: datetime) -> date:
    """Return the newest trading day whose report hour has passed."""
    day = account.trading_day(now) - _DAY
    while report_due(account, day) > now:
        day -= _DAY
    return day


def next_report_at(account: Account, now: datetime) -> datetime:
    """Return the next report hour (UTC), strictly after a moment."""
    return report_due(account, last_due_day(account, now) + _DAY)


def _at_report_hour(account: Account, on: date) -> datetime:
    zone = ZoneInfo(account.time_zone)
    local = datetime.combine(on, time.fromisoformat(account.report_at), tzinfo=zone)
    return local.astimezone(ZoneInfo("UTC"))
