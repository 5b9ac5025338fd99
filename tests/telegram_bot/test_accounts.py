"""Two paper accounts in the chat: each screen says which, a new bot asks for one, opposites are told."""

from __future__ import annotations

import pytest

from bot_service.domain.jobs import WatchJob
from bot_service.domain.market import TradeMode
from bot_service.domain.trading import OrderRequest, Side

TWO = '[satu]\nterminal = "paper"\n\n[dua]\nterminal = "paper"\n'


@pytest.fixture(scope="module")
def two(world_class, tmp_path_factory):
    directory = tmp_path_factory.mktemp("two")
    file = directory / "accounts.toml"
    file.write_text(TWO, encoding="utf-8")
    world = world_class(directory, accounts_file=file)
    try:
        world.connect()
        yield world
    finally:
        world.close()


@pytest.fixture
def ids(two):
    return {account.label: account.id for account in two.services.accounts.connected()}


def newest(world):
    pages = range(world.services.queries.bots().pages)
    shown = [line.bot for page in pages for line in world.services.queries.bots(page).lines]
    return max(shown, key=lambda bot: bot.id)


def text_of(message):
    return message.get("text") or message["caption"]


@pytest.mark.parametrize(
    ("language", "typed", "told"),
    [("en", "/accounts", "Accounts: 2"), ("id", "/semua_akun", "Akun: 2")],
)
def test_all_accounts_are_shown_with_their_labels(two, labels, language, typed, told):
    two.services.chats.set_language(two.actor(), language)
    answer = two.talk.say(typed)
    assert told in answer["text"]
    assert "[PAPER satu]" in answer["text"]
    assert "[PAPER dua]" in answer["text"]
    assert labels(answer)[:2] == ["🏦 satu", "🏦 dua"]


def test_every_list_says_which_account(two, ids):
    two.services.chats.set_language(two.actor(), "en")
    for typed in ("/account", "/positions", "/deals"):
        for label in ids:
            assert f"[PAPER {label}]" in two.talk.say(f"{typed} @{label}")["text"]
    status, today = two.talk.say("/status")["text"], text_of(two.talk.say("/today"))
    for label in ids:
        assert f"[PAPER {label}]" in status
        assert f"[PAPER {label}]" in today


@pytest.mark.parametrize(
    ("language", "typed", "told"),
    [("en", "/mood calm", "For all your accounts"), ("id", "/perasaan tenang", "Untuk semua akun")],
)
def test_a_mood_without_an_account_goes_to_all_and_says_so(two, ids, language, typed, told):
    two.services.chats.set_language(two.actor(), language)
    everywhere, alone = two.talk.say(typed)["text"], two.talk.say(f"{typed} @satu")["text"]
    assert told in everywhere
    assert all(label in everywhere for label in ids)
    assert told not in alone


def test_a_button_leads_to_the_other_account(two, ids, labels):
    two.services.chats.set_language(two.actor(), "en")
    answer = two.talk.say("/account @satu")
    assert "🏦 dua" in labels(answer)
    other = two.talk.press(answer, f"do:account @{ids['dua']}")
    assert "[PAPER dua]" in other["text"]


@pytest.mark.parametrize(("language", "asked"), [("en", "Which account?"), ("id", "Akun yang mana?")])
def test_a_new_bot_asks_for_its_account(two, ids, labels, first_button, language, asked):
    two.services.chats.set_language(two.actor(), language)
    typed = (
        "/new_bot GBPUSD MA_CROSSOVER H4 lot 0.01"
        if language == "en"
        else "/buat GBPUSD MA_CROSSOVER H4 lot 0,01"
    )
    answer = two.talk.say(typed)
    assert asked in answer["text"]
    assert labels(answer) == ["🏦 satu", "🏦 dua"]
    name = "new_bot" if language == "en" else "buat"
    shown = two.talk.press(answer, f"do:{name} @{ids['dua']}{typed.partition(name)[2]}")
    assert "[PAPER dua]" in shown["text"]
    card = two.talk.press(shown, first_button(shown))
    assert "[PAPER dua]" in card["text"]
    assert newest(two).account_id == ids["dua"]


def ending(message, part):
    found = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in found if item["callback_data"].endswith(part))


def saving(message):
    found = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in found if ":save:" in item["callback_data"])


@pytest.mark.parametrize(
    ("language", "typed", "asked", "size"),
    [
        ("en", "/new_bot", "On which account?", "lot 0.01"),
        ("id", "/buat", "Di akun mana?", "lot 0,01"),
    ],
)
def test_the_wizards_account_button_decides_to_which_one_a_bot_belongs(
    two, ids, labels, language, typed, asked, size
):
    two.services.chats.set_language(two.actor(), language)
    made = {}
    for label, number in ids.items():
        shown = two.talk.say(typed)
        for answer in ("EURUSD", "MA_CROSSOVER", "H1", size):
            shown = two.talk.say(answer)
        menu = two.talk.press(shown, ending(shown, ":go:menu"))
        question = two.talk.press(menu, ending(menu, ":in:account"))
        assert asked in question["text"]
        assert all(any(one in text for text in labels(question)) for one in ids)
        menu = two.talk.press(question, ending(question, f":set:account:{number}"))
        review = two.talk.press(menu, ending(menu, ":go:review"))
        assert f"[PAPER {label}]" in review["text"]
        two.talk.press(review, saving(review))
        made[label] = newest(two)
        assert made[label].account_id == number
    for label, bot in made.items():
        assert f"[PAPER {label}]" in two.talk.say(f"/bot {bot.id}")["text"]
        last = f"/bots p{two.services.queries.bots().pages}"
        assert f" {bot.id} [PAPER {label}] " in two.talk.say("/bots")["text"] + two.talk.say(last)["text"]


def test_opposite_positions_of_two_accounts_are_told(two, ids):
    two.services.chats.set_language(two.actor(), "en")
    assert two.services.accounts.opposites() == ()
    for label, side in (("satu", Side.BUY), ("dua", Side.SELL)):
        terminal = two.house.terminals[ids[label]]
        assert terminal.identity().trade_mode is TradeMode.PAPER
        request = OrderRequest("EURUSD", side, terminal.instrument("EURUSD").volume_min, 7, f"opp{label}")
        result = two.house.lanes.ask(ids[label], lambda t, r=request: t.place(r))
        assert result.outcome.value == "filled"
        two.house.lanes.submit(WatchJob(ids[label]))
    assert two.house.lanes.wait_idle(10)
    (found,) = two.services.accounts.opposites()
    assert (found.symbol, found.buyers[0].label, found.sellers[0].label) == ("EURUSD", "satu", "dua")
    assert "is bought on [PAPER satu] and sold on [PAPER dua]" in two.talk.say("/positions")["text"]
