from __future__ import annotations

import json

import pytest
from telegram.error import TelegramError

from bot_service.telegram_bot.wire import Wire, whole

HALF = "\ud83d"


def test_half_a_character_becomes_a_question_mark_wherever_it_stands():
    body = json.dumps({"result": [{"text": f"/note a{HALF}b", f"{HALF}": [HALF]}]}).encode()
    assert Wire.parse_json_payload(body) == {"result": [{"text": "/note a?b", "?": ["?"]}]}


def test_whole_characters_stay_as_they_are():
    said = {"text": "👨‍👩‍👧 \u202e ½", "number": 1.5, "none": None}
    assert Wire.parse_json_payload(json.dumps(said).encode()) == said
    assert whole(said) is said


def test_what_is_no_json_is_an_error_of_telegram():
    with pytest.raises(TelegramError):
        Wire.parse_json_payload(b"<html>")
