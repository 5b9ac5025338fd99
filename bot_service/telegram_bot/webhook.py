"""Let Telegram bring the updates instead of fetching them; what waited before is fetched first."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import secrets
import socket
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import TelegramError

from bot_service.domain.errors import ServiceError
from bot_service.ports import Clock
from bot_service.services.chats import Chats
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.polling import ALLOWED, BACK_OFF_S, Batches, Polling
from bot_service.telegram_bot.wire import whole

logger = logging.getLogger(__name__)

LOOK_S = 10.0
LARGEST_BODY = 1_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
KNOWN_UPDATES = 2000

Handle = Callable[[Update], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class WebhookAddress:
    """Where Telegram brings updates to (`url`, https) and where this process listens for them."""

    url: str
    host: str
    port: int


class Webhook:
    """Receive updates; the same promises as polling, and a secret that only Telegram knows.

    Telegram brings one update at a time and again until it is answered with 200, which happens when its
    handler has ended: if the process dies in the middle, a stop comes again.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        batches: Batches,
        chats: Chats,
        executors: Executors,
        wall: Clock,
        polling: Polling,
        address: WebhookAddress,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._batches = batches
        self._chats = chats
        self._executors = executors
        self._wall = wall
        self._polling = polling
        self._address = address
        self._secret = secrets.token_urlsafe(32)
        self._known: deque[int] = deque(maxlen=KNOWN_UPDATES)
        self._behind = False
        self.port = address.port

    async def run(self) -> None:
        """Fetch what waits, then receive until cancelled."""
        await self._fetch_waiting()
        listener = socket.create_server((self._address.host, self._address.port))
        self.port = listener.getsockname()[1]
        server = _Server(self._config())
        serving = asyncio.create_task(server.serve([listener]))
        try:
            await self._announce()
            watching = asyncio.create_task(self._watch())
            await asyncio.wait({serving, watching}, return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await serving

    async def _fetch_waiting(self) -> None:
        fetching = asyncio.create_task(self._polling.run())
        done = asyncio.create_task(self._polling.first_poll_done.wait())
        try:
            await asyncio.wait({fetching, done}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            fetching.cancel()
            done.cancel()
        await self._polling.close()

    async def _announce(self) -> None:
        failures = 0
        while True:
            try:
                await self._bot.set_webhook(
                    self._address.url,
                    secret_token=self._secret,
                    allowed_updates=list(ALLOWED),
                    # One after the other: a start that overtakes a stop would undo it.
                    max_connections=1,
                )
            except TelegramError as error:
                if not failures:
                    logger.warning("the webhook can't be announced yet: %s", error)
                await asyncio.sleep(BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)])
                failures += 1
            else:
                logger.info("Telegram brings updates from now on")
                return

    async def _watch(self) -> None:
        """Look whether updates wait: only while none does, a press can't be an old one."""
        while True:
            try:
                info = await self._bot.get_webhook_info()
            except TelegramError as error:
                logger.warning("webhook not looked at: %s", error)
            else:
                self._behind = info.pending_update_count > 0
                if self._behind:
                    logger.warning("updates wait for the webhook: %s", info.last_error_message)
                elif info.url != self._address.url:
                    logger.error("somebody else has changed the webhook; it is announced again")
                    await self._announce()
                else:
                    await self._looked([])
            await asyncio.sleep(LOOK_S)

    async def _looked(self, update_ids: Sequence[int]) -> None:
        now = self._wall.now()
        self._batches.came(update_ids, now, full=self._behind)
        try:
            await self._executors.gate(self._chats.polled, now)
        except ServiceError as error:
            logger.warning("moment of the last look not kept: %s", error)

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=403)
        if int(request.headers.get("content-length", LARGEST_BODY + 1)) > LARGEST_BODY:
            return Response(status_code=413)
        update = await self._read(request)
        if update is None:
            return Response(status_code=400)
        if update.update_id in self._known:
            return Response()
        await self._looked([update.update_id])
        await self._handle(update)
        self._known.append(update.update_id)
        return Response()

    async def _read(self, request: Request) -> Update | None:
        try:
            data = whole(await request.json())
            return Update.de_json(data, self._bot) if isinstance(data, dict) else None
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError):
            return None

    def _config(self) -> uvicorn.Config:
        path = urlsplit(self._address.url).path or "/"
        app = Starlette(routes=[Route(path, self._receive, methods=["POST"])])
        return uvicorn.Config(
            app,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The service itself decides what a signal means.
        yield
