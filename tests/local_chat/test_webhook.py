from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

SECRET = "a-Secret_1"


class Hook:
    """A bot that listens on this machine; it answers with the given statuses, then with 200."""

    def __init__(self):
        self.got = []
        self.secrets = []
        self.statuses = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = hook.statuses.pop(0) if hook.statuses else 200
                hook.secrets.append(self.headers["X-Telegram-Bot-Api-Secret-Token"])
                if status == 200:
                    hook.got.append(body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait(self, count):
        deadline = time.monotonic() + 10
        while len(self.got) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return [one["message"]["text"] for one in self.got]

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hook():
    made = Hook()
    yield made
    made.close()


def test_updates_are_posted_in_order_with_the_secret(api, hook):
    api.sim("message", text="before")
    assert api.call("setWebhook", url=hook.url, secret_token=SECRET) is True
    for text in "abc":
        api.sim("message", text=text)
    assert hook.wait(4) == ["before", "a", "b", "c"]
    assert set(hook.secrets) == {SECRET}
    info = api.call("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (hook.url, 40)
    assert "secret" not in info


def test_a_failed_delivery_comes_again_before_the_next_one(api, hook):
    hook.statuses = [500, 503]
    api.call("setWebhook", url=hook.url)
    api.sim("message", text="first")
    api.sim("message", text="second")
    assert hook.wait(2) == ["first", "second"]
    info = api.call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert hook.secrets == [None] * 4


def test_nothing_is_posted_while_the_line_is_cut(api, hook):
    api.call("setWebhook", url=hook.url)
    api.sim("fault", kind="offline", for_s=3600)
    api.sim("message", text="said meanwhile")
    api.sim("clock", seconds=3599)
    with pytest.raises(httpx.RemoteProtocolError):
        api.raw("getMe")
    assert hook.got == []
    api.sim("clock", seconds=1)
    assert hook.wait(1) == ["said meanwhile"]
    assert api.call("getWebhookInfo")["last_error_message"] == "Connection timed out"


def test_with_a_webhook_nobody_asks_for_updates(api, hook):
    api.call("setWebhook", url=hook.url)
    code, reason = api.refusal("getUpdates")
    assert code == 409
    assert reason.startswith("Conflict: can't use getUpdates method while webhook is active")
    assert api.call("deleteWebhook") is True
    api.sim("message", text="asked for")
    assert [one["message"]["text"] for one in api.call("getUpdates")] == ["asked for"]
    assert hook.got == []


def test_a_webhook_survives_a_restart_with_what_waits(serve, tmp_path, hook):
    first = serve(tmp_path)
    hook.statuses = [500] * 100
    first.call("setWebhook", url=hook.url, secret_token=SECRET)
    first.sim("message", text="kept")
    first.server.stop()
    hook.statuses = []
    second = serve(tmp_path)
    assert hook.wait(1) == ["kept"]
    assert second.call("getWebhookInfo")["url"] == hook.url


def test_pending_updates_can_be_dropped_and_kinds_chosen(api, hook):
    api.sim("message", text="old")
    api.call("setWebhook", url=hook.url, drop_pending_updates=True, allowed_updates=["message"])
    said = api.sim("message", text="new")["message_id"]
    api.sim("edit", message_id=said, text="not wanted")
    api.sim("message", text="newer")
    assert hook.wait(2) == ["new", "newer"]
    assert api.call("getWebhookInfo")["allowed_updates"] == ["message"]


def test_nobody_listening_is_told_in_the_info(api):
    api.call("setWebhook", url="http://127.0.0.1:1/hook")
    api.sim("message", text="x")
    deadline = time.monotonic() + 10
    while "last_error_message" not in api.call("getWebhookInfo") and time.monotonic() < deadline:
        time.sleep(0.02)
    info = api.call("getWebhookInfo")
    assert info["last_error_message"].startswith("Connection failed")
    assert info["pending_update_count"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://example.com/hook"},
        {"url": "http://10.0.0.1/hook"},
        {"url": "http://127.0.0.1:1/", "secret_token": "with space"},
        {"url": "http://127.0.0.1:1/", "secret_token": "x" * 257},
        {"url": "http://127.0.0.1:1/", "max_connections": 101},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(api, fields):
    assert api.refusal("setWebhook", **fields)[0] == 400
    assert api.call("getWebhookInfo")["url"] == ""
