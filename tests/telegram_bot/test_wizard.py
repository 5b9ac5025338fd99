from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_service.domain.people import Member, Role
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services.wizard import FIELDS, MENU, REVIEW, Draft
from bot_service.telegram_bot.acts import Acts
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.render.bot_views import settings_lines
from bot_service.telegram_bot.render.message import plain
from bot_service.telegram_bot.request import Request

OWNER = 1001


@pytest.fixture(autouse=True)
def fresh(world):
    """Let each test begin in English and without a draft."""
    world.services.chats.set_language(world.actor(), "en")
    world.services.wizard.drop(world.actor())


# (what a person does, what is shown then); a press is the label of a button, typing begins with a quote.
ENGLISH = [
    ("'/new_bot", "1/5"),
    ("'gold", "Found for “gold”"),
    ("XAUUSD", "2/5"),
    ("➡️", "2/5"),
    ("◀️", "1/5"),
    ("EURUSD", "2/5"),
    ("Moving", "3/5"),
    ("'H7", "there is no such timeframe"),
    ("'h1", "4/5"),
    ("'1.000", "can mean two things"),
    ("'99", "Allowed: 0.01 - 5"),
    ("'0,5%", "If the SL is hit"),
    ("Advanced", "Tap what you want"),
    ("SL (x", "how many times the ATR"),
    ("'2,5", "SL\u00a02.5\u00a0x\u00a0ATR"),
    ("Review and save", "Your lots are rounded down"),
    ("💾 Save", "SL\u00a02.5\u00a0x\u00a0ATR"),
]
INDONESIAN = [
    ("'/buat", "1/5"),
    ("'emas", "Hasil untuk"),
    ("XAUUSD", "Strategi apa"),
    ("moving", "Timeframe apa"),
    ("H1", "Berapa maksimal rugi"),
    ("'lot 0,02", "Kalau kena SL"),
    ("Lanjutan", "Ketuk yang mau diubah"),
    ("nama", "Siapa nama bot"),
    ("'Emas Pagi", "Ketuk yang mau diubah"),
    ("Lihat", "Emas Pagi"),
    ("💾 Simpan", "Emas Pagi"),
]


def buttons(message):
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(one["text"], one["callback_data"]) for row in rows for one in row]


def pressed(talk, message, label):
    found = [data for text, data in buttons(message) if label in text]
    assert found, f"{label!r} is not among {buttons(message)}"
    return talk.press(message, found[0])


def walk(talk, steps, message=None):
    for deed, expected in steps:
        message = talk.say(deed[1:]) if deed.startswith("'") else pressed(talk, message, deed)
        assert expected in message["text"], (deed, message["text"])
    return message


@pytest.mark.parametrize(("language", "steps"), [("en", ENGLISH), ("id", INDONESIAN)])
def test_a_bot_is_made_with_buttons_and_typing(world, talk, language, steps):
    world.services.chats.set_language(world.actor(), language)
    before = world.services.queries.bots().total
    walk(talk, steps)
    assert world.services.queries.bots().total == before + 1
    assert world.services.wizard.touch(world.actor()).draft is None


def test_a_draft_survives_a_restart_and_a_second_device(world, talk):
    shown = walk(talk, [("'/new_bot", "1/5"), ("EURUSD", "2/5"), ("Moving", "3/5")])
    world.disconnect()
    world.connect()
    second = walk(talk, [("'/new_bot", "Your draft continues here")])
    assert "3/5" in second["text"]
    walk(talk, [("H4", "4/5")], shown)
    walk(talk, [("1%", "If the SL is hit")], walk(talk, [("H1", "4/5")], second))


def test_a_button_of_another_draft_shows_the_present_one(world, talk):
    old = walk(talk, [("'/new_bot", "1/5")])
    world.services.wizard.begin(world.actor())
    assert "another draft" in pressed(talk, old, "EURUSD")["text"]
    world.services.wizard.drop(world.actor())
    assert "finished or was cancelled" in pressed(talk, old, "EURUSD")["text"]


def test_a_draft_is_gone_after_a_day_and_that_is_said_once(world, talk):
    world.services.wizard.begin(world.actor())
    with world.house.database.write() as uow:
        kind, payload, at = uow.people.draft(OWNER, OWNER)
        uow.people.keep_draft(OWNER, OWNER, kind, payload, at - timedelta(days=1, seconds=1))
        uow.commit()
    assert "older than a day" in talk.say("EURUSD")["text"]
    assert "older than a day" not in talk.say("EURUSD")["text"]


