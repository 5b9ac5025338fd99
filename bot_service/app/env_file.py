"""Write settings into `.env` without losing what else stands there, readable by its owner only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

SETTING = re.compile(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=")
PLAIN = re.compile(r"[A-Za-z0-9_./:@+-]*")
OWNER_ONLY = 0o600


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set the values in place of the old ones, or behind the rest; the file changes at once or not at all.

    Raises:
        ValueError: a value has a line break.
    """
    left = {name: f"{name}={_quoted(value)}" for name, value in values.items()}
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        found = SETTING.match(line)
        name = found["name"].upper() if found else ""
        lines.append(left.pop(name) if name in left else line)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    # It holds the token from its first byte on, so nobody else may ever be able to read it.
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8"
    ) as file:
        file.write("\n".join([*lines, *left.values()]) + "\n")
    fresh.replace(path)


def _quoted(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise ValueError("a setting is one line")
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
