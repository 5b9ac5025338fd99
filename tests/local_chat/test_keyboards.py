from __future__ import annotations

import pytest

KEYS = {"keyboard": [["/status", {"text": "/bots"}], ["/stop_all"]], "is_persistent": True}


def keyboard(api):
    return api.http.get(f"{api.url}/sim/view").json()["keyboard"]


def test_keys_under_the_input_belong_to_the_chat_and_not_to_the_message(api):
    sent = api.send(reply_markup={**KEYS, "input_field_placeholder": "Command"})
    assert "reply_markup" not in sent
    assert keyboard(api) == {
        "keyboard": [[{"text": "/status"}, {"text": "/bots"}], [{"text": "/stop_all"}]],
        "is_persistent": True,
        "input_field_placeholder": "Command",
        "message_id": sent["message_id"],
    }


def test_keys_stay_until_they_are_removed_or_replaced(api):
    api.send(reply_markup=KEYS)
    api.send()
    api.send(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]})
    api.sim("message", text="/status")
    assert keyboard(api)["keyboard"][0][0] == {"text": "/status"}
    api.send(reply_markup={"keyboard": [["other"]]})
    assert keyboard(api)["keyboard"] == [[{"text": "other"}]]
    api.send(reply_markup={"remove_keyboard": True})
    assert keyboard(api) is None


def test_keys_for_one_time_are_gone_after_the_next_word(api):
    api.send(reply_markup={**KEYS, "one_time_keyboard": True})
    api.sim("message", text="/status")
    assert keyboard(api) is None


def test_keys_survive_a_restart(serve, tmp_path):
    first = serve(tmp_path)
    first.send(reply_markup=KEYS)
    before = keyboard(first)
    first.server.stop()
    assert keyboard(serve(tmp_path)) == before


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": []},
        {"keyboard": "x"},
        {"keyboard": [[{"text": " "}]]},
        {"keyboard": [[5]]},
        {"keyboard": [["x"] * 301]},
        {"keyboard": [["x"]], "input_field_placeholder": "x" * 65},
    ],
)
def test_malformed_keys_are_refused(api, markup):
    assert api.refusal("sendMessage", chat_id=1001, text="x", reply_markup=markup)[0] == 400
    assert keyboard(api) is None


def test_a_button_may_have_one_of_three_colours(api):
    def button(**more):
        return {"inline_keyboard": [[{"text": "a", "callback_data": "b", **more}]]}

    assert api.send(reply_markup=button(style="danger"))["reply_markup"] == button(style="danger")
    assert api.refusal("sendMessage", chat_id=1001, text="x", reply_markup=button(style="pink"))[0] == 400


def test_a_text_to_copy_has_1_to_256_characters(api):
    def button(text):
        return {"inline_keyboard": [[{"text": "a", "copy_text": {"text": text}}]]}

    assert api.send(reply_markup=button("x" * 256))
    assert api.refusal("sendMessage", chat_id=1001, text="x", reply_markup=button("x" * 257))[0] == 400
