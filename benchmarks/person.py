"""A person in the local chat: types, presses, and waits for what the bot says."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Message = dict[str, Any]

PATIENCE_S = 60.0
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


def text_of(message: Message) -> str:
    """Return what a message says; a picture says its caption."""
    return str(message.get("text") or message.get("caption") or "")


class ChatProcess:
    """`bot-service chat` in a process of its own, as Telegram runs on machines of its own."""

    def __init__(self, data_dir: Path) -> None:
        self._command = [sys.executable, "-m", "bot_service", "chat", "--port", "0", "--data-dir", data_dir]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        found = ADDRESS.search(line)
        if found is None:
            self._process.kill()
            raise RuntimeError(f"the chat server said {line!r}")
        self.url, self.port = found[0], int(found[1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(10)


class Person:
    """User 1001 with one connection to the chat server.

    Waiting is one long request that the server answers when something new is there, so that it takes no
    processor time from what is measured.
    """

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self._seen = 0
        self._state = ""

    def skip(self) -> None:
        """Forget what was said so far."""
        self._news(0)

    def say(self, text: str) -> None:
        """Send a message."""
        self._call("POST", "/sim/message", {"text": text})

    def press_yes(self, message: Message) -> None:
        """Press the first button of a confirmation."""
        button = message["reply_markup"]["inline_keyboard"][0][0]
        body = {"message_id": message["message_id"], "data": button["callback_data"]}
        self._call("POST", "/sim/press", body)

    def hears(self, wanted: Callable[[Message], bool]) -> Message:
        """Wait for a message of the bot.

        Raises:
            TimeoutError: it has not come within a minute.
        """
        end = time.perf_counter() + PATIENCE_S
        while time.perf_counter() < end:
            for message in self._news(5):
                if message["from"]["is_bot"] and wanted(message):
                    return message
        raise TimeoutError("the bot does not answer")

    def _news(self, wait_s: int) -> list[Message]:
        view = self._call("GET", f"/sim/view?after={self._seen}&wait={wait_s}&state={self._state}")
        self._seen, self._state = view["next"], view["state"]
        return list(view["messages"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        sent = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, path, sent, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
        return json.loads(text)
