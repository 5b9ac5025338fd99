"""An answer that could not be sent while its question was fresh."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LateReply:
    """What was to be said: HTML text, and rows of buttons as (label, data)."""

    text: str
    keyboard: tuple[tuple[tuple[str, str], ...], ...] = ()
