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
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, TypeHandler

from bot_service.domain.errors import ServiceError
from bot_service.domain.people import Member
from bot_service.i18n import Translator
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
from bot_service.telegram_bot.left_over import LeftOver, Unanswered
from bot_service.telegram_bot.limits import Limits
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.meanwhile import Meanwhile
from bot_service.telegram_bot.menus import Menus
from bot_service.telegram_bot.order import Order
from bot_service.telegram_bot.outbox import Outbox
from bot_service.telegram_bot.places import Place, place_of
from bot_service.telegram_bot.polling import BACK_OFF_S, Batches, Polling
from bot_service.telegram_bot.presses import answer
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.showing import Showing, pressed_of
from bot_service.telegram_bot.speaking import Speaker
from bot_service.telegram_bot.strangers import Strangers
from bot_service.telegram_bot.webhook import Webhook, WebhookAddress
from bot_service.telegram_bot.wire import Wire

logger = logging.getLogger(__name__)

SKEW_EVERY_S = 60


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
        self._executors = Executors(services.asking.answering)
        self._limits = limits or Limits(wall)
        self.clock = TelegramClock(wall)
        self._batches = Batches(services.chats.last_polled())
        self._left_over = LeftOver(services, self._acts, translators, wall)
        arrivals = Arrivals(services, self._acts, translators, wall, self.clock, self._batches)
        self._dispatcher = Dispatcher(
            services, self._acts, arrivals, self._left_over, wall, self._executors, checkpoint
        )
        self._application = self._build(config)
        bot = self._application.bot
        self._speaker = Speaker(bot, services, self._executors, wall)
        self._menus = Menus(bot, services, self._executors, self._registry, translators)
        self._showing = Showing(
            services, self._executors, self._speaker, self._menus, translators, checkpoint
        )
        self._add_handlers()
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
        self._later(self._showing.end_old_progress())
        async with asyncio.TaskGroup() as group:
            group.create_task((self._webhook or self._polling).run())
            group.create_task(self._outbox.run())
            group.create_task(self._keep_time())
            group.create_task(self._menus.set_all())
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

    def _build(self, config: EdgeConfig) -> Application[Any, Any, Any, Any, Any, Any]:
        builder = ApplicationBuilder().token(config.token).updater(None).job_queue(None)
        if config.api_url is not None:
            address = config.api_url.rstrip("/")
            builder = builder.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot")
        builder = builder.request(self._http(config)).get_updates_request(self._http(config))
        return builder.concurrent_updates(Order(self._dispatcher.order_key)).build()

    def _add_handlers(self) -> None:
        chats, send = self._services.chats, self._speaker.send
        strangers = Strangers(chats, self._executors, self._limits, send, self._welcome)
        gate = Gate(chats, self._services.groups, self._executors, self._acts, self._limits, strangers, send)
        self._application.add_handler(TypeHandler(Update, gate.check), group=-1)
        self._application.add_handler(TypeHandler(Update, self._run))
        self._application.add_error_handler(self._broken)

    def _http(self, config: EdgeConfig) -> Wire:
        hooks = {"event_hooks": {"response": [self.clock.response]}}
        return Wire(proxy=config.proxy, connection_pool_size=64, httpx_kwargs=hooks)

    async def _run(self, update: Update, context: Context) -> None:
        work = asyncio.create_task(self._dispatcher.run(update, context))
        try:
            member, say = member_of(context), partial(self._say_meanwhile, update)
            t = self._translators(member.language, member.time_zone)
            said = await self._meanwhile.said(work, t, say)
            reply = await work
        finally:
            work.cancel()
        if reply is not None:
            self._later(self._showing.show(update, reply, said))

    async def _say_meanwhile(self, update: Update, message: Message) -> int:
        place = place_of(update) or Place(0)
        return await self._speaker.put(place, message, pressed_of(update))

    async def _acknowledge(self, query: CallbackQuery) -> None:
        # What is before it in its chat may wait long for the terminal. A stranger gets nothing.
        if await self._executors.gate(self._services.chats.member, query.from_user.id) is not None:
            await answer(query)

    async def _welcome(self, update: Update, member: Member) -> None:
        await self._menus.set_for(member)
        self._later(self._showing.show(update, await self._dispatcher.greet(update, member, GREETING)))

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
            await self._speaker.noted(self._services.chats.answered, left.update_id)
            return
        place, pressed = Place(left.asked.chat_id, left.asked.thread_id), left.asked.pressed or None
        await self._showing.show_at(place, reply, pressed, left.asked.user_id, left.update_id)

    async def _broken(self, _update: object, context: Context) -> None:
        logger.error("update not handled", exc_info=context.error)