def test_a_save_button_of_an_older_screen_saves_nothing_new(world, talk):
    review = walk(
        talk,
        [("'/new_bot", "1/5"), ("EURUSD", "2/5"), ("Moving", "3/5"), ("H1", "4/5"), ("1%", "If the SL")],
    )
    draft = world.services.wizard.touch(world.actor()).draft
    world.services.wizard.keep(world.actor(), replace(draft, words={**draft.words, "risk": "2"}))
    before = world.services.queries.bots().total
    shown = pressed(talk, review, "💾 Save")
    assert "changed since" in shown["text"]
    assert "risk 2%" in shown["text"]
    assert world.services.queries.bots().total == before


def test_a_change_shows_old_and_new_and_that_it_counts_from_the_next_trade(world, talk):
    bot = world.new_bot("Changer")
    shown = walk(
        talk,
        [
            (f"'/edit_bot {bot}", "Tap what you want"),
            ("size", "How much may one trade lose"),
            ("'0.02 lot", "0.02 lot"),
            ("Review and save", "0.01 → 0.02"),
        ],
    )
    assert "apply from the next trade" in shown["text"]
    assert "raises the risk" in shown["text"]
    pressed(talk, shown, "💾 Save")
    assert world.services.queries.bot(bot).bot.settings.size == Decimal("0.02")


def test_plain_stop_words_stop_even_while_a_draft_waits_for_words(world, talk):
    walk(talk, [("'/new_bot", "")])
    assert "stop" in talk.say("stop")["text"].lower() or "bot" in talk.say("stop")["text"].lower()
    assert world.services.wizard.touch(world.actor()).draft is not None


READY = {"symbol": "EURUSD", "strategy": "MA_CROSSOVER", "timeframe": "H1", "risk": "1"}
WORDS = st.one_of(
    st.sampled_from(["EURUSD", "gold", "1%", "0.5", "lot 0.01", "1.000", "H1", "#gold", "back", "9" * 30]),
    st.text(max_size=40),
    st.integers().map(str),
)
NAMES = st.sampled_from([*FIELDS, MENU, REVIEW, "p-fast_period", "p-none", "save", ""])
VERBS = st.sampled_from(["go", "in", "set", "pg", "save", "new", "zz"])
DEEDS = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 30)),
    st.tuples(st.just("type"), WORDS),
    st.tuples(
        st.just("press"),
        st.tuples(st.sampled_from(["go", "in", "set", "pg", "save", "new", "zz"]), NAMES, WORDS),
    ),
)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(typed=st.sampled_from(["/new_bot", READY]), deeds=st.lists(DEEDS, max_size=14))
def test_no_inputs_raise_or_save_what_was_not_shown(world, language, typed, deeds):
    chat = Hand(world, language)
    chat.begin(READY if typed is READY else None)
    for kind, what in deeds:
        known = {bot.id for bot in chat.bots()}
        if kind == "tap" and chat.keys:
            chat.press(chat.keys[what % len(chat.keys)])
        elif kind == "type":
            chat.line(what)
        elif kind == "press":
            chat.press(":".join(("w", chat.serial, *what)))
        for bot in chat.bots():
            if bot.id not in known:
                for line in settings_lines(replace(bot.settings, broker_symbol=bot.settings.symbol), chat.t):
                    assert plain(line) in chat.before, (line, chat.before)
                world.services.control.delete(world.actor(), bot.id, bot.version)


class Hand:
    """A person whose inputs go to the handlers without any network between."""

    def __init__(self, world, language):
        self.world, self.t, self.keys, self.before, self.text = world, Translator(language), [], "", ""
        self.acts = Acts(load())
        world.services.wizard.drop(world.actor())

    @property
    def serial(self):
        draft = self.world.services.wizard.touch(self.world.actor()).draft
        return "" if draft is None else draft.serial

    def bots(self):
        with self.world.house.database.read() as uow:
            return uow.bots.all()

    def begin(self, words):
        if words is not None:
            self.world.services.wizard.begin(self.world.actor(), Draft("", REVIEW, words))
        self.line("/new_bot")

    def line(self, text):
        text = text.strip()
        if not text or text.lower().startswith(
            ("stop", "berhenti", "panic", "panik", "darurat", "emergency")
        ):
            return
        self._do(self.acts.of_line(text[1:]) if text.startswith("/new_bot") else self.acts._plain(text))

    def press(self, data):
        if data.startswith("w:") and len(data.encode()) <= 64:
            self._do(self.acts._press(data))

    def _do(self, act):
        member = Member(OWNER, OWNER, Role.OWNER, self.t.language, "Asia/Jakarta")
        request = Request(self.world.services, member, self.world.actor(), self.t, act.line, act.words)
        reply = act.handler(request)
        self.before, self.text = self.text, "\n".join(plain(message.text) for message in reply.messages)
        assert all(len(message.text) < 4096 for message in reply.messages)
        self.keys = [one.data for message in reply.messages for row in message.keyboard for one in row]
