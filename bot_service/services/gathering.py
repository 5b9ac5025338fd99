"""Which waiting alerts go out as one message: after an outage, and when they are too many.

Critical alerts never wait for others. What was held back on purpose (`not_before` without a failed try) is no
sign of an outage.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain.events import (
    LONG_AWAY_S,
    AccessEnded,
    CheckInDue,
    Level,
    ReportReady,
    ServiceResumed,
    TelegramRestored,
    WaitOver,
    WeeklyLetterReady,
)
from bot_service.ports import OutboxRow, UnitOfWork
from bot_service.services.chats import polled_at

DIGEST_AFTER = timedelta(seconds=LONG_AWAY_S)
"""How long an alert has waited, or the service was away, before there is one digest of all."""

BUNDLE_EVERY = timedelta(minutes=10)
"""How long alerts are gathered once an hour has had too many."""

AN_HOUR = timedelta(hours=1)
MOST = 100
LATE_REPLY = "late_reply"
_ALONE = frozenset(
    {ReportReady.code, AccessEnded.code, CheckInDue.code, WaitOver.code, WeeklyLetterReady.code}
)


def gathers(row: OutboxRow) -> bool:
    """Tell whether a row may stand in a digest; a report has its picture, a question its buttons."""
    return LATE_REPLY not in row.payload and row.payload.get("event") not in _ALONE


def is_report(row: OutboxRow) -> bool:
    """Tell whether a row is the report of a day."""
    return row.payload.get("event") == ReportReady.code


def beside(row: OutboxRow, other: OutboxRow) -> bool:
    """Tell whether another row is the report of the same day and was not sent yet."""
    return is_report(other) and not other.edits and other.payload.get("day") == row.payload.get("day")


def was_held(row: OutboxRow) -> bool:
    """Tell whether a row waited on purpose."""
    return row.not_before is not None and row.attempts == 0


def is_after_outage(row: OutboxRow, now: datetime) -> bool:
    """Tell whether a row shows that nothing could be sent for a while."""
    if resumed_late(row.payload):
        return True
    return not was_held(row) and now - row.recorded_at >= DIGEST_AFTER


def resumed_late(payload: dict[str, Any]) -> bool:
    """Tell whether an alert says that the service was away for long."""
    away = int(payload.get("down_s", 0)) if payload.get("event") == ServiceResumed.code else 0
    return away >= LONG_AWAY_S


def away_for(uow: UnitOfWork, rows: Sequence[OutboxRow], now: datetime) -> timedelta:
    """Return how long nothing went out, as far as anybody knows."""
    told = [int(row.payload.get("lost_s", 0)) for row in rows if _restores(row)]
    told += [int(row.payload.get("down_s", 0)) for row in rows if resumed_late(row.payload)]
    waited = max(now - row.recorded_at for row in rows)
    looked = polled_at(uow)
    silent = now - looked if looked is not None else timedelta(0)
    return max(waited, silent, timedelta(seconds=max(told, default=0)))


def too_many(uow: UnitOfWork, row: OutboxRow, per_hour: int, now: datetime) -> bool:
    """Tell whether a chat has had its number of messages for this hour; 0: any number."""
    if not per_hour or row.level == Level.CRITICAL:
        return False
    return uow.outbox.messages_since(row.chat_id, now - AN_HOUR) >= per_hour


def covered_by(uow: UnitOfWork, row: OutboxRow) -> int | None:
    """Return the digest that has told already that Telegram was away, None where there is none."""
    if not _restores(row):
        return None
    kept = uow.get_value(_key(row.chat_id))
    if not kept:
        return None
    at, _space, message_id = kept.partition(" ")
    began = row.recorded_at - timedelta(seconds=int(row.payload.get("lost_s", 0)))
    return int(message_id) if datetime.fromisoformat(at) >= began else None


def told(uow: UnitOfWork, chat_id: int, message_id: int, at: datetime) -> None:
    """Remember a chat's digest."""
    uow.set_value(_key(chat_id), f"{at.isoformat()} {message_id}")


def _restores(row: OutboxRow) -> bool:
    return row.payload.get("event") == TelegramRestored.code


def _key(chat_id: int) -> str:
    return f"digest:{chat_id}"
