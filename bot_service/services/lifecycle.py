"""Small truths about a bot's life that several use cases share."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import (
    Bot,
    BotSettings,
    BotStatus,
    Fault,
    Trigger,
    Waiting,
    next_due,
    next_status,
)
from bot_service.domain.events import BotDeleted, BotFaulted, BotFlat, BotStopped
from bot_service.domain.market import bar_open
from bot_service.domain.trading import Intent, Position
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk


def last_closed_bar(settings: BotSettings, now: datetime, offset: timedelta) -> datetime:
    """Return the open of the newest bar that is closed at a moment."""
    return bar_open(now, settings.timeframe, offset) - settings.timeframe.duration


def interval(settings: BotSettings) -> timedelta:
    """Return the longest time between two ticks of a bot."""
    if settings.check_interval_s is None:
        return settings.timeframe.duration
    return min(timedelta(seconds=settings.check_interval_s), settings.timeframe.duration)


def due_after(bot: Bot, account: Account, now: datetime, *, spread: bool = True) -> datetime:
    """Return a bot's next tick after a moment; `spread` must be what the ticker has."""
    return next_due(bot.id, bot.settings, now, account.server_offset, spread=spread)


def looking_ahead(desk: Desk, bot: Bot, account: Account, settings: BotSettings) -> Bot:
    """Return a running bot with only bars ahead that close from now on under its new settings."""
    if not bot.running:
        return bot
    now = desk.market.now()
    return replace(
        bot,
        last_evaluated_bar=last_closed_bar(settings, now, account.server_offset),
        due_at=due_after(replace(bot, settings=settings), account, now, spread=desk.spread),
    )


def is_busy(uow: UnitOfWork, bot: Bot) -> bool:
    """Tell whether a bot still has an unfinished tick or an order without outcome."""
    return bot.claimed_at is not None or bool(uow.intents.unsettled(bot_id=bot.id))


def mark_stopping(uow: UnitOfWork, bot_id: int) -> None:
    """Remember that somebody was told that this bot is still stopping."""
    uow.set_value(f"stopping:{bot_id}", "1")


def clear_stopping(uow: UnitOfWork, bot_id: int) -> None:
    """Forget that a bot was stopping."""
    if uow.get_value(f"stopping:{bot_id}"):
        uow.set_value(f"stopping:{bot_id}", "")


def finish_stop(uow: UnitOfWork, bot: Bot, now: datetime) -> None:
    """Record that a bot has stopped if it was reported busy and this was its last unfinished act."""
    if bot.running or not uow.get_value(f"stopping:{bot.id}") or is_busy(uow, bot):
        return
    clear_stopping(uow, bot.id)
    uow.record(BotStopped(happened_at=now, account_id=bot.account_id, bot_id=bot.id, name=bot.settings.name))


def stop_if_flat(uow: UnitOfWork, bot: Bot, now: datetime, wall: datetime) -> bool:
    """Stop an exit-only bot; the caller knows that it has no position and no order on its way."""
    if bot.status is not BotStatus.EXIT_ONLY:
        return False
    stopped = next_status(bot.id, bot.status, Trigger.FLAT)
    uow.bots.save(replace(bot, status=stopped, waiting=None, held=None, due_at=None, stopped_at=wall))
    uow.record(BotFlat(happened_at=now, account_id=bot.account_id, bot_id=bot.id, name=bot.settings.name))
    return True


def fault(
    uow: UnitOfWork, bot: Bot, cause: Fault, now: datetime, detail: str, position: Position | None
) -> None:
    """Set a running bot to ERROR and name the position it leaves open."""
    if not uow.bots.set_fault(bot.id, cause):
        return
    uow.record(
        BotFaulted(
            happened_at=now,
            account_id=bot.account_id,
            bot_id=bot.id,
            name=bot.settings.name,
            fault=cause,
            detail=detail,
            ticket=None if position is None else position.ticket,
            stop_loss=None if position is None else position.stop_loss,
        )
    )


def delete(uow: UnitOfWork, desk: Desk, bot: Bot, actor: int | None, answered_chat: int | None) -> Bot:
    """Mark a bot deleted; the caller knows that this may be."""
    deleted = uow.bots.save(replace(bot, deleted_at=desk.wall.now()))
    uow.record(
        BotDeleted(
            happened_at=desk.market.now(),
            account_id=bot.account_id,
            bot_id=bot.id,
            actor=actor,
            name=bot.settings.name,
        ),
        answered_chat=answered_chat,
    )
    return deleted


def unfinished_exits(uow: UnitOfWork, account_id: int) -> dict[int, int]:
    """Return the position of each bot whose decided exit was not executed yet."""
    stored = uow.get_value(f"exits:{account_id}")
    return {int(bot_id): int(position) for bot_id, position in json.loads(stored or "{}").items()}


def note_exit(uow: UnitOfWork, account_id: int, bot_id: int, position_id: int | None) -> None:
    """Remember an exit that has to be tried again, or forget it (None)."""
    exits = unfinished_exits(uow, account_id)
    if exits.get(bot_id) == position_id:
        return
    if position_id is None:
        exits.pop(bot_id, None)
    else:
        exits[bot_id] = position_id
    uow.set_value(f"exits:{account_id}", json.dumps(exits))


def note_unknown(uow: UnitOfWork, intent_id: int, at: datetime) -> None:
    """Keep since when (wall time) an outcome is unknown: a call that hung may have sent its order late."""
    uow.set_value(f"unknown_since:{intent_id}", at.isoformat())


def on_its_way_since(uow: UnitOfWork, intent: Intent) -> datetime:
    """Return the last moment (wall time) at which an order may have left for the broker."""
    stored = uow.get_value(f"unknown_since:{intent.id}")
    return max(intent.created_at, datetime.fromisoformat(stored)) if stored else intent.created_at


def wait_for(uow: UnitOfWork, bot: Bot, waiting: Waiting | None) -> None:
    """Write why a bot does nothing just now, if that is news."""
    if waiting is None and bot.waiting is Waiting.TRADING_LOCKED:
        return  # an open market ends no lock; only the account's own permission does
    if bot.waiting is not waiting:
        uow.bots.set_waiting(bot.account_id, waiting, [bot.id])


def note_last_seen(uow: UnitOfWork, account_id: int, at: datetime) -> None:
    """Keep when the process before this one looked at an account for the last time (wall time)."""
    uow.set_value(f"last_seen:{account_id}", at.isoformat())


def last_seen(uow: UnitOfWork, account_id: int) -> datetime | None:
    """Return when the process before this one looked at an account for the last time."""
    stored = uow.get_value(f"last_seen:{account_id}")
    return None if not stored else datetime.fromisoformat(stored)


def note_resuming(uow: UnitOfWork, *, resuming: bool) -> None:
    """Remember whether bots still wait until the updates of the time before this start were read."""
    uow.set_value("resuming", "1" if resuming else "")


def is_resuming(uow: UnitOfWork) -> bool:
    """Tell whether nobody may let a bot tick yet: a stop that waits must win."""
    return bool(uow.get_value("resuming"))
