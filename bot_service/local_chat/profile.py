"""Methods of the Bot API about the bot itself, its chats and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.files import described_file
from bot_service.local_chat.menus import asked_language

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.shapes import Json

_LONGEST_NAME: Final = 64
_GIFTS: Final = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def _get_me(call: Call) -> Json:
    can = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    return {**call.bot.user, **can, "can_connect_to_business": False, "has_main_web_app": False}


def _set_name(call: Call) -> bool:
    name = call.params.text("name").strip()
    if len(name) > _LONGEST_NAME:
        raise bad_request("BOT_TITLE_INVALID")
    if name and not asked_language(call):
        call.chat.store.bots.save(call.bot.token, name)
    return True


def _get_chat(call: Call) -> Json:
    return {
        **call.place(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }


def _get_member(call: Call) -> Json:
    place, user_id = call.place(), call.params.integer("user_id")
    if user_id == call.bot.user["id"]:
        return {"status": "member", "user": call.bot.user}
    if call.chat.store.people.find(user_id) is None:
        raise bad_request("member not found")
    user = call.chat.person(user_id)
    if place["id"] > 0 or user_id in call.chat.store.rooms.members(place["id"]):
        if place["id"] < 0 and user_id == call.chat.owner_id:
            return {"status": "creator", "user": user, "is_anonymous": False}
        return {"status": "member", "user": user}
    return {"status": "left", "user": user}


def _agreed(_: Call) -> bool:
    return True


METHODS: Final[dict[str, Method]] = {
    "getMe": _get_me,
    "logOut": _agreed,
    "close": _agreed,
    "setMyName": _set_name,
    "setMyDescription": _agreed,
    "setMyShortDescription": _agreed,
    "setChatMenuButton": _agreed,
    "getChat": _get_chat,
    "getChatMember": _get_member,
    "getFile": described_file,
}
