"""Take the pictures of docs/screens.md from a running demo: `uv run python -m docs.make_screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.phone import HEIGHT, WIDTH, opened_page, running_demo, send, tap, wait_for_button

SCREENS = Path(__file__).parent / "screens"
LANGUAGES = ("id", "en")
COLOURS = 256
TRADES_S = 75
"""How long the bots trade before the pictures: more than a market hour."""
TALLEST = 1300
TWELVE = (
    "start",
    "start-all",
    "alerts",
    "status",
    "bots",
    "bot",
    "analysis",
    "new-bot",
    "positions",
    "today",
    "report",
    "panic",
)
"""The screens that are used most, in the order in which a person meets them."""
ASKED = {
    "start-all": {"id": "mulai_semua", "en": "start_all"},
    "status": {"id": "ringkasan", "en": "status"},
    "bots": {"id": "daftar_bot", "en": "bots"},
    "bot": {"id": "bot 2", "en": "bot 2"},
    "analysis": {"id": "analisis 2", "en": "analysis 2"},
    "new-bot": {"id": "buat XAUUSD RSI_CROSSOVER M15 0,5%", "en": "new_bot XAUUSD RSI_CROSSOVER M15 0.5%"},
    "positions": {"id": "posisi", "en": "positions"},
    "today": {"id": "hari_ini", "en": "today"},
    "report": {"id": "laporan", "en": "report"},
    "panic": {"id": "darurat", "en": "panic"},
}
BUTTONS = {
    "status": "do:status",
    "bots": "do:bots",
    "bot": "do:analysis 2",
    "analysis": "do:analysis 2",
    "new-bot": "yes:",
    "positions": "do:positions",
    "today": "do:performance",
    "report": "do:report",
    "panic": "yes:",
}
"""The button by which the answer is found; several messages may come after it."""


# The message that has the button comes to the top, with the question before it; alerts may follow below.
MEASURE = """data => {
    const buttons = [...document.querySelectorAll('.keyboard button')];
    const wanted = data && buttons.filter(one => (one.dataset.data || '').startsWith(data)).pop();
    const box = wanted ? wanted.closest('.message') : [...document.querySelectorAll('.message')].pop();
    const room = document.querySelector('#messages');
    const above = wanted && !box.previousElementSibling?.matches('.bot') ? box.previousElementSibling : box;
    const zero = room.getBoundingClientRect().top - room.scrollTop;
    const begin = (above || box).getBoundingClientRect().top - zero;
    const end = box.getBoundingClientRect().bottom - zero;
    return {begin, height: end - begin + 24 + window.innerHeight - room.clientHeight};
}"""
SCROLLED = "document.querySelector('#messages').scrollTop"
ROOM = "(all => all.scrollHeight - all.clientHeight)(document.querySelector('#messages'))"
TRIES = 8
SCROLL = "top => { document.querySelector('#messages').scrollTop = top; }"


def _stands(page: Page, data: str, scrolled: float) -> bool:
    bottom = page.evaluate(ROOM)
    return abs(scrolled - min(page.evaluate(MEASURE, data)["begin"] - 8, bottom)) < 2  # noqa: PLR2004  # pixels


def shoot(page: Page, name: str, data: str = "") -> None:
    """Save what the phone shows; where the message is taller than the phone, so is the picture."""
    page.wait_for_timeout(900)  # pictures and the scroll to the newest message settle
    place = page.evaluate(MEASURE, data)
    height = min(max(HEIGHT, int(place["height"])), TALLEST)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_timeout(300)
    page.mouse.move(5, 5)
    path = SCREENS / f"{name}.png"
    for _try in range(TRIES):
        if data:
            page.evaluate(SCROLL, page.evaluate(MEASURE, data)["begin"] - 8)
        page.wait_for_timeout(300)
        begun = page.evaluate(SCROLLED)
        page.screenshot(path=path)
        if page.evaluate(SCROLLED) == begun and (not data or _stands(page, data, begun)):
            break  # no alert has come and moved the page meanwhile
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    with Image.open(path) as picture:
        smaller = picture.convert("RGB").quantize(COLOURS)
    smaller.save(path, optimize=True)
    print(f"{name}.png", file=sys.stderr)


def ask(page: Page, command: str, button: str) -> None:
    """Send a command and wait for a button of its answer."""
    send(page, command)
    page.wait_for_timeout(2000)
    wait_for_button(page, button)


def take(language: str, data_dir: Path) -> None:
    """Take all pictures in one language."""
    with running_demo(data_dir, "--lang", language) as demo, opened_page(demo.url) as page:
        page.click("#start")
        wait_for_button(page, "do:bots")
        shoot(page, f"start-{language}")
        ask(page, f"/{ASKED['start-all'][language]}", "yes:")
        shoot(page, f"start-all-{language}", "yes:")
        tap(page, "yes:")
        page.wait_for_timeout(TRADES_S * 1000)
        shoot(page, f"alerts-{language}")
        for name, spoken in ASKED.items():
            if name != "start-all":
                ask(page, f"/{spoken[language]}", BUTTONS[name])
                shoot(page, f"{name}-{language}", BUTTONS[name])


def main() -> None:
    """Take all pictures and throw away those of screens that are not shown any more."""
    SCREENS.mkdir(exist_ok=True)
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as directory:
            take(language, Path(directory))
    for path in SCREENS.glob("*.png"):
        if path.stem.rsplit("-", 1)[0] not in TWELVE:
            path.unlink()


if __name__ == "__main__":
    main()
