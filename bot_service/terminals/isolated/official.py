"""Load the official package; only a child process calls this."""

from __future__ import annotations

from typing import Any

from bot_service.terminals import far

LOADER = "bot_service.terminals.isolated.official:load"


def load() -> Any:
    """Return the official package.

    Raises:
        ImportError: it is not installed; it exists for Windows only.
    """
    return far.package()
