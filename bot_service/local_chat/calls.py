from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot_service.local_chat.chat import Bot, LocalChat
from bot_service.local_chat.errors import bad_request, forbidden
from bot_service.local_chat.faults import BLOCKED
from bot_service.local_chat.params import Params
from bot_service.local_chat.shapes import Json


@dataclass(frozen=True)
class Call:
    """Carry what a method of the Bot API needs to know of one call."""

    chat: LocalChat
    bot: Bot
    params: Params

    def place(self, name: str = "chat_id") -> Json:
        """Return the chat the call is about.

        Raises:
            ApiError: it is not named, or nobody has ever written there.
        """
        found = self.params.text(name).strip()
        if not found:
            raise bad_request(f"{name} is empty")
        number = self.params.chat_number(name)
        if number is None:
            raise bad_request("chat not found")
        return self.chat.chat_of(number)

    def open_place(self) -> Json:
        """Return the chat the call wants to write in.

        Raises:
            ApiError: there is none, or the bot may not write there.
        """
        place = self.place()
        number = place["id"]
        if self.chat.store.people.blocks(number):
            raise forbidden(BLOCKED if number > 0 else f"bot was kicked from the {place['type']} chat")
        if number > 0 and number != self.chat.owner_id and not self.chat.store.talk.spoken(number):
            raise forbidden("bot can't initiate conversation with a user")
        return place


Method = Callable[[Call], Any]
