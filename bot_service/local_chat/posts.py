"""What bots do in the local chat: send, change, delete, answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from bot_service.local_chat.chat import Bot, LocalChat
    from bot_service.local_chat.shapes import Json

QUERY_LIFETIME_S: Final = 60.0
_QUERY = re.compile(r"[0-9]{1,18}")


def post(
    chat: LocalChat,
    bot: Bot,
    place: Json,
    content: Json,
    *,
    reply_to: Json | None = None,
    silent: bool = False,
) -> Json:
    """Append a bot's message to a chat and return it."""
    message = {
        "message_id": chat.store.counters.next("message"),
        "from": bot.user,
        "chat": place,
        "date": int(chat.now()),
        **content,
    }
    if reply_to is not None:
        message["reply_to_message"] = {k: v for k, v in reply_to.items() if k != "reply_to_message"}
    chat.rest(place["id"])
    chat.store.talk.save(message, bot.token, silent=silent)
    return message


def own_message(chat: LocalChat, bot: Bot, chat_id: int, message_id: int, purpose: str) -> Json:
    """Return a bot's own message.

    Raises:
        ApiError: it does not exist there, or somebody else wrote it.
    """
    found = chat.store.talk.message(message_id)
    if found is None or found[1]["chat"]["id"] != chat_id:
        raise bad_request(f"message to {purpose} not found")
    if found[0] != bot.token:
        raise bad_request(f"message can't be {purpose}ed")
    return found[1]


def replace(chat: LocalChat, bot: Bot, message: Json) -> Json:
    """Put a new form of a message in the place of the old one and return it."""
    message = {**message, "edit_date": int(chat.now())}
    chat.store.talk.save(message, bot.token)
    return message


def delete(chat: LocalChat, chat_id: int, message_id: int) -> None:
    """Delete a message; the transcript gets the shape Telegram uses for one that is gone (date 0)."""
    found = chat.store.talk.message(message_id)
    if found is None or found[1]["chat"]["id"] != chat_id:
        raise bad_request("message to delete not found")
    chat.store.talk.delete(message_id)
    gone = {"message_id": message_id, "chat": found[1]["chat"], "date": 0}
    chat.store.talk.append(chat_id, "message", gone)


def answer(chat: LocalChat, bot: Bot, query_id: str, toast: Json) -> None:
    """Answer a press; only the first answer is shown.

    Raises:
        ApiError: the query is unknown, another bot's, or too old.
    """
    query = chat.store.updates.query(int(query_id), bot.token) if _QUERY.fullmatch(query_id) else None
    if query is None or chat.now() - query.asked_at > QUERY_LIFETIME_S:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if not query.answered:
        chat.store.updates.answered(int(query_id))
        facts = {"callback_query_id": query_id, "chat_id": query.chat_id, "user_id": query.user_id}
        chat.store.talk.append(query.chat_id, "toast", {**facts, **toast})
