"""Whoever waits for the terminal is told so, and the answer takes the place of these words."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager

import pytest

from bot_service.i18n import Translator
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.meanwhile import Meanwhile
from bot_service.telegram_bot.registry import Kind

ASKING = "I am asking the terminal"


@contextmanager
def busy(world):
    """Let the terminal answer nobody while it lasts."""
    begun, over = threading.Event(), threading.Event()

    def hold(_terminal):
        begun.set()
        over.wait(30)

    account_id = next(iter(world.house.terminals))
    holding = threading.Thread(target=lambda: world.house.lanes.ask(account_id, hold, 40.0))
    holding.start()
    assert begun.wait(10)
    try:
        yield over
    finally:
        over.set()
        holding.join()


def first_words(talk, text):
    """Ask, and return the first message with the seconds until it came."""
    talk.forget()
    began = time.monotonic()
    talk.write(text)
    (message, *_rest) = talk.answers()
    return message, time.monotonic() - began


def shown(talk, message):
    found = [one for one in talk.page_of(message["chat"]["id"]) if one["message_id"] == message["message_id"]]
    return found[-1]["text"]


def until(condition):
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("line", ["/symbols gold", "/change_symbol {bot}"])
def test_the_answer_takes_the_place_of_the_words_that_it_is_awaited(world, talk, line):
    bot_id = world.new_bot("Patience", "XAUUSD")
    with busy(world) as over:
        message, seconds = first_words(talk, line.format(bot=bot_id))
        assert ASKING in message["text"]
        assert "XAUUSD" not in message["text"]
        assert seconds < 1.5
        over.set()
        until(lambda: ASKING not in shown(talk, message))
    assert "XAUUSD" in shown(talk, message)
    assert {one["message_id"] for one in talk.silence()} <= {message["message_id"]}


def test_a_terminal_that_stays_silent_is_named_in_the_same_place(world, talk):
    with busy(world):
        message, _seconds = first_words(talk, "/symbols gold")
        assert ASKING in message["text"]
        until(lambda: ASKING not in shown(talk, message))
        assert "terminal" in shown(talk, message).lower()
        again, _seconds = first_words(talk, "/status")
        assert ASKING not in again["text"]


def test_a_pressed_message_becomes_the_words_and_then_the_answer(world, talk):
    card = talk.say("/symbols zinc")
    with busy(world) as over:
        talk.forget()
        talk.post("/sim/press", {"message_id": card["message_id"], "data": "do:symbols EURUSD"})
        until(lambda: ASKING in shown(talk, card))
        over.set()
        until(lambda: "EURUSD" in shown(talk, card))
    assert ASKING not in shown(talk, card)


class Asking:
    """Who waits for a terminal."""

    def __init__(self, answer):
        self.answer = answer

    def waits(self, thread):
        assert thread != threading.get_ident()
        return self.answer


async def said_during(asking, seconds):
    executors, told = Executors(), []

    async def say(message):
        told.append(message.text)
        return 7

    work = asyncio.create_task(executors.run(Kind.LOOK, time.sleep, seconds))
    found = await Meanwhile(executors, asking).said(work, Translator("en"), say)
    await work
    executors.close()
    return found, told


def test_what_takes_long_without_the_terminal_is_never_called_asking():
    assert asyncio.run(said_during(Asking(False), 0.4)) == (None, [])


def test_a_wait_for_the_terminal_is_told_once():
    number, told = asyncio.run(said_during(Asking(True), 0.5))
    assert number == 7
    assert [ASKING in text for text in told] == [True]


def test_a_terminal_that_answers_at_once_is_not_talked_about():
    assert asyncio.run(said_during(Asking(True), 0.01)) == (None, [])
