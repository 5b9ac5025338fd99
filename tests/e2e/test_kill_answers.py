"""A kill between an act and its answer: the person is answered after the restart, nothing is done twice."""

from __future__ import annotations

import signal
import sys

import pytest

from bot_service.domain.bots import BotStatus
from tests.e2e.machines import FAST, FROZEN, text_of, until

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal"),
    pytest.mark.timeout(240),
]

KILLED = -signal.SIGKILL
RESTARTED = {"en": "I was restarted while", "id": "Layanan sempat restart saat"}
SAVE = {"en": "Save", "id": "Simpan"}
STOPPED = {"en": "stopped", "id": "berhenti"}
POINTS = [("asked", "id"), ("acted", "en")]
"""Remembered and not begun; done and not answered."""


class Armed:
    """A service that dies when it is told to, and the person who talks to it."""

    def __init__(self, machine, person, language, **more):
        self.machine, self.person, self.language = machine, person, language
        self._order = machine.home.parent / "die-at"
        self.start(**more)

    def start(self, **more):
        chosen = {"speed": FROZEN, "LANGUAGE": self.language} | more
        self.process = self.machine.run_armed(self._order, **chosen)
        self.machine.wait_running()

    def dies_at(self, point, act, **more):
        """Let the service die at a point of an act, start it again, and return what was told since."""
        self._order.write_text(point, encoding="utf-8")
        return self._dies(act, lambda: None, **more)

    def dies_sending(self, acts):
        """Let the service die when everything is done and confirmed, and no answer goes out."""

        def kill():
            until(lambda: len(self._owed()) == len(acts), "everything done")
            until(lambda: not self.person.unread_by_the_service(), "Telegram to know it")
            self.process.kill()
            self.person.no_faults()

        def act():
            self.person.sim("fault", method="sendMessage", kind="drop_before", times=1000)
            for line in acts:
                self.person.say(line)

        return self._dies(act, kill)

    def _dies(self, act, kill, **more):
        before = self.person.read()
        act()
        kill()
        assert self.process.wait(30) == KILLED
        self.start(**more)
        until(lambda: not self._owed(), "the answer that was owed")
        return [text_of(message) for message in self.person.read() if message not in before]

    def _owed(self):
        with self.machine.database() as database, database.read() as uow:
            return uow.unanswered_updates()

    def happened(self, code):
        with self.machine.database() as database, database.read() as uow:
            return sum(event.code == code for _number, _at, event in uow.history(limit=200))

    def bot(self):
        (found,) = self.machine.bots()
        return found

    def asks(self, line, words):
        """Say something that is asked back with these words; return how to say yes."""
        question = self.person.ask(line, words)
        return lambda: self.person.press(question, SAVE[self.language])


@pytest.fixture
def armed(machine, person):
    def make(language):
        found = Armed(machine, person, language)
        shown = person.ask(
            "/new_bot EURUSD MA_CROSSOVER M1 lot 0.01", "0.01 lot" if language == "en" else "0,01 lot"
        )
        person.press(shown, SAVE[language])
        until(machine.bots, "the bot")
        return found

    return make


@pytest.mark.parametrize(("point", "language"), POINTS)
def test_whoever_asked_is_answered_and_nothing_is_done_twice(armed, point, language):
    scene = armed(language)
    begun, person = point != "asked", scene.person

    told = scene.dies_at(point, lambda: person.say("/start_bot 1"))
    assert sum(RESTARTED[language] in text for text in told) == 1
    assert scene.bot().status is (BotStatus.ACTIVE if begun else BotStatus.STOPPED)
    assert scene.happened("bots_started") == begun

    told = scene.dies_at(point, lambda: person.say("/pause 60m"))
    assert sum(RESTARTED[language] in text for text in told) == 1
    assert scene.happened("entries_paused") == begun

    told = scene.dies_at(point, scene.asks("/edit_bot 1 lot 0.02", "→"))
    assert sum(RESTARTED[language] in text for text in told) == 1
    assert scene.happened("bot_edited") == begun

    # A stop is the one act that runs again: it changes nothing more, and its receipt is the answer.
    told = scene.dies_at(point, lambda: person.say("/stop_bot 1"))
    assert any(STOPPED[language] in text for text in told)
    assert scene.bot().status is BotStatus.STOPPED
    assert scene.happened("bots_stopping") == begun


def test_what_was_done_and_confirmed_but_not_said_is_answered(armed):
    scene = armed("id")
    told = scene.dies_sending(("/start_bot 1", "/status", "/note santai"))
    assert sum(RESTARTED["id"] in text for text in told) == 2
    assert any("Ekuitas" in text and RESTARTED["id"] not in text for text in told), told
    assert scene.bot().status is BotStatus.ACTIVE
    assert scene.happened("bots_started") == 1


def test_a_confirmed_close_is_answered_and_closes_once(machine, person, fleet, agree):
    """The order is in the books before the answer; the restart must neither lose nor repeat it."""
    scene = Armed(machine, person, "en", speed=FAST)
    fleet()
    person.press(person.ask("/start_all", "Start"), "Yes")
    until(lambda: set(person.fills()) - set(person.closings()), "an open position", within=90)
    person.ask("/stop_all", "stopped")
    question = person.ask("/close_all", "Close")
    told = scene.dies_at("acted", lambda: person.press(question, "Close all"), speed=FAST)
    assert sum(RESTARTED["en"] in text for text in told) == 1
    until(lambda: set(person.fills()) == set(person.closings()), "everything closed", within=60)
    machine.stop()
    agree(kills=1)
