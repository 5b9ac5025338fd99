"""Turn frozen dataclasses into JSON and back."""

from __future__ import annotations

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
