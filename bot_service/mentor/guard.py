"""What a Writer may say: our own sentences, word by word, and between them words that claim nothing.

A language model can be wrong or be made to lie, by a note that gives it orders for example. So nothing it
sends is believed: each of its texts must hold the catalog's sentences with the same words, the same numbers
(however they are written) and the same punctuation, in the same order. All that it may add are the words of
`warm_words`, before, between and after whole sentences. Whatever else is in it, the catalog's text is sent.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot_service.domain.writing import Part
from bot_service.mentor.numerals import NotANumber, Numeral, places_in
from bot_service.mentor.warm_words import SAME, WARM

LONGEST_ANSWER = 16_000
MOST_ADDED = 160
"""Characters that a text may be longer than the catalog's sentence."""

_SPACES = re.compile(r"\s+")
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n\s*```\Z", re.DOTALL)
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\S")
_QUOTES = str.maketrans(
    {"\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2212": "-", "\u2013": "-", "\u2014": "-"}
)
_SIGNS = frozenset(".,;:!?'\"()%#$+-/\u20ac\u00a3\u00d7\u2026\u2192\u00b7")
_PAUSES = frozenset(".,;:-")
_KEYS = frozenset({"code", "text"})


class Reason(StrEnum):
    """Why an answer is not used."""

    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    SHAPE = "shape"
    CODE = "code"
    SIGN = "sign"
    NUMBER = "number"
    WORDS = "words"


class Refused(Exception):
    """An answer, or a part of it, that is not used."""

    def __init__(self, reason: Reason, code: str = "") -> None:
        super().__init__(f"{reason.value} {code}".strip())
        self.reason = reason
        self.code = code


Token = Numeral | str


@dataclass(frozen=True)
class Checked:
    """The texts that may be sent, by code, and the parts whose text may not, with the reason."""

    texts: Mapping[str, str]
    refused: Mapping[str, Reason]


def checked(parts: Sequence[Part], answer: str, language: str) -> Checked:
    """Return which texts of a Writer's answer may be sent.

    A text with a word that is not allowed falls back alone; an answer that brings a number, a sign, a code or
    a shape of its own is not believed in any part.

    Raises:
        Refused: nothing of the answer may be used.
    """
    asked = {part.code: part for part in parts}
    texts: dict[str, str] = {}
    refused: dict[str, Reason] = {}
    for code, text in _answered(answer):
        if code not in asked or code in texts or code in refused:
            raise Refused(Reason.CODE)
        try:
            texts[code] = check(asked[code].sentence, text, language)
        except Refused as error:
            if error.reason is not Reason.WORDS:
                raise Refused(error.reason, code) from None
            refused[code] = error.reason
    return Checked(texts, refused)


def check(sentence: str, text: str, language: str) -> str:
    """Return a text, tidied, that says exactly what a catalog's sentence says.

    Raises:
        Refused: it says anything else.
    """
    tidy = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not tidy or len(tidy) > len(sentence) + MOST_ADDED:
        raise Refused(Reason.TOO_LONG if tidy else Reason.SHAPE)
    said, ours = _tokens(tidy, language), _tokens(sentence, language)
    if [item for item in said if isinstance(item, Numeral)] != [i for i in ours if isinstance(i, Numeral)]:
        raise Refused(Reason.NUMBER)
    _compare(said, ours, language)
    return tidy


def _compare(said: list[Token], ours: list[Token], language: str) -> None:
    at = 0
    for wanted in _sentences(ours):
        found = _find(said, wanted, at)
        if found is None:
            raise Refused(Reason.WORDS)
        _harmless(said[at:found], language, begins=at == 0, goes_on=True)
        at = found + len(wanted)
    _harmless(said[at:], language, begins=not ours, goes_on=False)


def _harmless(between: list[Token], language: str, *, begins: bool, goes_on: bool) -> None:
    """Refuse what stands beside our sentences unless it is of warm words, set off by punctuation."""
    words = [item for item in between if item not in _PAUSES]
    if any(word not in WARM[language] for word in words):
        raise Refused(Reason.WORDS)
    # Two of our sentences, or one and a word of theirs, must not run into each other.
    alone = not between
    after = begins or (alone and not goes_on) or (not alone and between[0] in _PAUSES)
    before = not goes_on or (begins and alone) or (not alone and between[-1] in _PAUSES)
    if not (after and before):
        raise Refused(Reason.WORDS)


def _find(said: list[Token], wanted: list[Token], start: int) -> int | None:
    places = range(start, len(said) - len(wanted) + 1)
    return next((place for place in places if said[place : place + len(wanted)] == wanted), None)


def _sentences(tokens: list[Token]) -> Iterator[list[Token]]:
    # The full stop itself may become a comma or go: it belongs to no sentence here, a question mark does.
    current: list[Token] = []
    for item in (*tokens, "."):
        if item != ".":
            current.append(item)
        elif current:
            yield current
            current = []


def _tokens(text: str, language: str) -> list[Token]:
    plain = text.translate(_QUOTES)
    if any(not _is_plain(sign) for sign in plain):
        raise Refused(Reason.SIGN)
    try:
        places = places_in(plain, language)
    except NotANumber:
        raise Refused(Reason.NUMBER) from None
    found: list[tuple[int, Token]] = [(place.begin, place.numeral) for place in places]
    rest = plain
    for place in places:
        rest = rest[: place.begin] + " " * (place.end - place.begin) + rest[place.end :]
    found.extend((match.start(), _same(match[0].casefold())) for match in _TOKEN.finditer(rest))
    return [token for _begin, token in sorted(found, key=lambda item: item[0])]


def _same(word: str) -> str:
    return SAME.get(word, word)


def _is_plain(sign: str) -> bool:
    return (
        sign == " " or sign in _SIGNS or (sign.isascii() and sign.isalnum()) or "\u00c0" <= sign <= "\u00ff"
    )


def _answered(answer: str) -> Iterator[tuple[str, str]]:
    if len(answer) > LONGEST_ANSWER:
        raise Refused(Reason.TOO_LONG)
    fenced = _FENCE.match(answer.strip())
    try:
        found = json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError):
        raise Refused(Reason.NOT_JSON) from None
    parts = found.get("parts") if isinstance(found, dict) and set(found) == {"parts"} else None
    if not isinstance(parts, list):
        raise Refused(Reason.SHAPE)
    for part in parts:
        if (
            not isinstance(part, dict)
            or set(part) != _KEYS
            or not all(isinstance(v, str) for v in part.values())
        ):
            raise Refused(Reason.SHAPE)
        yield part["code"], part["text"]
