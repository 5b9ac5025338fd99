"""The chat's edge: the bot, its gate, its handlers, its sender."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import CallbackQuery, Update
from telegram.error import ChatMigrated, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot, TypeHandler

from bot_service.domain.errors import ServiceError
from bot_service.domain.people import Member, Role
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.ports import Clock
from bot_service.services.cycle import no_checkpoint
from bot_service.services.orders import Checkpoint
from bot_service.telegram_bot.access import Context, Gate, member_of
from bot_service.telegram_bot.acts import GREETING, Acts
from bot_service.telegram_bot.arrivals import Arrivals
from bot_service.telegram_bot.clock import TelegramClock
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.dispatch import Dispatcher
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.illustrator import Illustrator
from bot_service.telegram_bot.late_replies import LateReplies
from bot_service.telegram_bot.left_over import LeftOver, Unanswered
from bot_service.telegram_bot.limits import Limits
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.meanwhile import Meanwhile
from bot_service.telegram_bot.menus import set_menu
from bot_service.telegram_bot.order import Order
from bot_service.telegram_bot.outbox import Outbox
from bot_service.telegram_bot.places import Place, place_of
from bot_service.telegram_bot.polling import BACK_OFF_S, Batches, Polling
from bot_service.telegram_bot.post import edit, post
from bot_service.telegram_bot.presses import answer
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.request import Reply
from bot_service.telegram_bot.strangers import Strangers
from bot_service.telegram_bot.webhook import Webhook, WebhookAddress
from bot_service.telegram_bot.wire import Wire

logger = logging.getLogger(__name__)

SKEW_EVERY_S = 60
LOOK_S = 1.5
"""How often a progress message is looked after; Telegram allows about one edit a second."""
_INTERRUPTED = _(
    "The service stopped or restarted in the meantime, so this was not finished. Please ask again."
)
_LOOKS = 120


@dataclass(frozen=True)
class EdgeConfig:
    """How the bot reaches Telegram; `api_url` is scheme://host:port of a self-hosted Bot API server.

    With a `webhook` Telegram brings the updates, else they are fetched.
    """

    token: str
    api_url: str | None = None
    proxy: str | None = None
    webhook: WebhookAddress | None = None


class ChatEdge:
    """Talk to Telegram until told to stop; Telegram being down stops nothing else."""

    def __init__(
        self,
        services: Services,
        config: EdgeConfig,
        wall: Clock,
        translators: Callable[[str, str], Translator] = Translator,
        limits: Limits | None = None,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        # The library gives waiting times as timedelta then, and warns otherwise.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._services = services
        self._translators = translators
        self._wall = wall
        self._registry = load()
        self._acts = Acts(self._registry)
        self._executors = Executors()
        self._limits = limits or Limits(wall)
        self.clock = TelegramClock(wall)
        self._batches = Batches(services.chats.last_polled())
        self._checkpoint = checkpoint
        self._left_over = LeftOver(services, self._acts, translators, wall)
        arrivals = Arrivals(services, self._acts, translators, wall, self.clock, self._batches)
        self._dispatcher = Dispatcher(
            services, self._acts, arrivals, self._left_over, wall, self._executors, checkpoint
        )
        self._application = self._build(config)
        bot = self._application.bot
        inbound = (bot, self.handle, self._batches, services.chats, self._executors, wall)
        self._polling = Polling(*inbound, services.copies)
        self._webhook = config.webhook and Webhook(*inbound, self._polling, config.webhook)
        self._outbox = Outbox(
            bot,
            services.delivery,
            services.chats,
            services.groups,
            translators,
            wall,
            self._executors,
            Illustrator(services.charting, services.tastes),
        )
        self._meanwhile = Meanwhile(self._executors, services.asking)
        self._late_replies = LateReplies(services.delivery, services.chats, self._executors)
        self._replies: set[asyncio.Task[None]] = set()

    @property
    def username(self) -> str:
        """Return the bot's user name, "" before Telegram has told it."""
        return self._acts.username

    @property
    def first_poll_done(self) -> asyncio.Event:
        """Return the event that is set when the updates that waited at start-up are done."""
        return self._polling.first_poll_done

    async def run(self, stop: asyncio.Event) -> None:
        """Talk until `stop` is set."""
        try:
            work = asyncio.create_task(self._work())
            ending = asyncio.create_task(stop.wait())
            await asyncio.wait({work, ending}, return_when=asyncio.FIRST_COMPLETED)
            for task in (work, ending):
                task.cancel()
            await asyncio.gather(ending, return_exceptions=True)
            with contextlib.suppress(asyncio.CancelledError):
                await work
        finally:
            await self._close()

    async def handle(self, update: Update) -> None:
        """Run one update in its order; a press is answered before its turn comes."""
        if update.callback_query is not None:
            self._later(self._acknowledge(update.callback_query))
        application = self._application
        processor = application.update_processor
        await processor.process_update(update, application.process_update(update))

    async def _work(self) -> None:
        await self._connect()
        self._later(self._end_old_progress())
        async with asyncio.TaskGroup() as group:
            group.create_task((self._webhook or self._polling).run())
            group.create_task(self._outbox.run())
            group.create_task(self._keep_time())
            group.create_task(self._set_menus())
            group.create_task(self._answer_left_over())

    async def _connect(self) -> None:
        failures = 0
        while True:
            try:
                await self._application.initialize()
                # While Telegram brings updates to somebody, it lets nobody fetch any.
                await self._application.bot.delete_webhook()
            except TelegramError as error:
                if not failures:
                    logger.warning("Telegram can't be reached yet: %s", error)
                await asyncio.sleep(BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)])
                failures += 1
            else:
                self._acts.username = self._application.bot.username
                logger.info("connected to Telegram as @%s", self._acts.username)
                return

    async def _close(self) -> None:
        await self._polling.close()
        self._services.backtests.cancel()
        if self._replies:
            await asyncio.wait(self._replies, timeout=5)
        for task in self._replies:
            task.cancel()
        await self._application.shutdown()
        await asyncio.to_thread(self._executors.close)

    async def _keep_time(self) -> None:
        while True:
            try:
                await self._executors.mail(self._services.chats.skewed, self.clock.skew)
            except ServiceError as error:
                logger.warning("clock's offset not kept: %s", error)
            await asyncio.sleep(SKEW_EVERY_S)

    async def _set_menus(self) -> None:
        for member in await self._executors.gate(self._services.chats.members):
            await self._set_menu(member)
        await self._set_group_menus()

    async def _set_group_menus(self) -> None:
        for group in await self._executors.gate(self._services.groups.connected):
            everybody = Member(group.chat_id, group.chat_id, Role.OPERATOR, group.language, group.time_zone)
            await self._set_menu(everybody)

    async def _set_menu(self, member: Member) -> None:
        await set_menu(self._application.bot, member, self._registry, self._translator_of(member))

    def _translator_of(self, member: Member) -> Translator:
        return self._translators(member.language, member.time_zone)

    def _build(self, config: EdgeConfig) -> Application[Any, Any, Any, Any, Any, Any]:
        builder = ApplicationBuilder().token(config.token).updater(None).job_queue(None)
        if config.api_url is not None:
            address = config.api_url.rstrip("/")
            builder = builder.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot")
        builder = builder.request(self._http(config)).get_updates_request(self._http(config))
        application = builder.concurrent_updates(Order(self._dispatcher.order_key)).build()
        chats = self._services.chats
        strangers = Strangers(chats, self._executors, self._limits, self._send, self._welcome)
        gate = Gate(
            chats, self._services.groups, self._executors, self._acts, self._limits, strangers, self._send
        )
        application.add_handler(TypeHandler(Update, gate.check), group=-1)
        application.add_handler(TypeHandler(Update, self._run))
        application.add_error_handler(self._broken)
        return application

    def _http(self, config: EdgeConfig) -> Wire:
        hooks = {"event_hooks": {"response": [self.clock.response]}}
        return Wire(proxy=config.proxy, connection_pool_size=64, httpx_kwargs=hooks)

    async def _run(self, update: Update, context: Context) -> None:
        work = asyncio.create_task(self._dispatcher.run(update, context))
        try:
            member, say = member_of(context), partial(self._say_meanwhile, update)
            said = await self._meanwhile.said(work, self._translator_of(member), say)
            reply = await work
        finally:
            work.cancel()
        if reply is not None:
            self._later(self._show(update, reply, said))

    async def _say_meanwhile(self, update: Update, message: Message) -> int:
        place = place_of(update) or Place(0)
        return await self._put(place, message, _pressed(update))

    async def _acknowledge(self, query: CallbackQuery) -> None:
        # What is before it in its chat may wait long for the terminal. A stranger gets nothing.
        if await self._executors.gate(self._services.chats.member, query.from_user.id) is not None:
            await answer(query)

    async def _welcome(self, update: Update, member: Member) -> None:
        await self._set_menu(member)
        self._later(self._show(update, await self._dispatcher.greet(update, member, GREETING)))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._replies.add(task)
        task.add_done_callback(self._replies.discard)

    async def _answer_left_over(self) -> None:
        # Telegram brings again what it doesn't know to be done; that is answered when it comes.
        await self.first_poll_done.wait()
        while (left := self._left_over.take_next()) is not None:
            try:
                await self._answer_one(left)
            except Exception:
                # One that can't be answered must neither end the chat nor hold the others up.
                logger.exception("an answer of an earlier run waits for the next start")

    async def _answer_one(self, left: Unanswered) -> None:
        reply = await self._dispatcher.answer(left)
        if reply is None:
            await self._noted(self._services.chats.answered, left.update_id)
            return
        place = Place(left.asked.chat_id, left.asked.thread_id)
        await self._show_at(place, reply, left.asked.pressed or None, left.asked.user_id, left.update_id)

    async def _show(self, update: Update, reply: Reply, said: int | None = None) -> None:
        place = place_of(update)
        if place is None:
            return
        user_id = update.effective_user.id if update.effective_user else None
        await self._show_at(place, reply, said or _pressed(update), user_id, update.update_id)

    async def _show_at(
        self, place: Place, reply: Reply, pressed: int | None, user_id: int | None, update_id: int
    ) -> None:
        shown = None
        for number, message in enumerate(reply.messages):
            instead = pressed if number == 0 else None
            shown = await self._say(place, message, instead, user_id, update_id)
        if reply.shown_as is not None and shown is not None:
            await self._noted(reply.shown_as, shown)
        if reply.later is not None and shown is not None:
            # From here on a restart ends the progress message.
            await self._noted(self._services.backtests.shown, place.chat_id, shown)
        self._checkpoint("said")
        await self._noted(self._services.chats.answered, update_id)
        if reply.later is not None:
            await self._follow_up(place, shown, reply.later, user_id)
        if reply.group_changed:
            await self._set_group_menus()
        if reply.progress is not None:
            await self._keep_showing(place, shown, reply.progress, user_id)
        changed = set(reply.menus_of)
        if reply.member_changed and user_id is not None:
            changed.add(user_id)
        for changed_id in changed:
            member = await self._executors.gate(self._services.chats.member, changed_id)
            if member is not None:
                await self._set_menu(member)

    async def _follow_up(
        self, place: Place, progress: int | None, later: Callable[[], Reply], user_id: int | None
    ) -> None:
        reply = await self._executors.long(later)
        for number, message in enumerate(reply.messages):
            instead = progress if number == 0 else None
            await self._say(place, message, instead, user_id)
        if progress is not None:
            await self._noted(self._services.backtests.finished, place.chat_id, progress)

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
                shown = await self._say(place, message, shown, user_id)
            if not more:
                return
            await asyncio.sleep(LOOK_S)

    async def _end_old_progress(self) -> None:
        for chat_id, message_id in await self._executors.mail(self._services.backtests.left_over):
            member = await self._executors.gate(self._services.chats.member, chat_id)
            t = self._translators(*((member.language, member.time_zone) if member else ()))
            message = Message(t.html(_INTERRUPTED))
            await self._say(Place(chat_id), message, message_id, chat_id)
            await self._noted(self._services.backtests.finished, chat_id, message_id)

    async def _noted(self, note: Callable[..., None], *numbers: int) -> None:
        try:
            await self._executors.mail(note, *numbers)
        except ServiceError as error:
            logger.warning("what was said is not noted: %s", error)

    async def _put(self, place: Place, message: Message, pressed: int | None) -> int:
        bot: ExtBot[Any] = self._application.bot
        try:
            if pressed is not None and await edit(bot, place.chat_id, pressed, message):
                return pressed
            return await post(bot, place.chat_id, message, thread_id=place.thread_id)
        except ChatMigrated as error:
            await self._executors.mail(self._services.groups.moved, place.chat_id, error.new_chat_id)
            return await post(bot, error.new_chat_id, message)

    async def _send(self, chat_id: int, message: Message) -> None:
        await self._say(Place(chat_id), message, None, chat_id)

    async def _say(
        self,
        place: Place,
        message: Message,
        instead: int | None,
        user_id: int | None,
        update_id: int | None = None,
    ) -> int | None:
        asked_at = self._wall.now()
        attempt = partial(self._put, place, message, instead)
        return await self._late_replies.said(attempt, place, message, user_id, asked_at, update_id)

    async def _broken(self, _update: object, context: Context) -> None:
        logger.error("update not handled", exc_info=context.error)


def _pressed(update: Update) -> int | None:
    query = update.callback_query
    return None if query is None or query.message is None else query.message.message_id
