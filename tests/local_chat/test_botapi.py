from __future__ import annotations

import socket
import threading
import time
from email.utils import parsedate_to_datetime

import httpx
import pytest


def test_a_malformed_token_is_unauthorized(api):
    for token in ("123:short", "x" * 46, "abc:" + "A" * 35, "123:" + "A" * 36):
        response = api.http.get(f"{api.url}/bot{token}/getMe")
        assert response.status_code == 401
        assert response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


def test_only_the_named_tokens_count_when_not_any_may_come(serve):
    api = serve(any_token=False, tokens=["7:" + "C" * 35])
    assert api.refusal("getMe") == (401, "Unauthorized")
    api.token = "7:" + "C" * 35
    assert api.call("getMe")["id"] == 7


def test_an_unknown_method_is_not_found(api):
    assert api.raw("sendMoney").json() == {"ok": False, "error_code": 404, "description": "Not Found"}


def test_parameters_come_as_json_form_query_or_multipart(api):
    address = f"{api.url}/bot{api.token}/sendMessage"
    fields = {"chat_id": "1001", "text": "x", "disable_notification": "true"}
    answers = [
        api.http.post(address, json=fields),
        api.http.post(address, data=fields),
        api.http.get(address, params=fields),
        api.http.post(address, data=fields, files={"unused": b"1"}),
        api.http.post(address.replace("sendMessage", "SENDMESSAGE"), data=fields),
    ]
    assert [answer.json()["result"]["text"] for answer in answers] == ["x"] * 5


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(api, body):
    headers = {"Content-Type": "application/json"}
    response = api.http.post(f"{api.url}/bot{api.token}/sendMessage", content=body, headers=headers)
    assert response.status_code == 400


def test_every_answer_carries_the_servers_date(api, clock):
    clock.step(3600)
    for path in (f"/bot{api.token}/getMe", "/bot1/getMe", "/", "/nothing", "/sim/transcript"):
        response = api.http.get(api.url + path)
        assert parsedate_to_datetime(response.headers["date"]) == clock.now


def test_the_bot_knows_itself(api):
    me = api.call("getMe")
    assert (me["id"], me["is_bot"], me["username"]) == (123456, True, "local_123456_bot")
    assert api.call("setMyName", name="Renamed") is True
    assert api.call("getMe")["first_name"] == "Renamed"
    chat = api.call("getChat", chat_id=1001)
    assert (chat["type"], chat["first_name"]) == ("private", "Trader")
    for method in ("setMyDescription", "setMyShortDescription", "setChatMenuButton", "logOut", "close"):
        assert api.call(method) is True


def test_a_webhook_is_refused_and_none_is_set(api):
    assert api.refusal("setWebhook", url="https://example.com/hook")[0] == 400
    assert api.call("setWebhook", url="") is True
    api.sim("message", text="x")
    api.call("getUpdates")
    info = {"url": "", "has_custom_certificate": False, "pending_update_count": 1}
    assert api.call("getWebhookInfo") == info
    assert api.call("deleteWebhook", drop_pending_updates=True) is True
    assert api.call("getUpdates") == []


# Updates


