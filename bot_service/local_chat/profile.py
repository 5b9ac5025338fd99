"""Methods of the Bot API about the bot itself: who it is, its menus, its chats."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.files import described_file

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Json, Method
    from bot_service.local_chat.store import Store

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_MOST_COMMANDS: Final = 100
_LONGEST_DESCRIPTION: Final = 256
_LONGEST_NAME: Final = 64
_SCOPES: Final = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def _get_me(call: Call) -> Json:
    can = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    return {**call.bot.user, **can, "can_connect_to_business": False, "has_main_web_app": False}


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


def _language(call: Call) -> str:
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
    scope, language, store = _scope(call), _language(call), call.chat.store
    if checked:
        store.save_menu(call.bot.token, scope, language, checked)
    else:
        store.delete_menu(call.bot.token, scope, language)
    return True


def _get_commands(call: Call) -> list[Json]:
    return call.chat.store.menu(call.bot.token, _scope(call), _language(call)) or []


def _delete_commands(call: Call) -> bool:
    call.chat.store.delete_menu(call.bot.token, _scope(call), _language(call))
    return True


def menu_shown(store: Store, token: str, chat_id: int, language: str) -> list[Json]:
    """Return the commands Telegram would show in a chat to a person of that language."""
    everywhere = ("all_private_chats",) if chat_id >= 0 else ("all_group_chats",)
    scopes = [_scope_key("chat", chat_id=chat_id), *map(_scope_key, everywhere), _scope_key("default")]
    for scope in scopes:
        for spoken in (language, ""):
            found = store.menu(token, scope, spoken)
            if found:
                return found
    return []


def _set_name(call: Call) -> bool:
    name = call.params.text("name").strip()
    if len(name) > _LONGEST_NAME:
        raise bad_request("BOT_TITLE_INVALID")
    if name and not _language(call):
        call.chat.store.save_bot(call.bot.token, name)
    return True


def _get_chat(call: Call) -> Json:
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **call.place(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _webhook(call: Call) -> Json:
    waiting = len(call.chat.store.pending_ids(call.bot.token))
    return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}


def _set_webhook(call: Call) -> bool:
    if call.params.text("url"):
        raise bad_request("bad webhook: this server delivers updates by getUpdates only")
    return _delete_webhook(call)


def _delete_webhook(call: Call) -> bool:
    if call.params.flag("drop_pending_updates"):
        ids = call.chat.store.pending_ids(call.bot.token)
        call.chat.store.confirm(call.bot.token, max(ids, default=0) + 1)
    return True


def _agreed(_: Call) -> bool:
    return True


METHODS: Final[dict[str, Method]] = {
    "getMe": _get_me,
    "logOut": _agreed,
    "close": _agreed,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook,
    "setMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "deleteMyCommands": _delete_commands,
    "setMyName": _set_name,
    "setMyDescription": _agreed,
    "setMyShortDescription": _agreed,
    "setChatMenuButton": _agreed,
    "getChat": _get_chat,
    "getFile": described_file,
}
