"""Find the commands."""

from __future__ import annotations

from bot_service.domain import plugins
from bot_service.telegram_bot import commands
from bot_service.telegram_bot.registry import REGISTRY, Registry


def load() -> Registry:
    """Return the registry with every command file read."""
    plugins.modules(commands.__name__, commands.__path__)
    return REGISTRY
