"""Deliver updates to webhooks by plain HTTP on this machine."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot_service.local_chat.chat import LocalChat
    from bot_service.local_chat.shapes import Json

_ANSWER_WITHIN_S: Final = 10.0
_RETRY_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_PATIENCE_S: Final = 60.0


class Postman:
    """Post waiting updates to the webhooks of the bots, one at a time per bot and in order."""

    def __init__(self, chat: LocalChat) -> None:
        self._chat = chat
        self._rounds: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver until the chat closes, or until cancelled."""
        try:
            while not self._chat.closing:
                for token in self._chat.store.bots.webhooks():
                    if token not in self._rounds or self._rounds[token].done():
                        self._rounds[token] = asyncio.create_task(self._serve(token))
                await self._chat.bell.wait(_PATIENCE_S)
        finally:
            for task in self._rounds.values():
                task.cancel()
            await asyncio.gather(*self._rounds.values(), return_exceptions=True)

    async def _serve(self, token: str) -> None:
        failures, store = 0, self._chat.store
        while not self._chat.closing and (webhook := store.bots.webhook(token)) is not None:
            waiting = store.updates.pending(token, 1)
            if not waiting:
                await self._chat.bell.wait(_PATIENCE_S)
                continue
            offline = self._chat.faults.offline(self._chat.now())
            trouble = "Connection timed out" if offline else await _posted(webhook, waiting[0])
            if trouble:
                self._note(token, trouble)
                await asyncio.sleep(_RETRY_S[min(failures, len(_RETRY_S) - 1)])
                failures += 1
            else:
                failures = 0
                store.updates.delivered(token, waiting[0]["update_id"])
                store.commit()

    def _note(self, token: str, trouble: str) -> None:
        webhook = self._chat.store.bots.webhook(token)
        if webhook is not None:
            webhook |= {"last_error_date": int(self._chat.now()), "last_error_message": trouble}
            self._chat.store.bots.save_webhook(token, webhook)
            self._chat.store.commit()


async def _posted(webhook: Json, update: Json) -> str:
    """Post one update; return what went wrong, or nothing."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            line = await _exchange(webhook, json.dumps(update).encode())
    except TimeoutError:
        return "Read timeout expired"
    except OSError as error:
        return f"Connection failed: {error.strerror or error}"
    status = line.split(" ", 1)[1] if " " in line else ""
    return "" if status.startswith("2") else f"Wrong response from the webhook: {status or 'none'}"


async def _exchange(webhook: Json, body: bytes) -> str:
    parts = urlsplit(webhook["url"])
    port = parts.port or 80
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {parts.hostname}:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if webhook["secret"]:
        head.append(f"X-Telegram-Bot-Api-Secret-Token: {webhook['secret']}")
    reader, writer = await asyncio.open_connection(parts.hostname, port)
    try:
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await writer.drain()
        line = (await reader.readline()).decode("latin-1").strip()
        await reader.read()
    finally:
        writer.close()
    return line
