"""Where an update came from: a chat, and in a forum one of its topics."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update


@dataclass(frozen=True)
class Place:
    """A chat and its topic, 0 for none."""

    chat_id: int
    thread_id: int = 0
    title: str = ""


def place_of(update: Update) -> Place | None:
    """Return where an update came from."""
    chat = update.effective_chat
    if chat is None:
        return None
    message = update.callback_query.message if update.callback_query else update.message
    topic = 0
    # Replies outside of forums have a thread too, but it is no topic.
    if isinstance(message, Message) and message.is_topic_message:
        topic = message.message_thread_id or 0
    return Place(chat.id, topic, chat.title or "")
