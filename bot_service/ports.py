"""What the inside needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from bot_service.domain.accounts import Account, AccountDay
from bot_service.domain.bots import Bot, BotSettings, BotStatus, Fault, Glance, Held, Waiting
from bot_service.domain.events import Event
from bot_service.domain.findings import CheckIn, DayReport, Mood
from bot_service.domain.jobs import Job
from bot_service.domain.market import (
    AccountIdentity,
    AccountState,
    Bars,
    Instrument,
    LinkCause,
    Tick,
    Timeframe,
)
from bot_service.domain.people import Member, Role, Token
from bot_service.domain.strategy import Analysis
from bot_service.domain.trading import (
    ClosedTrade,
    Deal,
    Intent,
    OrderRequest,
    OrderResult,
    Position,
    Side,
    Snapshot,
)

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time, aware and in UTC."""

    def now(self) -> datetime:
        """Return the present moment."""


class Terminal(Protocol):
    """One account at one broker. Not thread-safe: only its lane calls it.

    Every method raises `TerminalUnavailable` when the truth is out of reach. Prices, lots and money are
    Decimal, times UTC. Symbols are broker symbols, as `resolve` returned them.
    """

    def connect(self) -> None:
        """Connect or reconnect to the account."""

    def close(self) -> None:
        """End the connection."""

    def identity(self) -> AccountIdentity:
        """Return which account is logged in."""

    def server_offset(self) -> timedelta:
        """Return how far the server's clock is ahead of UTC."""

    def account(self) -> AccountState:
        """Return the account's money."""

    def positions(self) -> tuple[Position, ...]:
        """Return all open positions of the account; () means surely none."""

    def resolve(self, symbol: str) -> Instrument:
        """Return the instrument that is surely the one asked for.

        Raises:
            SymbolRefused: no exact or pinned name; candidates inside.
        """

    def instrument(self, symbol: str) -> Instrument:
        """Return a broker symbol's present properties.

        Raises:
            SymbolRefused: the symbol is gone or not tradable.
        """

    def symbols(self, text: str) -> tuple[str, ...]:
        """Return broker symbols whose name contains the text, for people to choose from."""

    def tick(self, symbol: str) -> Tick:
        """Return the present quote.

        Raises:
            MarketDataMissing: there is no quote.
        """

    def closed_bars(self, symbol: str, timeframe: Timeframe, count: int) -> Bars:
        """Return up to `count` newest closed bars; the forming bar is never among them.

        Raises:
            MarketDataMissing: there are none.
        """

    def market_open(self, symbol: str) -> bool:
        """Tell whether the symbol's quotes are fresh and its trade mode is full."""

    def profit(
        self, side: Side, symbol: str, lots: Decimal, price_open: Decimal, price_close: Decimal
    ) -> Decimal:
        """Return the profit of a trade between two prices, in account currency, costs not included."""

    def margin(self, side: Side, symbol: str, lots: Decimal, price: Decimal) -> Decimal:
        """Return the margin of a new position, in account currency."""

    def place(self, request: OrderRequest) -> OrderResult:
        """Send a market order once; an unknown outcome is a result, never an exception."""

    def deals(self, since: datetime) -> tuple[Deal, ...]:
        """Return all deals since a moment, oldest first, including account operations."""

    def deals_of(self, position_id: int) -> tuple[Deal, ...]:
        """Return all deals of a position, oldest first."""


class Bots(Protocol):
    """Stored bots; deleted ones are only found by `get(…, deleted=True)`."""

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
    ) -> tuple[Bot, ...]:
        """Return all bots by id, or those with the given properties."""

    def page(self, offset: int, limit: int, status: BotStatus | None = None) -> tuple[Bot, ...]:
        """Return some of all bots by id, or of those with a status."""

    def tally(self) -> dict[tuple[BotStatus, Waiting | None, Held | None], int]:
        """Return how many bots there are of each kind."""

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

    def by_ref(self, account_id: int, ref: str) -> Intent | None:
        """Return the intent with this reference."""


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

    def trades(
        self, account_id: int | None, since: datetime, until: datetime, bot_id: int | None = None
    ) -> tuple[ClosedTrade, ...]:
        """Return trades closed in since <= t < until, oldest first."""

    def balance_at(self, account_id: int, at: datetime) -> Decimal:
        """Return the sum of all deals before a moment: the balance by the books."""

    def save_day(self, day: AccountDay) -> None:
        """Write the money of a trading day."""

    def day(self, account_id: int, day: date) -> AccountDay | None:
        """Return the money of a trading day."""


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

    def set_clock(self, account_id: int, market_time: datetime, server_offset: timedelta) -> None:
        """Keep where the market clock stands."""

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the account's snapshot."""

    def snapshot(self, account_id: int) -> Snapshot | None:
        """Return the newest snapshot, None before the first."""


class People(Protocol):
    """Members, their settings, pairing codes and confirmations."""

    def add(self, member: Member) -> None:
        """Store or replace a member."""

    def get(self, user_id: int) -> Member | None:
        """Return an active member."""

    def all(self) -> tuple[Member, ...]:
        """Return all active members, the owner first."""

    def remove(self, user_id: int) -> None:
        """Make a member inactive."""

    def set_language(self, user_id: int, language: str) -> None:
        """Write a member's language."""

    def knocked(self, user_id: int, at: datetime) -> bool:
        """Remember a stranger; True the first time."""

    def add_code(self, code_hash: str, role: Role, expires_at: datetime) -> None:
        """Store a pairing code's hash; earlier unused codes of this role end."""

    def use_code(self, code_hash: str, at: datetime) -> Role | None:
        """Use up a pairing code; None when wrong, used or expired."""

    def add_token(self, token: Token) -> None:
        """Store a confirmation."""

    def use_token(self, token_id: str, user_id: int, at: datetime) -> Token:
        """Use up a confirmation.

        Raises:
            ConfirmationRefused: unknown, used, expired or somebody else's.
        """

    def audit(  # one row holds everything that is asked about later
        self,
        at: datetime,
        user_id: int,
        command: str,
        arguments: str,
        result: str,
        detail: dict[str, Any] | None = None,
        *,
        is_lookup: bool = False,
    ) -> None:
        """Write one line of the audit; look-ups are forgotten after 90 days, changes never."""

    def audited(self, since: datetime, until: datetime) -> tuple[dict[str, Any], ...]:
        """Return audit lines, oldest first, as dicts of at, user_id, command, arguments, result, detail."""


