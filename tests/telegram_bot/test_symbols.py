from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.events import LeftOpen, SymbolTrouble
from bot_service.domain.market import SymbolTerms
from bot_service.domain.people import Role

OLD = SymbolTerms("GOLD.m", Decimal(100), 2, "XAU", "USD", "Gold")
NEW = SymbolTerms("XAUUSD", Decimal(1), 3, "XAU", "USD", "Gold vs US Dollar")


def button(message, text):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return next(one["callback_data"] for row in rows for one in row if text in one["text"])


def trouble(world, bot_ids, **changes):
    fields = {"symbol": "GOLD.m", "reason": "gone", "bot_ids": bot_ids, "before": OLD, "offers": (NEW,)}
    account_id = next(iter(world.house.terminals))
    return SymbolTrouble(happened_at=datetime.now(UTC), account_id=account_id, **(fields | changes))


def test_a_search_shows_contract_digits_and_who_uses_it(world, talk):
    bot_id = world.new_bot("Goldfinger", "XAUUSD")
    shown = talk.say("/symbols gold")["text"]
    assert "XAUUSD Gold vs US Dollar" in shown
    assert "1 lot = 100 XAU · 2 digits · USD" in shown
    assert "🤖 " in shown
    assert f"Goldfinger ({bot_id})" in shown


def test_an_empty_search_says_what_to_try(talk, labels):
    shown = talk.say("/symbols zinc")
    assert "no symbol with “zinc”" in shown["text"]
    assert "🔎 EURUSD" in labels(shown)


def test_a_search_can_be_pressed_on(talk):
    shown = talk.say("/pair zinc")
    assert "EURUSD Euro vs US Dollar" in talk.press(shown, button(shown, "EURUSD"))["text"]


def test_a_refused_symbol_shows_what_it_could_be_and_a_tap_goes_on_with_the_new_bot(talk):
    shown = talk.say("/new_bot gold MA_CROSSOVER H1 lot 0.01")
    assert "Which one do you mean?" in shown["text"]
    assert "1 lot = 100 XAU · 2 digits · USD" in shown["text"]
    preview = talk.press(shown, button(shown, "XAUUSD"))
    assert "New bot: XAUUSD MA_CROSSOVER H1" in preview["text"]
    assert "1 lot = 100 XAU · 2 digits · USD" in preview["text"]


def test_a_line_too_long_for_a_button_goes_on_all_the_same(talk):
    shown = talk.say("/new_bot gold BOLLINGER_REVERSION H1 lot 0.01 name " + "Longname" * 5)
    preview = talk.press(shown, button(shown, "XAUUSD"))
    assert "New bot: Longname" in preview["text"]
    assert "XAUUSD · H1" in preview["text"]


def test_a_refused_symbol_goes_on_with_the_change_of_a_bot(world, talk):
    bot_id = world.new_bot("Editor")
    shown = talk.say(f"/edit_bot {bot_id} symbol gold")
    preview = talk.press(shown, button(shown, "XAUUSD"))
    assert "symbol: EURUSD → XAUUSD" in preview["text"]


def test_an_unknown_symbol_without_anything_similar_offers_the_search(talk, labels):
    shown = talk.say("/new_bot ZINC MA_CROSSOVER H1 lot 0.01")
    assert "the account has no such symbol" in shown["text"]
    assert labels(shown) == ["🔎 Search symbols"]


def test_the_card_shows_the_contract(world, talk):
    bot_id = world.new_bot("Carded")
    assert "1 lot = 100,000 EUR · 5 digits · USD" in talk.say(f"/bot {bot_id}")["text"]


def told(talk, words):
    """Return the first alert with these words; what came of making the bots may still be on its way."""
    while found := talk.answers():
        for alert in found:
            if words in alert["text"]:
                return alert
    raise AssertionError(words)


def test_one_alert_names_bots_positions_and_candidates_and_changes_all_of_them(world, talk):
    first, second = world.new_bot("Alpha", "GBPUSD"), world.new_bot("Beta", "GBPUSD")
    talk.forget()
    world.record(trouble(world, (first, second), symbol="GBPUSD", left_open=(LeftOpen(77, Decimal("1.25")),)))
    alert = told(talk, "GBPUSD is gone from this account.")
    assert f"Alpha ({first}), Beta ({second})" in alert["text"]
    assert "Position #77 is open with SL 1.25." in alert["text"]
    asked = talk.press(alert, button(alert, "XAUUSD"))
    assert "GBPUSD → XAUUSD" in asked["text"]
    assert "This is ANOTHER MARKET." in asked["text"]
    assert "fixed lot" in asked["text"]
    done = talk.press(asked, button(asked, "Yes"))
    assert "now trade XAUUSD" in done["text"]
    for bot_id in (first, second):
        assert world.services.queries.bot(bot_id).bot.settings.broker_symbol == "XAUUSD"


def test_a_changed_contract_shows_before_and_now_and_can_be_kept(world, talk):
    bot_id = world.new_bot("Keeper", "USDJPY")
    talk.forget()
    now = SymbolTerms("USDJPY", Decimal(10), 2, "XAU", "USD")
    world.record(trouble(world, (bot_id,), symbol="USDJPY", reason="changed", now=now, offers=()))
    alert = told(talk, "Before: 1 lot = 100 XAU · 2 digits · USD")
    assert "Now: 1 lot = 10 XAU · 2 digits · USD" in alert["text"]
    assert "1 lot is now 10 times smaller." in alert["text"]
    assert button(alert, "Keep USDJPY") == f"do:change_symbol {bot_id} USDJPY"


def test_a_viewer_changes_no_symbol(world, talk):
    bot_id = world.new_bot("Guarded", "ETHUSD")
    world.add_member(2002, Role.VIEWER)
    refused = talk.say(f"/change_symbol {bot_id} XAUUSD", user_id=2002, chat_id=2002)
    assert "role doesn't allow" in refused["text"]


def test_without_a_name_the_choice_is_shown_and_without_an_id_the_bots(world, talk, labels):
    bot_id = world.new_bot("Chooser", "US500")
    assert "Another symbol for US500" in talk.say(f"/change_symbol {bot_id}")["text"]
    assert any(str(bot_id) in label for label in labels(talk.say("/ganti_simbol")))


@pytest.mark.parametrize("typed", ["/symbols " + "é" * 20, "/change_symbol 1 " + "X" * 40])
def test_what_is_too_long_is_refused_in_words(talk, typed):
    assert "symbol" in talk.say(typed)["text"].lower()


def test_the_words_are_indonesian_too(world, talk):
    world.services.chats.set_language(world.actor(), "id")
    try:
        assert "Tidak ada simbol dengan “zinc”" in talk.say("/simbol zinc")["text"]
        shown = talk.say("/buat emas MA_CROSSOVER H1 lot 0,01")
        assert "Broker Anda punya yang ini" in shown["text"]
        assert "Bot baru: XAUUSD" in talk.press(shown, button(shown, "XAUUSD"))["text"]
        assert "1 lot = 100 XAU · 2 digit · USD" in talk.say("/pair emas")["text"]
    finally:
        world.services.chats.set_language(world.actor(), "en")