def test_updates_come_until_they_are_confirmed(api):
    first = api.sim("message", text="/start one")
    second = api.sim("message", text="two")
    got = api.call("getUpdates")
    assert [one["update_id"] for one in got] == [first["update_id"], second["update_id"]]
    assert got[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert got[0]["message"]["from"]["id"] == got[0]["message"]["chat"]["id"] == 1001
    assert api.call("getUpdates", limit=1) == got[:1]
    assert api.call("getUpdates", offset=second["update_id"]) == got[1:]
    assert api.call("getUpdates") == got[1:]
    assert api.call("getUpdates", offset=second["update_id"] + 1) == []


def test_a_negative_offset_keeps_the_last_ones(api):
    for text in "abc":
        api.sim("message", text=text)
    assert [one["message"]["text"] for one in api.call("getUpdates", offset=-2)] == ["b", "c"]
    assert len(api.call("getUpdates")) == 2


def test_a_waiting_poll_ends_when_a_message_arrives(api):
    found = []
    poll = threading.Thread(target=lambda: found.extend(api.call("getUpdates", timeout=15)))
    poll.start()
    with httpx.Client(trust_env=False) as person:
        person.post(f"{api.url}/sim/message", json={"text": "now"})
    poll.join(5)
    assert [one["message"]["text"] for one in found] == ["now"]


def test_a_second_poll_ends_the_first_with_409(api, other):
    first = []
    poll = threading.Thread(target=lambda: first.append(api.raw("getUpdates", timeout=15)))
    poll.start()
    with httpx.Client(trust_env=False) as client:
        while poll.is_alive():
            assert client.get(f"{api.url}/bot{api.token}/getUpdates").json() == {"ok": True, "result": []}
            poll.join(0.02)
    assert first[0].status_code == 409
    assert first[0].json()["description"].startswith("Conflict: terminated by other getUpdates request")


def test_polls_of_two_bots_do_not_disturb_each_other(api, other):
    first = []
    poll = threading.Thread(target=lambda: first.append(api.raw("getUpdates", timeout=1)))
    poll.start()
    while poll.is_alive():
        other.call("getUpdates")
        poll.join(0.1)
    assert first[0].json() == {"ok": True, "result": []}


def test_a_bot_gets_the_kinds_of_updates_it_asked_for(api):
    api.call("getUpdates", allowed_updates=["callback_query"])
    api.sim("message", text="not wanted")
    press = api.press("wanted")
    (update,) = api.call("getUpdates")
    assert update["update_id"] == press["update_id"]
    assert update["callback_query"]["data"] == "wanted"


def test_a_press_goes_to_the_bot_whose_button_it_was(api, other):
    pressed = api.press("mine")
    other.call("getUpdates")
    assert api.call("getUpdates")[0]["update_id"] == pressed["update_id"]
    assert other.call("getUpdates") == []


def test_what_was_said_before_any_bot_came_waits_for_the_first(api, other):
    api.sim("message", text="early")
    assert [one["message"]["text"] for one in api.call("getUpdates")] == ["early"]
    assert other.call("getUpdates") == []


def test_stopping_the_server_ends_waiting_polls_at_once(serve):
    api = serve()
    answer = []
    poll = threading.Thread(target=lambda: answer.append(api.raw("getUpdates", timeout=30).status_code))
    poll.start()
    deadline = time.monotonic() + 5
    while not api.server._chat.polls.waiting() and time.monotonic() < deadline:
        poll.join(0.01)
    api.server.stop()
    poll.join(5)
    assert answer == [200]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", api.server.port)) != 0


# Commands


def test_commands_are_kept_per_scope_and_language(api):
    private = {"scope": {"type": "all_private_chats"}, "language_code": "id"}
    commands = [{"command": "status", "description": "Ringkasan"}]
    assert api.call("setMyCommands", commands=commands, **private) is True
    assert api.call("getMyCommands", **private) == commands
    assert api.call("getMyCommands") == []
    assert api.call("deleteMyCommands", **private) is True
    assert api.call("getMyCommands", **private) == []


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ([{"command": "Status", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{i}", "description": "x"} for i in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
def test_commands_keep_telegrams_limits(api, commands, reason):
    assert api.refusal("setMyCommands", commands=commands) == (400, f"Bad Request: {reason}")


def test_the_page_shows_the_menu_nearest_to_person_and_language(api):
    def shown():
        return [one["command"] for one in api.http.get(f"{api.url}/sim/view").json()["commands"]]

    def menu(command, **where):
        api.call("setMyCommands", commands=[{"command": command, "description": "x"}], **where)

    api.call("getUpdates")
    menu("everywhere")
    assert shown() == ["everywhere"]
    menu("private", scope={"type": "all_private_chats"})
    assert shown() == ["private"]
    menu("pribadi", scope={"type": "all_private_chats"}, language_code="id")
    assert shown() == ["pribadi"]
    menu("own", scope={"type": "chat", "chat_id": 1001})
    assert shown() == ["own"]
    api.call("deleteMyCommands", scope={"type": "chat", "chat_id": 1001})
    api.sim("language", language="en")
    assert shown() == ["private"]
