"""What look-ups of accounts, positions and trades return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus
from bot_service.domain.close_tasks import CloseTask
from bot_service.domain.market import TradeMode
from bot_service.domain.trading import ClosedTrade, Position, Snapshot


@dataclass(frozen=True)
class AccountTag:
    """What a message about an account begins with: `[PAPER]`, `[DEMO]` or `[REAL ••1234]`.

    `label` is what its owner calls it, "" where there is only one.
    """

    trade_mode: TradeMode
    login: int
    label: str = ""


@dataclass(frozen=True)
class AccountView:
    """An account's money as the watch saw it last."""

    tag: AccountTag
    account: Account
    snapshot: Snapshot | None
    age_s: int | None
    today_net: Decimal
    today_trades: int


@dataclass(frozen=True)
class StatusView:
    """One screen: accounts, bots by state, alarms as codes.

    Of the waiting bots `closed` wait for a market, the first of which opens at `opens`.
    """

    accounts: tuple[AccountView, ...]
    by_status: dict[BotStatus, int]
    waiting: int
    held: int
    positions: int
    without_stop: int
    unknown_outcomes: int
    alarms: tuple[str, ...]
    pending_alerts: int
    closed: int = 0
    opens: datetime | None = None
    closings: int = 0


@dataclass(frozen=True)
class PositionLine:
    """An open position and whose it is; `bot` None: by hand or somebody else's.

    `closing` is the order to close it that is under way, `currency` that of its account, `account` the
    account itself where there are several.
    """

    position: Position
    bot: Bot | None
    closing: CloseTask | None = None
    currency: str = ""
    account: AccountTag | None = None


@dataclass(frozen=True)
class PositionsView:
    """Open positions of an account, a page of them; `total` and `floating` are of all."""

    tag: AccountTag
    lines: tuple[PositionLine, ...]
    floating: Decimal
    currency: str
    age_s: int | None
    total: int
    page: int = 0
    pages: int = 1


@dataclass(frozen=True)
class DealsView:
    """Closed trades of the last days, newest first."""

    tag: AccountTag
    trades: tuple[ClosedTrade, ...]
    names: dict[int, str]
    days: int
    net: Decimal
    wins: int
    currency: str
    page: int
    pages: int


@dataclass(frozen=True)
class Opposite:
    """A symbol that some accounts have bought and others have sold."""

    symbol: str
    buyers: tuple[AccountTag, ...]
    sellers: tuple[AccountTag, ...]


@dataclass(frozen=True)
class AccountLine:
    """An account in the list of all, with its bots; one that is not `connected` has only its books."""

    money: AccountView
    bots: int
    running: int
    connected: bool


@dataclass(frozen=True)
class AccountsView:
    """All accounts; money is shown per account and never added up."""

    lines: tuple[AccountLine, ...]
    opposites: tuple[Opposite, ...]
