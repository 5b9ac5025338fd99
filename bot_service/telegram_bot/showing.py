"""Show what a handler returned: its messages, and what comes after them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from telegram import Update

from bot_service.domain.errors import ServiceError
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.orders import Checkpoint
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.menus import Menus
from bot_service.telegram_bot.places import Place, place_of
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.request import Reply
from bot_service.telegram_bot.speaking import Speaker

logger = logging.getLogger(__name__)

LOOK_S = 1.5
"""How often a progress message is looked after; Telegram allows about one edit a second."""

_INTERRUPTED = _(
    "The service stopped or restarted in the meantime, so this was not finished. Please ask again."
)
_LOOKS = 120


def pressed_of(update: Update) -> int | None:
    """Return the message whose button was pressed."""
    query = update.callback_query
    return None if query is None or query.message is None else query.message.message_id


class Showing:
    """Bring replies to their chats."""

    def __init__(
        self,
        services: Services,
        executors: Executors,
        speaker: Speaker,
        menus: Menus,
        translators: Callable[[str, str], Translator],
        checkpoint: Checkpoint,
    ) -> None:
        self._chats = services.chats
        self._backtests = services.backtests
        self._executors = executors
        self._speaker = speaker
        self._menus = menus
        self._translators = translators
        self._checkpoint = checkpoint

    async def show(self, update: Update, reply: Reply, said: int | None = None) -> None:
        """Answer an update; `said` is a message that was shown meanwhile and is replaced now."""
        place = place_of(update)
        if place is None:
            return
        user_id = update.effective_user.id if update.effective_user else None
        await self.show_at(place, reply, said or pressed_of(update), user_id, update.update_id)

    async def show_at(
        self, place: Place, reply: Reply, instead: int | None, user_id: int | None, update_id: int
    ) -> None:
        """Show a reply, its first message in the place of an earlier one if there is one."""
        shown = None
        for number, message in enumerate(reply.messages):
            earlier = instead if number == 0 else None
            shown = await self._speaker.say(place, message, earlier, user_id, update_id)
        if reply.shown_as is not None and shown is not None:
            await self._speaker.noted(reply.shown_as, shown)
        if reply.later is not None and shown is not None:
            # From here on a restart ends the progress message.
            await self._speaker.noted(self._backtests.shown, place.chat_id, shown)
        self._checkpoint("said")
        await self._speaker.noted(self._chats.answered, update_id)
        if reply.later is not None:
            await self._follow_up(place, shown, reply.later, user_id)
        if reply.progress is not None:
            await self._keep_showing(place, shown, reply.progress, user_id)
        await self._menus_of(reply, user_id)

    async def end_old_progress(self) -> None:
        """Say of what an earlier run had begun that it was not finished."""
        for chat_id, message_id in await self._executors.mail(self._backtests.left_over):
            member = await self._executors.gate(self._chats.member, chat_id)
            t = self._translators(*((member.language, member.time_zone) if member else ()))
            await self._speaker.say(Place(chat_id), Message(t.html(_INTERRUPTED)), message_id, chat_id)
            await self._speaker.noted(self._backtests.finished, chat_id, message_id)

    async def _menus_of(self, reply: Reply, user_id: int | None) -> None:
        if reply.group_changed:
            await self._menus.set_groups()
        changed = set(reply.menus_of)
        if reply.member_changed and user_id is not None:
            changed.add(user_id)
        for changed_id in changed:
            member = await self._executors.gate(self._chats.member, changed_id)
            if member is not None:
                await self._menus.set_for(member)

    async def _follow_up(
        self, place: Place, progress: int | None, later: Callable[[], Reply], user_id: int | None
    ) -> None:
        reply = await self._executors.long(later)
        for number, message in enumerate(reply.messages):
            await self._speaker.say(place, message, progress if number == 0 else None, user_id)
        if progress is not None:
            await self._speaker.noted(self._backtests.finished, place.chat_id, progress)

    async def _keep_showing(
        self,
        place: Place,
        shown: int | None,
        look: Callable[[], tuple[Message, bool]],
        user_id: int | None,
    ) -> None:
        text = ""
        for _number in range(_LOOKS):
            try:
                message, more = await self._executors.mail(look)
            except ServiceError as error:
                logger.warning("progress not read: %s", error)
                return
            if message.text != text:
                text = message.text
                shown = await self._speaker.say(place, message, shown, user_id)
            if not more:
                return
            await asyncio.sleep(LOOK_S)
