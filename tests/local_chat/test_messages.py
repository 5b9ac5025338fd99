from __future__ import annotations

import json

import pytest

DAY_S = 86_400
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def keyboard(*buttons):
    return {"inline_keyboard": [list(buttons)]}


def upload(api, method, files, **fields):
    return api.http.post(f"{api.url}/bot{api.token}/{method}", data=fields, files=files).json()


def test_text_is_limited_to_4096_characters_after_parsing(api):
    assert len(api.send("<b>" + "x" * 4096 + "</b>", parse_mode="HTML")["text"]) == 4096
    assert api.refusal("sendMessage", chat_id=1001, text="x" * 4097) == (
        400,
        "Bad Request: message is too long",
    )


def test_the_limit_counts_utf16_units(api):
    assert api.send("😀" * 2048)
    assert api.refusal("sendMessage", chat_id=1001, text="😀" * 2049)[1] == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", "  \n ", "<b></b>"])
def test_an_empty_text_is_refused(api, text):
    refused = api.refusal("sendMessage", chat_id=1001, text=text, parse_mode="HTML")
    assert refused == (400, "Bad Request: message text is empty")


def test_broken_html_is_refused_and_nothing_is_sent(api):
    code, reason = api.refusal("sendMessage", chat_id=1001, text="<b>x", parse_mode="HTML")
    assert code == 400
    assert reason.startswith("Bad Request: can't parse entities: ")
    assert api.transcript()["messages"] == []


def test_a_chat_in_which_nobody_wrote_is_not_found(api):
    assert api.refusal("sendMessage", chat_id=77, text="x") == (400, "Bad Request: chat not found")
    assert api.refusal("sendMessage", chat_id="@nobody", text="x") == (400, "Bad Request: chat not found")
    assert api.refusal("sendMessage", text="x") == (400, "Bad Request: chat_id is empty")
    api.sim("message", text="hi", user_id=77)
    assert api.call("sendMessage", chat_id=77, text="x")["chat"]["id"] == 77


def test_callback_data_has_1_to_64_bytes(api):
    assert api.send(reply_markup=keyboard({"text": "a", "callback_data": "é" * 32}))
    for data in ("", "é" * 32 + "x"):
        markup = keyboard({"text": "a", "callback_data": data})
        refused = api.refusal("sendMessage", chat_id=1001, text="x", reply_markup=markup)
        assert refused == (400, "Bad Request: BUTTON_DATA_INVALID")


