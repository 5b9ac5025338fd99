from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file

from bot_service.i18n import LANGUAGES, catalog

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "plural": (1, 2)}


def extracted() -> set:
    found = set()
    for folder in ("telegram_bot", "app"):
        rows = extract_from_dir(
            str(ROOT / "bot_service" / folder), method_map=[("**.py", "python")], keywords=KEYWORDS
        )
        found |= {row[2] for row in rows}
    found |= {row[1] for row in extract_from_file("python", str(ROOT / "bot_service/i18n.py"), KEYWORDS)}
    return found


MARKED = extracted()


def key(msgid):
    return msgid if isinstance(msgid, tuple) else (msgid,)


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_holds_exactly_the_marked_sentences(language):
    held = {tuple(key(message.id)) for message in catalog(language) if message.id}
    assert held == {tuple(key(msgid)) for msgid in MARKED}


def test_no_sentence_hides_inside_an_f_string():
    # The extractor of Python 3.11 doesn't look into them: their words would stay English.
    known = {text for msgid in MARKED for text in key(msgid)}
    for path in sorted((ROOT / "bot_service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_" and node.args:
                said = node.args[0]
                assert not isinstance(said, ast.Constant) or said.value in known, f"{path.name}: {said.value}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_fuzzy(language):
    for message in catalog(language):
        if message.id:
            assert all(key(message.string)), message.id
            assert not message.fuzzy, message.id
    assert not catalog(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_the_same(language):
    for message in catalog(language):
        if not message.id:
            continue
        expected = key(message.id)[-1]
        for text in key(message.string):
            assert fields(text) == fields(expected), message.id
            assert sorted(re.findall(r"</?\w+>", text)) == sorted(re.findall(r"</?\w+>", expected)), (
                message.id
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_all_their_forms(language):
    for message in catalog(language):
        if isinstance(message.id, tuple):
            assert len(message.string) == catalog(language).num_plurals


def test_english_is_the_source():
    for message in catalog("en"):
        if message.id:
            assert key(message.string) == key(message.id)
