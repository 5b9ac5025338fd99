"""Every command and the buttons of its answers over HTTP, in both languages.

Each is answered, in the reader's language; nothing is unknown, nothing breaks, and the strict server takes
all of it. A new command needs a line here, a new button or confirmation is pressed by one of them or names
the test that presses it.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from bot_service.domain.bots import BotStatus
from bot_service.domain.people import Role
from bot_service.i18n import LANGUAGES
from bot_service.telegram_bot.loading import load
from tests.telegram_bot.test_every_button import BROKEN, NOWHERE
from tests.telegram_bot.traders import Trader
from tests.telegram_bot.walking import Errors, WalkedWorld, buttons_of, sentences_of, text_of

OWNER, VIEWER, STRANGER = 1001, 3003, 4004
LINES = {
    "start": [""],
    "help": ["", "new_bot", "#control"],
    "status": [""],
    "health": [""],
    "account": [""],
    "accounts": [""],
    "bots": ["", "active", "#gold"],
    "bot": ["{bot}", ""],
    "strategies": [""],
    "strategy": ["MA_CROSSOVER"],
    "symbols": ["gold", ""],
    "analysis": ["{bot}", ""],
    "history": ["", "{bot}"],
    "chart": ["{bot}", ""],
    "today": [""],
    "performance": ["", "90 symbol"],
    "deals": ["", "30"],
    "report": ["", "kemarin"],
    "reports": [""],
    "share": [""],
    "mentor": ["", "mute"],
    "feedback": [""],
    "why": ["", "1"],
    "not_true": ["1"],
    "step": ["done"],
    "mood": ["", "calm", "change"],
    "note": ["closed early"],
    "notes": ["", "early"],
    "settings": ["", "zone", "alerts", "quiet", "mentor"],
    "pictures": ["", "dark"],
    "mute": ["30m"],
    "unmute": [""],
    "language": [""],
    "limits": ["", "daily 4", "daily off", "lift"],
    "lift": [""],
    "members": ["", "{viewer}"],
    "invite": ["", "viewer", "viewer {stranger}"],
    "audit": ["", "#{bot}"],
    "logs": [""],
    "alerts": [""],
    "group": [""],
    "export": [""],
    "tag": ["{bot} #gold", "{bot}"],
    "new_bot": ["", "EURUSD MA_CROSSOVER H1 lot 0.01"],
    "edit_bot": ["{bot}", "{bot} lot 0.02"],
    "undo_bot": ["{bot}"],
    "clone_bot": ["{bot}"],
    "change_symbol": ["{bot}", "{bot} GBPUSD"],
    "backtest": [""],
    "start_bot": ["{bot}", ""],
    "allow_entry": ["{bot}"],
    "pause": ["", "60m {bot}"],
    "unpause": [""],
    "pause_days": ["", "2030-12-25"],
    "pause_hours": ["", "19:00-21:30"],
    "exit_only": ["{bot}"],
    "stop_bot": ["{bot}", ""],
    "start_all": [""],
    "promise": ["", "calm", "no trades during NFP"],
    "positions": [""],
    "close": ["", "{held}"],
    "close_all": [""],
    "cancel_close": [""],
    "delete_bot": ["{held}", "{bot}"],
    "stop_all": [""],
    "panic": [""],
    "forget_me": [""],
}
WITH_A_POSITION = {"bot", "positions", "close", "close_all", "panic", "status", "delete_bot"}
HERE = Path(__file__).parent
ELSEWHERE = {
    # It speaks the other language from there on.
    "do:language": ("test_dialogs", "test_a_new_language_counts_at_once"),
    # A process of its own works for seconds.
    "do:backtest": ("test_backtesting", "test_the_indonesian_name_and_an_id_alone_work"),
    "close_unknown": ("test_holding", "test_an_unknown_position_is_closed_from_its_alert_after_a_question"),
    "leave_unknown": ("test_every_button", "test_every_kind_of_alert_arrives_in_words"),
    "go_on": ("test_guards", "test_a_bot_that_lost_again_and_again_goes_on_by_its_button"),
    "putback": ("test_stops", "test_a_removed_stop_is_told_and_put_back_by_its_button_once"),
    "vow": ("test_promises", "test_in_heat_it_reminds_and_nothing_is_done"),
    "vowgo": ("test_promises", "test_after_the_wait_it_is_done_and_stored_as_broken"),
}
"""Buttons of alerts and of what must not happen on a walk, and the test that presses them."""

CONFIRMED_ELSEWHERE = {
    "close_unknown": ("test_holding", "test_an_unknown_position_is_closed_from_its_alert_after_a_question"),
    "copy_off": ("test_holding", "test_the_owner_lets_entries_go_on_when_the_other_copy_is_off"),
    "currency": ("test_holding", "test_the_owner_confirms_the_currency_that_was_shown"),
    "restarts_fine": ("test_holding", "test_the_owner_lets_entries_go_on_after_many_restarts"),
    "old_machine_off": ("test_holding", "test_the_owner_lets_entries_go_on_when_the_old_machine_is_off"),
    "lift_guard": ("test_limit_buttons", "test_a_hit_limit_is_lifted_by_its_button_after_a_question"),
    "go_on": ("test_limit_buttons", "test_a_bot_gone_astray_is_shown_stopped_or_let_go_on_by_its_alert"),
    "pause_days": ("test_pauses", "test_an_estimated_date_counts_only_after_its_button"),
    "create_and_start": ("test_questions", "test_a_bot_is_saved_and_started_by_one_button"),
    "draft_start": ("test_questions", "test_a_draft_is_saved_and_started_by_one_button"),
    "start_real": ("test_questions", "test_the_first_start_with_real_money_is_asked_once"),
    "stop_entry": ("test_questions", "test_a_stop_goes_to_the_entry_by_its_button"),
}
"""Confirmations that need a situation of their own, and the test that gives them."""

ALWAYS = ("yes:", "w:")
"""Questions and the wizard are followed to their end."""

_WORDS = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")


def kind_of(data, label):
    """Return a button's data without what differs from one of its kind to the next."""
    prefix, _colon, rest = data.partition(":")
    if prefix == "yes":
        asked = rest.partition(":")[2].partition(" ")[0]
        return f"yes:{asked}:{re.sub(r'[0-9]+', 'N', label)}"
    if prefix == "w":
        rest = rest.partition(":")[2]
        rest = re.sub(r"^(save|set:\w+):.*", r"\1", rest)
    rest = re.sub(r"revoke \w+", "revoke", rest)
    return re.sub(r"-?\d+", "N", _WORDS.sub("X", f"{prefix}:{rest}"))


