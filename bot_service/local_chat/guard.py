"""Keep foreign web pages away from the local chat."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders

from bot_service.local_chat.botapi import refusal
from bot_service.local_chat.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot_service.local_chat.chat import LocalChat

_POLICY: Final = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class SameMachine:
    """Refuse requests that a foreign web page could have caused, and date every answer."""

    def __init__(self, app: ASGIApp, chat: LocalChat, page: Collection[str]) -> None:
        self._app = app
        self._chat = chat
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
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

        reason = _foreign(scope, self._page)
        if reason:
            await refusal(ApiError(403, f"Forbidden: {reason}"))(scope, receive, dated)
        else:
            await self._app(scope, receive, dated)


def _foreign(scope: Scope, page: Collection[str]) -> str:
    headers, port = Headers(scope=scope), scope["server"][1]
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    host = headers.get("host", "").lower()
    if host not in hosts:
        return "wrong host"
    if "origin" in headers and headers["origin"].lower() != f"http://{host}":
        return "wrong origin"
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and scope["path"] not in page:
        # A picture or a link of a foreign page carries no Origin.
        return "wrong site"
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if scope["path"].startswith("/sim/") and scope["method"] == "POST" and kind != "application/json":
        return "wrong content type"
    return ""
