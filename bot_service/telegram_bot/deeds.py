"""What somebody wanted to do, as data, so that it can be done later exactly as it was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot_service.domain.errors import ConfirmationRefused, NotAllowed, PromiseStands
from bot_service.domain.people import Role
from bot_service.services.views import StartReceipt
from bot_service.telegram_bot.registry import REGISTRY, Handler
from bot_service.telegram_bot.request import Reply, Request

Deed = dict[str, Any]


def line_deed(line: str) -> Deed:
    """Return the deed of a command line without slash."""
    return {"line": line}


def press_deed(data: str) -> Deed:
    """Return the deed of a button's data."""
    return {"press": data}


def confirmed_deed(action: str, payload: Deed, line: str) -> Deed:
    """Return the deed of a confirmation that was given; `line` is the command that had asked for it."""
    return {"action": action, "payload": payload, "line": line}


def run(request: Request, deed: Deed) -> Reply:
    """Do a deed with the person's present role.

    Raises:
        NotAllowed: his role doesn't cover it any more.
        ConfirmationRefused: this version doesn't know it.
    """
    if "action" in deed:
        found = REGISTRY.confirmed.get(str(deed["action"]))
        if found is None:
            raise ConfirmationRefused("unknown")
        again = replace(request, line=str(deed["line"]), payload=dict(deed["payload"]))
        return _allowed(again, found.handler, found.role)
    if "press" in deed:
        data = str(deed["press"])
        prefix, _colon, rest = data.partition(":")
        press = REGISTRY.presses.get(prefix)
        if press is None:
            raise ConfirmationRefused("unknown")
        words = tuple(rest.split(":"))
        return _allowed(replace(request, line=data, words=words), press.handler, press.role)
    name, *words_ = str(deed["line"]).split()
    command = REGISTRY.find(name)
    if command is None:
        raise ConfirmationRefused("unknown")
    again = replace(request, line=str(deed["line"]), words=tuple(words_))
    return _allowed(again, command.handler, command.role)


def start_new(request: Request, bot_id: int) -> StartReceipt:
    """Start a bot that was saved by the same tap; where a promise forbids it, only the start waits.

    Raises:
        PromiseStands: one does.
    """
    try:
        return request.services.control.start(request.actor, (bot_id,))
    except PromiseStands as error:
        error.deed = line_deed(f"start_bot {bot_id}")
        raise


def _allowed(request: Request, handler: Handler, role: Role) -> Reply:
    if not request.member.role.covers(role):
        raise NotAllowed(role)
    return handler(request)
