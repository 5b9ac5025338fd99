"""Everything as sheets in one ZIP: numbers for machines, times in UTC."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from bot_service.domain.errors import ExportTooLarge
from bot_service.domain.people import Actor, Role
from bot_service.ports import Clock, Database

LARGEST = 49 * 1024 * 1024
"""Telegram takes documents of up to 50 MB from a bot."""


@dataclass(frozen=True)
class Export:
    """A ZIP and how many rows each of its sheets has."""

    name: str
    content: bytes
    rows: dict[str, int]


class Exporting:
    """Build what a person may take away."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

    def export(self, actor: Actor) -> Export:
        """Return the ZIP: the books, the asker's own moods, notes and alerts, and for the owner the audit.

        Raises:
            ExportTooLarge: it doesn't fit into a message.
        """
        now = self._wall.now()
        packed, rows = io.BytesIO(), {}
        with self._database.read() as uow, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, columns, content in uow.archive.sheets(
                actor.user_id, everything=actor.role is Role.OWNER
            ):
                info = zipfile.ZipInfo(f"{name}.csv", now.timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(info, "w", force_zip64=True) as raw:
                    rows[name] = _write(raw, columns, content)
        if packed.tell() > LARGEST:
            raise ExportTooLarge(packed.tell() // 1024 // 1024)
        return Export(f"bot-service-{now:%Y%m%dT%H%M}Z.zip", packed.getvalue(), rows)


def _write(raw: Any, columns: Sequence[str], content: Iterable[Sequence[Any]]) -> int:
    count = 0
    with io.TextIOWrapper(raw, "utf-8", newline="") as text:
        sheet = csv.writer(text)
        sheet.writerow(columns)
        for row in content:
            sheet.writerow([cell(value) for value in row])
            count += 1
    return count


def cell(value: Any) -> str:
    """Return a value as a machine reads it; a text that a spreadsheet would calculate gets an apostrophe."""
    for kind, written in _WRITTEN:
        if isinstance(value, kind):
            return written(value)
    return "" if value is None else str(value)


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t")) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=cell, sort_keys=True)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


# The first that fits counts: a bool is an int, a moment is a date, and an enum of ours is a text.
_WRITTEN: tuple[tuple[type[Any], Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (datetime, _moment),
    (date, date.isoformat),
    (Decimal, lambda value: format(value, "f")),
    (Enum, lambda value: str(value.value)),
    (dict, _json),
    (tuple, _json),
    (list, _json),
    (str, _text),
)
