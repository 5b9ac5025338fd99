"""Methods of the Bot API about the topics of a forum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.groups import ICON_COLORS, open_topic

if TYPE_CHECKING:
    from bot_service.local_chat.calls import Call, Method
    from bot_service.local_chat.shapes import Json

_LONGEST_NAME: Final = 128


def _name(call: Call) -> str:
    name = call.params.text("name").strip()
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise bad_request("TOPIC_TITLE_INVALID" if name else "topic name must be non-empty")
    return name


def _create(call: Call) -> Json:
    place, name = call.open_place(), _name(call)
    color = call.params.integer("icon_color", ICON_COLORS[0])
    if color not in ICON_COLORS:
        raise bad_request("invalid topic icon color specified")
    topic = {"name": name, "icon_color": color}
    number = open_topic(call.chat, call.bot.user, call.bot.token, place["id"], topic)
    return {"message_thread_id": number, **topic}


def _change(call: Call, change: Json | None) -> bool:
    place, number = call.open_place(), call.params.integer("message_thread_id")
    topic = call.chat.store.rooms.topics(place["id"]).get(number)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    after = None if change is None else {**topic, **change}
    if after == topic:
        raise bad_request("TOPIC_NOT_MODIFIED")
    call.chat.store.rooms.save_topic(place["id"], number, after)
    return True


def _edit(call: Call) -> bool:
    return _change(call, {"name": _name(call)} if call.params.given("name") else {})


def _close(call: Call) -> bool:
    return _change(call, {"closed": True})


def _reopen(call: Call) -> bool:
    return _change(call, {"closed": False})


def _delete(call: Call) -> bool:
    return _change(call, None)


METHODS: Final[dict[str, Method]] = {
    "createForumTopic": _create,
    "editForumTopic": _edit,
    "closeForumTopic": _close,
    "reopenForumTopic": _reopen,
    "deleteForumTopic": _delete,
}
