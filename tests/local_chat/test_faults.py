from __future__ import annotations

import threading
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


def test_a_fault_lasts_as_long_as_ordered_on_the_chats_clock(api, clock):
    api.sim("fault", method="sendMessage", kind="status", status=502, for_s=60)
    for _ in range(5):
        assert api.refusal("sendMessage", chat_id=1001, text="x")[0] == 502
    clock.step(59)
    assert api.refusal("sendMessage", chat_id=1001, text="x")[0] == 502
    clock.step(1)
    assert api.send()


def test_each_third_call_fails_in_a_storm(api):
    api.sim("fault", method="sendMessage", kind="status", status=429, retry_after=2, every=3, times=2)
    codes = [api.raw("sendMessage", chat_id=1001, text="x").status_code for _ in range(9)]
    assert codes == [200, 200, 429, 200, 200, 429, 200, 200, 200]


def test_a_fault_may_meet_one_chat_only(api):
    api.sim("message", text="hi", user_id=77)
    api.sim("fault", method="*", kind="blocked", chat_id=77, times=9)
    assert api.send()
    assert api.refusal("sendMessage", chat_id=77, text="x")[0] == 403


def test_an_hour_offline_is_over_when_the_clock_says_so(api, clock):
    api.sim("fault", kind="offline", for_s=3600)
    for method in ("getMe", "sendMessage", "getUpdates"):
        with pytest.raises(httpx.RemoteProtocolError):
            api.raw(method, chat_id=1001, text="x")
    api.sim("message", text="said meanwhile")
    api.sim("clock", seconds=3600)
    assert [one["message"]["text"] for one in api.call("getUpdates")] == ["said meanwhile"]
    assert api.send()


@pytest.fixture
def waiting(api):
    """A poll that waits in a thread of its own; what it got is in the list."""
    found = []

    def ask():
        try:
            found.append(httpx.get(f"{api.url}/bot{api.token}/getUpdates?timeout=20", timeout=30).status_code)
        except httpx.RemoteProtocolError:
            found.append("cut")

    poll = threading.Thread(target=ask)
    poll.start()
    deadline = time.monotonic() + 5
    while not api.server._chat.polls.waiting() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield found
    poll.join(10)
    assert not poll.is_alive()


def test_going_offline_cuts_the_poll_that_waits(api, waiting):
    api.sim("fault", kind="offline", for_s=3600)
    deadline = time.monotonic() + 5
    while not waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    assert waiting == ["cut"]


def test_another_program_takes_the_updates_for_a_time(api, clock, waiting):
    api.sim("fault", kind="conflict", for_s=50)
    deadline = time.monotonic() + 5
    while not waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    assert waiting == [409]
    assert api.refusal("getUpdates")[0] == 409
    assert api.send(), "sending goes on"
    clock.step(50)
    assert api.call("getUpdates") == []


def test_a_timeout_before_means_not_done_and_after_means_done(api):
    for kind, seen in (("timeout_before", []), ("timeout_after", ["x"])):
        api.sim("fault", method="sendMessage", kind=kind, seconds=0.2)
        began = time.monotonic()
        with pytest.raises(httpx.RemoteProtocolError):
            api.raw("sendMessage", chat_id=1001, text="x")
        assert time.monotonic() - began >= 0.2
        assert [one["text"] for one in api.transcript()["messages"]] == seen


def test_the_faults_to_come_can_be_read(api):
    api.sim("fault", method="getMe", kind="status", status=500, times=2)
    (fault,) = api.http.get(f"{api.url}/sim/fault").json()["faults"]
    assert (fault["method"], fault["kind"], fault["times"]) == ("getMe", "status", 2)


def test_telegrams_own_limits_can_be_switched_on(api, clock):
    api.sim("limits", per_second=2, per_chat_per_second=1)
    api.sim("message", text="hi", user_id=77)
    assert api.send()
    refused = api.raw("sendMessage", chat_id=1001, text="x")
    assert (refused.status_code, refused.json()["parameters"]) == (429, {"retry_after": 1})
    assert api.call("sendMessage", chat_id=77, text="x")
    clock.step(1)
    assert api.send()
    assert api.call("sendMessage", chat_id=77, text="x")
    assert api.refusal("sendMessage", chat_id=77, text="x")[0] == 429
    api.sim("limits")
    assert api.send()
    assert api.http.post(f"{api.url}/sim/limits", json={"per_year": 1}).status_code == 400


def test_a_group_takes_twenty_messages_a_minute(api, clock):
    api.sim("limits", per_group_per_minute=20)
    group = api.sim("group", title="Traders")["chat_id"]
    for _ in range(20):
        api.call("sendMessage", chat_id=group, text="x")
        clock.step(1)
    refused = api.raw("sendMessage", chat_id=group, text="x").json()
    assert refused["parameters"] == {"retry_after": 40}
    assert api.send()
