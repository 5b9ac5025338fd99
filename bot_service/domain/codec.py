"""Turn frozen dataclasses into JSON and back."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")

VERSION = 1

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_json(value: object) -> dict[str, Any]:
    """Return the JSON form of a dataclass: its fields and the version `v`."""
    fields: dict[str, Any] = _adapter(type(value)).dump_python(value, mode="json")
    return {"v": VERSION, **fields}


def from_json(kind: type[T], data: dict[str, Any]) -> T:
    """Build a dataclass of the given kind from its JSON form.

    Raises:
        ValueError: the version is unknown or a field does not fit.
    """
    if data.get("v", VERSION) != VERSION:
        raise ValueError(f"unknown version, was {data.get('v')!r}")
    result: T = _adapter(kind).validate_python({name: item for name, item in data.items() if name != "v"})
    return result


def written(value: object) -> str:
    """Return a dataclass as one line of JSON, for values that are stored as text."""
    return json.dumps(to_json(value), separators=(",", ":"))


def read(kind: type[T], text: str) -> T:
    """Build a dataclass from what `written` returned.

    Raises:
        ValueError: the text is no such value.
    """
    return from_json(kind, json.loads(text))
