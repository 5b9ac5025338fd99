"""What trades came to: today, and over days by bot, symbol or strategy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.results import Summary
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class TodayLine:
    """One bot's day on one symbol; `bot_id` None: by hand or somebody else's. `floating` is what is open."""

    tag: AccountTag
    bot_id: int | None
    name: str
    symbol: str
    result: Summary
    floating: Decimal | None
    currency: str


@dataclass(frozen=True)
class TodayAccount:
    """An account's trading day so far; `curve` is the balance, its last point the equity of now if known."""

    tag: AccountTag
    label: str
    day: date
    currency: str
    result: Summary
    floating: Decimal | None
    age_s: int | None
    curve: tuple[tuple[datetime, Decimal], ...]


@dataclass(frozen=True)
class TodayView:
    """The trading day of every account, and a page of its lines."""

    accounts: tuple[TodayAccount, ...]
    lines: tuple[TodayLine, ...]
    page: int
    pages: int


class Grouping(StrEnum):
    """What results are looked at by."""

    BOT = "bot"
    SYMBOL = "symbol"
    STRATEGY = "strategy"


@dataclass(frozen=True)
class ResultLine:
    """One bot's, symbol's or strategy's result; `name` "" means trades that belong to no bot."""

    name: str
    bot_id: int | None
    currency: str
    result: Summary
    tag: AccountTag | None = None


@dataclass(frozen=True)
class CurrencyResult:
    """All results of one currency, which is never added to another; `curve` is the running net."""

    currency: str
    result: Summary
    curve: tuple[tuple[datetime, Decimal], ...]
    by_bot: tuple[ResultLine, ...]


@dataclass(frozen=True)
class PerformanceView:
    """The last days in numbers, grouped, a page of it; `tag` None: of several accounts."""

    tag: AccountTag | None
    days: int
    grouping: Grouping
    totals: tuple[CurrencyResult, ...]
    lines: tuple[ResultLine, ...]
    page: int
    pages: int
