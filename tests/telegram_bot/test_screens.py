"""What a beginner sees on a small screen: nothing twice, nothing cut, and each button where it leads."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.events import EVENTS, OtherAccount, PositionChanged
from bot_service.domain.market import LinkCause, Timeframe, TradeMode
from bot_service.domain.people import Role
from bot_service.domain.risk import DenialReason, Denied
from bot_service.domain.strategy import Analysis, Reason, Signal
from bot_service.domain.trading import Position, Side
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services.views import AccountTag, AnalysisView, HealthLine, HealthView
from bot_service.telegram_bot.loading import load
from bot_service.telegram_bot.registry import Group
from bot_service.telegram_bot.render import render, tell
from bot_service.telegram_bot.render.parts import close_labels, denial
from tests.telegram_bot.alert_examples import AT, DENIAL_NUMBERS, NAMES, examples

PICKED = (
    "start_bot", "exit_only", "delete_bot", "edit_bot", "clone_bot", "tag", "undo_bot", "change_symbol",
    "allow_entry", "analysis", "chart", "backtest",
)  # fmt: skip
OF_ORDERS = ("order_", "entry_denied", "market_closed", "signal_")


def data_of(message):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


@pytest.mark.parametrize("command", PICKED)
def test_a_command_without_its_bot_asks_which_and_each_button_runs_it(world, talk, command):
    world.services.chats.set_language(world.actor(), "en")
    bot_id = world.new_bot()
    asked = talk.say(f"/{command}")
    assert "Which bot?" in asked["text"]
    assert f"do:{command} {bot_id}" in data_of(asked)
    world.services.control.delete(world.actor(), bot_id, world.services.queries.bot(bot_id).bot.version)


def test_help_begins_with_what_is_used_most_and_leads_to_every_command(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/help")
    assert len(shown["text"].splitlines()) < 25
    sections = [data for data in data_of(shown) if data.startswith("do:help #")]
    listed = shown["text"] + "".join(talk.press(shown, data)["text"] for data in sections)
    for item in load().commands.values():
        assert f"/{item.name} " in listed or item.group is Group.FIRST_STEPS, item.name


def test_help_shows_nobody_what_his_role_refuses(world, talk):
    world.add_member(7007, Role.VIEWER)
    shown = talk.say("/help #control", user_id=7007)["text"]
    assert "/bots" in shown
    assert "/start_bot" not in shown
    assert "/close" not in shown


def test_examples_are_typed_as_people_of_the_language_type_them():
    registry = load()
    assert registry.example("new_bot XAUUSD MA_CROSSOVER H1 risk 0.5", "id") == (
        "buat XAUUSD MA_CROSSOVER H1 risiko 0,5"
    )
    assert registry.example("bots #gold", "id") == "daftar_bot #emas"
    assert registry.example("bots #gold", "en") == "bots #gold"


def test_the_review_of_a_new_bot_says_once_that_it_is_new(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    shown = talk.say("/new_bot")
    for answer in ("EURUSD", "RSI_CROSSOVER", "H1", "lot 0.01"):
        shown = talk.say(answer)
    assert shown["text"].count("New bot") == 1
    assert "[PAPER]" in shown["text"].splitlines()[0]
    talk.say("cancel")


def test_a_step_shows_only_what_was_chosen(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    talk.say("/new_bot")
    talk.say("EURUSD")
    shown = talk.say("RSI_CROSSOVER")["text"]
    assert "EURUSD · RSI_CROSSOVER\n" in shown
    talk.say("cancel")


def test_a_copys_review_has_one_way_back(world, talk):
    bot_id = world.new_bot()
    found = [data for data in data_of(talk.say(f"/clone_bot {bot_id}")) if ":go:" in data]
    assert len(found) == len(set(found)) == 1
    talk.say("cancel")
    world.services.control.delete(world.actor(), bot_id, 1)


def test_a_found_symbol_and_a_strategy_lead_into_the_wizard(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    found = talk.say("/symbols gold")
    assert "do:new_bot XAUUSD" in data_of(found)
    assert "Which strategy?" in talk.press(found, "do:new_bot XAUUSD")["text"]
    shown = talk.say("/strategy RSI_CROSSOVER")
    asked = talk.press(shown, "do:new_bot strategy RSI_CROSSOVER")["text"]
    assert "RSI_CROSSOVER" in asked
    assert "Which symbol?" in asked
    assert "Which timeframe?" in talk.say("EURUSD")["text"]
    talk.say("cancel")


def test_a_bot_that_was_never_changed_says_so_in_its_one_answer(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    bot_id = world.new_bot()
    talk.forget()
    talk.write(f"/undo_bot {bot_id}")
    (only,) = talk.answers(count=2, patience=2)
    assert "nothing to undo" in only["text"]
    world.services.control.delete(world.actor(), bot_id, 1)


def test_the_list_says_what_each_bot_trades(world, talk):
    bot_id = world.new_bot("Crosser", "GBPUSD")
    assert "Crosser · GBPUSD H4" in talk.say("/bots")["text"]
    bot = world.services.queries.bot(bot_id).bot
    assert bot.status is BotStatus.STOPPED
    world.services.control.delete(world.actor(), bot_id, 1)


def test_every_event_has_an_example():
    assert set(examples()) == set(EVENTS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", EVENTS)
def test_every_alert_reads_as_a_whole(code, language):
    for event in examples()[code]:
        told = tell(event, Translator(language), dict(NAMES))
        for line in told.lines:
            bare = re.sub(r"<[^>]+>|[A-Z]{3,}[A-Z_]*", "", line)
            assert line.strip()
            assert "{" not in line
            assert "_" not in bare, line
            assert "Decimal" not in line
            assert "  " not in line.strip(), line
        labels = [button.label for row in told.keyboard for button in row]
        assert len(labels) == len(set(labels)), labels


def test_an_alert_about_a_bots_order_leads_to_the_bot():
    for code, events in examples().items():
        for event in events:
            if event.bot_id is None or not event.code.startswith(
                ("order_", "entry_", "market_closed", "signal")
            ):
                continue
            found = [button.data for row in tell(event, Translator("en"), {}).keyboard for button in row]
            assert f"do:bot {event.bot_id}" in found, code


def test_a_refused_exit_says_that_the_position_is_still_open():
    for event in examples()["order_rejected"]:
        told = "\n".join(tell(event, Translator("en"), {}).lines)
        assert ("still open" in told) == (event.purpose == "close")


def test_a_change_that_leaves_the_loss_as_it_was_does_not_tell_it_twice():
    event = next(item for item in examples()["position_changed"] if item.take_profit is None)
    assert isinstance(event, PositionChanged)
    told = "\n".join(tell(event, Translator("en"), {}).lines)
    assert told.count("6.38") == 1


def test_another_account_in_the_terminal_comes_with_what_to_do():
    (event,) = examples()["other_account"]
    assert isinstance(event, OtherAccount)
    told = tell(event, Translator("en"), {})
    assert "Log in to the right one" in told.lines[-1]
    assert told.keyboard[0][0].data == "do:health"


@pytest.mark.parametrize("reason", DenialReason)
def test_every_denial_has_its_figures_with_their_unit(reason):
    told = denial(Denied(reason, {**DENIAL_NUMBERS[reason], "currency": "USD"}), Translator("id"))
    assert "?" not in told
    if reason is DenialReason.NOT_ENOUGH_MARGIN:
        assert "$250,00" in told
    if reason is DenialReason.STOP_TOO_NEAR:
        assert "0.0004" in told


def test_very_little_is_not_nothing():
    assert Translator("en").percent(Decimal("0.003")) == "≈0%"
    assert Translator("en").percent(Decimal(0)) == "0%"
    assert Translator("id").percent(Decimal("0.25")) == "0,25%"


def test_each_account_that_is_away_is_named_with_its_cause():
    lines = (HealthLine("not_met", ok=False, numbers={"account": "prop"}),)
    view = HealthView(lines, {"prop": LinkCause.NOT_LOGGED_IN, "cent": LinkCause.TERMINAL_CLOSED})
    told = render(view, Translator("en")).text
    assert "prop: MT5 is not logged in" in told
    assert "cent: the MT5 terminal is closed" in told
    assert replace(view, link_causes={}) != view


SETTINGS = BotSettings(
    "Trend", "EURUSD", "EURUSD", "RSI_CROSSOVER", Timeframe.H1, SizingMethod.FIXED_LOT, Decimal(1)
)
BOT = Bot(1, 1, SETTINGS, BotStatus.ACTIVE, 1, AT)


def held(number, symbol):
    return Position(
        number, number, symbol, Side.BUY, Decimal("0.01"), Decimal(1), Decimal(1), None, None, Decimal(0),
        Decimal(0), 0, "", AT,
    )  # fmt: skip


def test_a_button_that_closes_names_the_symbol_and_the_ticket_only_where_it_must():
    t = Translator("en")
    one = [held(1000001, "XAUUSD"), held(1000002, "EURUSD")]
    assert close_labels(one, t) == ["❌ Close XAUUSD", "❌ Close EURUSD"]
    both = [held(1000001, "XAUUSD"), held(1000042, "XAUUSD")]
    assert close_labels(both, t) == ["❌ XAUUSD …001", "❌ XAUUSD …042"]


def test_numbers_of_a_rule_have_as_many_digits_as_tell_them_apart():
    reasons = (
        Reason("rsi_above_middle", passed=True, value=57.1677, threshold=50.0),
        Reason("rsi_above_average_now", passed=True, value=57.14, threshold=57.11),
        Reason("close_above_trend", passed=False, value=1.04083, threshold=1.04084),
    )
    analysis = Analysis(AT, 1.04083, Signal.HOLD, exit_long=False, exit_short=False, long_reasons=reasons,
                        short_reasons=())  # fmt: skip
    told = render(AnalysisView(AccountTag(TradeMode.PAPER, 5), BOT, analysis), Translator("en")).text
    for numbers in ("(57.2 / 50.0)", "(57.14 / 57.11)", "(1.04083 / 1.04084)"):
        assert numbers in told


ROOM = {1: 46, 2: 22, 3: 15, 4: 9, 5: 6}
"""How many letters a button has room for, by how many stand in its row on a phone."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_of_an_alert_is_cut_on_a_phone(language):
    for events in examples().values():
        for event in events:
            for row in tell(event, Translator(language), dict(NAMES)).keyboard:
                for button in row:
                    assert len(button.label) <= ROOM[len(row)], button.label


@pytest.mark.parametrize(("language", "said"), [("en", "Gold (3), bot 7"), ("id", "Gold (3), bot 7")])
def test_a_bot_whose_name_nobody_knows_is_told_by_its_number_once(language, said):
    started = EVENTS["bots_started"](happened_at=AT, bot_ids=(3, 7))
    assert said in tell(started, Translator(language), {3: "Gold"}).lines[0]