class OutboxRow(Protocol):
    """One message on its way to one chat."""

    id: int
    chat_id: int
    user_id: int
    level: str
    payload: dict[str, Any]
    subject: str | None
    attempts: int
    recorded_at: datetime


class Outbox(Protocol):
    """Alerts on their way; the sender claims, sends and marks."""

    def claim(self, chat_id: int, now: datetime, lease: timedelta) -> OutboxRow | None:
        """Take the chat's next row: critical first, then by id; None when nothing is due.

        A row whose lease ran out is due again.
        """

    def chats_due(self, now: datetime) -> tuple[int, ...]:
        """Return the chats that have a row due."""

    def release_all(self) -> None:
        """End all leases: when a sender begins, nobody else is sending."""

    def sent(self, row_id: int, message_id: int, at: datetime) -> None:
        """Mark a row as sent."""

    def later(self, row_id: int, not_before: datetime, error: str) -> None:
        """Give a row back until a moment; attempts rise by one."""

    def dead(self, row_id: int, error: str) -> None:
        """Mark a row that can't be delivered."""

    def reply_to(self, chat_id: int, subject: str) -> int | None:
        """Return the message id of the first sent row of this subject in this chat."""

    def pending(self) -> int:
        """Return how many rows wait."""

    def add_message(self, chat_id: int, user_id: int, payload: dict[str, Any], at: datetime) -> None:
        """Queue a message that is no event's alert."""


class Journal(Protocol):
    """Check-ins, notes and reports."""

    def add_check_in(self, user_id: int, account_id: int, check_in: CheckIn) -> None:
        """Store a check-in."""

    def correct_check_in(self, user_id: int, account_id: int, at: datetime, mood: Mood) -> None:
        """Change the mood of the newest check-in."""

    def check_ins(self, account_id: int, since: datetime, until: datetime) -> tuple[CheckIn, ...]:
        """Return check-ins, oldest first."""

    def add_note(self, user_id: int, account_id: int, at: datetime, text: str) -> None:
        """Store a note."""

    def notes(self, account_id: int, since: datetime, until: datetime) -> tuple[str, ...]:
        """Return notes, oldest first."""

    def save_report(self, report: DayReport, at: datetime) -> bool:
        """Store or update the report of an account and day; True when it is new."""

    def report(self, account_id: int, day: date) -> DayReport | None:
        """Return a stored report."""

    def reported_days(self, account_id: int) -> tuple[date, ...]:
        """Return the days with a report of a finished day, oldest first."""

    def save_analysis(self, bot_id: int, analysis: Analysis) -> None:
        """Keep a bot's newest analysis."""

    def analysis(self, bot_id: int) -> Analysis | None:
        """Return a bot's newest analysis."""


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction; what is not committed when it ends never happened."""

    bots: Bots
    intents: Intents
    books: Books
    accounts: Accounts
    people: People
    outbox: Outbox
    journal: Journal

    def record(self, event: Event, *, answered_chat: int | None = None) -> None:
        """Collect an event: one history row, and one outbox row per chat of its audience.

        `answered_chat` gets its answer directly and therefore no alert.
        """

    def history(
        self, *, bot_id: int | None = None, limit: int = 50, before_id: int | None = None
    ) -> tuple[tuple[int, datetime, Event], ...]:
        """Return (id, recorded_at, event), newest first."""

    def seen_update(self, update_id: int, at: datetime) -> bool:
        """Remember an executed Telegram update; True if it was remembered before."""

    def get_value(self, key: str) -> str | None:
        """Return a small stored value of the service."""

    def set_value(self, key: str, value: str) -> None:
        """Store a small value of the service."""

    def commit(self) -> None:
        """Write everything at once."""


class Database(Protocol):
    """Opens units of work."""

    def write(self) -> UnitOfWork:
        """Begin a writing transaction at once (BEGIN IMMEDIATE)."""

    def read(self) -> UnitOfWork:
        """Begin a reading transaction; commit is refused."""


class Ticker(Protocol):
    """Fires ticks when they are due."""

    def schedule(self, bot: Bot, account: Account, first_due: datetime) -> None:
        """Let a bot tick from now on; replaces an earlier schedule."""

    def cancel(self, bot_ids: Iterable[int]) -> None:
        """End the ticks of bots."""


class Lanes(Protocol):
    """One worker per account; runs jobs by priority."""

    def submit(self, job: Job) -> None:
        """Queue a job; of waiting jobs with the same key only the newest stays."""

    def discard_ticks(self, bot_ids: Iterable[int]) -> None:
        """Throw away waiting ticks of bots."""

    def ask(self, account_id: int, question: Callable[[Terminal], T], timeout_s: float = 3.0) -> T:
        """Let the lane ask its terminal before any tick, and wait for the answer.

        Raises:
            TerminalUnavailable: no answer in time, or the account has no terminal.
        """


Handler = Callable[[Job], None]
