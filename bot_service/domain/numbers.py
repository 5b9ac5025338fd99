"""Numbers typed by people: the value they mean, or a question, never another number."""

from __future__ import annotations

import re
from decimal import Decimal

from bot_service.domain.errors import AmbiguousNumber, InvalidValue

LONGEST = 24

# ASCII digits only: int() and Decimal() would read other scripts, exponents and underscores too.
_PLAIN = re.compile(r"[+-]?[0-9]+")
_ONE_SEPARATOR = re.compile(r"([+-]?)([0-9]*)[.,]([0-9]+)")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]+|(?:,[0-9]{3})+\.[0-9]+)")
_ONLY_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:,[0-9]{3}){2,})")


def parse_number(text: str, field: str = "number") -> Decimal:
    """Return the number a person typed; comma and dot are both decimal points, a trailing % is dropped.

    Raises:
        AmbiguousNumber: one separator with exactly three digits after it, as in "1.000".
        InvalidValue: it is no number; `field` says which value it was meant for.
    """
    word = text.strip().removesuffix("%").rstrip()
    if len(word) > LONGEST:
        raise InvalidValue(field, text[:LONGEST], "not_a_number")
    if _PLAIN.fullmatch(word):
        return Decimal(word)
    single = _ONE_SEPARATOR.fullmatch(word)
    if single is not None:
        return _one_separator(text, *single.groups())
    if _GROUPED.fullmatch(word):
        point = "," if word.rindex(",") > word.rindex(".") else "."
        group = "." if point == "," else ","
        return Decimal(word.replace(group, "").replace(point, "."))
    if _ONLY_GROUPS.fullmatch(word):
        return Decimal(word.replace(".", "").replace(",", ""))
    raise InvalidValue(field, text, "not_a_number")


def spelled(value: Decimal) -> str:
    """Return a spelling that `parse_number` reads as exactly this value and never asks about."""
    plain = f"{value:f}"
    whole, _, decimals = plain.partition(".")
    return f"{plain}0" if len(decimals) == _GROUP and int(whole) != 0 else plain


_GROUP = 3


def _one_separator(text: str, sign: str, whole: str, decimals: str) -> Decimal:
    small = Decimal(f"{sign}{whole or '0'}.{decimals}")
    if len(decimals) == _GROUP and whole.strip("0"):
        raise AmbiguousNumber(text, small, Decimal(f"{sign}{whole}{decimals}"))
    return small
