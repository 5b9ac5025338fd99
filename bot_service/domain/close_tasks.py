"""Positions that somebody wants closed: what was confirmed, how far it is, and which comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.trading import Position, Side


class TaskState(StrEnum):
    """How far an ordered closing is; SENT: an answer to a position without bot was not written yet."""

    WAITING = "waiting"
    SENT = "sent"
    CHECKING = "checking"
    MARKET_CLOSED = "market_closed"
    DONE = "done"
    GONE = "gone"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """Tell whether something is still to be done."""
        return self in _OPEN


_OPEN = frozenset({TaskState.WAITING, TaskState.SENT, TaskState.CHECKING, TaskState.MARKET_CLOSED})


@dataclass(frozen=True)
class CloseTask:
    """One position that somebody wants closed; all times but `opens` are wall time.

    Attributes:
        lots: what was confirmed; never more is closed.
        bot_id: whose the position is; None: no bot's.
        whole: False where only a part was meant and the rest stays.
        actor: who ordered it; None: the console.
        after_intent: orders of the position up to this one were there before.
        sent_lots: the position's lots when an order without intent was sent last, `sent_at` when, `ref` with
            which comment.
    """

    position_id: int
    ticket: int
    symbol: str
    side: Side
    lots: Decimal
    batch: str
    ordered_at: datetime
    bot_id: int | None = None
    name: str = ""
    whole: bool = True
    actor: int | None = None
    after_intent: int = 0
    state: TaskState = TaskState.WAITING
    tries: int = 0
    tried_at: datetime | None = None
    not_before: datetime | None = None
    reject_class: str = ""
    retcode: int = 0
    opens: datetime | None = None
    closed_lots: Decimal = Decimal(0)
    net: Decimal | None = None
    ref: str = ""
    sent_lots: Decimal | None = None
    sent_at: datetime | None = None
    finished_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Tell whether the broker may be asked now."""
        return self.state.open and (self.not_before is None or self.not_before <= now)


def by_urgency(positions: Iterable[Position], *, oldest_first: bool = False) -> tuple[Position, ...]:
    """Return positions in the order in which they are closed: without stop first, then the largest loss.

    `oldest_first` is for accounts that close the oldest of a symbol first, whichever is named: each symbol
    keeps its places in the order and fills them by age.
    """
    ranked = sorted(positions, key=_urgency)
    if not oldest_first:
        return tuple(ranked)
    by_age = sorted(ranked, key=lambda item: (item.opened_at, item.ticket))
    waiting = {symbol: _of(symbol, by_age) for symbol in {item.symbol for item in ranked}}
    return tuple(waiting[item.symbol].pop(0) for item in ranked)


def floating(positions: Iterable[Position]) -> Decimal:
    """Return what positions are worth now."""
    return sum((item.profit + item.swap for item in positions), Decimal(0))


def _of(symbol: str, positions: Sequence[Position]) -> list[Position]:
    return [item for item in positions if item.symbol == symbol]


def _urgency(position: Position) -> tuple[bool, Decimal, int]:
    return (position.stop_loss is not None, position.profit + position.swap, position.ticket)
