from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot_service import local_chat

JSON = {"Content-Type": "application/json"}
PAGE = Path(local_chat.__file__).parent / "page"


def test_a_message_answers_with_its_ids_and_is_in_the_transcript(api):
    said = api.sim("message", text="halo")
    assert set(said) == {"update_id", "message_id"}
    seen = api.transcript()
    assert set(seen) == {"messages", "toasts", "next"}
    (message,) = seen["messages"]
    assert message["message_id"] == said["message_id"]
    assert message["from"] == {"id": 1001, "is_bot": False, "first_name": "Trader", "language_code": "id"}
    assert message["chat"] == {"id": 1001, "type": "private", "first_name": "Trader"}
    assert api.transcript(after=seen["next"]) == {"messages": [], "toasts": [], "next": seen["next"]}


def test_a_stranger_has_a_chat_of_his_own(api):
    api.sim("message", text="mine")
    api.sim("message", text="theirs", user_id=2002, language="en")
    (update,) = api.call("getUpdates")[1:]
    assert update["message"]["from"]["language_code"] == "en"
    assert update["message"]["chat"] == {"id": 2002, "type": "private", "first_name": "User 2002"}
    assert [one["text"] for one in api.transcript(chat_id=2002)["messages"]] == ["theirs"]
    assert len(api.transcript()["messages"]) == 2


def test_a_group_has_a_negative_id_and_many_people(api):
    api.sim("message", text="/status", chat_id=-5, user_id=1001)
    api.sim("message", text="/stop", chat_id=-5, user_id=2002)
    first, second = (update["message"] for update in api.call("getUpdates"))
    assert first["chat"] == second["chat"] == {"id": -5, "type": "supergroup", "title": "Group 5"}
    assert (first["from"]["id"], second["from"]["id"]) == (1001, 2002)
    assert api.call("sendMessage", chat_id=-5, text="x")["chat"]["type"] == "supergroup"


def test_a_message_can_be_older_than_now(api):
    api.sim("message", text="old", date=1_700_000_000)
    assert api.call("getUpdates")[0]["message"]["date"] == 1_700_000_000


