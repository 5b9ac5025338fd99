"""What is seen in the local chat, for the page and for tests: GET on `/sim/…`."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response

from bot_service.local_chat.botapi import refusal
from bot_service.local_chat.errors import ApiError
from bot_service.local_chat.labels import page_labels
from bot_service.local_chat.menus import menu_shown
from bot_service.local_chat.orders import query_number

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot_service.local_chat.chat import LocalChat
    from bot_service.local_chat.shapes import Json
    from bot_service.local_chat.store import Person, Room

_LONGEST_WAIT_S: Final = 25
_PREVIEW: Final = 80


async def transcript(request: Request) -> Response:
    """Answer `GET /sim/transcript?after=N&chat_id=C`."""
    chat: LocalChat = request.app.state.chat
    try:
        after, chat_id = query_number(request, "after") or 0, query_number(request, "chat_id")
    except ApiError as error:
        return refusal(error)
    return JSONResponse(chat.transcript(after, chat_id))


async def silent(request: Request) -> Response:
    """Answer `GET /sim/silent?chat_id=C`: the messages that were sent without a sound."""
    chat: LocalChat = request.app.state.chat
    try:
        return JSONResponse({"message_ids": chat.store.talk.silent(query_number(request, "chat_id"))})
    except ApiError as error:
        return refusal(error)


async def faults(request: Request) -> Response:
    """Answer `GET /sim/fault`: the faults that are still to happen."""
    chat: LocalChat = request.app.state.chat
    return JSONResponse({"faults": chat.faults.active(chat.now())})


async def labels(request: Request) -> Response:
    """Answer `GET /sim/labels?language=id`: the words of the page."""
    return JSONResponse(page_labels(request.query_params.get("language", "")))


async def picture(request: Request) -> Response:
    """Answer `GET /sim/file/<file_id>` for the page, which knows no token."""
    chat: LocalChat = request.app.state.chat
    found = chat.store.files.content(request.path_params["file_id"])
    if found is None:
        return refusal(ApiError(404, "Not Found"))
    mime, content = found
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    if not mime.startswith("image/") or mime == "image/svg+xml":
        # Foreign content is downloaded, never shown as a page of this origin.
        headers["Content-Disposition"] = "attachment"
    return Response(content, media_type=mime, headers=headers)


async def view(request: Request) -> Response:
    """Answer `GET /sim/view?after=N&wait=S&state=X&user_id=U&chat_id=C`: all one person's page shows.

    `state` is what the page got as `state` before; the answer waits until that or the transcript changes.
    """
    chat: LocalChat = request.app.state.chat
    try:
        after, wait = query_number(request, "after") or 0, query_number(request, "wait") or 0
        person, chat_id = _who(chat, query_number(request, "user_id"), query_number(request, "chat_id"))
    except ApiError as error:
        return refusal(error)
    known = request.query_params.get("state", "")
    clock = asyncio.get_running_loop().time
    end = clock() + min(max(wait, 0), _LONGEST_WAIT_S)
    while True:
        person = chat.store.people.find(person.user_id) or person
        seen = _view(chat, person, chat_id, after)
        left = end - clock()
        if seen["messages"] or seen["toasts"] or seen["state"] != known or left <= 0 or chat.closing:
            return JSONResponse(seen)
        await chat.bell.wait(min(left, 1.0) if seen["typing"] or seen["faults"] else left)


def _who(chat: LocalChat, user_id: int | None, chat_id: int | None) -> tuple[Person, int]:
    """Return who looks at which chat; a page of an earlier server falls back to the owner's own chat."""
    people = chat.store.people
    person = people.find(chat.owner_id if user_id is None else user_id) or people.find(chat.owner_id)
    if person is None:
        raise ApiError(404, "Not Found")
    rooms = {room.chat_id for room in chat.store.rooms.of(person.user_id)}
    return person, chat_id if chat_id in rooms and chat_id is not None else person.user_id


def _view(chat: LocalChat, person: Person, chat_id: int, after: int) -> Json:
    token = chat.store.bots.latest()
    facts: Json = {
        "bot": chat.bot(token).user if token else None,
        "person": _portrait(chat, person),
        "chat": _open_chat(chat, person, chat_id),
        "people": [_portrait(chat, one) for one in chat.store.people.all()],
        "chats": [_entry(chat, room.chat_id, room.title, room) for room in _rooms(chat, person)],
        "language": person.language,
        "commands": menu_shown(chat.store, token, chat_id, person.user_id, person.language),
        "keyboard": chat.store.people.keyboard(chat_id),
        "typing": chat.is_typing(chat_id),
        "faults": [{"kind": one["kind"], "status": one["status"]} for one in chat.faults.active(chat.now())],
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
    # A page that has seen more than there is talks to a server that began anew.
    newest = chat.store.counters.current("seq")
    return {**chat.transcript(after, chat_id), **facts, "newest": newest, "state": digest}


def _rooms(chat: LocalChat, person: Person) -> list[Room]:
    return [room for room in chat.store.rooms.of(person.user_id) if "migrated_to" not in room.facts]


def _portrait(chat: LocalChat, person: Person) -> Json:
    return {
        "user_id": person.user_id,
        "name": person.name,
        "note": person.note,
        "language": person.language,
        "blocked": chat.store.people.blocks(person.user_id),
        **_last(chat, person.user_id),
    }


def _entry(chat: LocalChat, chat_id: int, title: str, room: Room) -> Json:
    kind = {"is_forum": bool(room.facts.get("is_forum")), "blocked": chat.store.people.blocks(chat_id)}
    return {"chat_id": chat_id, "title": title, **kind, **_last(chat, chat_id)}


def _last(chat: LocalChat, chat_id: int) -> Json:
    message = chat.store.talk.newest(chat_id)
    if message is None:
        return {"last": None}
    text = str(message.get("text") or message.get("caption") or "").split("\n", 1)[0]
    if not text and "document" in message:
        text = str(message["document"].get("file_name", ""))
    about = {"message_id": message["message_id"], "date": message["date"], "text": text[:_PREVIEW]}
    return {"last": {**about, "photo": "photo" in message, "is_bot": message["from"]["is_bot"]}}


def _open_chat(chat: LocalChat, person: Person, chat_id: int) -> Json:
    room = chat.store.rooms.find(chat_id)
    if room is None:
        return {"id": chat_id, "type": "private", "title": person.name, "is_forum": False}
    topics = [
        {"message_thread_id": number, **topic} for number, topic in chat.store.rooms.topics(chat_id).items()
    ]
    return {
        "id": chat_id,
        "type": room.facts.get("type", "supergroup"),
        "title": room.title,
        "is_forum": bool(room.facts.get("is_forum")),
        "topics": topics,
        "members": len(chat.store.rooms.members(chat_id)),
    }
