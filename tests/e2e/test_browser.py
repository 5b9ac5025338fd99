from __future__ import annotations

import os
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from bot_service.local_chat import ChatServer, LocalChat, Person
from tests.e2e.chat_bot import Bot
from tests.e2e.phone import WIDTH, chromium, opened_page, running_demo, send, tap, wait_for_button

pytestmark = [
    pytest.mark.skipif(
        chromium() is None and not os.environ.get("REQUIRE_BROWSER"), reason="Chromium is not installed"
    ),
    pytest.mark.timeout(240),
]

WORDS = {
    "en": {"filled": "filled", "running": "running", "books": "Books", "trades": "trades"},
    "id": {"filled": "masuk di", "running": "sudah jalan", "books": "Pembukuan", "trades": "trade"},
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_person_taps_through_start_all_a_card_an_alert_mood_and_report(tmp_path, language):
    words = WORDS[language]
    with running_demo(tmp_path, "--lang", language) as demo, opened_page(demo.url) as page:
        page.click("#start")
        wait_for_button(page, "do:bots")

        send(page, "/start_all")
        tap(page, "yes:")
        wait_for_button(page, "do:stop_bot")
        # The first alerts may stand below it already.
        expect(page.locator(".message.bot", has_text=words["running"]).last).to_be_visible(timeout=15_000)

        wait_for_button(page, "do:analysis", within_s=90)
        alert = page.locator(".message.bot", has=page.locator('button[data-data^="do:analysis"]')).first
        expect(alert).to_contain_text("[PAPER]")
        expect(alert).to_contain_text(words["filled"])

        send(page, "/bot 1")
        wait_for_button(page, "do:stop_bot 1")
        tap(page, "do:stop_bot 1")
        wait_for_button(page, "do:start_bot 1")

        send(page, "/mood")
        wait_for_button(page, "do:mood calm")
        moods = page.locator('.keyboard button[data-data^="do:mood"]')
        assert moods.count() == 9
        tap(page, "do:mood calm")

        send(page, "/report")
        wait_for_button(page, "do:report", within_s=30)
        report = page.locator(".message.bot", has=page.locator('button[data-data^="do:report"]')).last
        expect(report).to_contain_text(words["books"])
        expect(report).to_contain_text(words["trades"])

        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        assert page.troubles == []


def test_an_invited_operator_gets_in_and_a_stranger_does_not(tmp_path):
    with running_demo(tmp_path, "--lang", "en") as demo, opened_page(demo.url) as page:
        page.click("#start")
        wait_for_button(page, "do:bots")
        send(page, "/invite operator")
        page.locator('.message.bot a[href*="start="]').click(timeout=15_000)
        page.locator("#ask .entry", has_text="Rani").click()
        wait_for_button(page, "do:bots")
        expect(page.locator("#status")).to_contain_text("Rani")
        become(page, "Dewi")
        send(page, "/status")
        expect(page.locator(".message.bot")).to_have_count(1, timeout=15_000)
        assert page.locator(".keyboard button").count() == 0
        assert page.troubles == []


@pytest.fixture
def chat():
    """A chat server with people on it, and a bot that does what the test says."""
    people = [Person(1002, "Rani", "id", "operator"), Person(1004, "Dewi", "id", "stranger")]
    server = ChatServer(LocalChat(None, clock=lambda: datetime.now(UTC), cast=people)).start()
    yield Bot(server.url)
    server.stop()


@pytest.fixture
def page(chat):
    with opened_page(chat.url) as found:
        yield found
        assert found.troubles == []
        assert found.evaluate("document.documentElement.scrollWidth") <= WIDTH


def become(page, name):
    page.click("#open-side")
    page.locator("#people .entry", has_text=name).click()
    expect(page.locator("#open-side")).to_have_attribute("aria-label", re.compile(name))
    expect(page.locator("#side")).not_to_have_class(re.compile("open"))


def test_people_have_chats_of_their_own_and_see_nothing_of_each_other(page, chat):
    page.click("#start")
    expect(page.locator(".message.mine")).to_have_text(re.compile("/start"))
    become(page, "Rani")
    expect(page.locator("#empty")).to_be_visible()
    send(page, "hello from Rani")
    expect(page.locator(".message.mine")).to_contain_text("hello from Rani")
    assert [one["from"]["id"] for one in chat.heard()] == [1001, 1002]
    chat.send("only for the owner")
    expect(page.locator("#news")).to_be_visible()
    expect(page.locator("#list")).not_to_contain_text("only for the owner")
    become(page, "Trader")
    expect(page.locator(".message.bot")).to_contain_text("only for the owner")
    expect(page.locator("#news")).to_be_hidden()


def test_a_new_person_can_be_added_and_played(page, chat):
    page.click("#open-side")
    page.click("#add-person")
    page.fill("#ask input", "Sari")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Sari")
    send(page, "/start")
    assert chat.heard()[0]["from"]["first_name"] == "Sari"


def test_an_invitation_link_is_opened_by_whom_one_chooses(page, chat):
    chat.send("Invitation: https://t.me/local_123456_bot?start=CODE-1")
    page.click('a[href*="start="]')
    page.locator("#ask .entry", has_text="Dewi").click()
    expect(page.locator(".message.mine")).to_contain_text("/start CODE-1")
    (said,) = chat.heard()
    assert (said["from"]["id"], said["text"]) == (1004, "/start CODE-1")


def test_a_start_link_in_the_address_waits_for_one_tap(page, chat):
    page.goto(f"{chat.url}/?start=PAIR_1")
    page.click("#begin")
    expect(page.locator(".message.mine")).to_contain_text("/start PAIR_1")
    assert chat.heard()[0]["text"] == "/start PAIR_1"
    expect(page.locator("#text")).to_be_visible()


def test_the_reply_keyboard_is_drawn_folded_away_used_and_removed(page, chat):
    rows = [["/status", "/bots"], [{"text": "/stop_all", "style": "danger"}]]
    chat.send("hello", reply_markup={"keyboard": rows, "resize_keyboard": True})
    keys = page.locator("#keys button")
    expect(keys).to_have_count(3)
    box = keys.nth(2).bounding_box()
    assert box["height"] >= 44
    assert box["y"] > page.locator("#text").bounding_box()["y"]
    page.click("#keys-switch")
    expect(page.locator("#keys")).to_be_hidden()
    page.click("#keys-switch")
    keys.first.click()
    expect(page.locator(".message.mine")).to_contain_text("/status")
    assert chat.heard()[0]["text"] == "/status"
    expect(keys).to_have_count(3)
    chat.send("bye", reply_markup={"remove_keyboard": True})
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#keys-switch")).to_be_hidden()


def colour(page):
    return page.evaluate("getComputedStyle(document.querySelector('#header')).backgroundColor")


def test_light_and_dark_follow_the_device_until_one_chooses(page):
    expect(page.locator("#empty")).to_be_visible()
    light = colour(page)
    page.emulate_media(color_scheme="dark")
    dark = colour(page)
    assert light != dark
    page.click("#open-side")
    page.click('#themes [data-theme="light"]')
    assert colour(page) == light
    page.reload()
    assert colour(page) == light, "the choice is remembered"
    page.click("#open-side")
    page.click('#themes [data-theme="dark"]')
    page.emulate_media(color_scheme="light")
    assert colour(page) == dark
    page.click('#themes [data-theme=""]')
    assert colour(page) == light


def test_a_reply_shows_what_it_answers_and_a_tap_goes_there(page, chat):
    first = chat.send("the opening")
    for number in range(30):
        chat.send(f"line {number}")
    chat.send("the closing", reply_parameters={"message_id": first})
    quote = page.locator(".quote")
    expect(quote).to_contain_text("the opening")
    expect(page.locator(".message.bot").first).not_to_be_in_viewport()
    quote.click()
    expect(page.locator(".message.bot").first).to_be_in_viewport()
    expect(page.locator(".message.bot").first).to_have_class(re.compile("flash"))


def test_a_person_replies_and_edits_with_the_keyboard_alone(page, chat):
    asked = chat.send("a question")
    expect(page.locator(".message.bot")).to_be_visible()
    page.focus("#messages")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#actions button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#context-text")).to_have_text("a question")
    page.keyboard.type("an answer")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine .quote")).to_contain_text("a question")
    assert chat.heard()[0]["reply_to_message"]["message_id"] == asked
    page.locator(".message.mine").click(button="right")
    page.locator("#actions button").last.click()
    page.fill("#text", "a better answer")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine .edited")).to_be_visible()
    expect(page.locator(".message.mine .text")).to_have_text("a better answer")


def test_the_arrows_bring_back_what_was_sent(page, chat):
    for text in ("/status", "/bots"):
        send(page, text)
    expect(page.locator(".message.mine")).to_have_count(2)
    page.focus("#text")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#text")).to_have_value("/bots")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#text")).to_have_value("/status")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine")).to_have_count(3)
    assert [one["text"] for one in chat.heard()] == ["/status", "/bots", "/bots"]


def test_a_forum_shows_one_topic_or_all(page, chat):
    made = chat.sim("group", title="Traders", topics=["EURUSD", "XAUUSD"])
    first, second = made["message_thread_ids"]
    for thread, text in ((first, "euro"), (second, "gold"), (None, "general")):
        chat.call("sendMessage", chat_id=made["chat_id"], text=text, message_thread_id=thread)
    page.click("#open-side")
    page.locator("#groups .entry").click()
    shown = page.locator(".message:visible")
    expect(shown).to_have_count(3)
    page.locator("#topics button", has_text="XAUUSD").click()
    expect(shown).to_have_text(re.compile("gold"))
    send(page, "in the topic")
    expect(shown).to_have_count(2)
    assert chat.heard()[-1]["message_thread_id"] == second


def test_a_document_is_downloaded_under_its_name(page, chat):
    chat.document("deals.csv", b"a;b\n" * 500)
    with page.expect_download() as download:
        page.click(".file")
    assert download.value.suggested_filename == "deals.csv"
    assert download.value.path().read_bytes() == b"a;b\n" * 500
    expect(page.locator(".file span")).to_have_text("2 KB")


def test_hidden_words_show_at_a_tap_and_long_quotes_unfold(page, chat):
    lines = "\n".join(f"line {number}" for number in range(12))
    text = f"<tg-spoiler>secret</tg-spoiler><blockquote expandable>{lines}</blockquote>"
    chat.send(text, parse_mode="HTML")
    spoiler, fold = page.locator(".spoiler"), page.locator("blockquote")
    expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")
    spoiler.focus()
    page.keyboard.press("Enter")
    expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    low = fold.bounding_box()["height"]
    fold.click()
    assert fold.bounding_box()["height"] > 2 * low


def test_a_disturbed_line_is_shown_and_can_be_mended(page, chat):
    page.click("#open-side")
    page.click("#line summary")
    page.click('[data-fault="storm"]')
    expect(page.locator("#trouble-text")).to_contain_text("429")
    assert chat.raw("sendMessage", chat_id=1001, text="x").status_code == 429
    page.click("#mend")
    expect(page.locator("#trouble")).to_be_hidden()
    assert chat.send("again")
