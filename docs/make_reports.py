"""Make the page of example reports and its pictures: `uv run python -m docs.make_reports`."""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path

from PIL import Image

from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.telegram_bot import charts
from bot_service.telegram_bot.render import render
from docs.report_days import Example, examples

HERE = Path(__file__).parent
PAGE = HERE / "reports.md"
PICTURES = HERE / "reports"
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COLOURS = 64
HEAD = (
    "# Reports of five typical days\n\n"
    "What the mentor sends in the morning, made by its own code from five days of an imagined account: "
    "`uv run python -m docs.make_reports` makes this page and its pictures again, and a test compares the "
    "page with what the code says now. In the chat the last block is folded, and the buttons stand below. "
    "How it all comes about stands in [The mentor](mentor.md).\n\n"
    "[Share] sends a picture in R, without amounts and without the account:\n\n"
    "![a day to share](reports/share-id.png)\n"
)


def markdown(text: str) -> str:
    """Return a message's HTML as a quoted block of Markdown."""
    text = re.sub(r"</?b>", "**", text)
    text = re.sub(r"<i>(.*?)</i>", r"_\1_", text)
    lines = unescape(re.sub(r"</?blockquote[^>]*>", "", text)).split("\n")
    # A backslash at a line's end keeps the next one below it.
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    return "\n".join(f"> {line}\\" if line and below else f"> {line}".rstrip() for line, below in pairs)


def section(example: Example, language: str) -> str:
    """Return one report in one language."""
    message = render(example.view, Translator(language))
    labels = " ".join(f"`{button.label}`" for row in message.keyboard for button in row)
    title = example.titles[language]
    picture = f"![{title}](reports/{example.name}-{language}.png)\n\n" if drawable(example) else ""
    return f"### {title} ({LANGUAGES[language]})\n\n{picture}{markdown(message.text)}\n\n{labels}\n"


def drawable(example: Example) -> bool:
    """Tell whether there is a line to draw."""
    report = example.view.report
    return len(report.equity_curve) > 1 or len(report.line) > 1


def page() -> str:
    """Return the whole page."""
    told = [
        f"## {one.titles['en']}\n\n" + "\n".join(section(one, language) for language in LANGUAGES)
        for one in examples()
    ]
    return f"{HEAD}\n" + "\n".join(told).rstrip() + "\n"


def draw() -> None:
    """Draw the pictures: Indonesian ones light, English ones dark, and one to share."""
    PICTURES.mkdir(exist_ok=True)
    themes = {"id": Theme.LIGHT, "en": Theme.DARK}
    for one in (one for one in examples() if drawable(one)):
        for language, theme in themes.items():
            picture = charts.report_picture([one.view.report], Translator(language), theme)
            keep(f"{one.name}-{language}", picture)
    by_hand = next(one for one in examples() if one.name == "by-hand")
    keep("share-id", charts.share_picture([by_hand.view.report], Translator("id"), Theme.LIGHT))


def keep(name: str, content: bytes) -> None:
    """Save a picture in few colours."""
    path = PICTURES / f"{name}.png"
    path.write_bytes(content)
    with Image.open(path) as picture:
        smaller = picture.convert("RGB").quantize(COLOURS)
    smaller.save(path, optimize=True)
    print(path.name, file=sys.stderr)


def main() -> None:
    """Make the page and its pictures."""
    PAGE.write_text(page(), encoding="utf-8")
    draw()


if __name__ == "__main__":
    main()
