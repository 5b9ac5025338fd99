"""The button below an alert that puts a removed stop loss back."""

from __future__ import annotations

from bot_service.domain.errors import StopNotPutBack
from bot_service.domain.people import Role
from bot_service.telegram_bot.registry import Kind, button
from bot_service.telegram_bot.render.stop_events import PUT_BACK
from bot_service.telegram_bot.request import Reply, Request

_PARTS = 3


# It raises nothing, so it needs no confirmation and may come late; the removal's number lets it act once.
@button(PUT_BACK, role=Role.OPERATOR, kind=Kind.CHANGE, state="positions")
def put_back(request: Request) -> Reply:
    """Put the stop back that the alert told of."""
    if len(request.words) != _PARTS or not all(word.isdecimal() for word in request.words):
        raise StopNotPutBack(0, "outdated")
    account_id, position_id, removal = (int(word) for word in request.words)
    return request.show(request.services.stops.put_back(request.actor, account_id, position_id, removal))
