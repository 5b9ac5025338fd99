"""Column types: what SQLite would bend is stored as text and comes back exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import JSON, Column, Dialect, Numeric, Table, Text, inspect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from bot_service.domain import codec


class Money(TypeDecorator[Decimal]):
    """A Decimal with all its digits: TEXT on SQLite, which would keep a REAL; NUMERIC elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type by database."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Turn a Decimal into what the database keeps.

        Raises:
            ValueError: the value is no finite Decimal; a float has lost digits before it came here.
        """
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ValueError(f"money must be a finite Decimal, was {value!r}")
        return str(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn what the database kept into a Decimal."""
        if value is None or dialect.name != "sqlite":
            return cast("Decimal | None", value)
        return Decimal(value)


class Code(TypeDecorator[StrEnum]):
    """An enum stored as its value, without CHECK, so that new members need no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # base
        """Turn a member into its value; an unknown one is refused."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002  # base
        """Turn a value into its member."""
        return None if value is None else self.kind(value)


class Document(TypeDecorator[Any]):
    """A frozen dataclass stored as versioned JSON; with `shared`, equal texts are read once.

    Reading costs more than all else about a row, and a look at a thousand bots reads a thousand settings.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: type[Any], shared: int = 0) -> None:
        super().__init__()
        self.kind = kind
        self.shared = shared

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what builds the dataclass from what the driver gives."""
        build = super().result_processor(dialect, coltype)
        # Only SQLite's driver gives text; others give what JSON holds, which has no hash.
        if build is None or not self.shared or dialect.name != "sqlite":
            return build
        return lru_cache(self.shared)(build)

    def process_bind_param(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002  # base
        """Turn the dataclass into its JSON form."""
        return None if value is None else codec.to_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  # base
        """Build the dataclass from its JSON form."""
        return None if value is None else codec.from_json(self.kind, value)


def stored(kind: TypeEngine[Any], **options: Any) -> Any:
    """Return a field whose column has exactly this type."""
    return Field(sa_type=cast("Any", kind), **options)


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a row class."""
    return cast("Table", inspect(row).local_table)


def columns_of(table: Table, kind: type[Any]) -> tuple[Column[Any], ...]:
    """Return the columns in the order of a dataclass' fields, so that `kind(*row)` builds the value."""
    return tuple(table.c[field.name] for field in fields(kind))


def values_of(value: Any, *without: str) -> dict[str, Any]:
    """Return a dataclass' fields by name; unlike `asdict` nothing inside is taken apart."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in without}
