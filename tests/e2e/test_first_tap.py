"""Who taps Start before the demo is ready is not told to make a first bot."""

from __future__ import annotations

import json

from tests.e2e.phone import running_demo


def test_a_start_before_the_demo_is_ready_finds_its_bots(tmp_path):
    with running_demo(tmp_path, "--lang", "en") as demo:
        after = demo.messages()[-1]["message_id"] if demo.messages() else 0
        demo.say("/start")
        answer = demo.wait_for(lambda message: "reply_markup" in message, 60, after)
    assert "do:bots" in json.dumps(answer)
