"""Take the screenshots of the README from a running demo: `uv run python -m docs.make_screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.e2e.phone import opened_page, running_demo, send, tap, wait_for_button

SCREENS = Path(__file__).parent / "screens"
LANGUAGES = ("id", "en")
COLOURS = 256
TRADES_S = 75
"""How long the bots trade before the pictures: more than a market hour."""


def shoot(page: Page, name: str) -> None:
    """Save what the phone shows."""
    page.wait_for_timeout(700)  # pictures and the scroll to the newest message settle
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        smaller = picture.convert("RGB").quantize(COLOURS)
    smaller.save(path, optimize=True)
    print(f"{name}.png", file=sys.stderr)


def take(language: str, data_dir: Path) -> None:
    """Take all pictures in one language."""
    with running_demo(data_dir, "--lang", language) as demo, opened_page(demo.url) as page:
        page.click("#start")
        wait_for_button(page, "do:bots")
        shoot(page, f"start-{language}")
        send(page, "/start_all")
        wait_for_button(page, "yes:")
        shoot(page, f"start-all-{language}")
        tap(page, "yes:")
        page.wait_for_timeout(TRADES_S * 1000)
        shoot(page, f"alerts-{language}")
        for name, command, button in (
            ("status", "/status", "do:status"),
            ("bots", "/bots", "do:bots"),
            ("bot", "/bot 2", "do:bot 2"),
            ("positions", "/positions", "do:positions"),
            ("analysis", "/analysis 2", "do:analysis 2"),
            ("mood", "/mood", "do:mood"),
            ("stop-all", "/stop_all", "do:"),
            ("report", "/report", "do:deals"),
        ):
            send(page, command)
            page.wait_for_timeout(1500)
            wait_for_button(page, button)
            shoot(page, f"{name}-{language}")


def main() -> None:
    """Take all pictures."""
    SCREENS.mkdir(exist_ok=True)
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as directory:
            take(language, Path(directory))


if __name__ == "__main__":
    main()
