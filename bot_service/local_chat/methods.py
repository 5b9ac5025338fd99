"""All methods of the Bot API that this server knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot_service.local_chat import edits, menus, messages, profile, topics, webhooks

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Method

METHODS: Final[dict[str, Method]] = {
    **messages.METHODS,
    **edits.METHODS,
    **topics.METHODS,
    **menus.METHODS,
    **webhooks.METHODS,
    **profile.METHODS,
}
