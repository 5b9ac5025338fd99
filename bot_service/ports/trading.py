"""What is stored of accounts, bots, orders and trades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot_service.domain.accounts import Account, AccountDay
from bot_service.domain.bots import Bot, BotSettings, BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.guards import GuardPeriod
from bot_service.domain.market import (
    AccountIdentity,
    LinkCause,
)
from bot_service.domain.protection import Protection
from bot_service.domain.trading import (
    ClosedTrade,
    Deal,
    Intent,
    Snapshot,
)


class Bots(Protocol):
    """Stored bots; deleted ones are only found with `deleted=True`."""

    def add(self, account_id: int, settings: BotSettings, at: datetime) -> Bot:
        """Store a new stopped bot, version 1; ids are never used twice."""

    def get(self, bot_id: int, *, deleted: bool = False) -> Bot:
        """Return a bot.

        Raises:
            BotNotFound: there is none.
        """

    def all(
        self,
        account_id: int | None = None,
        *,
        ids: Iterable[int] | None = None,
        status: BotStatus | None = None,
        waiting: Waiting | None = None,
        broker_symbols: Iterable[str] | None = None,
        due_before: datetime | None = None,
        deleted: bool = False,
        limit: int | None = None,
    ) -> tuple[Bot, ...]:
        """Return all bots by id, or those with the given properties; deleted ones only when asked for."""

    def first_made(self, account_id: int) -> datetime | None:
        """Return when the oldest of an account's present bots was made."""

    def page(self, offset: int, limit: int, status: BotStatus | None = None) -> tuple[Bot, ...]:
        """Return some of all bots by id, or of those with a status."""

    def tally(
        self, account_id: int | None = None
    ) -> dict[tuple[BotStatus, Waiting | None, Held | None], int]:
        """Return how many bots there are of each kind, everywhere or in an account."""

    def save(self, bot: Bot) -> Bot:
        """Write status, reasons and times if the stored version equals `bot.version`; return it as stored.

        The version rises by one.

        Raises:
            VersionConflict: it was changed meanwhile.
        """

    def edit(self, bot: Bot, settings: BotSettings, at: datetime, actor: int) -> Bot:
        """Write new settings as a new version, compare-and-set as `save`."""

    def settings_of(self, bot_id: int) -> tuple[tuple[int, datetime, BotSettings], ...]:
        """Return (version, since, settings) of all versions, oldest first."""

    def versions_of(self, bot_ids: Iterable[int]) -> dict[int, tuple[tuple[int, datetime, BotSettings], ...]]:
        """Return what `settings_of` says of each of some bots."""

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Return the tags of all present bots that have any."""

    def set_tags(self, bot_id: int, tags: Iterable[str]) -> None:
        """Write all tags of a bot."""

    def stop_all(
        self, bot_ids: Sequence[int] | None, at: datetime, sent_at: datetime, batch: str
    ) -> tuple[int, ...]:
        """Set every running or faulted bot of the ids (None: all) to STOPPED in ONE update; return their ids.

        Bots started after `sent_at` (wall time, `started_at` > sent_at) are left alone.
        """

    def glance(self, bot_id: int) -> Glance | None:
        """Return what tells whether a tick of a bot is worth a claim; None where the bot does not run."""

    def claim(self, bot_id: int, now: datetime, due: datetime, next_due: datetime) -> Bot | None:
        """Take a tick in one UPDATE: the bot runs, nobody has this tick, `due_at` <= due; None: leave it.

        Sets `claimed_at` = now and `due_at` = next_due. `claim` and `release` don't change the version.
        """

    def release(self, bot_id: int) -> Bot:
        """End a claim and return the bot as it is now."""

    def release_all(self) -> None:
        """End all claims: at start-up nobody else can hold one."""

    def evaluated(self, bot_id: int, bar_time: datetime) -> None:
        """Store the last evaluated bar; the version stays."""

    def set_waiting(
        self, account_id: int, waiting: Waiting | None, bot_ids: Sequence[int] | None = None
    ) -> int:
        """Set or clear the waiting reason of an account's running bots; return how many changed."""

    def set_held(self, bot_id: int, held: Held | None) -> None:
        """Set or clear the held reason."""

    def set_fault(self, bot_id: int, fault: Fault) -> bool:
        """Set a running bot to ERROR; False if it does not run any more."""


