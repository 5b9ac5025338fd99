"""Every answer against the machine-readable description of the Bot API."""

from __future__ import annotations

import pytest

from bot_service.local_chat.methods import METHODS

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "a", "callback_data": "b"}, {"text": "c", "url": "https://example.com"}],
        [{"text": "d", "copy_text": {"text": "e"}}],
    ]
}
PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float), "True": bool}


def fits(api, value, kind):  # noqa: PLR0911 - one way out per rule
    """Say what is wrong with a value that should be of a kind, or nothing."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return f"{value!r} is no array"
        return next(filter(None, (fits(api, one, kind.removeprefix("Array of ")) for one in value)), "")
    if kind in PLAIN:
        right = isinstance(value, PLAIN[kind]) and (
            kind in {"Boolean", "True"} or not isinstance(value, bool)
        )
        return "" if right else f"{value!r} is no {kind}"
    described = api["types"][kind]
    if "subtypes" in described and not described.get("fields"):
        wrong = [fits(api, value, one) for one in described["subtypes"]]
        return "" if "" in wrong else wrong[0]
    fields = {field["name"]: field for field in described["fields"]}
    for name, field in fields.items():
        if field["required"] and name not in value:
            return f"{kind}.{name} is missing"
    for name, content in value.items():
        if name not in fields:
            return f"{kind}.{name} is unknown"
        wrong = [fits(api, content, one) for one in fields[name]["types"]]
        if "" not in wrong:
            return f"{kind}.{name}: {wrong[0]}"
    return ""


def test_the_check_itself_finds_what_is_wrong(botapi):
    chat = {"id": 1, "type": "private"}
    assert fits(botapi, {"message_id": 1, "date": 1, "chat": chat}, "Message") == ""
    assert fits(botapi, {"message_id": 1, "chat": chat}, "Message") == "Message.date is missing"
    wrong = {"message_id": 1, "date": "1", "chat": chat, "texts": ""}
    assert fits(botapi, wrong, "Message") == "Message.date: '1' is no Integer"


@pytest.fixture
def talked(api, png):
    """Results per method after a conversation that uses them all."""
    results = {}

    def call(method, **parameters):
        results[method] = api.call(method, **parameters)
        return results[method]

    for method in (
        "getMe",
        "getWebhookInfo",
        "setMyDescription",
        "setMyShortDescription",
        "setChatMenuButton",
    ):
        call(method)
    call("setWebhook", url="")
    call("setMyName", name="Name")
    call("getChat", chat_id=1001)
    call("setMyCommands", commands=[{"command": "a", "description": "b"}])
    call("getMyCommands")
    call("getUpdates")
    said = api.sim("message", text="/start https://example.com #tag @person")
    api.sim("message", text="/start", chat_id=-7, user_id=5)
    api.sim("edit", message_id=said["message_id"], text="changed")
    text = '<b>x</b> <pre><code class="language-py">y</code></pre> <a href="https://example.com">z</a>'
    reply = {"message_id": said["message_id"]}
    sent = call(
        "sendMessage",
        chat_id=1001,
        text=text,
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        reply_parameters=reply,
    )
    pressed = api.sim("press", message_id=sent["message_id"], data="b")
    call("answerCallbackQuery", callback_query_id=pressed["callback_query_id"], text="t")
    results["getUpdates"] = api.call("getUpdates")
    where = {"chat_id": 1001, "message_id": sent["message_id"]}
    call("editMessageText", **where, text="edited")
    call("editMessageReplyMarkup", **where, reply_markup=KEYBOARD)
    address = f"{api.url}/bot{api.token}/"
    for method, name, content in (("sendPhoto", "photo", png()), ("sendDocument", "document", b"x")):
        fields = {"chat_id": "1001", "caption": "<i>c</i>", "parse_mode": "HTML"}
        results[method] = api.http.post(address + method, data=fields, files={name: ("f", content)}).json()[
            "result"
        ]
    photo = results["sendPhoto"]
    call("editMessageCaption", chat_id=1001, message_id=photo["message_id"], caption="d")
    call("getFile", file_id=photo["photo"][0]["file_id"])
    media = {"type": "photo", "media": photo["photo"][0]["file_id"], "caption": "e"}
    call("editMessageMedia", chat_id=1001, message_id=photo["message_id"], media=media)
    copied = call("copyMessage", chat_id=1001, from_chat_id=1001, message_id=photo["message_id"])
    call("deleteMessages", chat_id=1001, message_ids=[copied["message_id"]])
    call("sendChatAction", chat_id=1001, action="typing")
    call("deleteMessage", **where)
    _talk_in_groups(api, call)
    results["getUpdates"] += api.call("getUpdates")
    for method in ("deleteMyCommands", "deleteWebhook", "logOut", "close"):
        call(method)
    results["transcript"] = api.transcript()
    return results


def _talk_in_groups(api, call):
    forum = api.sim("group", title="Forum", topics=["One"])["chat_id"]
    topic = call("createForumTopic", chat_id=forum, name="Two")["message_thread_id"]
    where = {"chat_id": forum, "message_thread_id": topic}
    call("sendMessage", text="x", **where)
    call("editForumTopic", name="Three", **where)
    for method in ("closeForumTopic", "reopenForumTopic", "deleteForumTopic"):
        call(method, **where)
    call("getChatMember", chat_id=forum, user_id=1001)
    api.sim("migrate", chat_id=api.sim("group", title="Small", type="group")["chat_id"])
    api.sim("block", chat_id=1001)
    api.sim("message", text="again", forwarded=True)


def test_every_method_answers_in_the_documented_shape(talked, botapi):
    assert set(talked) - {"transcript"} == {"getUpdates", *METHODS}
    for method, result in talked.items():
        if method == "transcript":
            continue
        wrong = [fits(botapi, result, kind) for kind in botapi["methods"][method]["returns"]]
        assert "" in wrong, (method, wrong)


def test_a_transcript_is_messages_plus_their_place(talked, botapi):
    places = [one["seq"] for one in talked["transcript"]["messages"]]
    assert places == sorted(set(places))
    for message in talked["transcript"]["messages"]:
        message.pop("seq")
        assert fits(botapi, message, "Message") == ""


def test_every_update_kind_was_seen(talked):
    kinds = {next(key for key in update if key != "update_id") for update in talked["getUpdates"]}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
