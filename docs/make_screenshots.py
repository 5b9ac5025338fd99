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
    "panic",
    "report",
)
"""The screens that are used most, in the order in which a person meets them."""


def shoot(page: Page, name: str) -> None:
    """Save what the phone shows; where the newest message is taller than the phone, so is the picture."""
    page.wait_for_timeout(900)  # pictures and the scroll to the newest message settle
    hidden = page.evaluate(
        """() => {
            const box = document.querySelector('.message.bot:last-of-type') ||
                [...document.querySelectorAll('.message.bot')].pop();
            const top = document.querySelector('header').getBoundingClientRect().bottom;
            return Math.max(0, Math.ceil(top + 60 - box.getBoundingClientRect().top));
        }"""
    )
    page.set_viewport_size({"width": WIDTH, "height": min(HEIGHT + hidden, TALLEST)})
    page.wait_for_timeout(500)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    with Image.open(path) as picture:
        smaller = picture.convert("RGB").quantize(COLOURS)
    smaller.save(path, optimize=True)
    print(f"{name}.png", file=sys.stderr)


def ask(page: Page, command: str, button: str) -> None:
    """Send a command and wait for a button of its answer."""
    send(page, command)
    page.wait_for_timeout(1500)
    wait_for_button(page, button)


def take(language: str, data_dir: Path) -> None:
    """Take all pictures in one language."""
    with running_demo(data_dir, "--lang", language) as demo, opened_page(demo.url) as page:
        page.click("#start")
        wait_for_button(page, "do:bots")
        shoot(page, f"start-{language}")
        ask(page, "/start_all", "yes:")
        shoot(page, f"start-all-{language}")
        tap(page, "yes:")
        page.wait_for_timeout(TRADES_S * 1000)
        shoot(page, f"alerts-{language}")
        for name, command, button in (
            ("status", "/status", "do:status"),
            ("bots", "/bots", "do:bots"),
            ("bot", "/bot 2", "do:bot 2"),
            ("analysis", "/analysis 2", "do:analysis 2"),
            ("new-bot", "/new_bot XAUUSD RSI_CROSSOVER H1 0.5%", "yes:"),
            ("positions", "/positions", "do:positions"),
            ("today", "/today", "do:today"),
            ("panic", "/panic", "do:bots"),
            ("report", "/report", "do:deals"),
        ):
            if name == "panic":
                send(page, command)
                page.wait_for_timeout(2500)
            else:
                ask(page, command, button)
            shoot(page, f"{name}-{language}")


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
