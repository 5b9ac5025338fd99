"""This side of plain data: arguments on their way to a terminal, answers turned into records and arrays."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np


def pack(value: Any) -> Any:
    """Return an argument as plain data, read as the package reads it: a moment is whole seconds."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, Mapping):
        return "d", tuple((str(key), pack(item)) for key, item in value.items())
    if isinstance(value, (tuple, list)):
        return "q", tuple(pack(item) for item in value)
    for basic in (int, float, str):
        if isinstance(value, basic):
            return basic(value)
    # Numbers of numpy's other types and the like: the package shall refuse them itself.
    return ("x",)


def unpack(value: Any) -> Any:
    """Return an answer with the attributes that the package's own answer has."""
    if type(value) is not tuple:
        return value
    tag = value[0]
    if tag == "r":
        return _record(value[1], value[2])._make(unpack(item) for item in value[3])
    if tag == "t":
        kind = _record(value[1], value[2])
        return tuple(kind._make(unpack(item) for item in row) for row in value[3])
    if tag == "a":
        # A copy, as arrays over foreign bytes can't be written to.
        return np.frombuffer(value[2], dtype=list(value[1])).copy()
    return tuple(unpack(item) for item in value[1])


@lru_cache(maxsize=64)
def _record(name: str, fields: tuple[str, ...]) -> Any:
    return namedtuple(name, fields)  # noqa: PYI024  # the package names the fields
