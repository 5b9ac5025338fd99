"""The world behind the Bot API: people, groups, bots, messages, presses and the updates they cause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.bell import Bell
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.faults import FaultBook
from bot_service.local_chat.formatting import formatted, utf16_length
from bot_service.local_chat.polls import Polls
from bot_service.local_chat.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

Json = dict[str, Any]

TEXT_LIMIT: Final = 4096
CALLBACK_DATA_BYTES: Final = 64
QUERY_LIFETIME_S: Final = 60.0
TYPING_LASTS_S: Final = 5.0
OWNER_NAME: Final = "Trader"
_TOKEN = re.compile(r"(\d+):[A-Za-z0-9_-]{35}")
_QUERY = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Bot:
    """Name one bot by its token."""

    token: str
    name: str

    @property
    def user(self) -> Json:
        """Return the bot as the User object of its messages."""
        number = int(self.token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": self.name, "username": f"local_{number}_bot"}


class LocalChat:
    """Hold the state of the local chat; the server's event loop is its only user.

    Args:
        data_dir: where `chat.db` lies; None keeps everything in memory.
        clock: the wall clock, aware UTC.
        owner_id: the person of the page, whose private chat exists from the start.
        any_token: accept every well-formed token; otherwise only those of `tokens`.
        tokens: the accepted tokens if `any_token` is off.
        bot_name: how a bot is called until it names itself.
        language: what the owner speaks until he chooses.
    """

    def __init__(
        self,
        data_dir: Path | None,
        *,
        clock: Callable[[], datetime],
        owner_id: int = 1001,
        any_token: bool = True,
        tokens: Collection[str] = (),
        bot_name: str = "Bot Service",
        language: str = "id",
    ) -> None:
        self.store = Store(None if data_dir is None else data_dir / "chat.db")
        self.clock = clock
        self.owner_id = owner_id
        self.faults = FaultBook()
        self.bell = Bell()
        self.polls = Polls(self.bell)
        self.closing = False
        self._tokens = None if any_token else frozenset(tokens)
        self._bot_name = bot_name
        self._typing: dict[int, float] = {}
        if self.store.person(owner_id) is None:
            self.store.save_person(owner_id, OWNER_NAME, language)
        self.store.commit()

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        return self.clock().timestamp()

    def shut(self) -> None:
        """End all waiting polls, because the server stops."""
        self.closing = True
        self.bell.ring()

    # Who is who

    def bot(self, token: str) -> Bot:
        """Return the bot of a token, new ones included.

        Raises:
            ApiError: 401, the token is malformed or not accepted here.
        """
        if not _TOKEN.fullmatch(token) or (self._tokens is not None and token not in self._tokens):
            raise ApiError(401, "Unauthorized")
        name = self.store.bot_name(token)
        if name is None:
            name = self._bot_name
            self.store.save_bot(token, name)
            # Other calls may be served, and roll back, before this one writes again.
            self.store.commit()
        return Bot(token, name)

    def person(self, user_id: int, language: str | None = None) -> Json:
        """Return a person as User object; a new one gets a name, a given language is remembered."""
        known = self.store.person(user_id)
        name, spoken = known or (f"User {user_id}", "id")
        if known is None or (language and language != spoken):
            spoken = language or spoken
            self.store.save_person(user_id, name, spoken)
        return {"id": user_id, "is_bot": False, "first_name": name, "language_code": spoken}

    def chat_of(self, chat_id: int) -> Json:
        """Return a chat as Chat object.

        Raises:
            ApiError: nobody has ever written there.
        """
        title = self.store.room(chat_id)
        if title is not None:
            return {"id": chat_id, "type": "supergroup", "title": title}
        known = self.store.person(chat_id)
        if known is None:
            raise bad_request("chat not found")
        return {"id": chat_id, "type": "private", "first_name": known[0]}

    # What people do

    def say(
        self,
        text: str,
        *,
        user_id: int | None = None,
        chat_id: int | None = None,
        date: int | None = None,
        language: str | None = None,
    ) -> tuple[int, int]:
        """Send a person's message; return the ids of the update and of the message."""
        sender = self.person(self.owner_id if user_id is None else user_id, language)
        place = sender["id"] if chat_id is None else chat_id
        if place < 0 and self.store.room(place) is None:
            self.store.save_room(place, f"Group {-place}")
        if place >= 0 and place != sender["id"]:
            raise bad_request("a private chat has the id of its person")
        message = {
            "message_id": self.store.next("message"),
            "from": sender,
            "chat": self.chat_of(place),
            "date": int(self.now()) if date is None else date,
            **_body(text),
        }
        self.store.save_message(message, None)
        return self._tell("message", message, self.store.latest_bot()), message["message_id"]

    def rewrite(self, message_id: int, text: str, *, user_id: int | None = None) -> int:
        """Let a person edit a message of his own; return the id of the update."""
        author, message = self._existing(message_id)
        if author is not None or message["from"]["id"] != (self.owner_id if user_id is None else user_id):
            raise bad_request("message can't be edited")
        kept = {key: value for key, value in message.items() if key != "entities"}
        message = {**kept, "edit_date": int(self.now()), **_body(text)}
        self.store.save_message(message, None)
        return self._tell("edited_message", message, self.store.latest_bot())

    def press(self, message_id: int, data: str, *, user_id: int | None = None) -> tuple[int, int]:
        """Press a button; stale keyboards can be pressed too. Return the ids of update and query."""
        token, message = self._existing(message_id)
        if token is None:
            raise bad_request("message has no buttons")
        if not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        presser = self.person(self.owner_id if user_id is None else user_id)
        number, chat_id = self.store.next("query"), message["chat"]["id"]
        self.store.save_query(number, token, chat_id, presser["id"], self.now())
        query = {
            "id": str(number),
            "from": presser,
            "message": message,
            "chat_instance": str(chat_id),
            "data": data,
        }
        return self._tell("callback_query", query, token), number

    def _existing(self, message_id: int) -> tuple[str | None, Json]:
        found = self.store.message(message_id)
        if found is None:
            raise bad_request("message not found")
        return found

    def _tell(self, kind: str, content: Json, token: str) -> int:
        update_id = self.store.next("update")
        wanted = self.store.allowed(token)
        if not wanted or kind in wanted:
            self.store.save_update({"update_id": update_id, kind: content}, token)
        return update_id

    # What bots do

    def post(
        self, bot: Bot, place: Json, content: Json, *, reply_to: Json | None = None, silent: bool = False
    ) -> Json:
        """Append a bot's message to a chat and return it."""
        message = {
            "message_id": self.store.next("message"),
            "from": bot.user,
            "chat": place,
            "date": int(self.now()),
            **content,
        }
        if reply_to is not None:
            message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
        self._typing.pop(place["id"], None)
        self.store.save_message(message, bot.token, silent=silent)
        return message

    def own_message(self, bot: Bot, chat_id: int, message_id: int, purpose: str) -> Json:
        """Return a bot's own message.

        Raises:
            ApiError: it does not exist there, or somebody else wrote it.
        """
        found = self.store.message(message_id)
        if found is None or found[1]["chat"]["id"] != chat_id:
            raise bad_request(f"message to {purpose} not found")
        if found[0] != bot.token:
            raise bad_request(f"message can't be {purpose}ed")
        return found[1]

    def replace(self, bot: Bot, message: Json) -> Json:
        """Put a new form of a message in the place of the old one and return it."""
        message = {**message, "edit_date": int(self.now())}
        self.store.save_message(message, bot.token)
        return message

    def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message; the transcript gets the shape Telegram uses for one that is gone (date 0)."""
        found = self.store.message(message_id)
        if found is None or found[1]["chat"]["id"] != chat_id:
            raise bad_request("message to delete not found")
        self.store.delete_message(found[1])
        gone = {"message_id": message_id, "chat": found[1]["chat"], "date": 0}
        self.store.append(chat_id, "message", gone)

    def answer(self, bot: Bot, query_id: str, toast: Json) -> None:
        """Answer a press; only the first answer is shown.

        Raises:
            ApiError: the query is unknown, another bot's, or too old.
        """
        found = self.store.query(int(query_id), bot.token) if _QUERY.fullmatch(query_id) else None
        if found is None or self.now() - found[2] > QUERY_LIFETIME_S:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        chat_id, user_id, _, answered = found
        if not answered:
            self.store.answered(int(query_id))
            facts = {"callback_query_id": query_id, "chat_id": chat_id, "user_id": user_id}
            self.store.append(chat_id, "toast", {**facts, **toast})

    def act(self, chat_id: int) -> None:
        """Show for some seconds that the bot is busy in a chat."""
        self._typing[chat_id] = self.now()

    def is_typing(self, chat_id: int) -> bool:
        """Tell whether a bot said within the last seconds that it is busy."""
        return 0 <= self.now() - self._typing.get(chat_id, float("-inf")) < TYPING_LASTS_S

    # What is seen

    def transcript(self, after: int, chat_id: int | None) -> Json:
        """Return messages and toasts behind a number, and the number to go on from."""
        seen: dict[str, list[Json]] = {"message": [], "toast": []}
        last = after
        for seq, kind, body in self.store.entries(after, chat_id):
            seen[kind].append({**body, "seq": seq})
            last = seq
        return {"messages": seen["message"], "toasts": seen["toast"], "next": last}


def _body(text: str) -> Json:
    plain, entities = formatted(text, None)
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities} if entities else {"text": plain}
