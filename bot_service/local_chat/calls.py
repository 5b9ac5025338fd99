from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot_service.local_chat.chat import Bot, LocalChat
from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.params import Params

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Carry what a method of the Bot API needs to know of one call."""

    chat: LocalChat
    bot: Bot
    params: Params

    def place(self) -> Json:
        """Return the chat the call is about.

        Raises:
            ApiError: it is not named, or nobody has ever written there.
        """
        name = self.params.text("chat_id").strip()
        if not name:
            raise bad_request("chat_id is empty")
        if not name.removeprefix("-").isdecimal():
            raise bad_request("chat not found")
        return self.chat.chat_of(int(name))


Method = Callable[[Call], Any]
