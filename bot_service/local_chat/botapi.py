"""The Bot API over HTTP: find the method, let faults happen, answer as Telegram does."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from bot_service.local_chat import messages, profile
from bot_service.local_chat.calls import Call
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.faults import DroppedConnection
from bot_service.local_chat.params import read_params

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot_service.local_chat.calls import Json
    from bot_service.local_chat.chat import Bot, LocalChat
    from bot_service.local_chat.faults import Fault
    from bot_service.local_chat.params import Params

_log = logging.getLogger(__name__)

_POLL: Final = "getupdates"
_METHODS: Final = {name.lower(): method for name, method in {**messages.METHODS, **profile.METHODS}.items()}
_LONGEST_POLL_S: Final = 50
_MOST_UPDATES: Final = 100
_OUSTED: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


def refusal(error: ApiError) -> JSONResponse:
    """Turn a refusal into the answer Telegram gives."""
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    return JSONResponse(body, error.code, headers)


async def call_method(request: Request) -> Response:
    """Answer `/bot<token>/<method>`."""
    chat: LocalChat = request.app.state.chat
    try:
        bot = chat.bot(request.path_params["token"])
        name = _known(request.path_params["method"])
        params = await read_params(request)
        fault = chat.faults.take(name, to_chat=params.given("chat_id"))
        early = await _before(fault)
        if early is not None:
            return early
        result = await _poll(chat, bot, params) if name == _POLL else _run(name, Call(chat, bot, params))
    except ApiError as error:
        chat.store.rollback()
        return refusal(error)
    if fault is not None and fault.kind == "drop_after":
        return DroppedConnection()
    return JSONResponse({"ok": True, "result": result})


def _known(method: str) -> str:
    name = method.lower()
    if name != _POLL and name not in _METHODS:
        raise ApiError(404, "Not Found")
    return name


async def _before(fault: Fault | None) -> Response | None:
    if fault is None or fault.kind == "drop_after":
        return None
    if fault.kind == "drop_before":
        return DroppedConnection()
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return None
    raise fault.error()


def _run(name: str, call: Call) -> Any:
    result = _METHODS[name](call)
    call.chat.store.commit()
    call.chat.bell.ring()
    return result


async def _poll(chat: LocalChat, bot: Bot, params: Params) -> list[Json]:
    limit = min(max(params.integer("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
    timeout = min(max(params.integer("timeout", 0), 0), _LONGEST_POLL_S)
    poll = chat.polls.enter(bot.token)
    try:
        _prepare(chat, bot, params)
        clock = asyncio.get_running_loop().time
        end = clock() + timeout
        while not (found := chat.store.pending(bot.token, limit)):
            if poll.ousted or chat.closing or clock() >= end:
                break
            await chat.bell.wait(end - clock())
        if poll.ousted:
            raise ApiError(409, _OUSTED)
        return found
    finally:
        chat.polls.leave(bot.token, poll)


def _prepare(chat: LocalChat, bot: Bot, params: Params) -> None:
    store, offset = chat.store, params.integer("offset", 0)
    kinds = params.structure("allowed_updates")
    if kinds is not None:
        if not isinstance(kinds, list):
            raise bad_request("can't parse allowed_updates: Array expected")
        store.allow(bot.token, [str(kind) for kind in kinds])
    store.asking(bot.token)
    if offset < 0:
        offset = next(iter(store.pending_ids(bot.token)[offset:]), 0)
    store.confirm(bot.token, offset)
    store.commit()


async def send_file(request: Request) -> Response:
    """Answer `/file/bot<token>/<path>`."""
    chat: LocalChat = request.app.state.chat
    try:
        chat.bot(request.path_params["token"])
        found = chat.store.file_content(request.path_params["path"])
    except ApiError as error:
        return refusal(error)
    if found is None:
        return refusal(ApiError(404, "Not Found"))
    mime, content = found
    return Response(content, media_type=mime)
