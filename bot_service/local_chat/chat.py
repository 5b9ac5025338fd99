"""The world behind the Bot API: its clock, its bots, who is who, and what is seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot_service.local_chat.bell import Bell
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.faults import FaultBook
from bot_service.local_chat.pace import Pace
from bot_service.local_chat.polls import Polls
from bot_service.local_chat.store import Person, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot_service.local_chat.shapes import Json
    from bot_service.local_chat.store import Room

TYPING_LASTS_S: Final = 5.0
OWNER_NAME: Final = "Trader"
_TOKEN = re.compile(r"(\d+):[A-Za-z0-9_-]{35}")


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
        cast: more people to play on the page; the bot can't write to them before they wrote to it.
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
        cast: Sequence[Person] = (),
    ) -> None:
        self.store = Store(None if data_dir is None else data_dir / "chat.db")
        self.owner_id = owner_id
        self.faults = FaultBook()
        self.pace = Pace()
        self.bell = Bell()
        self.polls = Polls(self.bell)
        self.closing = False
        self._clock = clock
        self._ahead = 0.0
        self._tokens = None if any_token else frozenset(tokens)
        self._bot_name = bot_name
        self._typing: dict[int, float] = {}
        for person in (Person(owner_id, OWNER_NAME, language, "owner"), *cast):
            if self.store.people.find(person.user_id) is None:
                self.store.people.save(person)
        self.store.commit()

    def now(self) -> float:
        """Return the wall clock in seconds since 1970."""
        return self._clock().timestamp() + self._ahead

    def step(self, seconds: float) -> None:
        """Let the chat's clock jump ahead."""
        self._ahead += seconds

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
        name = self.store.bots.name(token)
        if name is None:
            name = self._bot_name
            self.store.bots.save(token, name)
            # Other calls may be served, and roll back, before this one writes again.
            self.store.commit()
        return Bot(token, name)

    def person(self, user_id: int, language: str | None = None) -> Json:
        """Return a person as User object; a new one gets a name, a given language is remembered."""
        known = self.store.people.find(user_id)
        person = known or Person(user_id, f"User {user_id}", "id")
        person = person._replace(language=language or person.language)
        if person != known:
            self.store.people.save(person)
        return {
            "id": user_id,
            "is_bot": False,
            "first_name": person.name,
            "language_code": person.language,
        }

    def chat_of(self, chat_id: int) -> Json:
        """Return a chat as Chat object.

        Raises:
            ApiError: nobody has ever written there, or the group has another number by now.
        """
        room = self.store.rooms.find(chat_id)
        if room is not None:
            return _group(room)
        known = self.store.people.find(chat_id)
        if known is None or not (chat_id == self.owner_id or known.note == "" or self._met(chat_id)):
            raise bad_request("chat not found")
        return {"id": chat_id, "type": "private", "first_name": known.name}

    def _met(self, chat_id: int) -> bool:
        return self.store.talk.spoken(chat_id)

    def private_chat(self, user_id: int) -> Json:
        """Return the private chat of a person, whether or not a word was said there."""
        return {"id": user_id, "type": "private", "first_name": self.person(user_id)["first_name"]}

    # What is going on

    def act(self, chat_id: int) -> None:
        """Show for some seconds that the bot is busy in a chat."""
        self._typing[chat_id] = self.now()

    def rest(self, chat_id: int) -> None:
        """Show no longer that the bot is busy."""
        self._typing.pop(chat_id, None)

    def is_typing(self, chat_id: int) -> bool:
        """Tell whether a bot said within the last seconds that it is busy."""
        return 0 <= self.now() - self._typing.get(chat_id, float("-inf")) < TYPING_LASTS_S

    def tell(self, kind: str, content: Json, token: str) -> int:
        """Queue an update for a bot that wants this kind, and return the update's id."""
        update_id = self.store.counters.next("update")
        wanted = self.store.bots.allowed(token)
        if not wanted or kind in wanted:
            self.store.updates.save({"update_id": update_id, kind: content}, token)
        return update_id

    def transcript(self, after: int, chat_id: int | None) -> Json:
        """Return messages and toasts behind a number, and the number to go on from."""
        seen: dict[str, list[Json]] = {"message": [], "toast": []}
        last = after
        for seq, kind, body in self.store.talk.entries(after, chat_id):
            seen[kind].append({**body, "seq": seq})
            last = seq
        return {"messages": seen["message"], "toasts": seen["toast"], "next": last}


def _group(room: Room) -> Json:
    moved = room.facts.get("migrated_to")
    if moved is not None:
        reason = "group chat was upgraded to a supergroup chat"
        raise bad_request(reason, migrate_to_chat_id=moved)
    kind = room.facts.get("type", "supergroup")
    chat = {"id": room.chat_id, "type": kind, "title": room.title}
    return {**chat, "is_forum": True} if room.facts.get("is_forum") else chat
