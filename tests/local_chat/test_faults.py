from __future__ import annotations

import time

import httpx
import pytest


def test_a_status_comes_so_many_times_and_with_retry_after(api):
    api.sim("fault", method="sendMessage", kind="status", status=429, retry_after=3, times=2)
    for _ in range(2):
        response = api.raw("sendMessage", chat_id=1001, text="x")
        assert response.status_code == 429
        assert response.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 3",
            "parameters": {"retry_after": 3},
        }
    assert api.send()
    assert len(api.transcript()["messages"]) == 1


def test_a_fault_meets_only_its_method_or_all(api):
    api.sim("fault", method="sendMessage", kind="status", status=502)
    assert api.call("getMe")
    assert api.refusal("sendMessage", chat_id=1001, text="x") == (502, "Bad Gateway")
    api.sim("fault", method="*", kind="status", status=500)
    assert api.refusal("getMe") == (500, "Internal Server Error")


def test_dropped_before_means_not_done(api):
    api.sim("fault", method="sendMessage", kind="drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
        api.raw("sendMessage", chat_id=1001, text="x")
    assert api.transcript()["messages"] == []
    assert api.send()


def test_dropped_after_means_done_without_an_answer(api):
    api.sim("fault", method="sendMessage", kind="drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        api.raw("sendMessage", chat_id=1001, text="x")
    assert [one["text"] for one in api.transcript()["messages"]] == ["x"]


def test_a_delay_holds_the_call_and_then_does_it(api):
    api.sim("fault", method="sendMessage", kind="delay", seconds=0.3)
    began = time.monotonic()
    assert api.send()
    assert time.monotonic() - began >= 0.3


def test_a_block_meets_calls_to_a_chat_only(api):
    api.sim("fault", method="*", kind="blocked", times=2)
    assert api.call("getMe")
    assert api.call("getUpdates") == []
    for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        refused = api.refusal(method, chat_id=1001, **more)
        assert refused == (403, "Forbidden: bot was blocked by the user")
    assert api.send()


def test_faults_are_used_in_order_and_can_be_cleared(api):
    api.sim("fault", method="getMe", kind="status", status=500)
    api.sim("fault", method="getMe", kind="status", status=503, times=9)
    assert api.refusal("getMe")[0] == 500
    assert api.refusal("getMe")[0] == 503
    assert api.http.delete(f"{api.url}/sim/fault").status_code == 200
    assert api.call("getMe")
