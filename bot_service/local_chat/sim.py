"""What a person does, for the page and for tests: POST and DELETE on `/sim/…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from bot_service.local_chat import deeds, groups
from bot_service.local_chat.botapi import refusal
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.orders import read_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot_service.local_chat.chat import LocalChat
    from bot_service.local_chat.orders import Order
    from bot_service.local_chat.shapes import Json

_DONE: Final = {"ok": True}
_MOST_SECONDS: Final = 10 * 365 * 86_400


async def answer(request: Request) -> Response:
    """Answer a POST on `/sim/…` by its last path segment."""
    chat: LocalChat = request.app.state.chat
    try:
        deed = _known(request.path_params["deed"])
        result = deed(chat, await read_order(request))
    except ApiError as error:
        chat.store.rollback()
        return refusal(error)
    chat.store.commit()
    chat.bell.ring()
    return JSONResponse(result)


async def clear_faults(request: Request) -> Response:
    """Answer `DELETE /sim/fault`."""
    chat: LocalChat = request.app.state.chat
    chat.faults.clear()
    chat.bell.ring()
    return JSONResponse(_DONE)


def _message(chat: LocalChat, order: Order) -> Json:
    update_id, message_id = deeds.say(
        chat,
        order.text("text"),
        user_id=order.number_or_none("user_id"),
        chat_id=order.number_or_none("chat_id"),
        date=order.number_or_none("date"),
        language=order.language(),
        reply_to=order.number_or_none("reply_to"),
        thread_id=order.number_or_none("message_thread_id"),
        forwarded=order.flag("forwarded"),
    )
    return {"update_id": update_id, "message_id": message_id}


def _press(chat: LocalChat, order: Order) -> Json:
    user_id = order.number_or_none("user_id")
    update_id, query_id = deeds.press(chat, order.number("message_id"), order.text("data"), user_id=user_id)
    return {"update_id": update_id, "callback_query_id": str(query_id)}


def _edit(chat: LocalChat, order: Order) -> Json:
    user_id = order.number_or_none("user_id")
    return {"update_id": deeds.rewrite(chat, order.number("message_id"), order.text("text"), user_id=user_id)}


def _language(chat: LocalChat, order: Order) -> Json:
    user_id = order.number_or_none("user_id")
    chat.person(chat.owner_id if user_id is None else user_id, order.language())
    return _DONE


def _person(chat: LocalChat, order: Order) -> Json:
    wished = order.number_or_none("user_id")
    if wished is not None and wished < 1:
        raise bad_request("user_id must be positive")
    return {"user_id": deeds.introduce(chat, order.text("name"), order.language(), wished)}


def _block(chat: LocalChat, order: Order) -> Json:
    chat_id = order.number("chat_id")
    if chat.store.people.find(chat_id) is None and chat.store.rooms.find(chat_id) is None:
        raise bad_request("chat not found")
    deeds.block(chat, chat_id, blocked=order.flag("blocked", default=True))
    return _DONE


def _group(chat: LocalChat, order: Order) -> Json:
    topics = order.several("topics", str)
    chat_id = groups.found(
        chat,
        order.text("title"),
        order.several("user_ids", int),
        kind=order.text("type", "supergroup"),
        forum=order.flag("is_forum", default=bool(topics)),
    )
    numbers = [_opened(chat, chat_id, name) for name in topics]
    return {"chat_id": chat_id, "message_thread_ids": numbers}


def _topic(chat: LocalChat, order: Order) -> Json:
    return {"message_thread_id": _opened(chat, order.number("chat_id"), order.text("name"))}


def _opened(chat: LocalChat, chat_id: int, name: str) -> int:
    if not name.strip():
        raise bad_request("a topic has a name")
    color = groups.ICON_COLORS[len(chat.store.rooms.topics(chat_id)) % len(groups.ICON_COLORS)]
    topic = {"name": name.strip(), "icon_color": color}
    return groups.open_topic(chat, chat.person(chat.owner_id), None, chat_id, topic)


def _migrate(chat: LocalChat, order: Order) -> Json:
    return {"chat_id": groups.upgrade(chat, order.number("chat_id"))}


def _fault(chat: LocalChat, order: Order) -> Json:
    fault = chat.faults.add(order.body, chat.now())
    if fault.kind == "offline":
        chat.polls.cut_all()
    if fault.kind == "conflict":
        chat.polls.oust_all()
    return _DONE


def _limits(chat: LocalChat, order: Order) -> Json:
    chat.pace.limit(order.body)
    return _DONE


def _clock(chat: LocalChat, order: Order) -> Json:
    seconds = order.number("seconds")
    if not 0 <= seconds <= _MOST_SECONDS:
        raise bad_request("the clock goes forward, ten years at most")
    chat.step(seconds)
    return {"date": int(chat.now())}


_DEEDS: Final = {
    "message": _message,
    "press": _press,
    "edit": _edit,
    "language": _language,
    "person": _person,
    "block": _block,
    "group": _group,
    "topic": _topic,
    "migrate": _migrate,
    "fault": _fault,
    "limits": _limits,
    "clock": _clock,
}


def _known(name: str) -> Callable[[LocalChat, Order], Json]:
    if name not in _DEEDS:
        raise ApiError(404, "Not Found")
    return _DEEDS[name]
