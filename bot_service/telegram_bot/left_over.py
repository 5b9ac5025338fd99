"""What an earlier run left without an answer: it ended, or was killed, between an act and its answer.

Nothing is done a second time for that. A look is looked up again; of everything else the person is told
honestly that the service was cut off, how things stand now, and gets the button to try again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot_service.domain.asked import Asked
from bot_service.domain.people import Actor
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.ports import Clock
from bot_service.telegram_bot.acts import CONFIRMATION, Act, Acts
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.registry import REGISTRY, Kind
from bot_service.telegram_bot.render import Button, Message, do, fits
from bot_service.telegram_bot.request import Reply, Request

_DID = _(
    "🔄 I was restarted while I did this: <b>/{line}</b> ({when}). I don't do it a second time by myself. "
    "Here is how it stands now:"
)
_DID_SOMETHING = _(
    "🔄 I was restarted while I worked on your last message or tap ({when}). I don't do it a second time by "
    "myself. Here is how it stands now:"
)


@dataclass(frozen=True)
class Unanswered:
    """Something that was asked for and begun, and never answered."""

    update_id: int
    at: datetime
    asked: Asked


class LeftOver:
    """Hand out each unanswered thing once, to whoever answers it first."""

    def __init__(
        self,
        services: Services,
        acts: Acts,
        translators: Callable[[str, str], Translator],
        wall: Clock,
    ) -> None:
        self._services = services
        self._acts = acts
        self._translators = translators
        self._wall = wall
        found = (Unanswered(*row) for row in services.chats.unanswered())
        self._waiting = {item.update_id: item for item in found}

    def take(self, update_id: int) -> Unanswered | None:
        """Take one thing that Telegram brought again."""
        return self._waiting.pop(update_id, None)

    def take_next(self) -> Unanswered | None:
        """Take the oldest thing that is left."""
        return self.take(min(self._waiting)) if self._waiting else None

    def request(self, left: Unanswered) -> tuple[Request, Act, Act] | None:
        """Return a request, the act that was asked for, and the look that answers now; None: he is gone."""
        asked = left.asked
        member = self._services.chats.member(asked.user_id)
        if member is None:
            return None
        act = self._acts.of_asked(asked)
        looks = act if act.kind is Kind.LOOK and not act.is_private else self._acts.of_line(act.shows)
        request = Request(
            self._services,
            member,
            Actor(member.user_id, asked.chat_id, member.role, left.at),
            self._translators(member.language, member.time_zone),
            looks.line,
            looks.words,
            bool(asked.pressed),
            left.update_id,
            translators=self._translators,
            username=self._acts.username,
            thread_id=asked.thread_id,
            reply_to=asked.reply_to,
            asked=asked,
        )
        return request, act, looks


def cut_off(reply: Reply, act: Act, request: Request) -> Reply:
    """Return a look with the honest word above it and the button to try again below."""
    t, when = request.t, request.t.when(request.actor.sent_at)
    line = "" if act.is_press or act.is_private else REGISTRY.spoken(act.line, t.language)
    head = t.html(_DID, line=line, when=when) if line else t.html(_DID_SOMETHING, when=when)
    again = _again(act, request)
    first, *more = reply.messages
    keyboard = (*((again,) if again else ()), *first.keyboard)
    if first.photo is not None or first.document is not None:
        return Reply((Message(head, (again,) if again else ()), first, *more))
    return Reply((replace(first, text=f"{head}\n\n{first.text}", keyboard=keyboard), *more))


def _again(act: Act, request: Request) -> tuple[Button, ...]:
    t = request.t
    if act.is_private or not act.line:
        return ()
    if act.name == CONFIRMATION:
        # Its word is used up or too old by now.
        return (do(t.text(_("🔄 Ask me again")), act.line),) if fits(act.line) else ()
    label = t.text(_("🔁 Try again"))
    if act.is_press:
        return (Button(label, act.line),)
    return (do(label, act.line),) if fits(act.line) else ()
