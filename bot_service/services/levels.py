"""How the levels of open positions changed after their opening, and whose hand it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.events import (
    Event,
    PositionChanged,
    StopMissing,
    StopMoved,
    StopRemoved,
    StopRestored,
)
from bot_service.domain.trading import Intent
from bot_service.mentor.replay import Levels
from bot_service.ports import UnitOfWork

KINDS: tuple[type[Event], ...] = (PositionChanged, StopMissing, StopMoved, StopRemoved, StopRestored)


@dataclass(frozen=True)
class LevelChange:
    """The levels of a position from a moment on; `kind` None: the service or the broker did it."""

    position_id: int
    levels: Levels
    kind: ActKind | None
    user_id: int | None


def opening_levels(opening: Intent, opened_at: datetime) -> Levels:
    """Return the levels with which a position was opened."""
    return Levels(opening.stop_loss, opening.take_profit, opened_at)


def changes_of(uow: UnitOfWork, account: Account, since: datetime, until: datetime) -> dict[int, list[Event]]:
    """Return what changed levels with since <= market time < until, by position, oldest first."""
    found: dict[int, list[Event]] = {}
    for _, event in uow.happened(KINDS, since, until, account.id):
        found.setdefault(getattr(event, "position_id", 0), []).append(event)
    return found


def walked(events: Iterable[Event], begin: Levels) -> Sequence[LevelChange]:
    """Return the levels after each of a position's events, from those of its opening on."""
    changes: list[LevelChange] = []
    levels = begin
    for event in events:
        change = _change(event, levels)
        if change is not None:
            changes.append(change)
            levels = change.levels
    return changes


def levels_at(events: Iterable[Event], begin: Levels, at: datetime) -> Levels:
    """Return the levels that a position has at a moment."""
    before = [change.levels for change in walked(events, begin) if change.levels.since < at]
    return before[-1] if before else begin


def _change(event: Event, levels: Levels) -> LevelChange | None:
    at = event.happened_at
    match event:
        case StopMissing(position_id=number):
            return LevelChange(number, Levels(None, levels.take_profit, at), None, None)
        case StopRestored(position_id=number, stop_loss=stop):
            kind = None if event.actor is None else ActKind.MOVE_STOP
            return LevelChange(number, Levels(stop, levels.take_profit, at), kind, event.actor)
        case StopRemoved(position_id=number):
            return LevelChange(number, Levels(None, levels.take_profit, at), ActKind.REMOVE_STOP, None)
        case StopMoved(position_id=number, stop_loss=stop):
            return LevelChange(number, Levels(stop, levels.take_profit, at), ActKind.MOVE_STOP, event.actor)
        case PositionChanged():
            return _changed(event)
    return None


def _changed(event: PositionChanged) -> LevelChange | None:
    kind = ActKind.MOVE_STOP if event.stop_before != event.stop_loss else None
    if kind is None and event.target_before != event.take_profit:
        kind = ActKind.MOVE_TARGET
    if kind is None:
        return None
    levels = Levels(event.stop_loss, event.take_profit, event.happened_at)
    return LevelChange(event.position_id, levels, kind, None)


def money_at_stop(opening: Intent, planned: Decimal, price_open: Decimal, stop: Decimal) -> Decimal | None:
    """Return what is lost at a stop, counted by what is lost at the planned one; 0 where it wins."""
    if opening.stop_loss is None:
        return None
    planned_distance = opening.side.sign * (price_open - opening.stop_loss)
    if planned_distance <= 0:
        return None
    return max(planned * opening.side.sign * (price_open - stop) / planned_distance, Decimal(0))
