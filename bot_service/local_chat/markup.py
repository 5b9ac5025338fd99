"""Check keyboards as strictly as Telegram does."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.shapes import Json

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
DATA_BYTES: Final = 64
_MOST_BUTTONS: Final = 100
_MOST_KEYS: Final = 300
_LONGEST_HINT: Final = 64
_LONGEST_COPY: Final = 256
_STYLES: Final = ("danger", "success", "primary")
_FLAGS: Final = ("is_persistent", "resize_keyboard", "one_time_keyboard")
_URL = re.compile(r"(?:https?://[^\s/]+\.[^\s]+|tg://\S+)", re.IGNORECASE)


class Markup(NamedTuple):
    """Hold what a reply markup means: buttons under the message, or a change of the keys under the input."""

    inline: Json | None = None
    keyboard: Json | None = None
    removed: bool = False


def checked_markup(markup: Any, *, only_inline: bool = False) -> Markup:
    """Return what a reply markup asks for.

    Raises:
        ApiError: the markup has not the shape of the Bot API, or a button breaks a limit.
    """
    if markup is None or markup == "":
        return Markup()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return Markup(inline=_inline(markup))
    if only_inline and markup:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        return Markup(keyboard=_reply_keyboard(markup))
    if markup.get("force_reply") is True:
        return Markup(keyboard={"force_reply": True, **_hint(markup)})
    return Markup(removed=markup.get("remove_keyboard") is True)


def _inline(markup: Json) -> Json | None:
    rows = [
        [_inline_button(button) for button in row]
        for row in _rows(markup["inline_keyboard"], "InlineKeyboardButton")
    ]
    if sum(map(len, rows)) > _MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _reply_keyboard(markup: Json) -> Json:
    rows = [[_key(button) for button in row] for row in _rows(markup["keyboard"], "KeyboardButton")]
    if sum(map(len, rows)) > _MOST_KEYS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    rows = [row for row in rows if row]
    if not rows:
        raise bad_request("reply markup is empty")
    flags = {name: True for name in _FLAGS if markup.get(name) is True}
    return {"keyboard": rows, **flags, **_hint(markup)}


def _hint(markup: Json) -> Json:
    hint = markup.get("input_field_placeholder")
    if not hint:
        return {}
    if not isinstance(hint, str) or len(hint) > _LONGEST_HINT:
        raise bad_request("input field placeholder is too long")
    return {"input_field_placeholder": hint}


def _key(button: Any) -> Json:
    found = button if isinstance(button, dict) else {"text": button}
    return {"text": _button_text(found, "KeyboardButton"), **_style(found)}


def _style(button: Json) -> Json:
    style = button.get("style")
    if style is None:
        return {}
    if style not in _STYLES:
        raise bad_request("can't parse button: unsupported style")
    return {"style": style}


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
    _check_action(action, value)
    return {"text": text, action: value, **_style(button)}


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data" and not (isinstance(value, str) and 1 <= len(value.encode()) <= DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not (isinstance(value, str) and _URL.fullmatch(value)):
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= _LONGEST_COPY:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
