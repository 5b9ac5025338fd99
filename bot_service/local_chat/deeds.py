"""What people do in the local chat: write, edit, press, block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.formatting import TEXT_LIMIT, formatted, utf16_length
from bot_service.local_chat.groups import in_topic, joined
from bot_service.local_chat.markup import DATA_BYTES
from bot_service.local_chat.store import Person, Query

if TYPE_CHECKING:
    from bot_service.local_chat.chat import LocalChat
    from bot_service.local_chat.shapes import Json

_FIRST_NEW_PERSON: Final = 2001
_LONGEST_NAME: Final = 64


def say(
    chat: LocalChat,
    text: str,
    *,
    user_id: int | None = None,
    chat_id: int | None = None,
    date: int | None = None,
    language: str | None = None,
    reply_to: int | None = None,
    thread_id: int | None = None,
    forwarded: bool = False,
) -> tuple[int, int]:
    """Send a person's message; return the ids of the update and of the message."""
    sender = chat.person(chat.owner_id if user_id is None else user_id, language)
    when = int(chat.now()) if date is None else date
    place = _place(chat, sender, chat_id)
    message = {
        "message_id": chat.store.counters.next("message"),
        "from": sender,
        "chat": place,
        "date": when,
        **in_topic(chat, place["id"], thread_id),
        **_body(text),
    }
    if reply_to is not None:
        message["reply_to_message"] = _quoted(chat, place["id"], reply_to)
    if forwarded:
        message["forward_origin"] = {"type": "hidden_user", "sender_user_name": "Somebody", "date": when}
    chat.store.talk.save(message, None)
    _use_up_keyboard(chat, place["id"])
    return chat.tell("message", message, chat.store.bots.latest()), message["message_id"]


def _place(chat: LocalChat, sender: Json, chat_id: int | None) -> Json:
    number = sender["id"] if chat_id is None else chat_id
    if number < 0:
        return joined(chat, number, sender["id"])
    if number != sender["id"]:
        raise bad_request("a private chat has the id of its person")
    if chat.store.people.blocks(number):
        block(chat, number, blocked=False)
    return chat.private_chat(number)


def _body(text: str) -> Json:
    plain, entities = formatted(text, None)
    if not plain:
        raise bad_request("message text is empty")
    if utf16_length(plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": plain, "entities": entities} if entities else {"text": plain}


def _quoted(chat: LocalChat, chat_id: int, message_id: int) -> Json:
    _, message = _existing(chat, message_id)
    if message["chat"]["id"] != chat_id:
        raise bad_request("message not found")
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _use_up_keyboard(chat: LocalChat, chat_id: int) -> None:
    keyboard = chat.store.people.keyboard(chat_id)
    if keyboard is not None and (keyboard.get("one_time_keyboard") or keyboard.get("force_reply")):
        chat.store.people.save_keyboard(chat_id, None)


def rewrite(chat: LocalChat, message_id: int, text: str, *, user_id: int | None = None) -> int:
    """Let a person edit a message of his own; return the id of the update."""
    author, message = _existing(chat, message_id)
    if author is not None or message["from"]["id"] != (chat.owner_id if user_id is None else user_id):
        raise bad_request("message can't be edited")
    kept = {key: value for key, value in message.items() if key != "entities"}
    message = {**kept, "edit_date": int(chat.now()), **_body(text)}
    chat.store.talk.save(message, None)
    return chat.tell("edited_message", message, chat.store.bots.latest())


def press(chat: LocalChat, message_id: int, data: str, *, user_id: int | None = None) -> tuple[int, int]:
    """Press a button; stale keyboards can be pressed too. Return the ids of update and query."""
    token, message = _existing(chat, message_id)
    if token is None:
        raise bad_request("message has no buttons")
    if not 1 <= len(data.encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    presser = chat.person(chat.owner_id if user_id is None else user_id)
    number, chat_id = chat.store.counters.next("query"), message["chat"]["id"]
    chat.store.updates.save_query(number, token, Query(chat_id, presser["id"], chat.now(), 0))
    query = {
        "id": str(number),
        "from": presser,
        "message": message,
        "chat_instance": str(chat_id),
        "data": data,
    }
    return chat.tell("callback_query", query, token), number


def _existing(chat: LocalChat, message_id: int) -> tuple[str | None, Json]:
    found = chat.store.talk.message(message_id)
    if found is None:
        raise bad_request("message not found")
    return found


def introduce(chat: LocalChat, name: str, language: str | None, user_id: int | None = None) -> int:
    """Add a person to play; return the id."""
    name = name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise bad_request("a name has 1 to 64 characters")
    people = chat.store.people
    if user_id is not None and people.find(user_id) is not None:
        raise bad_request("this person is here already")
    if user_id is None:
        user_id = max([_FIRST_NEW_PERSON - 1, *(one.user_id for one in people.all())]) + 1
    owner = people.find(chat.owner_id)
    spoken = language or (owner.language if owner else "id")
    people.save(Person(user_id, name, spoken, "guest"))
    return user_id


def block(chat: LocalChat, chat_id: int, *, blocked: bool) -> None:
    """Let a person block the bot (or a group throw it out), or let it in again; the bot is told."""
    if chat.store.people.blocks(chat_id) == blocked:
        return
    chat.store.people.block(chat_id, blocked=blocked)
    token = chat.store.bots.latest()
    if not token:
        return
    bot = chat.bot(token).user
    gone: Json = {"status": "kicked", "user": bot, "until_date": 0}
    here: Json = {"status": "member", "user": bot}
    private = chat_id > 0
    change: dict[str, Any] = {
        "chat": chat.private_chat(chat_id) if private else chat.chat_of(chat_id),
        "from": chat.person(chat_id if private else chat.owner_id),
        "date": int(chat.now()),
        "old_chat_member": here if blocked else gone,
        "new_chat_member": gone if blocked else here,
    }
    chat.tell("my_chat_member", change, token)
