from __future__ import annotations

import pytest

from bot_service.domain.errors import InvalidValue
from bot_service.services.views import BotFilter
from bot_service.telegram_bot.filters import filter_of
from bot_service.telegram_bot.typed import chosen_bots, tag_of

TAGS = {1: ("gold",), 3: ("gold", "slow"), 4: ("slow",)}


def test_a_tag_stands_for_its_bots_beside_ids():
    assert chosen_bots(lambda: TAGS, ["#gold,4", "#1", "2"]) == (1, 3, 4, 2)


def test_nobody_is_asked_for_tags_where_only_ids_were_typed():
    assert chosen_bots(dict, ["#3", "1,2"]) == (3, 1, 2)


def test_an_unknown_tag_names_those_there_are():
    with pytest.raises(InvalidValue) as caught:
        chosen_bots(lambda: TAGS, ["#oil"])
    assert (caught.value.reason, caught.value.allowed) == ("unknown_tag", "#gold, #slow")


@pytest.mark.parametrize("word", ["#", "", "#12", "#a b", "#" + "x" * 25, "#<b>", "#_x"])
def test_what_could_be_an_id_or_break_a_line_is_no_tag(word):
    with pytest.raises(InvalidValue):
        tag_of(word)


def test_older_and_newer_words_mean_the_same_state():
    assert filter_of(["AKTIF", "#Gold"]) == BotFilter(("active",), ("gold",))
    assert filter_of(["dijeda", "paused"]) == BotFilter(("paused",))
    assert filter_of(["error,berhenti"]) == BotFilter(("error", "stopped"))
    assert filter_of(["semua"]) == BotFilter()


def test_a_tag_stops_its_bots_and_no_other(talk, world):
    first, second = world.new_bot("One"), world.new_bot("Two", "GBPUSD")
    talk.say(f"/tag {first} #gold #slow")
    assert "#slow" in talk.say(f"/bot {first}")["text"]
    talk.say(f"/start_bot {second}")
    talk.say("/start_bot #gold")
    assert (world.status(first), world.status(second)) == ("active", "active")
    talk.say("/stop #gold")
    assert (world.status(first), world.status(second)) == ("stopped", "active")
    assert "no bot has this tag" in talk.say("/stop #oil")["text"]
    assert world.status(second) == "active"
    shown = talk.say("/bots active #gold #slow")["text"]
    assert "No bot matches: Active, #gold, #slow" in shown
    talk.say(f"/tag {first} -#gold")
    assert world.services.queries.tags() == {first: ("slow",)}


def test_going_back_shows_the_difference_and_makes_a_new_version(talk, world):
    bot = world.new_bot()
    shown = talk.say(f"/edit_bot {bot} lot 0.02")
    talk.press(shown, data_of(shown, 0))
    talk.forget()
    talk.write(f"/undo_bot {bot}")
    versions, asked = talk.answers(2)[:2]
    assert "0.01 → 0.02" in versions["text"]
    assert "0.02 → 0.01" in asked["text"]
    talk.press(asked, data_of(asked, 0))
    card = world.services.queries.bot(bot).bot
    assert (str(card.settings.size), card.version) == ("0.01", 3)


def test_another_bot_on_the_same_market_is_warned_of(talk, world):
    bot = world.new_bot("Trender")
    assert "Already on this market" not in talk.say("/new_bot EURUSD MA_CROSSOVER H1 lot 0.01")["text"]
    talk.say(f"/start_bot {bot}")
    shown = talk.say("/new_bot EURUSD MA_CROSSOVER H1 lot 0.01")["text"]
    assert "Already on this market: Trender" in shown
    assert "Already on this market" not in talk.say("/new_bot USDJPY MA_CROSSOVER H1 lot 0.01")["text"]


def data_of(message, row):
    return message["reply_markup"]["inline_keyboard"][row][0]["callback_data"]
