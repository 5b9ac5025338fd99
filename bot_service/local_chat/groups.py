"""Groups of the local chat: how they come about, their topics, and their new number after an upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.store import Room

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot_service.local_chat.chat import LocalChat
    from bot_service.local_chat.shapes import Json

ICON_COLORS: Final = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
_SUPERGROUPS: Final = -1_000_000_000_000
_LONGEST_TITLE: Final = 128


def found(
    chat: LocalChat, title: str, members: Collection[int], *, kind: str = "supergroup", forum: bool = False
) -> int:
    """Make a group with the bot in it; return its number."""
    title = title.strip()
    if not 1 <= len(title) <= _LONGEST_TITLE:
        raise bad_request("a title has 1 to 128 characters")
    if kind not in {"group", "supergroup"} or (forum and kind == "group"):
        raise bad_request("type must be group or supergroup, a forum is a supergroup")
    number = chat.store.counters.next("room")
    chat_id = -number if kind == "group" else _SUPERGROUPS - number
    chat.store.rooms.save(Room(chat_id, title, {"type": kind, "is_forum": forum}))
    for user_id in (chat.owner_id, *members):
        chat.person(user_id)
        chat.store.rooms.join(chat_id, user_id)
    return chat_id


def joined(chat: LocalChat, chat_id: int, user_id: int) -> Json:
    """Return a group as Chat object, after a person came in; an unknown group is founded."""
    if chat.store.rooms.find(chat_id) is None:
        chat.store.rooms.save(Room(chat_id, f"Group {-chat_id}", {}))
        chat.store.rooms.join(chat_id, chat.owner_id)
    place = chat.chat_of(chat_id)
    chat.store.rooms.join(chat_id, user_id)
    return place


def in_topic(chat: LocalChat, chat_id: int, thread_id: int | None) -> Json:
    """Return the fields that put a message into a topic; empty for the general one.

    Raises:
        ApiError: there is no such topic.
    """
    if not thread_id:
        return {}
    if thread_id not in chat.store.rooms.topics(chat_id):
        raise bad_request("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def open_topic(chat: LocalChat, author: Json, token: str | None, chat_id: int, topic: Json) -> int:
    """Begin a topic with its service message; return its number."""
    place = chat.chat_of(chat_id)
    if not place.get("is_forum"):
        raise bad_request("the chat is not a forum")
    number = chat.store.counters.next("message")
    chat.store.rooms.save_topic(chat_id, number, topic)
    message = {
        "message_id": number,
        "from": author,
        "chat": place,
        "date": int(chat.now()),
        "message_thread_id": number,
        "is_topic_message": True,
        "forum_topic_created": {"name": topic["name"], "icon_color": topic["icon_color"]},
    }
    chat.store.talk.save(message, token)
    if token is None:
        chat.tell("message", message, chat.store.bots.latest())
    return number


def upgrade(chat: LocalChat, chat_id: int) -> int:
    """Turn a group into a supergroup with a new number, as Telegram does; the bot is told; return it."""
    room = chat.store.rooms.find(chat_id)
    if room is None:
        raise bad_request("chat not found")
    old = chat.chat_of(chat_id)
    new = _SUPERGROUPS - chat.store.counters.next("room")
    facts = {**room.facts, "type": "supergroup"}
    chat.store.rooms.save(Room(new, room.title, facts))
    for from_chat, fields in (
        (old, {"migrate_to_chat_id": new}),
        (chat.chat_of(new), {"migrate_from_chat_id": chat_id}),
    ):
        message = {
            "message_id": chat.store.counters.next("message"),
            "from": chat.person(chat.owner_id),
            "chat": from_chat,
            "date": int(chat.now()),
            **fields,
        }
        chat.store.talk.save(message, None)
        chat.tell("message", message, chat.store.bots.latest())
    chat.store.rooms.move(chat_id, new)
    chat.store.rooms.save(Room(chat_id, room.title, {**room.facts, "migrated_to": new}))
    return new
