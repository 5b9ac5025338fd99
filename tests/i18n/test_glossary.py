"""The agreed words of each language, so that one thing has one name in the whole chat."""

from __future__ import annotations

import re

import pytest

from bot_service.i18n import LANGUAGES, catalog
from bot_service.telegram_bot.loading import load

TERMS = {
    "account": "akun",
    "alerts?": "pemberitahuan|berhenti kirim",
    "backtest": "backtest",
    "balance": "saldo|cocok",
    "candles?": "candle|high tertinggi",
    "computer": "komputer",
    "draft": "draf",
    "entry|entries": "entry",
    "equity": "ekuitas",
    "exits?": "exit|tanpa entry",
    "free margin": "margin bebas",
    "group": "grup",
    "invitation": "undangan",
    "language": "bahasa",
    "lots?": "lot",
    "members?": "anggota",
    "owner": "pemilik",
    "pauses?": "jeda",
    "positions?": "posisi",
    "quiet hours": "jam tenang",
    "risk": "risiko",
    "settings": "pengaturan",
    "strategy|strategies": "strategi",
    "symbols?": "simbol",
    "viewer": "pengamat",
}
"""What an English word is called in Indonesian wherever it stands."""

FORBIDDEN = {
    "id": {
        r"\bkamu\b|\bkau\b|\baku\b|\bente\b": "Anda, and the service says saya",
        r"(?-i:\banda\b)": "written with a capital: Anda",
        r"\bkita punya\b|\bnomor kita\b|\border kita\b": "what is the service's is saya",
        r"\blilin\b|\bperintah pasar\b|\bhenti rugi\b|\bambil untung\b|\bentri\b": "candle, SL, TP, entry",
        r"\buji balik\b|\bmengambang\b|\bperantara\b": "as traders say it: backtest, floating, broker",
        r"\bmohon\b": "tolong, or silakan where it is an offer",
        r"\btetapi\b": "tapi: one voice, and a short one",
        r"\bsilahkan\b|\bresiko\b|\bijin\b|\bmerubah\b|\bhandal\b|\bnomer\b": "as the dictionary spells it",
        r"\bcek kesehatan\b": "cek kondisi",
        r"\bsinyal keluar\b|\bharga keluar\b": "exit",
        r"\bsettings?\b|\baccount\b|\bmembers?\b|\bstatus bar\b": "pengaturan, akun, anggota",
    },
    "en": {
        r"\bgo(es|ing)? on\b": "continue, resume or keep working",
        r"\bmend(ed)?\b": "fix",
        r"\bback-test": "backtest",
        r"\bit is no (date|number|bot|symbol|tag|length|span)\b": "it is not a …",
        r"\bjust now\b": "right now",
        r"\bmeanwhile\b": "in the meantime",
        r"\b(whom|shall|besides)\b": "plain words",
        r"\bneeds? a look\b": "needs attention",
        r"\bthe machine\b": "the computer",
        r"\blink (is|to the (account|terminal|broker))\b": "connection",
        r"\btakes? (no )?orders\b": "accepts orders",
    },
}
"""Words that were used for something that has another name, and what to write instead."""

MOST_SIGNS = 2
SIGN = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u23e9-\u23ff]")
LEGENDS = ("✅ sent", "🔔 sound", "▲ buy", "💾 Save and")
"""What explains or combines signs may show several."""


def sentences(language):
    """Return (msgid, words) of everything the chat says in a language."""
    for message in catalog(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        told = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if language == "en":
            told = ids
        for text in told:
            yield ids[0], text


def bare(text):
    """Return a sentence without fields, tags, commands and the names of settings."""
    return re.sub(r"\{\w+\}|<[^>]+>|(?<!\w)/\w+|\b[A-Z_]{5,}\b", " ", text)


@pytest.mark.parametrize(("english", "indonesian"), TERMS.items())
def test_a_term_has_one_name_in_indonesian(english, indonesian):
    wrong = [
        (msgid, text)
        for msgid, text in sentences("id")
        if re.search(rf"\b({english})\b", bare(msgid), re.IGNORECASE)
        and not re.search(rf"({indonesian})", text, re.IGNORECASE)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "pattern", "better"),
    [(language, pattern, why) for language, found in FORBIDDEN.items() for pattern, why in found.items()],
)
def test_no_forbidden_variant_is_used(language, pattern, better):
    found = [text for _msgid, text in sentences(language) if re.search(pattern, bare(text), re.IGNORECASE)]
    assert found == [], better


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_shouts_and_signs_are_sparing(language):
    for msgid, text in sentences(language):
        assert "!" not in text, text
        if not msgid.startswith(LEGENDS):
            assert len(SIGN.findall(text)) <= MOST_SIGNS, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_set_cleanly(language):
    for msgid, text in sentences(language):
        assert not re.search(r"\S  ", text), text
        assert not re.search(r" [,.;:?](\s|$)", text), text
        assert text.endswith((".", "…", ":", "?")) or not msgid.endswith("."), text
        if text.endswith(".") and not msgid.endswith("."):
            raise AssertionError(f"a full stop that the English has not: {text!r}")


def test_both_languages_give_the_same_examples_of_commands():
    registry = load()
    for msgid, text in sentences("id"):
        for name in re.findall(r"(?<![\w<{.:/])/([a-z_]{3,})", re.sub(r"<[^>]+>", " ", text)):
            found = registry.find(name)
            if found is None:
                continue  # the test of all commands tells which are still to come
            assert found.title("id") == name or f"/{name}" in msgid, f"/{name} in {text!r}"
