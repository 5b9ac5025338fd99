"""Methods of the Bot API about a bot's commands, and the menu that people see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.shapes import Json
    from bot_service.local_chat.store import Store

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_MOST_COMMANDS: Final = 100
_LONGEST_DESCRIPTION: Final = 256
_SCOPES: Final = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def _scope(call: Call) -> str:
    scope = call.params.structure("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type")
    try:
        ids = {key: int(scope[key]) for key in _SCOPES[kind]}
    except (KeyError, TypeError, ValueError):
        raise bad_request("chat not found") from None
    if "chat_id" in ids:
        call.chat.chat_of(ids["chat_id"])
    return _scope_key(kind, **ids)


def _scope_key(kind: str, **ids: int) -> str:
    return json.dumps({"type": kind, **ids}, sort_keys=True)


def asked_language(call: Call) -> str:
    """Return the two letters of the language a call is about, empty for all."""
    language = call.params.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: Object expected")
    name, about = command.get("command"), command.get("description")
    if not isinstance(name, str) or not isinstance(about, str):
        raise bad_request("can't parse BotCommand: String expected")
    name = name.removeprefix("/")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(about.strip()) <= _LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": about.strip()}


def _set_commands(call: Call) -> bool:
    commands = call.params.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: Array expected")
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(command) for command in commands]
    scope, language, store = _scope(call), asked_language(call), call.chat.store.bots
    if checked:
        store.save_menu(call.bot.token, scope, language, checked)
    else:
        store.delete_menu(call.bot.token, scope, language)
    return True


def _get_commands(call: Call) -> list[Json]:
    return call.chat.store.bots.menu(call.bot.token, _scope(call), asked_language(call)) or []


def _delete_commands(call: Call) -> bool:
    call.chat.store.bots.delete_menu(call.bot.token, _scope(call), asked_language(call))
    return True


def menu_shown(store: Store, token: str, chat_id: int, user_id: int, language: str) -> list[Json]:
    """Return the commands Telegram would show in a chat to a person of that language."""
    for scope in _scopes_of(chat_id, user_id):
        for spoken in (language, ""):
            found = store.bots.menu(token, scope, spoken)
            if found:
                return found
    return []


def _scopes_of(chat_id: int, user_id: int) -> list[str]:
    if chat_id >= 0:
        return [_scope_key("chat", chat_id=chat_id), *map(_scope_key, ("all_private_chats", "default"))]
    return [
        _scope_key("chat_member", chat_id=chat_id, user_id=user_id),
        _scope_key("chat_administrators", chat_id=chat_id),
        _scope_key("chat", chat_id=chat_id),
        *map(_scope_key, ("all_chat_administrators", "all_group_chats", "default")),
    ]


METHODS: Final[dict[str, Method]] = {
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
}
