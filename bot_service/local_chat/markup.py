"""Check keyboards as strictly as Telegram does."""

from __future__ import annotations

import re
from typing import Any, Final

from bot_service.local_chat.errors import bad_request

Json = dict[str, Any]

_ACTIONS: Final = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_DATA_BYTES: Final = 64
_MOST_BUTTONS: Final = 100
_URL = re.compile(r"(?:https?://[^\s/]+\.[^\s]+|tg://\S+)", re.IGNORECASE)


def checked_markup(markup: Any, *, only_inline: bool = False) -> Json | None:
    """Return the inline keyboard to show under a message, None for every other kind of markup.

    Raises:
        ApiError: the markup has not the shape of the Bot API, or a button breaks a limit.
    """
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [
            [_inline_button(button) for button in row]
            for row in _rows(markup["inline_keyboard"], "InlineKeyboardButton")
        ]
        if sum(map(len, rows)) > _MOST_BUTTONS:
            raise bad_request("REPLY_MARKUP_TOO_LONG")
        rows = [row for row in rows if row]
        return {"inline_keyboard": rows} if rows else None
    if only_inline and markup:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        for row in _rows(markup["keyboard"], "KeyboardButton"):
            for button in row:
                _button_text(button if isinstance(button, dict) else {"text": button}, "KeyboardButton")
    return None


def _rows(rows: Any, kind: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {kind} keyboard: field must be an Array of Arrays")
    return rows


def _button_text(button: Json, kind: str) -> str:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'can\'t parse {kind}: Field "text" must be of type String')
    if not text.strip():
        raise bad_request(f"can't parse {kind}: Text must be non-empty")
    return text.strip()


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse InlineKeyboardButton: Object expected")
    text = _button_text(button, "InlineKeyboardButton")
    actions = [action for action in _ACTIONS if button.get(action) is not None]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is allowed")
    action, value = actions[0], button[actions[0]]
    if action == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= _DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not (isinstance(value, str) and _URL.fullmatch(value)):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return {"text": text, action: value}
