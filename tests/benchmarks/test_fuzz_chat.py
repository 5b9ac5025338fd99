"""The fuzz in short: what it finds in a sound chat, and that it finds what is not."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot_service.domain.people import Member, Role
from bot_service.services.chats import Chats

# A machine that does other things besides takes several times as long.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    fuzz = importlib.import_module("fuzz_world")
    with fuzz.open_world(tmp_path, 1) as found:
        yield found


@pytest.fixture
def said(world):
    """Return what one message of a person leads to."""
    inputs = importlib.import_module("fuzz_inputs")

    def run(text, user=inputs.OWNER, way="say", **more):
        return {finding.key for finding in world.run(inputs.Input(way, user, user, text, more))}

    return run


def until_alerts_are_out(world):
    end = time.monotonic() + 60
    while world.house.services.queries.status().pending_alerts:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_300_strange_inputs_leave_nothing_unhandled_refused_or_done_for_a_stranger():
    command = [sys.executable, ROOT / "benchmarks" / "fuzz_chat.py", "--quick", "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    numbers = json.loads(finished.stdout.splitlines()[-1])
    assert numbers == {"inputs": 300, "unhandled": 0, "refused": 0, "stranger_effects": 0}, finished.stderr


def test_a_handler_that_breaks_counts(said, world, monkeypatch):
    assert said("/strategies") == set()
    monkeypatch.setattr(world.house.services.queries, "status", lambda: 1 / 0)
    assert said("/status") == {"unhandled"}


def test_a_message_that_the_server_refuses_counts(said, world, monkeypatch):
    until_alerts_are_out(world)
    monkeypatch.setattr("bot_service.telegram_bot.post.split", lambda _text: ("x" * 5000,))
    assert said("/help") == {"refused"}


def test_a_stranger_who_is_let_in_counts(said, monkeypatch):
    assert said("/stop_all", user=9001) == set()
    guest = Member(9001, 9001, Role.OPERATOR, "en", "Asia/Jakarta")
    known = Chats.member
    monkeypatch.setattr(Chats, "member", lambda self, user_id: known(self, user_id) or guest)
    assert said("/status", user=9001) == {"stranger_effects"}
