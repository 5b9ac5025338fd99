"""The local chat as a web application, and the thread that serves it."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Final

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot_service.local_chat import botapi, sim
from bot_service.local_chat.errors import ApiError
from bot_service.local_chat.faults import DroppableProtocol

if TYPE_CHECKING:
    from typing import Self

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot_service.local_chat.chat import LocalChat

_PAGE: Final = Path(__file__).parent / "page"
_PAGE_FILES: Final = ("chat.js", "menu.js", "message.js", "text.js", "chat.css", "icon.svg", "pattern.svg")
_POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_START_WITHIN_S: Final = 15.0
_STOP_WITHIN_S: Final = 10.0


class _SameMachine:
    """Refuse requests that a foreign web page could have caused, and date every answer."""

    def __init__(self, app: ASGIApp, chat: LocalChat) -> None:
        self._app = app
        self._chat = chat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Date"] = formatdate(self._chat.now(), usegmt=True)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Content-Security-Policy"] = _POLICY
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        reason = _foreign(scope)
        if reason:
            await botapi.refusal(ApiError(403, f"Forbidden: {reason}"))(scope, receive, dated)
        else:
            await self._app(scope, receive, dated)


def _is_page(path: str) -> bool:
    return path == "/" or path.removeprefix("/") in _PAGE_FILES


def _foreign(scope: Scope) -> str:
    headers, port = Headers(scope=scope), scope["server"][1]
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    host = headers.get("host", "").lower()
    if host not in hosts:
        return "wrong host"
    if "origin" in headers and headers["origin"].lower() != f"http://{host}":
        return "wrong origin"
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _is_page(scope["path"]):
        # A picture or a link of a foreign page carries no Origin.
        return "wrong site"
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if scope["path"].startswith("/sim/") and scope["method"] == "POST" and kind != "application/json":
        return "wrong content type"
    return ""


async def _not_found(_request: Request, _error: Exception) -> Response:
    return botapi.refusal(ApiError(404, "Not Found"))


async def _page(request: Request) -> Response:
    name = request.url.path.removeprefix("/") or "index.html"
    return FileResponse(_PAGE / name, headers={"Cache-Control": "no-cache"})


def create_app(chat: LocalChat) -> Starlette:
    """Build the web application of a local chat."""
    methods = ["GET", "POST"]
    routes = [
        Route("/", _page),
        *(Route(f"/{name}", _page) for name in _PAGE_FILES),
        Route("/bot{token}/{method}", botapi.call_method, methods=methods),
        Route("/file/bot{token}/{path:path}", botapi.send_file),
        Route("/sim/transcript", sim.transcript),
        Route("/sim/silent", sim.silent),
        Route("/sim/view", sim.view),
        Route("/sim/labels", sim.labels),
        Route("/sim/file/{file_id}", sim.picture),
        Route("/sim/fault", sim.clear_faults, methods=["DELETE"]),
        Route("/sim/{deed}", sim.answer, methods=["POST"]),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(_SameMachine, chat=chat)],
        exception_handlers={404: _not_found},
    )
    app.state.chat = chat
    return app


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        # The library looks ten times a second whether it should end; a bell is enough here.
        await self._leaving.wait()

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
        self._server = _Server(config)
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
