from __future__ import annotations

import os

# Before anybody imports python-telegram-bot: else each 429 is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

import gzip
import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot_service.local_chat import ChatServer, LocalChat

TOKEN = "123456:" + "A" * 35
OTHER_TOKEN = "654321:" + "B" * 35


class SteppedClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 10, 0, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def step(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Api:
    """One bot and one person talking to a server over HTTP."""

    def __init__(self, http: httpx.Client, url: str, token: str = TOKEN) -> None:
        self.url = url
        self.token = token
        self.http = http

    def raw(self, method: str, **parameters: object) -> httpx.Response:
        return self.http.post(f"{self.url}/bot{self.token}/{method}", json=parameters)

    def call(self, method: str, **parameters: object) -> object:
        answer = self.raw(method, **parameters).json()
        assert answer["ok"], answer
        return answer["result"]

    def refusal(self, method: str, **parameters: object) -> tuple[int, str]:
        response = self.raw(method, **parameters)
        answer = response.json()
        assert not answer["ok"], answer
        assert answer["error_code"] == response.status_code
        return answer["error_code"], answer["description"]

    def sim(self, deed: str, **body: object) -> dict:
        response = self.http.post(f"{self.url}/sim/{deed}", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def transcript(self, after: int = 0, **query: object) -> dict:
        return self.http.get(f"{self.url}/sim/transcript", params={"after": after, **query}).json()

    def send(self, text: str = "hello", **parameters: object) -> dict:
        return self.call("sendMessage", chat_id=1001, text=text, **parameters)

    def press(self, data: str = "x") -> dict:
        message = self.send(reply_markup={"inline_keyboard": [[{"text": "go", "callback_data": data}]]})
        return self.sim("press", message_id=message["message_id"], data=data)


@pytest.fixture
def clock():
    return SteppedClock()


@pytest.fixture(scope="session")
def http():
    with httpx.Client(timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def serve(clock, http):
    running = []

    def start(data_dir=None, prepare=None, **options):
        chat = LocalChat(data_dir, clock=clock, **options)
        if prepare is not None:
            prepare(chat)
        server = ChatServer(chat).start()
        running.append(server)
        api = Api(http, server.url)
        api.server = server
        return api

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def api(serve):
    return serve()


@pytest.fixture
def other(api):
    """Another bot on the same server."""
    return Api(api.http, api.url, OTHER_TOKEN)


@pytest.fixture
def png():
    def picture(width=120, height=80):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        rows = zlib.compress(b"".join(b"\0" + b"\x2b\x86\xd9" * width for _ in range(height)))
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

    return picture


@pytest.fixture(scope="session")
def botapi():
    path = Path(os.environ.get("BOTAPI_DIR", "../shared/botapi")) / "api.json.gz"
    if not path.exists():
        reason = f"the Bot API description is not at {path}"
        if os.environ.get("REQUIRE_REAL_BARS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with gzip.open(path) as file:
        return json.load(file)
