from __future__ import annotations

import logging
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot_service.services.queries import Queries
from bot_service.telegram_bot.commands import first_steps
from bot_service.telegram_bot.render import Message


@pytest.fixture(autouse=True)
def english(world):
    world.services.chats.set_language(world.actor(), "en")


def test_a_broken_handler_gives_a_reference_and_never_a_traceback(world, talk, monkeypatch, caplog):
    def broken(_self):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Queries, "status", broken)
    # The wait for alerts reads the status too.
    monkeypatch.setattr(talk, "alerts_pending", lambda: False)
    with caplog.at_level(logging.ERROR):
        answer = talk.say("/status")
    reference = re.search(r"logged as (\w{6})", answer["text"]).group(1)
    assert "secret" not in answer["text"]
    assert any(getattr(record, "reference", "") == reference for record in caplog.records)


def test_slow_looks_never_hold_a_stop(world, talk, monkeypatch):
    bot = world.new_bot("Held up")
    world.services.control.start(world.actor(), (bot,))
    release = threading.Event()
    monkeypatch.setattr(Queries, "health", lambda _self: release.wait(20))
    talk.forget()
    try:
        for _number in range(8):
            talk.write("/health")
        started = time.monotonic()
        talk.write("/stop_all")
        answers = talk.answers(1, patience=10)
        assert "stopped" in answers[0]["text"]
        assert time.monotonic() - started < 5
        assert world.status(bot) == "stopped"
    finally:
        release.set()
        talk.silence(0.5)


def test_every_command_stands_in_the_audit_and_a_note_keeps_its_words_private(world, talk):
    began = datetime.now(UTC) - timedelta(seconds=1)
    talk.say("/note very private words")
    talk.say("/deals 3")
    with world.house.database.read() as uow:
        lines = uow.people.audited(began, datetime.now(UTC) + timedelta(seconds=5))
    told = [(line["command"], line["arguments"], line["result"]) for line in lines]
    assert ("note", "", "done") in told
    assert ("deals", "3", "done") in told


def test_a_long_answer_comes_in_parts_within_the_limit(world, talk, monkeypatch):
    text = "\n".join(f"<b>line {number}</b> " + "x" * 60 for number in range(150))
    monkeypatch.setattr(first_steps, "_overview", lambda _t: Message(text))
    talk.forget()
    talk.write("/help")
    parts = talk.answers(3)
    assert "line 0" in parts[0]["text"]
    assert "line 149" in parts[-1]["text"]
    assert all(len(part["text"]) <= 4096 for part in parts)
