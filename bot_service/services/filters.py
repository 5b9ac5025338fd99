"""Which bots a person wants to see: by state and by tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot_service.domain.bots import Bot, BotStatus, Held
from bot_service.ports import UnitOfWork
from bot_service.services.views import BotFilter

STATES: Mapping[str, Callable[[Bot], bool]] = {
    "active": lambda bot: bot.status is BotStatus.ACTIVE,
    "exit_only": lambda bot: bot.status is BotStatus.EXIT_ONLY,
    "stopped": lambda bot: bot.status is BotStatus.STOPPED,
    "error": lambda bot: bot.status is BotStatus.ERROR,
    "paused": lambda bot: bot.running and bot.held is Held.PAUSE,
    "held": lambda bot: bot.running and bot.held is not None,
    "waiting": lambda bot: bot.running and bot.waiting is not None,
}


def found(uow: UnitOfWork, chosen: BotFilter, tags: Mapping[int, Sequence[str]]) -> tuple[Bot, ...]:
    """Return the bots that a filter lets through, by id."""
    return tuple(
        bot
        for bot in uow.bots.all()
        if (not chosen.states or any(STATES[state](bot) for state in chosen.states))
        and (not chosen.tags or any(tag in chosen.tags for tag in tags.get(bot.id, ())))
    )
