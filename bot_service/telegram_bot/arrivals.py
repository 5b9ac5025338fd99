"""Who asks for what, where, and when it was sent: what handlers get of an update."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import CallbackQuery, Message, Update

from bot_service.domain.asked import Asked
from bot_service.domain.people import Actor, Member
from bot_service.i18n import Translator
from bot_service.ports import Clock
from bot_service.telegram_bot.acts import Act, Acts
from bot_service.telegram_bot.clock import TelegramClock
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.places import place_of
from bot_service.telegram_bot.polling import Batches
from bot_service.telegram_bot.request import Request

OLD = timedelta(seconds=60)
# Telegram cuts a message's date to whole seconds.
_SECOND = timedelta(seconds=1)


class Arrivals:
    """Make a request of an update, with its age on Telegram's clock."""

    def __init__(
        self,
        services: Services,
        acts: Acts,
        translators: Callable[[str, str], Translator],
        wall: Clock,
        clock: TelegramClock,
        batches: Batches,
    ) -> None:
        self._services = services
        self._acts = acts
        self._translators = translators
        self._wall = wall
        self._clock = clock
        self._batches = batches

    def request(self, update: Update, act: Act, member: Member) -> Request:
        """Return what the handler of an act gets."""
        chat, place = update.effective_chat, place_of(update)
        age = self.age(update)
        in_time = age is not None and age <= OLD
        sent_at = self._wall.now() if in_time else self.sent_at(update)
        actor = Actor(member.user_id, chat.id if chat else member.chat_id, member.role, sent_at)
        return Request(
            self._services,
            member,
            actor,
            self._translators(member.language, member.time_zone),
            act.line,
            act.words,
            update.callback_query is not None,
            update.update_id,
            translators=self._translators,
            username=self._acts.username,
            thread_id=place.thread_id if place else 0,
            title=place.title if place else "",
            reply_to=_answered(update),
            asked=_asked(update, act, actor, place.thread_id if place else 0),
        )

    def age(self, update: Update) -> timedelta | None:
        """Return how old an update is; None for a press that may have waited."""
        if update.callback_query is not None:
            return None if self._batches.late(update.update_id) else timedelta(0)
        if update.message is None:
            return None
        return max(timedelta(0), self._clock.now() - update.message.date)

    def sent_at(self, update: Update) -> datetime:
        """Return the latest moment at which an update can have been sent, on this machine's clock."""
        if update.message is not None:
            return self._clock.to_wall(update.message.date) + _SECOND
        if not self._batches.late(update.update_id):
            return self._wall.now()
        # A press carries no time: it came after its message was shown and after the last good look.
        moments = [moment for moment in (_shown_at(update.callback_query), self._batches.gap_from) if moment]
        return max(moments) if moments else self._wall.now()


def _asked(update: Update, act: Act, actor: Actor, thread_id: int) -> Asked:
    query = update.callback_query
    text = act.line if query is None else query.data or ""
    return Asked(
        actor.chat_id,
        actor.user_id,
        act.name,
        "" if act.is_private else text,
        query.message.message_id if query and query.message else 0,
        thread_id,
        _answered(update),
    )


def _answered(update: Update) -> int:
    replied = update.message.reply_to_message if update.message is not None else None
    return 0 if replied is None else replied.message_id


def _shown_at(query: CallbackQuery | None) -> datetime | None:
    if query is None or not isinstance(query.message, Message):
        return None
    return query.message.edit_date or query.message.date