@pytest.mark.parametrize(
    "markup",
    [
        {"inline_keyboard": [{"text": "a", "callback_data": "b"}]},
        {"inline_keyboard": "x"},
        keyboard("text"),
        keyboard({"callback_data": "b"}),
        keyboard({"text": " ", "callback_data": "b"}),
        keyboard({"text": "a"}),
        keyboard({"text": "a", "callback_data": "b", "url": "https://example.com"}),
        keyboard({"text": "a", "url": "example"}),
        keyboard(*[{"text": "a", "callback_data": "b"}] * 101),
        [],
    ],
)
def test_a_malformed_keyboard_is_refused(api, markup):
    code, reason = api.refusal("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    assert code == 400
    assert reason.startswith("Bad Request: ")
    assert api.transcript()["messages"] == []


def test_a_keyboard_is_part_of_the_message(api):
    markup = keyboard({"text": "a", "callback_data": "b"}, {"text": "c", "url": "https://example.com"})
    assert api.send(reply_markup=json.dumps(markup))["reply_markup"] == markup
    assert "reply_markup" not in api.send(reply_markup={"remove_keyboard": True})


def test_an_edit_is_a_new_element_with_the_same_id(api, clock):
    sent = api.send("one", reply_markup=keyboard({"text": "a", "callback_data": "b"}))
    clock.step(5)
    edited = api.call("editMessageText", chat_id=1001, message_id=sent["message_id"], text="two")
    assert edited["edit_date"] == sent["date"] + 5
    assert "reply_markup" not in edited
    first, second = api.transcript()["messages"]
    assert (first["text"], second["text"]) == ("one", "two")
    assert first["message_id"] == second["message_id"]
    assert second["seq"] > first["seq"]


def test_an_edit_that_changes_nothing_is_refused(api):
    markup = keyboard({"text": "a", "callback_data": "b"})
    where = {
        "chat_id": 1001,
        "message_id": api.send("<b>x</b>", parse_mode="HTML", reply_markup=markup)["message_id"],
    }
    same = {"text": "<b>x</b> ", "parse_mode": "HTML", "reply_markup": markup}
    assert api.refusal("editMessageText", **where, **same) == (400, NOT_MODIFIED)
    assert api.refusal("editMessageReplyMarkup", **where, reply_markup=markup) == (400, NOT_MODIFIED)
    assert api.call("editMessageText", **where, text="x", reply_markup=markup)["text"] == "x"
    assert "reply_markup" not in api.call("editMessageReplyMarkup", **where)
    assert api.refusal("editMessageReplyMarkup", **where) == (400, NOT_MODIFIED)


def test_only_own_messages_that_exist_can_be_edited(api, other):
    missing = api.refusal("editMessageText", chat_id=1001, message_id=99, text="x")
    assert missing == (400, "Bad Request: message to edit not found")
    theirs = api.sim("message", text="mine")["message_id"]
    refused = api.refusal("editMessageText", chat_id=1001, message_id=theirs, text="x")
    assert refused == (400, "Bad Request: message can't be edited")
    sent = api.send()["message_id"]
    assert other.refusal("editMessageText", chat_id=1001, message_id=sent, text="x")[0] == 400


def test_a_reply_needs_its_message_unless_it_may_go_without(api):
    opening = api.send("opening")["message_id"]
    reply = api.send("closing", reply_parameters={"message_id": opening})
    assert reply["reply_to_message"]["text"] == "opening"
    refused = api.refusal("sendMessage", chat_id=1001, text="x", reply_parameters={"message_id": 99})
    assert refused == (400, "Bad Request: message to be replied not found")
    lenient = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in api.send("x", reply_parameters=lenient)
    api.call("deleteMessage", chat_id=1001, message_id=opening)
    assert api.refusal("sendMessage", chat_id=1001, text="x", reply_to_message_id=opening)[0] == 400


def test_a_deleted_message_is_gone_and_the_transcript_says_so(api):
    sent = api.send()["message_id"]
    assert api.call("deleteMessage", chat_id=1001, message_id=sent) is True
    missing = (400, "Bad Request: message to delete not found")
    assert api.refusal("deleteMessage", chat_id=1001, message_id=sent) == missing
    assert api.refusal("editMessageText", chat_id=1001, message_id=sent, text="x")[0] == 400
    shown, gone = api.transcript()["messages"]
    assert shown["text"] == "hello"
    assert (gone["message_id"], gone["date"]) == (sent, 0)


def test_a_message_is_deletable_for_48_hours(api, clock):
    sent = api.send()["message_id"]
    clock.step(2 * DAY_S + 1)
    refused = api.refusal("deleteMessage", chat_id=1001, message_id=sent)
    assert refused == (400, "Bad Request: message can't be deleted for everyone")


def test_an_answer_to_a_press_is_a_toast_shown_once(api):
    query = api.press()["callback_query_id"]
    assert api.call("answerCallbackQuery", callback_query_id=query, text="done", show_alert=True) is True
    assert api.call("answerCallbackQuery", callback_query_id=query, text="again") is True
    (toast,) = api.transcript()["toasts"]
    assert (toast["callback_query_id"], toast["text"], toast["show_alert"]) == (query, "done", True)


def test_an_unknown_or_old_press_cannot_be_answered(api, other, clock):
    query = api.press()["callback_query_id"]
    for unknown in ("424242", "x", "", "9" * 40):
        assert api.refusal("answerCallbackQuery", callback_query_id=unknown) == (400, TOO_OLD)
    assert other.refusal("answerCallbackQuery", callback_query_id=query) == (400, TOO_OLD)
    clock.step(61)
    assert api.refusal("answerCallbackQuery", callback_query_id=query) == (400, TOO_OLD)
    assert api.transcript()["toasts"] == []


def test_a_toast_has_at_most_200_characters(api):
    query = api.press()["callback_query_id"]
    refused = api.refusal("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert refused == (400, "Bad Request: MESSAGE_TOO_LONG")


def test_a_photo_is_stored_served_and_sent_again_by_its_id(api, png):
    answer = upload(
        api, "sendPhoto", {"photo": ("c.png", png())}, chat_id=1001, caption="<i>c</i>", parse_mode="HTML"
    )
    message = answer["result"]
    (size,) = message["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (120, 80, len(png()))
    assert message["caption"] == "c"
    assert message["caption_entities"] == [{"type": "italic", "offset": 0, "length": 1}]
    path = api.call("getFile", file_id=size["file_id"])["file_path"]
    assert api.http.get(f"{api.url}/file/bot{api.token}/{path}").content == png()
    shown = api.http.get(f"{api.url}/sim/file/{size['file_id']}")
    assert (shown.content, shown.headers["content-type"]) == (png(), "image/png")
    again = api.call("sendPhoto", chat_id=1001, photo=size["file_id"])
    assert again["photo"] == [size]


def test_an_attached_photo_is_found_by_its_reference(api, png):
    answer = upload(api, "sendPhoto", {"chart": ("c.png", png(20, 10))}, chat_id=1001, photo="attach://chart")
    assert answer["result"]["photo"][0]["width"] == 20


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\x27\x10\0\0\0\x01" * 2, "PHOTO_INVALID_DIMENSIONS"),
    ],
)
def test_what_telegram_cannot_show_is_refused(api, content, reason):
    answer = upload(api, "sendPhoto", {"photo": ("c.png", content)}, chat_id=1001)
    assert answer["description"] == f"Bad Request: {reason}"


def test_a_caption_has_at_most_1024_characters_and_can_be_edited(api, png):
    answer = upload(api, "sendPhoto", {"photo": ("c.png", png())}, chat_id=1001, caption="x" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"
    sent = upload(api, "sendPhoto", {"photo": ("c.png", png())}, chat_id=1001, caption="x" * 1024)["result"]
    where = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert api.call("editMessageCaption", **where, caption="new")["caption"] == "new"
    refused = api.refusal("editMessageText", **where, text="x")
    assert refused == (400, "Bad Request: there is no text in the message to edit")
    where["message_id"] = api.send()["message_id"]
    refused = api.refusal("editMessageCaption", **where, caption="x")
    assert refused == (400, "Bad Request: there is no caption in the message to edit")


def test_a_document_keeps_its_name_and_is_downloaded_not_shown(api):
    page = ("report.html", b"<script>alert(1)</script>", "text/html")
    document = upload(api, "sendDocument", {"document": page}, chat_id=1001)["result"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("report.html", "text/html")
    response = api.http.get(f"{api.url}/sim/file/{document['file_id']}")
    assert response.headers["content-disposition"] == "attachment"


def test_silent_messages_are_remembered_as_silent(api):
    api.send("loud")
    quiet = api.send("quiet", disable_notification=True)["message_id"]
    assert api.http.get(f"{api.url}/sim/silent").json() == {"message_ids": [quiet]}


def test_an_action_must_be_one_of_telegrams(api):
    assert api.call("sendChatAction", chat_id=1001, action="typing") is True
    assert api.refusal("sendChatAction", chat_id=1001, action="dancing")[0] == 400


def test_a_photo_is_replaced_with_its_caption(api, png):
    sent = upload(api, "sendPhoto", {"photo": ("a.png", png())}, chat_id=1001, caption="old")["result"]
    media = json.dumps(
        {"type": "photo", "media": "attach://b", "caption": "<b>new</b>", "parse_mode": "HTML"}
    )
    where = {"chat_id": 1001, "message_id": sent["message_id"]}
    edited = upload(api, "editMessageMedia", {"b": ("b.png", png(20, 10))}, **where, media=media)["result"]
    assert (edited["photo"][0]["width"], edited["caption"]) == (20, "new")
    same = {"type": "photo", "media": edited["photo"][0]["file_id"], "caption": "new"}
    same["caption_entities"] = edited["caption_entities"]
    assert api.refusal("editMessageMedia", **where, media=same) == (400, NOT_MODIFIED)
    assert "caption_entities" not in api.call(
        "editMessageMedia", **where, media={**same, "caption_entities": []}
    )
    where["message_id"] = api.send()["message_id"]
    refused = api.refusal("editMessageMedia", **where, media=same)
    assert refused == (400, "Bad Request: there is no media in the message to edit")


def test_a_copy_is_a_new_message_without_the_buttons(api):
    sent = api.send("<b>x</b>", parse_mode="HTML", reply_markup=keyboard({"text": "a", "callback_data": "b"}))
    copied = api.call("copyMessage", chat_id=1001, from_chat_id=1001, message_id=sent["message_id"])
    copy = api.transcript()["messages"][-1]
    assert (copy["message_id"], copy["text"]) == (copied["message_id"], "x")
    assert copy["entities"] == sent["entities"]
    assert "reply_markup" not in copy
    missing = api.refusal("copyMessage", chat_id=1001, from_chat_id=1001, message_id=99)
    assert missing == (400, "Bad Request: message to copy not found")


def test_several_messages_are_deleted_at_once(api):
    ids = [api.send()["message_id"] for _ in range(3)]
    assert api.call("deleteMessages", chat_id=1001, message_ids=[*ids[:2], 99]) is True
    left = [api.refusal("deleteMessage", chat_id=1001, message_id=one)[0] for one in ids[:2]]
    assert left == [400, 400]
    assert api.call("deleteMessage", chat_id=1001, message_id=ids[2]) is True
    assert api.refusal("deleteMessages", chat_id=1001, message_ids=[])[0] == 400