def test_a_press_carries_message_person_and_data(api):
    pressed = api.press("go:1")
    assert set(pressed) == {"update_id", "callback_query_id"}
    (update,) = api.call("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (pressed["callback_query_id"], "go:1", 1001)
    assert query["message"]["text"] == "hello"
    assert "seq" not in query["message"]


def test_a_strangers_press_on_the_owners_message_is_told_as_such(api):
    message = api.send()["message_id"]
    api.sim("press", message_id=message, data="x", user_id=2002)
    query = api.call("getUpdates")[0]["callback_query"]
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (2002, 1001)


def test_a_persons_edit_is_an_edited_message(api, clock):
    said = api.sim("message", text="/stop 1")
    clock.step(9)
    assert set(api.sim("edit", message_id=said["message_id"], text="/stop 2")) == {"update_id"}
    edited = api.call("getUpdates")[1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (said["message_id"], "/stop 2")
    assert edited["edit_date"] == edited["date"] + 9


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("message", {}),
        ("message", {"text": " "}),
        ("message", {"text": 5}),
        ("message", {"text": "x", "user_id": "1"}),
        ("message", {"text": "x", "user_id": 1, "chat_id": 2}),
        ("message", {"text": "x", "language": "de"}),
        ("message", {"text": "x" * 4097}),
        ("press", {"message_id": 99, "data": "x"}),
        ("press", {"message_id": 1, "data": "x"}),
        ("press", {"message_id": 2, "data": ""}),
        ("edit", {"message_id": 2, "text": "x"}),
        ("edit", {"message_id": 1, "text": "x", "user_id": 2}),
        ("fault", {"method": "*", "kind": "fire"}),
        ("fault", {"kind": "status"}),
        ("fault", {"method": "*", "kind": "status", "status": 200}),
        ("fault", {"method": "*", "kind": "delay", "seconds": "soon"}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(api, deed, body):
    api.sim("message", text="a person's message, number 1")
    api.send("a bot's message, number 2")
    before = api.transcript()
    assert api.http.post(f"{api.url}/sim/{deed}", json=body).status_code == 400
    assert api.transcript() == before
    assert len(api.call("getUpdates")) == 1


def test_an_unknown_deed_is_not_found(api):
    assert api.http.post(f"{api.url}/sim/dance", json={}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil.example"}, "wrong host"),
        ({"Host": "127.0.0.1"}, "wrong host"),
        ({"Host": "127.0.0.1:1"}, "wrong host"),
        ({"Origin": "https://evil.example"}, "wrong origin"),
        ({"Origin": "null"}, "wrong origin"),
        ({"Origin": "http://localhost:1"}, "wrong origin"),
    ],
)
def test_a_foreign_page_reaches_nothing(api, headers, reason):
    paths = (
        "/",
        "/chat.js",
        "/sim/transcript",
        "/sim/view",
        f"/bot{api.token}/getMe",
        f"/file/bot{api.token}/x",
    )
    for path in paths:
        response = api.http.get(api.url + path, headers=headers)
        assert (response.status_code, response.json()["description"]) == (403, f"Forbidden: {reason}")
    for path in ("/sim/message", f"/bot{api.token}/sendMessage"):
        body = {"chat_id": 1001, "text": "x"}
        assert api.http.post(api.url + path, json=body, headers=headers).status_code == 403
    assert api.http.delete(api.url + "/sim/fault", headers=headers).status_code == 403
    assert api.transcript()["messages"] == []


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_deed_must_come_as_json(api, kind):
    response = api.http.post(
        f"{api.url}/sim/message", content=b'{"text":"x"}', headers={"Content-Type": kind}
    )
    assert response.status_code == 403
    assert api.transcript()["messages"] == []


def test_the_own_page_may_do_all_under_both_names(api):
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{api.server.port}"
        headers = {"Host": host, "Origin": f"http://{host}"}
        response = api.http.post(f"{api.url}/sim/message", json={"text": "x"}, headers=headers)
        assert response.status_code == 200


def test_the_page_may_load_nothing_foreign(api):
    response = api.http.get(api.url + "/")
    assert response.status_code == 200
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert api.http.get(api.url + "/../server.py").status_code == 404
    assert api.http.get(api.url + "/%2e%2e/server.py").status_code == 404


def test_the_view_waits_until_there_is_something_new(api):
    first = api.http.get(f"{api.url}/sim/view").json()
    assert (first["bot"], first["language"], first["typing"]) == (None, "id", False)
    api.call("getUpdates")
    second = api.http.get(f"{api.url}/sim/view", params={"wait": 20, "state": first["state"]}).json()
    assert second["bot"]["id"] == 123456
    api.call("sendChatAction", chat_id=1001, action="typing")
    third = api.http.get(f"{api.url}/sim/view", params={"wait": 20, "state": second["state"]}).json()
    assert third["typing"] is True


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_on_a_foreign_page_calls_no_method(api, site):
    headers = {"Sec-Fetch-Site": site}
    address = f"{api.url}/bot{api.token}/sendMessage"
    assert api.http.get(address, params={"chat_id": 1001, "text": "x"}, headers=headers).status_code == 403
    assert api.transcript()["messages"] == []
    assert api.http.get(api.url + "/", headers=headers).status_code == 200


def test_the_owner_may_begin_in_english(serve):
    api = serve(language="en")
    assert api.http.get(f"{api.url}/sim/view").json()["language"] == "en"


def test_the_page_has_all_its_words_in_both_languages(api):
    indonesian, english = (
        api.http.get(f"{api.url}/sim/labels", params={"language": code}).json() for code in ("id", "en")
    )
    assert indonesian.keys() == english.keys()
    assert all(indonesian.values())
    used = set(re.findall(r'data-(?:label|aria)="(\w+)"', api.http.get(api.url + "/").text))
    for script in PAGE.glob("*.js"):
        assert api.http.get(f"{api.url}/{script.name}").status_code == 200
        used |= set(re.findall(r'label\("(\w+)"\)', script.read_text()))
    assert used <= english.keys()
    assert len(used) > 40


def test_half_a_character_is_refused_as_telegram_refuses_it(api):
    body = rb'{"text": "a\ud83db"}'
    answer = api.http.post(f"{api.url}/sim/message", content=body, headers=JSON).json()
    assert answer["description"] == "Bad Request: strings must be encoded in UTF-8"
    assert api.transcript()["messages"] == []
