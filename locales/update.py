"""Bring the catalogs up to date with the source: `python locales/update.py`; names what still lacks words."""
# ruff: noqa: INP001  # a script beside the catalogs, no package

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "plural": (1, 2)}
FOLDERS = ("telegram_bot", "app")
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
# A fixed date keeps the files equal when nothing but the day has changed.
WRITTEN = datetime(2026, 11, 20, tzinfo=UTC)

Msgid = str | tuple[str, ...]


def marked() -> dict[Msgid, set[str]]:
    """Return every marked sentence with the files that use it."""
    found: dict[Msgid, set[str]] = {}
    for folder in FOLDERS:
        base = ROOT / "bot_service" / folder
        for file, _line, msgid, *_rest in extract_from_dir(
            str(base), [("**.py", "python")], keywords=KEYWORDS
        ):
            found.setdefault(msgid, set()).add(f"bot_service/{folder}/{file}")
    for _line, msgid, *_rest in extract_from_file("python", str(ROOT / "bot_service/i18n.py"), KEYWORDS):
        found.setdefault(msgid, set()).add("bot_service/i18n.py")
    return found


def update(language: str) -> list[Msgid]:
    """Rewrite a language's catalog and return the sentences without words in it."""
    path = ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        old = read_po(file, locale=language)
    new = Catalog(
        locale=language,
        project="bot-service",
        version="0.1",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="the bot-service authors",
        language_team=language,
        fuzzy=False,
    )
    new.mime_headers = [("Plural-Forms", dict(old.mime_headers)["Plural-Forms"])]
    new.header_comment = f"# {LANGUAGES[language]} words of the chat."
    missing = []
    for msgid, files in sorted(marked().items(), key=lambda item: str(item[0])):
        known = old.get(msgid if isinstance(msgid, str) else msgid[0])
        words = msgid if language == "en" else (known.string if known else None)
        if not words or (not isinstance(words, str) and not all(words)):
            missing.append(msgid)
            words = "" if isinstance(msgid, str) else ("",) * new.num_plurals
        new.add(msgid, words, locations=[(file, 0) for file in sorted(files)])
    with path.open("wb") as file:
        write_po(file, new, width=100, sort_output=True, include_lineno=False)
    return missing


if __name__ == "__main__":
    for code in LANGUAGES:
        for sentence in update(code):
            sys.stdout.write(f"{code}: {sentence!r}\n")
