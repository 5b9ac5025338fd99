"""Before each attempt at an order: may it be sent, is it the same order, was it executed after all."""

from __future__ import annotations

from dataclasses import replace

from bot_service.domain.bots import Bot, BotStatus
from bot_service.domain.errors import BotNotFound
from bot_service.domain.trading import ExitCause, Intent, Purpose
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import holds, later, ordered


def may_send(uow: UnitOfWork, bot: Bot, draft: Intent) -> bool:
    """Tell whether a bot may send an order at this very moment, whatever its tick has read before."""
    # Read again: since the tick was claimed somebody may have stopped, edited or held the bot.
    if any(intent.id != draft.id for intent in uow.intents.unsettled(bot_id=bot.id)):
        return False
    if draft.cause is not None:
        # Somebody may have taken the order to close back since it was read.
        ours = draft.cause is ExitCause.OPERATOR
        return not ours or draft.position_id in ordered.open_of(uow, draft.account_id)
    try:
        current = uow.bots.get(bot.id)
    except BotNotFound:
        return False
    if not current.running or current.settings != bot.settings:
        return False
    if draft.purpose is Purpose.CLOSE:
        return True
    held = current.held or holds.standing(uow, draft.account_id, bot.id)
    return current.status is BotStatus.ACTIVE and held is None


def stored(uow: UnitOfWork, bot: Bot, draft: Intent) -> Intent:
    """Store what an order is to be; one that waited for a later try becomes pending again.

    Raises:
        Conflict: the same order was wanted before.
    """
    earlier = later.entry(uow, bot, draft.bar_time) if draft.purpose is Purpose.OPEN else None
    if earlier is None or not earlier.intent_id:
        return uow.intents.add(draft)
    # The same signal is the same order: one row and one reference, whatever was refused before.
    return uow.intents.renew(replace(draft, id=earlier.intent_id))


def is_there(terminal: Terminal, intent: Intent) -> bool:
    """Tell whether an opening that was refused has a position after all."""
    if intent.purpose is Purpose.CLOSE:
        return False
    return any(
        intent.ref in item.comment
        or (item.magic == intent.magic and intent.bar_time is not None and item.opened_at > intent.bar_time)
        for item in terminal.positions()
    )
