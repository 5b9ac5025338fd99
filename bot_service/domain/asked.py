"""What a person asked for in the chat, kept until it was answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """Something somebody wrote or pressed.

    `text` is the command line without slash or the button's data; "" where it is nobody else's business.
    `pressed` is the message whose button it was, 0 for a written one.
    """

    chat_id: int
    user_id: int
    name: str
    text: str = ""
    pressed: int = 0
    thread_id: int = 0
    reply_to: int = 0
