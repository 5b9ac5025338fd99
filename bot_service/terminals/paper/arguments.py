"""What the official package accepts as arguments, and how it refuses the rest."""

from __future__ import annotations

import operator
import re
from datetime import datetime
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from . import constants as c
from .records import TradeRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUCCESS: Final = (c.RES_S_OK, "Success")
NO_LINK: Final = (c.RES_E_INTERNAL_FAIL_CONNECT, "No IPC connection")
_FLOATS: Final = frozenset(("volume", "price", "stoplimit", "sl", "tp"))
_WORDS: Final = frozenset(("symbol", "comment"))
_UNSIGNED: Final = frozenset(("magic", "order", "deviation", "position", "position_by"))
_LONGEST_WORD: Final = 29
_INT_LIMIT: Final = 2**31
_UNSIGNED_LIMIT: Final = 2**64
_EMPTY: Final = {
    name: 0.0 if name in _FLOATS else "" if name in _WORDS else 0 for name in TradeRequest._fields
}


class Failure(Exception):
    """Carry an error code and text to last_error()."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.error = (code, text)


def invalid(name: str) -> Failure:
    """Return the failure that names a bad argument."""
    return Failure(c.RES_E_INVALID_PARAMS, f'Invalid "{name}" argument')


def unnamed() -> Failure:
    """Return the failure for positional arguments where names are wanted."""
    return Failure(c.RES_E_INVALID_PARAMS, "Unnamed arguments not allowed")


def parse_request(args: tuple[Any, ...], fields: Mapping[str, Any]) -> TradeRequest:
    """Return a request from one dict or from keywords.

    Raises:
        Failure: for a value of the wrong type, also an int where a float is wanted.
    """
    if len(args) > 1 or (args and fields):
        raise unnamed()
    given = args[0] if args else fields
    if not isinstance(given, dict):
        raise invalid("request")
    values = {name: _checked(name, given.get(name, empty)) for name, empty in _EMPTY.items()}
    return TradeRequest(**values)


def _checked(name: str, value: object) -> object:
    if name in _FLOATS:
        good = isinstance(value, float)
    elif name in _WORDS:
        good = isinstance(value, str) and len(value) <= _LONGEST_WORD
    elif name in _UNSIGNED:
        good = isinstance(value, int) and 0 <= value < _UNSIGNED_LIMIT
    else:
        good = isinstance(value, int) and -_INT_LIMIT <= value < _INT_LIMIT
    if not good:
        raise invalid(name)
    return value


def whole(name: str, value: object) -> int:
    """Return an integer argument, NumPy's ones too.

    Raises:
        Failure: for anything else.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]  # a TypeError is the answer to others
    except TypeError as error:
        raise invalid(name) from error


def number(name: str, value: object) -> float:
    """Return a numeric argument; ints are fine here.

    Raises:
        Failure: for anything else.
    """
    if not isinstance(value, Real):
        raise invalid(name)
    return float(value)


def label(name: str, value: object) -> int:
    """Return a date as whole seconds; a datetime goes through timestamp(), as in the package.

    Raises:
        Failure: for other types and beyond signed 32 bits.
    """
    try:
        seconds = int(value.timestamp() if isinstance(value, datetime) else number(name, value))
    except (OverflowError, ValueError, OSError) as error:
        raise invalid(name) from error
    if not -_INT_LIMIT <= seconds < _INT_LIMIT:
        raise invalid(name)
    return seconds


def mask(group: object) -> Callable[[str], bool]:
    """Return a test for names: comma-separated masks with `*`, those with `!` exclude.

    Raises:
        Failure: if the group is no text.
    """
    if not isinstance(group, str):
        raise invalid("group")
    masks = [part.strip() for part in group.split(",") if part.strip()]
    wanted = [_pattern(part) for part in masks if not part.startswith("!")]
    unwanted = [_pattern(part[1:]) for part in masks if part.startswith("!")]

    def fits(name: str) -> bool:
        included = any(pattern.fullmatch(name) for pattern in wanted)
        return included and not any(pattern.fullmatch(name) for pattern in unwanted)

    return fits


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")))
