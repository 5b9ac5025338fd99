from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.backtests import BackTestReport
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Role
from bot_service.domain.performance import Performance
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services import health
from bot_service.services.views import BackTestView
from bot_service.telegram_bot import charts
from bot_service.telegram_bot.pictures import with_backtest_picture
from bot_service.telegram_bot.render import Message, render, units
from bot_service.telegram_bot.render.message import CAPTION_LIMIT, TABLE_WIDTH

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
STOP_WITHIN_S = 15.0


def settle(talk, text, patience=60.0):
    """Write, and return what comes until a text is among it."""
    talk.forget()
    talk.write(text)
    return gather(
        talk,
        lambda found: any("🧪" in words(item) or "No backtest" in words(item) for item in found),
        patience,
    )


def gather(talk, enough, patience=60.0):
    found, end = [], time.monotonic() + patience
    while not enough(found):
        assert time.monotonic() < end, [words(item) for item in found]
        found += talk.answers(patience=1.0)
    return found


def words(message):
    return message.get("caption") or message.get("text") or ""


@pytest.fixture
def long_one(world):
    """Return a bot whose back-test takes a while."""
    settings = BotSettings(
        name="Slow", symbol="BTCUSD", broker_symbol="", strategy="MA_CROSSOVER",
        timeframe=Timeframe.M1, sizing=SizingMethod.FIXED_LOT, size=Decimal("0.01"),
        parameters={"fast_period": 2, "slow_period": 3},
    )  # fmt: skip
    return world.services.control.create(world.actor(), settings).id


def test_a_back_test_answers_at_once_and_its_result_is_a_picture_with_its_numbers(world, talk):
    bot_id = world.new_bot()
    found = settle(talk, f"/backtest {bot_id} 200")
    first, result = found[0], found[-1]
    assert words(first).startswith("⏳")
    if not any(words(item).startswith("✅") for item in found):
        found += gather(talk, lambda more: any(words(item).startswith("✅") for item in more))
    ended = [item for item in found if item["message_id"] == first["message_id"]][-1]
    assert words(ended).startswith("✅")
    assert result["photo"]
    assert result["message_id"] != first["message_id"]
    for part in ("[PAPER]", "Net", "Win rate", "Profit factor", "Expectancy", "Max drawdown", "Exposure"):
        assert part in words(result)
    assert "no promise" in words(result)
    assert world.status(bot_id) == "stopped"
    assert world.services.backtests.left_over() == ()


def test_a_second_back_test_is_told_that_one_runs_and_a_stop_is_not_held(world, talk, long_one):
    running = world.new_bot()
    world.services.control.start(world.actor(), [running])
    talk.forget()
    talk.write(f"/backtest {long_one} 1")
    gather(talk, lambda found: any(words(item).startswith("⏳") for item in found))
    end = time.monotonic() + 30
    while not world.house.tester.busy:
        assert time.monotonic() < end
        time.sleep(0.005)
    talk.write(f"/backtest {running}")
    talk.write(f"/stop_bot {running}")
    began = time.monotonic()
    found = gather(talk, lambda found: any("already" in words(item) for item in found))
    while world.status(running) != "stopped":
        assert time.monotonic() - began < STOP_WITHIN_S
        time.sleep(0.01)
    assert world.house.tester.busy
    found += gather(talk, lambda found: any("🧪" in words(item) for item in found))
    assert sum("🧪" in words(item) for item in found) == 1


def test_what_can_not_be_tested_is_told_in_plain_words(world, talk):
    bot_id = world.new_bot()
    assert "no bot 999" in words(talk.say("/backtest 999")).lower()
    assert "1 - 730" in words(talk.say(f"/backtest {bot_id} 0"))
    assert "1 - 730" in words(talk.say(f"/backtest {bot_id} ٣"))
    assert "1 - 730" in words(talk.say(f"/backtest {bot_id} soon"))
    world.house.tester.knows = lambda _symbol: False
    try:
        told = words(talk.say(f"/backtest {bot_id}"))
    finally:
        del world.house.tester.knows
    assert "costs of this symbol" in told


def test_the_indonesian_name_and_an_id_alone_work(world, talk):
    bot_id = world.new_bot()
    world.add_member(2002, Role.VIEWER, "id")
    talk.forget()
    talk.write(f"/uji_balik {bot_id}", user_id=2002, chat_id=2002)
    found = gather(talk, lambda found: any("🧪" in words(item) for item in found))
    told = words(found[-1])
    assert "🧪 Backtest" in told
    assert "bukan janji" in told


