"""What is asked or refused only in a situation of its own, in both languages."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot_service.domain.resources import Readings
from bot_service.i18n import LANGUAGES
from tests.telegram_bot.test_every_button import BROKEN
from tests.telegram_bot.traders import Trader

SAVE_AND_START = {"en": "Save and", "id": "Simpan & "}
ONLY = {"en": "Delete files", "id": "Hapus berkas"}
DISK = {"en": "the disk is nearly full", "id": "disk hampir penuh"}
RUNS = {"en": "1 bot is running", "id": "1 bot sudah jalan"}


@pytest.fixture(params=LANGUAGES)
def language(world, talk, request):
    world.services.chats.set_language(world.actor(), request.param)
    yield request.param
    world.services.control.stop(world.actor(), None)
    talk.forget()


def data_of(message, label):
    found = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in found if label in item["text"])


def newest(world):
    pages = range(world.services.queries.bots().pages)
    shown = [line.bot for page in pages for line in world.services.queries.bots(page).lines]
    return max(shown, key=lambda bot: bot.id)


def test_a_bot_is_saved_and_started_by_one_button(world, talk, language):
    shown = talk.say("/new_bot GBPUSD MA_CROSSOVER H4 lot 0.01")
    answer = talk.press(shown, data_of(shown, SAVE_AND_START[language]))
    assert RUNS[language] in answer["text"]
    assert (newest(world).settings.symbol, newest(world).status) == ("GBPUSD", "active")


def test_a_draft_is_saved_and_started_by_one_button(world, talk, language):
    shown = talk.say("/new_bot")
    for answer in ("EURUSD", "RSI_CROSSOVER", "H1", "lot 0.01"):
        shown = talk.say(answer)
    answer = talk.press(shown, data_of(shown, SAVE_AND_START[language]))
    assert RUNS[language] in answer["text"]
    assert (newest(world).settings.strategy, newest(world).status) == ("RSI_CROSSOVER", "active")


@pytest.fixture
def seldom_watched(world_class, tmp_path):
    """A service that would notice only much later that its paper account is none with real money."""
    world = world_class(tmp_path, watch_interval_s=60)
    bot_id = world.new_bot()
    with closing(sqlite3.connect(world.house.settings.data_dir / "bot_service.db")) as books, books:
        books.execute("UPDATE account SET trade_mode = 'real'")
    world.connect()
    yield world, bot_id
    world.close()


@pytest.mark.parametrize(
    ("language", "asks", "yes"),
    [("en", "REAL account", "real money"), ("id", "akun REAL", "uang sungguhan")],
)
def test_the_first_start_with_real_money_is_asked_once(seldom_watched, language, asks, yes):
    world, bot_id = seldom_watched
    world.services.chats.set_language(world.actor(), language)
    asked = world.talk.say(f"/start_bot {bot_id}")
    assert asks in asked["text"]
    assert world.status(bot_id) == "stopped"
    assert RUNS[language] in world.talk.press(asked, data_of(asked, yes))["text"]
    world.services.control.stop(world.actor(), [bot_id])
    assert RUNS[language] in world.talk.say(f"/start_bot {bot_id}")["text"]


def test_a_stop_goes_to_the_entry_by_its_button(world, talk, language):
    trader = Trader(world, talk)
    _bot_id, ticket = trader.with_bot()
    shown = talk.say("/positions")
    # Where the price stands decides whether it is offered; what was offered is answered either way.
    offered = {"account_id": trader.account_id, "position_id": ticket}
    token = world.services.chats.confirm_token(world.actor(), "stop_entry", offered)
    answer = talk.press(shown, f"yes:{token.id}:positions")
    assert f"#{ticket}" in answer["text"]
    assert BROKEN[language] not in answer["text"]
    world.services.closing.order(None, [line.item for line in trader.preview().lines])
    trader.until(lambda: not trader.open())


def test_while_the_machine_runs_short_no_bot_is_started_and_the_reason_is_told(world, talk, language):
    bot_id = world.new_bot("Patient")
    look = world.services.resources.look
    look(Readings(disk_free=5, memory_percent=40.0, lane_lag_s=0.0))
    try:
        refused = talk.say(f"/start_bot {bot_id}")["text"]
        health = talk.say("/health")["text"]
    finally:
        look(Readings(disk_free=50_000_000_000, memory_percent=40.0, lane_lag_s=0.0))
    assert DISK[language] in refused
    assert ONLY[language] in health
    assert world.status(bot_id) == "stopped"
    assert RUNS[language] in talk.say(f"/start_bot {bot_id}")["text"]
