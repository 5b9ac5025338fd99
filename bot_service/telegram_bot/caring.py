"""Words of distress in a private chat get one answer, before anything else is made of them.

Nothing of them is stored: no note, no mood, no line of the audit that would tell them from any other text.
A stop that was written with them still stops.
"""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.constants import ChatType

from bot_service.domain import distress
from bot_service.domain.errors import ServiceError
from bot_service.domain.people import Role
from bot_service.telegram_bot.acts import Act
from bot_service.telegram_bot.registry import Kind
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.care import CareView
from bot_service.telegram_bot.request import Reply, Request


def hears(update: Update) -> bool:
    """Tell whether a private message has words of distress."""
    message = update.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return False
    return distress.speaks(message.text or message.caption or "")


def careful(act: Act) -> Act:
    """Return what is done instead: the one answer, after the stop where the act is one."""
    if act.kind is not Kind.STOP:
        return Act("text", _answer, Role.VIEWER, Kind.LOOK, "", (), private=True)

    def stop_first(request: Request) -> Reply:
        try:
            done = act.handler(request).messages
        except ServiceError:
            # The words were no bots' numbers; whoever writes like this and says stop means all.
            done = act.handler(replace(request, words=(), line=act.name)).messages
        return Reply((*done, *_answer(request).messages))

    return replace(act, handler=stop_first, private=True)


def _answer(request: Request) -> Reply:
    return Reply((render(CareView(request.member.role.covers(Role.OPERATOR)), request.t),))
