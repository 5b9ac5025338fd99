"""Every number that a text contains, as a value with its unit: digits in two languages, and words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True)
class Numeral:
    """A number as it stands in a text: `unit` is "", "R", "%", "x", "#", ":" or a currency's sign."""

    value: Decimal
    unit: str = ""


class NotANumber(ValueError):
    """Digits that no rule of the language reads as one number."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ID_UNITS = _words("nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas")
_EN_UNITS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_EN_TENS = dict(
    zip(_words("twenty thirty forty fifty sixty seventy eighty ninety"), range(20, 100, 10), strict=True)
)
_ID_WORDS = {word: value for value, word in enumerate(_ID_UNITS)} | {"kosong": 0}
_EN_WORDS = {word: value for value, word in enumerate(_EN_UNITS)} | _EN_TENS
_SCALES = MappingProxyType(
    {
        "puluh": 10,
        "ratus": 100,
        "hundred": 100,
        "ribu": 1000,
        "thousand": 1000,
        "juta": 1_000_000,
        "million": 1_000_000,
        "miliar": 1_000_000_000,
        "billion": 1_000_000_000,
    }
)
_SE = MappingProxyType({"seratus": 100, "seribu": 1000, "sejuta": 1_000_000, "semiliar": 1_000_000_000})
_TEEN = "belas"
_TEN = 10
_THOUSAND = 1000
_TENS = frozenset(range(20, 100, 10))

_FIGURE = re.compile(
    r"(?P<ticket>\#)?(?P<sign>[+\-\u2212])?(?P<money>Rp|[$€£])?\s?(?P<digits>\d[\d.,]*(?<![.,])|\d)"
    r"(?P<unit>\s?%|\s?R\b|[x\u00d7](?!\w))?"
)
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
_PIECE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\S")
_GROUPS = MappingProxyType({"id": (".", ","), "en": (",", ".")})


def written(word: str, language: str) -> Decimal:
    """Return the value of digits as a language writes them.

    Raises:
        NotANumber: the separators are not where the language puts them.
    """
    group, point = _GROUPS[language]
    whole, has_point, rest = word.partition(point)
    parts = whole.split(group)
    grouped = len(parts) > 1
    fits = parts[0].isdecimal() and (not grouped or (len(parts[0]) <= 3 and all(map(_is_group, parts[1:]))))  # noqa: PLR2004  # thousands
    if not fits or (has_point and not rest.isdecimal()) or not word.isascii():
        raise NotANumber(word)
    return Decimal("".join(parts) + (f".{rest}" if has_point else ""))


def _is_group(part: str) -> bool:
    return len(part) == 3 and part.isdecimal()  # noqa: PLR2004  # as above


@dataclass(frozen=True)
class Place:
    """Where a number stands in a text."""

    begin: int
    end: int
    numeral: Numeral


def numbers_in(text: str, language: str) -> tuple[Numeral, ...]:
    """Return all numbers of a text in the order in which they stand there.

    Raises:
        NotANumber: some digits are none, in this language.
    """
    return tuple(place.numeral for place in places_in(text, language))


def places_in(text: str, language: str) -> tuple[Place, ...]:
    """Return all numbers of a text with their places, in order.

    Raises:
        NotANumber: as above.
    """
    return tuple(sorted(_found(text, language), key=lambda place: place.begin))


def _found(text: str, language: str) -> Iterator[Place]:
    rest = text
    for match in _CLOCK.finditer(text):
        yield Place(match.start(), match.end(), Numeral(Decimal(60 * int(match[1]) + int(match[2])), ":"))
        rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    for match in _FIGURE.finditer(rest):
        yield Place(match.start(), match.end(), _numeral(match, language))
    yield from _spelled(rest)


def _numeral(match: re.Match[str], language: str) -> Numeral:
    value = written(match["digits"], language)
    if match["sign"] in ("-", "\u2212"):
        value = -value
    unit = "#" if match["ticket"] else (match["money"] or (match["unit"] or "").strip())
    return Numeral(value + 0, "x" if unit == "\u00d7" else unit)


def _spelled(text: str) -> Iterator[Place]:
    words = [
        (match.start() + shift, part) for match in _PIECE.finditer(text) for shift, part in _split(match[0])
    ]
    at = 0
    while at < len(words):
        used, value = spelled([word for _begin, word in words[at:]])
        if used:
            last, word = words[at + used - 1]
            yield Place(words[at][0], last + len(word), Numeral(Decimal(value)))
        at += max(used, 1)


def _split(word: str) -> list[tuple[int, str]]:
    parts = word.casefold().split("-")
    if len(parts) == 1 or not all(is_spelled(part) for part in parts):
        return [(0, word.casefold())]
    begins = [sum(len(part) + 1 for part in parts[:place]) for place in range(len(parts))]
    return list(zip(begins, parts, strict=True))


def is_spelled(word: str) -> bool:
    """Tell whether a word is (a part of) a spelled-out number of either language."""
    return word in _ID_WORDS or word in _EN_WORDS or word in _SCALES or word in _SE or word == _TEEN


def spelled(words: Sequence[str]) -> tuple[int, int]:
    """Return how many words at the beginning spell one number, and its value; (0, 0) where none does."""
    total = group = ones = used = 0
    for word in words:
        small = _ID_WORDS.get(word, _EN_WORDS.get(word))
        if small is not None:
            # "tiga lima" are two numbers, "twenty five" is one.
            if ones and not (ones in _TENS and small < _TEN):
                break
            ones += small
        elif word == _TEEN and 0 < ones < _TEN:
            ones += _TEN
        elif word in _SE or word in _SCALES:
            total, group, ones = _scaled(word, total, group, ones)
        else:
            break
        used += 1
    return used, total + group + ones


def _scaled(word: str, total: int, group: int, ones: int) -> tuple[int, int, int]:
    scale = _SE.get(word) or _SCALES[word]
    if scale < _THOUSAND:
        return total, group + max(ones, 1) * scale, 0
    return total + max(group + ones, 1) * scale, 0, 0
