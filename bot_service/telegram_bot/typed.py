"""Read what people type after a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta

from bot_service.domain.errors import InvalidValue

_PAIR = 2
_LONGEST_ID = 9
_LONGEST_USER_ID = 15
_LONGEST_PAGE = 5
_UNITS = {"m": 1, "min": 1, "menit": 1, "minutes": 1, "h": 60, "j": 60, "jam": 60, "hours": 60, "hour": 60}
_PART = re.compile(r"([0-9]{1,5})([a-z]+)")
_HOURS = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})-([0-9]{1,2})[:.]([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")
_TAG = re.compile(r"[^\W_][\w-]{0,23}")


def bot_id(word: str) -> int:
    """Return a bot's id, with or without `#`.

    Raises:
        InvalidValue: it is no id.
    """
    digits = word.strip().removeprefix("#").rstrip(",;")
    # ASCII only: isdecimal() takes digits of other scripts too.
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _LONGEST_ID:
        raise InvalidValue("bot", word[:32], "not_an_id", "1, 2, 3, …")
    return int(digits)


def user_id(word: str) -> int:
    """Return a person's Telegram user id.

    Raises:
        InvalidValue: it is none.
    """
    if not (word.isascii() and word.isdecimal()) or len(word) > _LONGEST_USER_ID:
        raise InvalidValue("member", word[:32], "not_a_user_id", "1001, 5501234567, …")
    return int(word)


def tag_of(word: str) -> str:
    """Return a tag as it is stored: small letters, without `#`.

    Raises:
        InvalidValue: it is no usable tag; one of digits only would be an id.
    """
    tag = word.strip().removeprefix("#").lower()
    if not _TAG.fullmatch(tag) or tag.isdecimal():
        raise InvalidValue("tags", word[:32], "not_a_tag", "#gold, #scalping_m5")
    return tag


def is_tag(word: str) -> bool:
    """Tell whether a word means a tag and no id such as `#3`."""
    return word.startswith("#") and not word[1:].rstrip(",;").isdecimal()


def chosen_bots(tags: Callable[[], Mapping[int, Sequence[str]]], words: Sequence[str]) -> tuple[int, ...]:
    """Return the bots that ids and `#tags` name, each once; `tags` is only asked when a tag was typed.

    Raises:
        InvalidValue: a word is no id, or no bot has the tag.
    """
    parts = [part for word in words for part in word.replace(";", ",").split(",") if part]
    known = tags() if any(is_tag(part) for part in parts) else {}
    found: list[int] = []
    for part in parts:
        found += _tagged(part, known) if is_tag(part) else [bot_id(part)]
    return tuple(dict.fromkeys(found))


def _tagged(word: str, known: Mapping[int, Sequence[str]]) -> list[int]:
    tag = tag_of(word)
    ids = [bot_id for bot_id, tags in known.items() if tag in tags]
    if not ids:
        used = dict.fromkeys(name for tags in known.values() for name in tags)
        raise InvalidValue("tags", f"#{tag}", "unknown_tag", ", ".join(f"#{name}" for name in used))
    return ids


def page_of(words: Sequence[str]) -> int:
    """Return the page (from 0) that a word like `p2` asks for."""
    for word in words:
        number = word.removeprefix("p")
        if word.startswith("p") and number.isascii() and number.isdecimal() and len(number) < _LONGEST_PAGE:
            return max(0, int(number) - 1)
    return 0


def length_of(words: Sequence[str], field: str, allowed: str) -> tuple[timedelta, list[str]]:
    """Return a length of time such as `30m`, `1h30m` or `2 jam`, and the words after it.

    Raises:
        InvalidValue: it is none.
    """
    word, *rest = (item.lower() for item in words)
    if word.isdecimal() and rest and rest[0] in _UNITS:
        word, rest = word + rest[0], rest[1:]
    parts = _PART.findall(word)
    whole = "".join(number + unit for number, unit in parts)
    if not parts or whole != word or any(unit not in _UNITS for _number, unit in parts):
        raise InvalidValue(field, word[:32], "not_a_duration", allowed)
    return timedelta(minutes=sum(int(number) * _UNITS[unit] for number, unit in parts)), rest


def hours_span(text: str, field: str, allowed: str) -> tuple[time, time]:
    """Return begin and end of hours such as `19:00-21:30`.

    Raises:
        InvalidValue: they are none.
    """
    match = _HOURS.fullmatch(text)
    try:
        if match is not None:
            numbers = [int(part) for part in match.groups()]
            return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        pass
    raise InvalidValue(field, text[:32], "not_hours", allowed)


def at_time(word: str, field: str) -> time:
    """Return a time of the day such as `06:30`, `6.30` or `7`.

    Raises:
        InvalidValue: it is none.
    """
    match = _TIME.fullmatch(word)
    try:
        if match is not None:
            return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        pass
    raise InvalidValue(field, word[:32], "not_a_time", "06:30, 7, 21:00")


def pairs(typed: Sequence[str]) -> dict[str, str]:
    """Return typed words as fields with their values.

    Raises:
        InvalidValue: a field has no value.
    """
    if len(typed) % _PAIR:
        raise InvalidValue(typed[-1][:32], "", "no_value")
    return dict(zip(typed[::2], typed[1::2], strict=True))
