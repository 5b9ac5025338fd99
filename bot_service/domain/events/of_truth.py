"""What a look at the broker's books brings to light: other copies, other hands, what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from bot_service.domain.events.base import Event, Level
from bot_service.domain.market import TradeLock
from bot_service.domain.trading import Side


@dataclass(frozen=True, kw_only=True)
class PositionFacts(Event):
    """Which position an event speaks of."""

    ticket: int
    symbol: str
    side: Side
    lots: Decimal


@dataclass(frozen=True, kw_only=True)
class UnknownPosition(PositionFacts):
    """A position carries our magic number and no order of ours explains it.

    `position_id` is 0 in events that were recorded before positions could be closed from their alert.
    """

    code: ClassVar[str] = "unknown_position"
    level: ClassVar[Level] = Level.CRITICAL
    position_id: int = 0


@dataclass(frozen=True, kw_only=True)
class UnknownPositionClosed(PositionFacts):
    """What became of closing an unknown position; `reject_class` is empty where it was closed."""

    code: ClassVar[str] = "unknown_position_closed"
    level: ClassVar[Level] = Level.TRADE
    outcome: str
    reject_class: str = ""
    retcode: int = 0


@dataclass(frozen=True, kw_only=True)
class SecondCopyTrades(PositionFacts):
    """Somebody else trades with our magic numbers; the facts are those of the first such deal."""

    code: ClassVar[str] = "second_copy_trades"
    level: ClassVar[Level] = Level.CRITICAL
    deals: int


@dataclass(frozen=True, kw_only=True)
class SecondCopyListens(Event):
    """Another program has been reading this bot's updates for a while."""

    code: ClassVar[str] = "second_copy_listens"
    level: ClassVar[Level] = Level.CRITICAL
    lasting_s: int


@dataclass(frozen=True, kw_only=True)
class SecondCopyOver(Event):
    """Nobody else reads the updates any more, or the owner (`actor`) says that the other copy is off."""

    code: ClassVar[str] = "second_copy_over"


@dataclass(frozen=True, kw_only=True)
class TelegramRestored(Event):
    """Telegram answers again."""

    code: ClassVar[str] = "telegram_restored"
    lost_s: int


@dataclass(frozen=True, kw_only=True)
class PositionMissing(PositionFacts):
    """A position of a bot is neither open nor closed by the broker's books."""

    code: ClassVar[str] = "position_missing"
    level: ClassVar[Level] = Level.CRITICAL
    name: str


@dataclass(frozen=True, kw_only=True)
class PositionFound(PositionFacts):
    """A missing position is known again; `is_open` False: the books tell now how it ended."""

    code: ClassVar[str] = "position_found"
    name: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class PositionShared(PositionFacts):
    """A symbol's only position is not wholly the bot's, whose part is `own_lots`."""

    code: ClassVar[str] = "position_shared"
    level: ClassVar[Level] = Level.CRITICAL
    name: str
    own_lots: Decimal


@dataclass(frozen=True, kw_only=True)
class PositionUnshared(Event):
    """A bot has its symbol for itself again."""

    code: ClassVar[str] = "position_unshared"
    name: str
    symbol: str


@dataclass(frozen=True, kw_only=True)
class TradingLocked(Event):
    """The account can be seen but takes no orders from us."""

    code: ClassVar[str] = "trading_locked"
    level: ClassVar[Level] = Level.CRITICAL
    lock: TradeLock
    waiting_bots: int
    open_positions: int


@dataclass(frozen=True, kw_only=True)
class TradingUnlocked(Event):
    """The account takes our orders again."""

    code: ClassVar[str] = "trading_unlocked"
    locked_s: int


@dataclass(frozen=True, kw_only=True)
class CurrencyChanged(Event):
    """The broker counts the account in another currency than it did."""

    code: ClassVar[str] = "currency_changed"
    level: ClassVar[Level] = Level.CRITICAL
    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class CurrencySettled(Event):
    """The owner (`actor`) confirmed the account's currency, or the broker took the change back."""

    code: ClassVar[str] = "currency_settled"
    currency: str
