from __future__ import annotations

import pytest

GONE = "Bad Request: group chat was upgraded to a supergroup chat"


@pytest.fixture
def forum(api):
    made = api.sim("group", title="Traders", topics=["EURUSD", "XAUUSD"], user_ids=[2002])
    return made["chat_id"], made["message_thread_ids"]


def test_a_forum_has_topics_and_a_message_goes_into_one(api, forum):
    chat_id, (first, second) = forum
    sent = api.call("sendMessage", chat_id=chat_id, text="x", message_thread_id=second)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (second, True)
    assert sent["chat"] == {"id": chat_id, "type": "supergroup", "title": "Traders", "is_forum": True}
    assert "message_thread_id" not in api.call("sendMessage", chat_id=chat_id, text="general")
    refused = api.refusal("sendMessage", chat_id=chat_id, text="x", message_thread_id=first + 1000)
    assert refused == (400, "Bad Request: message thread not found")


def test_a_persons_message_in_a_topic_says_which(api, forum):
    chat_id, (first, _) = forum
    api.call("getUpdates")
    api.sim("message", text="/status", chat_id=chat_id, user_id=2002, message_thread_id=first)
    update = api.call("getUpdates")[-1]["message"]
    assert (update["message_thread_id"], update["from"]["id"], update["chat"]["is_forum"]) == (
        first,
        2002,
        True,
    )


def test_a_closed_topic_takes_no_message_until_it_is_opened_again(api, forum):
    chat_id, (first, _) = forum
    where = {"chat_id": chat_id, "message_thread_id": first}
    assert api.call("closeForumTopic", **where) is True
    assert api.refusal("closeForumTopic", **where) == (400, "Bad Request: TOPIC_NOT_MODIFIED")
    assert api.refusal("sendMessage", text="x", **where) == (400, "Bad Request: TOPIC_CLOSED")
    api.call("reopenForumTopic", **where)
    assert api.call("sendMessage", text="x", **where)
    api.call("deleteForumTopic", **where)
    assert api.refusal("sendMessage", text="x", **where)[1] == "Bad Request: message thread not found"


def test_a_bot_opens_a_topic_in_a_forum_only(api, forum):
    topic = api.call("createForumTopic", chat_id=forum[0], name="Alerts")
    assert api.call("sendMessage", chat_id=forum[0], text="x", message_thread_id=topic["message_thread_id"])
    api.sim("message", text="x", chat_id=-5)
    assert api.refusal("createForumTopic", chat_id=-5, name="x")[0] == 400
    assert api.refusal("createForumTopic", chat_id=forum[0], name=" ")[0] == 400


def test_an_upgraded_group_says_its_new_number_to_who_writes_to_the_old_one(api):
    old = api.sim("group", title="Small", type="group")["chat_id"]
    api.call("sendMessage", chat_id=old, text="before")
    new = api.sim("migrate", chat_id=old)["chat_id"]
    answer = api.raw("sendMessage", chat_id=old, text="x")
    assert answer.status_code == 400
    assert answer.json() == {
        "ok": False,
        "error_code": 400,
        "description": GONE,
        "parameters": {"migrate_to_chat_id": new},
    }
    assert api.call("sendMessage", chat_id=new, text="x")["chat"]["type"] == "supergroup"
    told = [one["message"] for one in api.call("getUpdates")]
    assert [one.get("migrate_to_chat_id") for one in told] == [new, None]
    assert told[1]["migrate_from_chat_id"] == old
    assert api.http.post(f"{api.url}/sim/migrate", json={"chat_id": old}).status_code == 400


def test_a_group_that_threw_the_bot_out_refuses_it(api, forum):
    api.call("getUpdates")
    api.sim("block", chat_id=forum[0])
    refused = api.refusal("sendMessage", chat_id=forum[0], text="x")
    assert refused == (403, "Forbidden: bot was kicked from the supergroup chat")
    change = api.call("getUpdates")[-1]["my_chat_member"]
    assert change["new_chat_member"]["status"] == "kicked"
    api.sim("block", chat_id=forum[0], blocked=False)
    assert api.call("sendMessage", chat_id=forum[0], text="x")


def test_the_menu_of_a_group_can_be_one_members_own(api, forum):
    def shown(user_id):
        query = {"chat_id": forum[0], "user_id": user_id}
        return [
            one["command"] for one in api.http.get(f"{api.url}/sim/view", params=query).json()["commands"]
        ]

    def menu(command, **scope):
        commands = [{"command": command, "description": "x"}]
        api.call("setMyCommands", commands=commands, scope=scope)

    api.call("getUpdates")
    menu("groups", type="all_group_chats")
    menu("mine", type="chat_member", chat_id=forum[0], user_id=2002)
    assert (shown(1001), shown(2002)) == (["groups"], ["mine"])


def test_a_group_is_seen_by_its_members_only(api, forum):
    def chats(user_id):
        view = api.http.get(f"{api.url}/sim/view", params={"user_id": user_id, "chat_id": forum[0]}).json()
        return view["chat"]["id"], [one["title"] for one in view["chats"]]

    api.sim("message", text="hi", user_id=3003)
    assert chats(2002) == (forum[0], ["Traders"])
    assert chats(3003) == (3003, [])


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("group", {"title": " "}),
        ("group", {"title": "x", "type": "channel"}),
        ("group", {"title": "x", "type": "group", "is_forum": True}),
        ("group", {"title": "x", "topics": "EURUSD"}),
        ("topic", {"chat_id": 1001, "name": "x"}),
        ("migrate", {"chat_id": -99}),
        ("block", {"chat_id": 99}),
    ],
)
def test_a_group_that_cannot_be_is_refused(api, deed, body):
    assert api.http.post(f"{api.url}/sim/{deed}", json=body).status_code == 400
