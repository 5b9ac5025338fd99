"""The thread that serves the local chat."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from typing import TYPE_CHECKING, Final

import uvicorn

from bot_service.local_chat.connections import DroppableProtocol
from bot_service.local_chat.postman import Postman
from bot_service.local_chat.routes import create_app

if TYPE_CHECKING:
    from typing import Self

    from bot_service.local_chat.chat import LocalChat

_START_WITHIN_S: Final = 15.0
_STOP_WITHIN_S: Final = 10.0


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, postman: Postman) -> None:
        super().__init__(config)
        self._postman = postman
        self.listening = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        # The library looks ten times a second whether it should end; a bell is enough here.
        delivering = asyncio.create_task(self._postman.run())
        await self._leaving.wait()
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()


def _listener(host: str, port: int) -> socket.socket:
    # The protocol is named, else asyncio leaves Nagle's delay on: 40 ms per answer (tried).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


class ChatServer:
    """Serve a local chat from a thread of its own.

    Stopping closes the chat's file too: a stopped server and its chat are not started again.
    """

    def __init__(self, chat: LocalChat, host: str = "127.0.0.1", port: int = 0) -> None:
        self._chat = chat
        self._host = host
        self.port = port
        config = uvicorn.Config(
            create_app(chat),
            http=DroppableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            # A client that reuses a connection just as it is closed would see a fault nobody ordered.
            timeout_keep_alive=300,
            timeout_graceful_shutdown=3,
        )
        self._server = _Server(config, Postman(chat))
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Return the address of the page, without a slash at the end."""
        return f"http://{self._host}:{self.port}"

    def start(self) -> Self:
        """Start serving and return when the port listens.

        Raises:
            OSError: the port is taken.
            TimeoutError: the server did not come up.
        """
        listener = _listener(self._host, self.port)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="local-chat", daemon=True
        )
        self._thread.start()
        if not self._server.listening.wait(_START_WITHIN_S):
            raise TimeoutError("local_chat_not_listening")
        return self

    def stop(self) -> None:
        """End waiting polls, stop serving and close the chat's file."""
        if self._thread is None:
            return
        if self._server.loop is not None:
            self._server.loop.call_soon_threadsafe(self._chat.shut)
            self._server.loop.call_soon_threadsafe(self._server.leave)
        self._thread.join(_STOP_WITHIN_S)
        if self._thread.is_alive():
            raise TimeoutError("local_chat_not_stopping")
        self._thread = None
        self._chat.store.close()
