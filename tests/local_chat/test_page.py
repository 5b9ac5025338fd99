from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from bot_service.local_chat import ChatServer, LocalChat, deeds

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def absent(reason):
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def browser():
    try:
        from playwright import sync_api  # noqa: PLC0415 - a machine without it skips
    except ImportError:
        absent("playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    with sync_api.sync_playwright() as playwright:
        if not Path(program).exists() and not Path(playwright.chromium.executable_path).exists():
            absent("no Chromium on this machine")
        where = {"executable_path": program} if Path(program).exists() else {}
        chromium = playwright.chromium.launch(args=ARGUMENTS, **where)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, api):
    tab = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="light")
    tab.set_default_timeout(10_000)
    mistakes = []
    tab.on("pageerror", lambda error: mistakes.append(str(error)))
    tab.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
    api.call("getUpdates")
    tab.goto(api.url)
    tab.wait_for_selector("#empty:not([hidden]), .message")
    yield tab
    assert mistakes == []
    tab.close()


def updates(api, kind, wanted=1):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = [one[kind] for one in api.call("getUpdates", timeout=1) if kind in one]
        if len(found) >= wanted:
            return found
    raise AssertionError(kind)


def width(page):
    return page.evaluate(
        "Math.max(document.documentElement.scrollWidth, document.querySelector('#messages').scrollWidth)"
    )


def test_the_first_tap_says_start_and_the_answer_appears(page, api):
    page.click("#start")
    assert updates(api, "message")[0]["text"] == "/start"
    page.wait_for_selector(".message.user")
    api.send("<b>Halo</b> <i>Trader</i>", parse_mode="HTML")
    page.wait_for_selector(".message.bot strong")
    assert page.inner_text(".message.bot .text") == "Halo Trader"
    assert page.is_hidden("#empty")


def test_a_tap_on_a_button_arrives_and_its_answer_is_shown(page, api):
    rows = [[{"text": "Ya", "callback_data": "yes"}, {"text": "Batal", "callback_data": "no"}]]
    sent = api.send("Mulai 6 bot?", reply_markup={"inline_keyboard": rows})
    page.click(".keyboard button >> nth=0")
    query = updates(api, "callback_query")[0]
    assert (query["data"], query["message"]["message_id"]) == ("yes", sent["message_id"])
    api.call("answerCallbackQuery", callback_query_id=query["id"], text="Sedang dimulai")
    page.wait_for_selector("#toast:not([hidden])")
    assert page.inner_text("#toast") == "Sedang dimulai"
    api.call("editMessageText", chat_id=1001, message_id=sent["message_id"], text="6 bot aktif")
    page.wait_for_selector(".message.bot .edited")
    assert page.locator(".message.bot").count() == 1
    assert page.locator(".keyboard button").count() == 0


def test_an_alert_is_a_window_to_be_closed(page, api):
    api.send(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]})
    page.click(".keyboard button")
    query = updates(api, "callback_query")[0]
    api.call("answerCallbackQuery", callback_query_id=query["id"], text="Kedaluwarsa", show_alert=True)
    page.wait_for_selector("#alert[open]")
    assert page.inner_text("#alert-text") == "Kedaluwarsa"
    page.click("#alert button")
    page.wait_for_selector("#alert[open]", state="detached")


def test_typing_a_slash_opens_the_menu_and_a_tap_sends(page, api):
    names = ("status", "start_all", "bots")
    api.call("setMyCommands", commands=[{"command": name, "description": f"About {name}"} for name in names])
    page.wait_for_selector("#commands:not([hidden])")
    page.fill("#text", "/st")
    assert page.locator("#menu .pick b").all_inner_texts() == ["/status", "/start_all"]
    page.keyboard.press("Tab")
    assert page.input_value("#text") == "/status "
    page.fill("#text", "/b")
    page.click("#menu .pick")
    assert updates(api, "message")[0]["text"] == "/bots"


def test_foreign_text_stays_text(page, api):
    evil = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    api.sim("message", text=evil)
    api.send(evil, reply_markup={"inline_keyboard": [[{"text": evil, "callback_data": "x"}]]})
    api.call("setMyCommands", commands=[{"command": "a", "description": evil}])
    page.wait_for_selector(".message.bot")
    assert page.inner_text(".message.bot .text") == evil
    assert page.inner_text(".keyboard button") == evil
    assert page.locator("#list img, #list script").count() == 0


def test_nothing_is_wider_than_a_phone(page, api, png):
    api.send("x" * 300 + "\n<pre>" + "1234567890" * 12 + "</pre>", parse_mode="HTML")
    long = {
        "inline_keyboard": [[{"text": "tombol yang panjang " * 3, "callback_data": str(i)} for i in range(4)]]
    }
    api.send("😀 " * 60, reply_markup=long)
    files = {"photo": ("c.png", png(900, 500))}
    api.http.post(
        f"{api.url}/bot{api.token}/sendPhoto", data={"chat_id": 1001, "caption": "c" * 90}, files=files
    )
    page.wait_for_selector(".picture img")
    assert page.locator(".message").count() == 3
    assert width(page) == 390
    table = "\n".join("1234567890123456789012345678901234" for _ in range(3))
    api.send(f"<pre>{table}</pre>", parse_mode="HTML")
    page.wait_for_selector(".message:nth-of-type(4) pre")
    box = page.locator("pre").last
    assert box.evaluate("node => node.scrollWidth <= node.clientWidth"), "34 columns must fit"


def test_the_language_of_page_and_person_changes(page, api):
    assert page.get_attribute("#text", "placeholder") == "Pesan"
    page.click("#languages [data-language=en]")
    page.wait_for_selector("#text[placeholder=Message]")
    assert page.get_attribute("html", "lang") == "en"
    page.fill("#text", "hi")
    page.click("#send")
    assert updates(api, "message")[0]["from"]["language_code"] == "en"


def test_two_thousand_messages_show_quickly_and_at_their_end(browser, serve):
    def talk(chat):
        for number in range(2000):
            deeds.say(chat, f"message {number}")
        chat.store.commit()

    api = serve(prepare=talk)
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    began = time.monotonic()
    tab.goto(api.url)
    tab.locator(".message.user").nth(1999).wait_for()
    assert time.monotonic() - began < 10
    last = tab.locator(".message.user").last
    assert last.inner_text().startswith("message 1999")
    assert 0 < last.bounding_box()["y"] < 844
    tab.close()


def test_the_page_begins_anew_with_a_server_that_began_anew(browser, serve, clock):
    first = serve()
    first.call("getUpdates")
    for number in range(5):
        first.sim("message", text=f"old {number}")
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    tab.goto(first.url)
    tab.locator(".message").nth(4).wait_for()
    first.server.stop()
    tab.wait_for_selector("#status[data-state=lost]")
    second = ChatServer(LocalChat(None, clock=clock), port=first.server.port).start()
    tab.wait_for_selector("#empty:not([hidden])")
    assert tab.locator(".message").count() == 0
    tab.close()
    second.stop()