class Intents(Protocol):
    """Orders that the service wanted, written before they are sent."""

    def add(self, draft: Intent) -> Intent:
        """Store a pending intent; `id` and `ref` of the draft are ignored and given.

        Raises:
            Conflict: an opening for this (bot, bar), or a closing of this position without outcome, exists.
        """

    def renew(self, intent: Intent) -> Intent:
        """Make an intent that was refused, or is still pending, pending again with the values given.

        `ref` and everything that makes it the same order stay; outcome fields are emptied.

        Raises:
            Conflict: it has another outcome by now.
        """

    def settle(self, intent: Intent) -> None:
        """Write state and outcome fields of an intent."""

    def get(self, intent_id: int) -> Intent:
        """Return an intent."""

    def unsettled(self, account_id: int | None = None, bot_id: int | None = None) -> tuple[Intent, ...]:
        """Return pending and unknown intents, oldest first."""

    def of_position(self, account_id: int, position_id: int) -> tuple[Intent, ...]:
        """Return all intents that opened or close a position."""

    def open_positions(self, account_id: int, bot_id: int | None = None) -> dict[int, Intent]:
        """Return the filled opening intents whose position has no closed trade yet, by position id."""

    def owners(self, account_id: int) -> dict[int, int]:
        """Return whose the open positions are: bot ids by position id."""

    def newest_opening(self, account_id: int, symbol: str, before: datetime) -> Intent | None:
        """Return the last executed opening of a symbol whose bar began before a moment (market time)."""

    def opening_bars(
        self, account_id: int, symbol: str, since: datetime, until: datetime
    ) -> tuple[datetime, ...]:
        """Return the bars with since <= bar < until in which openings of a symbol were executed, by time."""

    def openings(self, bot_id: int, since: datetime, limit: int) -> tuple[Intent, ...]:
        """Return a bot's newest openings of bars after a moment (market time), newest first."""

    def by_ref(self, account_id: int, ref: str) -> Intent | None:
        """Return the intent with this reference."""


class Protections(Protocol):
    """What is known of the levels of open positions that we opened, one row each."""

    def all(self, account_id: int) -> dict[int, Protection]:
        """Return an account's rows by position id."""

    def get(self, account_id: int, position_id: int) -> Protection | None:
        """Return a position's row."""

    def save(self, protection: Protection) -> None:
        """Write a position's row."""

    def forget(self, account_id: int, position_ids: Iterable[int]) -> None:
        """Delete the rows of positions that have ended."""


class Books(Protocol):
    """Deals, closed trades and days; deals are the truth, the rest can be rebuilt."""

    def add_deals(self, account_id: int, deals: Iterable[Deal]) -> tuple[Deal, ...]:
        """Store deals not stored yet and return those that were new."""

    def deals(self, account_id: int, since: datetime, until: datetime) -> tuple[Deal, ...]:
        """Return deals with since <= time < until, oldest first."""

    def deals_of(self, account_id: int, position_id: int) -> tuple[Deal, ...]:
        """Return a position's deals, oldest first."""

    def first_deal_time(self, account_id: int) -> datetime | None:
        """Return the time of the oldest stored deal."""

    def last_deal_time(self, account_id: int) -> datetime | None:
        """Return the time of the newest stored deal."""

    def add_trade(self, trade: ClosedTrade) -> bool:
        """Store a closed trade once; False if it was there."""

    def rewrite_trades(
        self, account_id: int, trades: Iterable[ClosedTrade], removed: Iterable[int] = ()
    ) -> None:
        """Write trades over what is stored of their positions, and delete those of some positions."""

    def trades(
        self, account_id: int | None, since: datetime, until: datetime, bot_id: int | None = None
    ) -> tuple[ClosedTrade, ...]:
        """Return trades closed in since <= t < until, oldest first."""

    def closed_by_hand(self, account_id: int, since: datetime, until: datetime) -> tuple[ClosedTrade, ...]:
        """Return the bots' trades that a person closed in since <= t < until, oldest first."""

    def trades_open_at(self, account_id: int, at: datetime) -> tuple[ClosedTrade, ...]:
        """Return the trades that were opened before a moment and closed at it or later."""

    def trades_of(self, account_id: int, position_ids: Sequence[int]) -> tuple[ClosedTrade, ...]:
        """Return the closed trades of some positions, oldest first."""

    def balance_at(self, account_id: int, at: datetime) -> Decimal:
        """Return the sum of all deals before a moment: the balance by the books."""

    def save_day(self, day: AccountDay) -> None:
        """Write the money of a trading day."""

    def day(self, account_id: int, day: date) -> AccountDay | None:
        """Return the money of a trading day."""


class Guards(Protocol):
    """The money between the resets of an account's guards."""

    def period(self, account_id: int) -> GuardPeriod | None:
        """Return the newest period."""

    def save(self, period: GuardPeriod) -> None:
        """Write a period."""


class Accounts(Protocol):
    """Stored accounts and their snapshots."""

    def add(self, account: Account) -> Account:
        """Store an account; `id` is ignored and given."""

    def get(self, account_id: int) -> Account:
        """Return an account."""

    def all(self) -> tuple[Account, ...]:
        """Return all accounts by id."""

    def find(self, identity: AccountIdentity) -> Account | None:
        """Return the account of an identity."""

    def set_link(self, account_id: int, lost_at: datetime | None, cause: LinkCause | None) -> bool:
        """Write the state of the link; False if it was already so."""

    def set_label(self, account_id: int, label: str) -> None:
        """Write what an account is called."""

    def set_currency(self, account_id: int, currency: str) -> None:
        """Write in which currency an account counts."""

    def set_day(self, account: Account) -> None:
        """Write when an account's days end and are reported."""

    def set_clock(self, account_id: int, market_time: datetime, server_offset: timedelta) -> None:
        """Keep where the market clock stands."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the account's snapshot."""

    def snapshot(self, account_id: int) -> Snapshot | None:
        """Return the newest snapshot, None before the first."""
