"""Orders that wait: the pause that a broker asks for, and entries tried again while their signal is fresh."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.trading import Intent
from bot_service.ports import UnitOfWork

STALE_AT_LEAST = timedelta(seconds=30)
STALE_SHARE = 0.1
WAITS = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 10, 30))
"""How long an order waits after its first, second, … refusal (wall time); exits go on with the last one."""
CALM = timedelta(minutes=1)
"""How long after a pause the next one begins short again."""


@dataclass(frozen=True)
class LaterEntry:
    """An entry to be tried again; `intent_id` is 0 where nothing was ever sent, `not_before` wall time."""

    intent_id: int
    bar_time: datetime
    not_before: datetime
    tries: int


def lateness(settings: BotSettings, bar_time: datetime, now: datetime) -> timedelta | None:
    """Return how late a signal is (market time) if it is too late to enter on, None while it is fresh."""
    duration = settings.timeframe.duration
    late = now - (bar_time + duration)
    return late if late > max(STALE_AT_LEAST, duration * STALE_SHARE) else None


def paused_until(uow: UnitOfWork, account_id: int, now: datetime) -> datetime | None:
    """Return until when an account sends nothing (wall time), None if it may send."""
    until = _pause(uow, account_id)[0]
    return until if until is not None and now < until else None


def pause(uow: UnitOfWork, account_id: int, now: datetime) -> datetime:
    """Let an account send nothing for a while, longer each time; return until when."""
    last, times = _pause(uow, account_id)
    if last is None or now - last > CALM:
        times = 0
    until = now + WAITS[min(times, len(WAITS) - 1)]
    uow.set_value(_key(account_id), json.dumps({"until": until.isoformat(), "times": times + 1}))
    return until


def end_pause(uow: UnitOfWork, account_id: int) -> None:
    """Forget the pauses: the broker has executed something."""
    if uow.get_value(_key(account_id)):
        uow.set_value(_key(account_id), "")


def entry(uow: UnitOfWork, bot: Bot, bar_time: datetime | None) -> LaterEntry | None:
    """Return what is known of an earlier try of a bot to enter on a bar."""
    found = _entries(uow, bot.account_id).get(bot.id)
    return found if found is not None and found.bar_time == bar_time else None


def postpone(uow: UnitOfWork, bot: Bot, later: LaterEntry) -> None:
    """Let a bot look at the bar of its signal once more, not before the given moment."""
    entries = _entries(uow, bot.account_id)
    entries[bot.id] = later
    _keep(uow, bot.account_id, entries)
    uow.bots.evaluated(bot.id, later.bar_time - bot.settings.timeframe.duration)


def forget_entry(uow: UnitOfWork, bot: Bot) -> None:
    """Try no entry of a bot again."""
    entries = _entries(uow, bot.account_id)
    if entries.pop(bot.id, None) is not None:
        _keep(uow, bot.account_id, entries)


def entries_due(uow: UnitOfWork, account_id: int, now: datetime) -> list[Bot]:
    """Return the running bots that may try their entry again now (wall time)."""
    ready = {bot_id: item for bot_id, item in _entries(uow, account_id).items() if item.not_before <= now}
    if not ready:
        return []
    bots = uow.bots.all(account_id, ids=ready)
    return [bot for bot in bots if bot.running and _wants(bot, ready[bot.id])]


def exit_may_go(uow: UnitOfWork, account_id: int, closings: Sequence[Intent], now: datetime) -> bool:
    """Tell whether an exit may be tried again, after the tries that it has had (wall time)."""
    if paused_until(uow, account_id, now) is not None:
        return False
    if not closings:
        return True
    last = max(intent.created_at for intent in closings)
    return now - last >= WAITS[min(len(closings), len(WAITS)) - 1]


def _wants(bot: Bot, later: LaterEntry) -> bool:
    # A start, an edit or a refusal for good has marked the bar as done since.
    return bot.last_evaluated_bar is not None and bot.last_evaluated_bar < later.bar_time


def _key(account_id: int) -> str:
    return f"sending_paused:{account_id}"


def _pause(uow: UnitOfWork, account_id: int) -> tuple[datetime | None, int]:
    stored = uow.get_value(_key(account_id))
    if not stored:
        return None, 0
    known = json.loads(stored)
    return datetime.fromisoformat(known["until"]), int(known["times"])


def _entries(uow: UnitOfWork, account_id: int) -> dict[int, LaterEntry]:
    stored = uow.get_value(f"later_entries:{account_id}")
    return {
        int(bot_id): LaterEntry(
            item["intent"],
            datetime.fromisoformat(item["bar"]),
            datetime.fromisoformat(item["not_before"]),
            item["tries"],
        )
        for bot_id, item in json.loads(stored or "{}").items()
    }


def _keep(uow: UnitOfWork, account_id: int, entries: dict[int, LaterEntry]) -> None:
    stored = {
        bot_id: {
            "intent": item.intent_id,
            "bar": item.bar_time.isoformat(),
            "not_before": item.not_before.isoformat(),
            "tries": item.tries,
        }
        for bot_id, item in entries.items()
    }
    uow.set_value(f"later_entries:{account_id}", json.dumps(stored))
