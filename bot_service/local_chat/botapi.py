"""The Bot API over HTTP: find the method, let faults happen, answer as Telegram does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response

from bot_service.local_chat.calls import Call
from bot_service.local_chat.connections import DroppedConnection
from bot_service.local_chat.errors import ApiError, bad_request
from bot_service.local_chat.faults import OUSTED
from bot_service.local_chat.methods import METHODS
from bot_service.local_chat.params import read_params

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot_service.local_chat.chat import Bot, LocalChat
    from bot_service.local_chat.faults import Fault
    from bot_service.local_chat.params import Params
    from bot_service.local_chat.shapes import Json

_POLL: Final = "getupdates"
_METHODS: Final = {name.lower(): method for name, method in METHODS.items()}
_LONGEST_POLL_S: Final = 50
_MOST_UPDATES: Final = 100
_WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class _LineCut(Exception):
    """Say that a waiting call's connection is to be cut."""


def refusal(error: ApiError) -> JSONResponse:
    """Turn a refusal into the answer Telegram gives."""
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return JSONResponse(body, error.code, headers)


async def call_method(request: Request) -> Response:
    """Answer `/bot<token>/<method>`."""
    chat: LocalChat = request.app.state.chat
    try:
        bot = chat.bot(request.path_params["token"])
        name = _known(request.path_params["method"])
        params = await read_params(request)
        fault = chat.faults.take(name, _chat_number(params), chat.now())
        if fault is not None and not fault.done_first and await _spoiled(chat, fault):
            return DroppedConnection()
        result = await _poll(chat, bot, params) if name == _POLL else _run(name, Call(chat, bot, params))
    except ApiError as error:
        chat.store.rollback()
        return refusal(error)
    except _LineCut:
        return DroppedConnection()
    if fault is not None and fault.done_first:
        if fault.kind == "timeout_after":
            await _held(chat, fault.seconds)
        return DroppedConnection()
    return JSONResponse({"ok": True, "result": result})


def _known(method: str) -> str:
    name = method.lower()
    if name != _POLL and name not in _METHODS:
        raise ApiError(404, "Not Found")
    return name


def _chat_number(params: Params) -> int | None:
    """Return the chat a call is about; 0 for one that is named by something else than a number."""
    return (params.chat_number() or 0) if params.given("chat_id") else None


async def _spoiled(chat: LocalChat, fault: Fault) -> bool:
    """Let a fault happen that comes before the call is carried out; True: cut the connection."""
    if fault.kind in {"drop_before", "offline"}:
        return True
    if fault.kind in {"delay", "timeout_before"}:
        await _held(chat, fault.seconds)
        return fault.kind == "timeout_before"
    raise fault.error()


async def _held(chat: LocalChat, seconds: float) -> None:
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while clock() < end and not chat.closing:
        await chat.bell.wait(end - clock())


def _run(name: str, call: Call) -> Any:
    result = _METHODS[name](call)
    call.chat.store.commit()
    call.chat.bell.ring()
    return result


async def _poll(chat: LocalChat, bot: Bot, params: Params) -> list[Json]:
    if chat.store.bots.webhook(bot.token) is not None:
        raise ApiError(409, _WEBHOOK_ACTIVE)
    limit = min(max(params.integer("limit", _MOST_UPDATES), 1), _MOST_UPDATES)
    timeout = min(max(params.integer("timeout", 0), 0), _LONGEST_POLL_S)
    poll = chat.polls.enter(bot.token)
    try:
        _prepare(chat, bot, params)
        clock = asyncio.get_running_loop().time
        end = clock() + timeout
        while not (found := chat.store.updates.pending(bot.token, limit)):
            if poll.ousted or poll.cut or chat.closing or clock() >= end:
                break
            await chat.bell.wait(end - clock())
        if poll.cut:
            raise _LineCut
        if poll.ousted:
            raise ApiError(409, OUSTED)
        return found
    finally:
        chat.polls.leave(bot.token, poll)


def _prepare(chat: LocalChat, bot: Bot, params: Params) -> None:
    store, offset = chat.store, params.integer("offset", 0)
    kinds = params.structure("allowed_updates")
    if kinds is not None:
        if not isinstance(kinds, list):
            raise bad_request("can't parse allowed_updates: Array expected")
        store.bots.allow(bot.token, [str(kind) for kind in kinds])
    store.bots.asking(bot.token)
    if offset < 0:
        offset = next(iter(store.updates.pending_ids(bot.token)[offset:]), 0)
    store.updates.confirm(bot.token, offset)
    store.commit()


async def send_file(request: Request) -> Response:
    """Answer `/file/bot<token>/<path>`."""
    chat: LocalChat = request.app.state.chat
    if chat.faults.offline(chat.now()):
        return DroppedConnection()
    try:
        chat.bot(request.path_params["token"])
        found = chat.store.files.content(request.path_params["path"])
    except ApiError as error:
        return refusal(error)
    if found is None:
        return refusal(ApiError(404, "Not Found"))
    mime, content = found
    return Response(content, media_type=mime)
