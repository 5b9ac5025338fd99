from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from bot_service.outbound.writer import MOST_TOKENS, ChatWriter
from bot_service.ports import WriterSilent
from tests.outbound.writer_server import completion, writer_server

PATIENCE_S = 1.0


@pytest.fixture
def server():
    with writer_server() as serving:
        yield serving


def writer(server, timeout_s=PATIENCE_S) -> ChatWriter:
    return ChatWriter(server.url, "fake", "geheim", timeout_s)


def silence(server, timeout_s=PATIENCE_S) -> str:
    with pytest.raises(WriterSilent) as caught:
        writer(server, timeout_s).write("task", "data")
    return caught.value.reason


def test_an_answer_comes_as_it_was_given(server):
    server.reply = lambda _body: server.says("apa adanya <b>")
    assert writer(server, 10).write("task", "data") == "apa adanya <b>"
    (asked,) = server.asked
    assert [message["content"] for message in asked["messages"]] == ["task", "data"]
    assert (asked["model"], asked["max_tokens"]) == ("fake", MOST_TOKENS)
    assert server.keys == ["Bearer geheim"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal_is_asked_about_once_and_named(server, status):
    server.reply = lambda _body: server.sends(b'{"error": {"message": "no"}}', status)
    assert silence(server, 10) == f"http_{status}"
    assert len(server.asked) == 1


def test_nobody_there_is_silence(server):
    server.close()
    assert silence(server, 10) == "APIConnectionError"


@pytest.mark.parametrize("every_s", [0.02, 0.3])
def test_an_answer_that_drips_ends_with_the_timeout(server, every_s):
    server.reply = lambda _body: server.drips(every_s)
    writer(server, 10)  # the client is loaded by now
    began = time.monotonic()
    assert silence(server, 1.0) == "timeout"
    assert time.monotonic() - began < 2.5


def test_an_answer_without_end_is_cut_off(server):
    server.reply = lambda _body: server.floods()
    began = time.monotonic()
    assert silence(server, 20) in {"APIConnectionError", "timeout"}
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b"null", b'"text"', b"3", b"{}", b'{"choices": []}', b'{"choices": null}',
        b'{"choices": [{}]}', b'{"choices": [{"message": null}]}', b'{"choices": "x"}',
        b'{"choices": [{"message": {"content": null}}]}', b'{"choices": [{"message": {"content": 3}}]}',
        b'{"choices": [{"message": {"content": ["x"]}}]}', b"\xff\xfe\x00", b"[" * 50_000,
    ],
)  # fmt: skip
def test_an_answer_of_any_other_shape_is_silence(server, body):
    server.reply = lambda _body: server.sends(body)
    silence(server, 10)


def test_a_stream_or_a_packed_answer_is_no_answer(server):
    server.reply = lambda _body: server.streams("halo")
    silence(server, 10)
    server.reply = lambda _body: server.packed("x" * 10_000)
    silence(server, 10)


def test_the_key_goes_to_nobody_else(server):
    with writer_server() as thief:
        server.reply = lambda _body: (307, {"Location": f"{thief.url}/chat/completions"}, [])
        assert silence(server, 10) == "http_307"
        assert thief.asked == []


def test_a_service_that_ends_waits_for_nobody(server):
    server.reply = lambda _body: server.drips(0.05)
    one = writer(server, 60)
    threading.Timer(0.5, one.close).start()
    began = time.monotonic()
    with pytest.raises(WriterSilent, match="closed"):
        one.write("task", "data")
    assert time.monotonic() - began < 5


def test_without_a_writer_its_client_is_never_loaded():
    told = "import sys, bot_service.app.house; print('openai' in sys.modules, 'httpx2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_fake_server_speaks_the_interface():
    assert b'"content": "x"' in completion("x")