def test_a_time_limit_ends_in_the_progress_message(world, talk, long_one):
    limit = world.house.tester._limit_s
    world.house.tester._limit_s = 0.05
    try:
        found = settle(talk, f"/backtest {long_one} 10")
    finally:
        world.house.tester._limit_s = limit
    assert "3 minutes" in words(found[-1])
    assert found[-1]["message_id"] == found[0]["message_id"]


def test_a_chat_that_ends_does_not_wait_for_a_back_test_and_says_it_was_interrupted(quiet_world):
    quiet_world.connect()
    settings = BotSettings(
        name="Slow", symbol="BTCUSD", broker_symbol="", strategy="MA_CROSSOVER",
        timeframe=Timeframe.M1, sizing=SizingMethod.FIXED_LOT, size=Decimal("0.01"),
        parameters={"fast_period": 2, "slow_period": 3},
    )  # fmt: skip
    bot_id = quiet_world.services.control.create(quiet_world.actor(), settings).id
    talk = quiet_world.talk
    talk.forget()
    talk.write(f"/backtest {bot_id} 10")
    gather(talk, lambda found: any(words(item).startswith("⏳") for item in found))
    while not quiet_world.house.tester.busy:
        time.sleep(0.005)
    began = time.monotonic()
    quiet_world.disconnect()
    assert time.monotonic() - began < STOP_WITHIN_S
    found = talk.answers()
    assert "stopped or restarted" in words(found[-1])
    assert quiet_world.services.backtests.left_over() == ()


def test_a_progress_message_of_an_earlier_life_is_ended_at_the_next_start(quiet_world):
    quiet_world.connect()
    sent = quiet_world.talk.say("/help")
    quiet_world.disconnect()
    quiet_world.services.backtests.shown(sent["chat"]["id"], sent["message_id"])
    quiet_world.talk.forget()
    quiet_world.connect()
    (told,) = [item for item in quiet_world.talk.answers() if item["message_id"] == sent["message_id"]]
    assert "stopped or restarted" in words(told)
    end = time.monotonic() + 10
    while quiet_world.services.backtests.left_over():
        assert time.monotonic() < end
        time.sleep(0.01)


def view(trades=40, days=90, open_profit=Decimal(0)):
    numbers = Performance(
        Decimal("-1234567.89"), trades, 21, 52.5, 1.234, -0.1234, Decimal("2345678.9"), 23.456, 61.2
    )
    empty = Performance(Decimal(0), 0, 0, None, None, None, Decimal(0), 0.0, 0.0)
    curve = tuple((NOON + timedelta(hours=hour), Decimal(10000 - hour * 7)) for hour in range(5))
    report = BackTestReport(
        "XAUUSD", NOON - timedelta(days=90), NOON, 2000, "IDR", Decimal(150_000_000), open_profit,
        numbers, empty, curve,
    )  # fmt: skip
    return report, days


@pytest.fixture
def shown(world):
    card = world.services.queries.bot(world.new_bot(name="A name of some length " * 2))

    def make(**changes):
        report, days = view(**changes)
        return BackTestView(card.tag, card.bot, days, report)

    return make


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_result_fits_a_caption_and_its_table_a_phone(shown, language):
    made = shown(trades=3, days=400, open_profit=Decimal("-12.5"))
    message = render(made, Translator(language))
    assert units(message.text) <= CAPTION_LIMIT
    table = message.text.split("<pre>")[1].split("</pre>")[0].splitlines()
    assert len(table) == 9
    assert max(map(len, table)) <= TABLE_WIDTH


def test_a_result_says_what_to_doubt(shown):
    t = Translator("en")
    plain = render(shown(), t).text
    doubtful = render(shown(trades=3, days=400, open_profit=Decimal("-12.5")), t).text
    assert "no promise" in plain
    assert "no promise" in doubtful
    for sentence in ("Fewer than 30", "not enough candles", "Still open"):
        assert sentence not in plain
        assert sentence in doubtful


def test_without_its_picture_the_words_stand_alone(monkeypatch):
    report, _days = view()
    t = Translator("id")
    assert with_backtest_picture(Message("x"), report, t).photo.startswith(b"\x89PNG")

    def broken(*_args):
        raise OSError("no font")

    monkeypatch.setattr(charts, "backtest_picture", broken)
    assert with_backtest_picture(Message("x"), report, t) == Message("x")


@pytest.mark.parametrize(("language", "told"), [("en", "left out"), ("id", "dilewati")])
def test_a_broken_own_strategy_is_a_line_of_the_health_in_both_languages(world, language, told):
    with world.house.database.read() as uow:
        found = health.check(uow, NOON, NOON, [("mine.py", "KeyError: <klose>")])
    text = render(found, Translator(language)).text
    assert told in text
    assert "mine.py" in text
    assert "KeyError: &lt;klose&gt;" in text
