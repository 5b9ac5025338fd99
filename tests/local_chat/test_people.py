from __future__ import annotations

import pytest

from bot_service.local_chat import Person

CAST = [Person(1002, "Rani", "id", "operator"), Person(1004, "Dewi", "en", "stranger")]
BLOCKED = (403, "Forbidden: bot was blocked by the user")


@pytest.fixture
def cast(serve):
    return serve(cast=CAST)


def view(api, **query):
    return api.http.get(f"{api.url}/sim/view", params=query).json()


def test_the_bot_writes_to_nobody_who_never_wrote(cast):
    assert cast.refusal("sendMessage", chat_id=1002, text="x") == (400, "Bad Request: chat not found")
    cast.sim("message", text="/start", user_id=1002)
    sent = cast.call("sendMessage", chat_id=1002, text="x")
    assert sent["chat"] == {"id": 1002, "type": "private", "first_name": "Rani"}


def test_who_is_known_from_a_group_only_cannot_be_written_to(api):
    api.sim("message", text="x", chat_id=-5, user_id=2002)
    refused = api.refusal("sendMessage", chat_id=2002, text="x")
    assert refused == (403, "Forbidden: bot can't initiate conversation with a user")


def test_each_person_has_his_own_chat_and_language(cast):
    cast.sim("message", text="from Rani", user_id=1002)
    cast.sim("message", text="from Dewi", user_id=1004)
    seen = view(cast, user_id=1004)
    assert [one["text"] for one in seen["messages"]] == ["from Dewi"]
    assert (seen["language"], seen["person"]["name"], seen["person"]["note"]) == ("en", "Dewi", "stranger")
    assert [one["name"] for one in seen["people"]] == ["Trader", "Rani", "Dewi"]
    assert [one["last"] and one["last"]["text"] for one in seen["people"]] == [None, "from Rani", "from Dewi"]


def test_a_new_person_gets_a_number_of_his_own(api):
    first = api.sim("person", name="Sari", language="en")["user_id"]
    second = api.sim("person", name="Agus")["user_id"]
    assert second == first + 1
    assert api.sim("person", name="Wished", user_id=77) == {"user_id": 77}
    api.sim("message", text="hi", user_id=first)
    sender = api.call("getUpdates")[0]["message"]["from"]
    assert (sender["first_name"], sender["language_code"]) == ("Sari", "en")


@pytest.mark.parametrize("body", [{"name": " "}, {"name": "x" * 65}, {"name": "x", "user_id": 1001}, {}])
def test_a_person_that_cannot_be_is_refused(api, body):
    assert api.http.post(f"{api.url}/sim/person", json=body).status_code == 400


def test_a_blocked_bot_gets_403_until_the_person_writes_again(api):
    api.send()
    api.sim("block", chat_id=1001)
    for method, more in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        assert api.refusal(method, chat_id=1001, **more) == BLOCKED
    api.sim("message", text="/start")
    assert api.send()
    kinds = [next(key for key in one if key != "update_id") for one in api.call("getUpdates")]
    assert kinds == ["message"], "nobody had asked for updates when he blocked"
    api.sim("block", chat_id=1001)
    change = api.call("getUpdates")[-1]["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")


def test_a_block_survives_a_restart(serve, tmp_path):
    first = serve(tmp_path)
    first.sim("block", chat_id=1001)
    first.server.stop()
    assert serve(tmp_path).refusal("sendMessage", chat_id=1001, text="x") == BLOCKED


def test_a_persons_reply_carries_what_it_answers(api):
    sent = api.send("question")["message_id"]
    api.sim("message", text="answer", reply_to=sent)
    replied = api.call("getUpdates")[0]["message"]["reply_to_message"]
    assert (replied["message_id"], replied["text"]) == (sent, "question")
    theirs = api.sim("message", text="x", user_id=5)["message_id"]
    body = {"text": "x", "reply_to": theirs}
    assert api.http.post(f"{api.url}/sim/message", json=body).status_code == 400


def test_a_forwarded_message_is_told_as_such(api):
    api.sim("message", text="/stop_all", forwarded=True)
    assert api.call("getUpdates")[0]["message"]["forward_origin"]["type"] == "hidden_user"


def test_the_chat_has_a_clock_that_can_be_set_ahead(api, clock):
    before = api.send()["date"]
    assert api.sim("clock", seconds=3600) == {"date": before + 3600}
    assert api.send()["date"] == before + 3600
    assert api.http.post(f"{api.url}/sim/clock", json={"seconds": -1}).status_code == 400
