"""Read what people type after a command."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain.errors import InvalidValue

_LONGEST_ID = 9
_LONGEST_USER_ID = 15
_LONGEST_PAGE = 5


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


def bot_ids(words: Sequence[str]) -> tuple[int, ...]:
    """Return ids in the order in which they were typed, each once.

    Raises:
        InvalidValue: one of them is no id.
    """
    parts = [part for word in words for part in word.split(",") if part]
    return tuple(dict.fromkeys(bot_id(part) for part in parts))


def page_of(words: Sequence[str]) -> int:
    """Return the page (from 0) that a word like `p2` asks for."""
    for word in words:
        number = word.removeprefix("p")
        if word.startswith("p") and number.isascii() and number.isdecimal() and len(number) < _LONGEST_PAGE:
            return max(0, int(number) - 1)
    return 0