class Walk:
    """Say every command, press every kind of button of its answers once, and note what is wrong."""

    def __init__(self, world, language):
        self.world, self.language = world, language
        self.trader = Trader(world, world.talk)
        self.wrong, self.pressed, self.prefixes = [], set(), set()
        other = next(name for name in LANGUAGES if name != language)
        self.foreign = sentences_of(other, language)
        self.furnish()

    def furnish(self):
        world = self.world
        world.services.chats.set_language(world.actor(), self.language)
        world.add_member(VIEWER, Role.VIEWER, self.language)
        for person in (STRANGER, VIEWER, OWNER):
            world.write("/start", user_id=person)

    def numbers(self, name):
        """Return what the lines name; what earlier presses have taken away is made again."""
        bots = [card.bot for card in self.world.services.queries.bots(0).lines]
        if name in WITH_A_POSITION and not self.trader.preview().lines:
            self.trader.with_bot()
            self.trader.by_hand()
            bots = [card.bot for card in self.world.services.queries.bots(0).lines]
        if not bots:
            self.world.new_bot("Walker")
            bots = [card.bot for card in self.world.services.queries.bots(0).lines]
        if self.world.services.chats.member(VIEWER) is None:
            self.world.add_member(VIEWER, Role.VIEWER, self.language)
        held = [line.bot.id for line in self.trader.preview().lines if line.bot is not None]
        idle = [bot for bot in bots if bot.status is BotStatus.STOPPED] or bots
        bot = idle[0].id
        if name == "undo_bot":
            self.edit(bot)
        return {"bot": bot, "held": next(iter(held), bot), "viewer": VIEWER, "stranger": STRANGER}

    def edit(self, bot_id):
        control, me = self.world.services.control, self.world.actor()
        view = control.edit_preview(me, bot_id, {"lot": "0.07"})
        control.edit(me, bot_id, self.world.services.queries.bot(bot_id).bot.version, view.settings)

    def command(self, name):
        title = load().commands[name].title(self.language)
        for words in LINES[name]:
            line = f"/{title} {words.format(**self.numbers(name))}".strip()
            told = self.judge(line, self.world.write(line))
            for message in told.messages:
                self.buttons(line, message, deeper=1)

    def buttons(self, way, message, deeper):
        for label, data in buttons_of(message):
            kind = kind_of(data, label)
            too_deep = deeper < 0 and not data.startswith(ALWAYS)
            if too_deep or kind in self.pressed or data.startswith(tuple(ELSEWHERE)):
                continue
            self.pressed.add(kind)
            self.prefixes.add(data.partition(":")[0])
            step = f"{way} > {label} [{data}]"
            told = self.judge(step, self.world.tap(message, data))
            for answer in told.messages:
                self.buttons(step, answer, deeper=deeper - 1)

    def given(self):
        """Return the acts that were confirmed, as the audit knows them."""
        with self.world.house.database.read() as uow:
            _total, lines = uow.people.audit_page(0, 10_000, None, None)
        return {line.arguments.split(" ")[0] for line in lines if line.command == "yes"}

    def judge(self, step, told):
        wrong = list(told.refused)
        if not told.messages and not told.same:
            wrong.append("no answer")
        mine = [message for message in told.messages if message["chat"]["id"] == OWNER]
        text = "\n".join(text_of(message) for message in mine)
        wrong += [words for words in (BROKEN[self.language], *NOWHERE[self.language]) if words in text]
        labels = [label for message in mine for label, _data in buttons_of(message)]
        seen = "\n".join((text, *labels))
        wrong += [f"not {self.language}: {part!r}" for part in self.foreign if part in seen]
        self.wrong += [f"{step}: {what}" for what in wrong]
        return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_every_button_of_its_answers_is_answered_in_words(tmp_path, language):
    world, errors = WalkedWorld(tmp_path), Errors()
    logging.getLogger("bot_service").addHandler(errors)
    try:
        world.connect()
        walk = Walk(world, language)
        for name in LINES:
            walk.command(name)
        given = walk.given()
    finally:
        logging.getLogger("bot_service").removeHandler(errors)
        world.close()
    assert walk.wrong == []
    assert errors.found == []
    assert len(walk.pressed) > 180
    assert set(load().presses) - walk.prefixes <= set(ELSEWHERE), "a button that nobody presses"
    assert set(load().confirmed) - given <= set(CONFIRMED_ELSEWHERE), "a question that nobody answers"


def test_every_command_has_its_line():
    assert set(LINES) == set(load().commands)


@pytest.mark.parametrize(("file", "name"), sorted({*ELSEWHERE.values(), *CONFIRMED_ELSEWHERE.values()}))
def test_what_is_pressed_elsewhere_is(file, name):
    assert f"def {name}(" in (HERE / f"{file}.py").read_text(encoding="utf-8")
