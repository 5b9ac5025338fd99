from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

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
        expect(page.locator(".message.bot").last).to_contain_text(words["running"], timeout=15_000)

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
