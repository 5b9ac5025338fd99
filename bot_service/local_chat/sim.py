"""What a person does and sees, for the page and for tests: `/sim/…`."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from bot_service.local_chat.botapi import refusal
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.labels import page_labels
from bot_service.local_chat.profile import menu_shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot_service.local_chat.chat import LocalChat

Json = dict[str, Any]

_LONGEST_WAIT_S: Final = 25
_LANGUAGES: Final = ("id", "en")
_KINDS: Final = {int: "a number", str: "a text"}


class Order:
    """Read the JSON body of a request, field by field."""

    def __init__(self, body: Json) -> None:
        self.body = body

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        return str(self._field(name, str, needed=True))

    def number(self, name: str) -> int:
        """Return a number that must be there."""
        return int(self._field(name, int, needed=True))

    def number_or_none(self, name: str) -> int | None:
        """Return a number that may be absent."""
        found = self._field(name, int, needed=False)
        return None if found is None else int(found)

    def language(self) -> str | None:
        """Return the language code if one is given."""
        found = self._field("language", str, needed=False)
        if found is not None and found not in _LANGUAGES:
            raise bad_request("language must be id or en")
        return None if found is None else str(found)

    def _field(self, name: str, kind: type, *, needed: bool) -> Any:
        value = self.body.get(name)
        if value is None and not needed:
            return None
        if isinstance(value, bool) or not isinstance(value, kind):
            raise bad_request(f"{name} must be {_KINDS[kind]}")
        return value


async def _order(request: Request) -> Order:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise bad_request("the body must be JSON") from None
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return Order(body)


async def answer(request: Request) -> Response:
    """Answer a POST on `/sim/…` by its last path segment."""
    chat: LocalChat = request.app.state.chat
    try:
        deed = _known(request.path_params["deed"])
        result = deed(chat, await _order(request))
    except ApiError as error:
        chat.store.rollback()
        return refusal(error)
    chat.store.commit()
    chat.bell.ring()
    return JSONResponse(result)


def _message(chat: LocalChat, order: Order) -> Json:
    update_id, message_id = chat.say(
        order.text("text"),
        user_id=order.number_or_none("user_id"),
        chat_id=order.number_or_none("chat_id"),
        date=order.number_or_none("date"),
        language=order.language(),
    )
    return {"update_id": update_id, "message_id": message_id}


def _press(chat: LocalChat, order: Order) -> Json:
    update_id, query_id = chat.press(
        order.number("message_id"), order.text("data"), user_id=order.number_or_none("user_id")
    )
    return {"update_id": update_id, "callback_query_id": str(query_id)}


def _edit(chat: LocalChat, order: Order) -> Json:
    user_id = order.number_or_none("user_id")
    return {"update_id": chat.rewrite(order.number("message_id"), order.text("text"), user_id=user_id)}


def _fault(chat: LocalChat, order: Order) -> Json:
    chat.faults.add(order.body)
    return {"ok": True}


def _language(chat: LocalChat, order: Order) -> Json:
    user_id = order.number_or_none("user_id")
    chat.person(chat.owner_id if user_id is None else user_id, order.language())
    return {"ok": True}


_DEEDS: Final = {
    "message": _message,
    "press": _press,
    "edit": _edit,
    "fault": _fault,
    "language": _language,
}


def _known(name: str) -> Callable[[LocalChat, Order], Json]:
    if name not in _DEEDS:
        raise ApiError(404, "Not Found")
    return _DEEDS[name]


async def clear_faults(request: Request) -> Response:
    """Answer `DELETE /sim/fault`."""
    chat: LocalChat = request.app.state.chat
    chat.faults.clear()
    return JSONResponse({"ok": True})


def _query(request: Request, name: str) -> int | None:
    value = request.query_params.get(name, "")
    if not value:
        return None
    try:
        return int(value)
    except ValueError:
        raise bad_request(f"{name} must be a number") from None


async def transcript(request: Request) -> Response:
    """Answer `GET /sim/transcript?after=N&chat_id=C`."""
    chat: LocalChat = request.app.state.chat
    try:
        after, chat_id = _query(request, "after") or 0, _query(request, "chat_id")
    except ApiError as error:
        return refusal(error)
    return JSONResponse(chat.transcript(after, chat_id))


async def silent(request: Request) -> Response:
    """Answer `GET /sim/silent?chat_id=C`: the messages that were sent without a sound."""
    chat: LocalChat = request.app.state.chat
    try:
        return JSONResponse({"message_ids": chat.store.silent(_query(request, "chat_id"))})
    except ApiError as error:
        return refusal(error)


async def labels(request: Request) -> Response:
    """Answer `GET /sim/labels?language=id`: the words of the page."""
    return JSONResponse(page_labels(request.query_params.get("language", "")))


async def view(request: Request) -> Response:
    """Answer `GET /sim/view?after=N&wait=S&state=X`: all the page shows, at once or when something changes.

    `state` is what the page got as `state` before; the answer waits until that or the transcript changes.
    """
    chat: LocalChat = request.app.state.chat
    try:
        after, wait = _query(request, "after") or 0, _query(request, "wait") or 0
    except ApiError as error:
        return refusal(error)
    known = request.query_params.get("state", "")
    clock = asyncio.get_running_loop().time
    end = clock() + min(max(wait, 0), _LONGEST_WAIT_S)
    while True:
        seen = _view(chat, after)
        left = end - clock()
        if seen["messages"] or seen["toasts"] or seen["state"] != known or left <= 0 or chat.closing:
            return JSONResponse(seen)
        await chat.bell.wait(min(left, 1.0) if seen["typing"] else left)


def _view(chat: LocalChat, after: int) -> Json:
    chat_id, token = chat.owner_id, chat.store.latest_bot()
    language = str(chat.person(chat_id)["language_code"])
    facts: Json = {
        "bot": chat.bot(token).user if token else None,
        "language": language,
        "commands": menu_shown(chat.store, token, chat_id, language),
        "typing": chat.is_typing(chat_id),
    }
    digest = json.dumps(facts, sort_keys=True)
    # A page that has seen more than there is talks to a server that began anew.
    newest = chat.store.current("seq")
    return {**chat.transcript(after, chat_id), **facts, "newest": newest, "state": str(abs(hash(digest)))}


async def picture(request: Request) -> Response:
    """Answer `GET /sim/file/<file_id>` for the page, which knows no token."""
    chat: LocalChat = request.app.state.chat
    found = chat.store.file_content(request.path_params["file_id"])
    if found is None:
        return refusal(ApiError(404, "Not Found"))
    mime, content = found
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    if not mime.startswith("image/") or mime == "image/svg+xml":
        # Foreign content is downloaded, never shown as a page of this origin.
        headers["Content-Disposition"] = "attachment"
    return Response(content, media_type=mime, headers=headers)
