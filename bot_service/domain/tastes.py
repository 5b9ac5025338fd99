"""How a person likes pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """The background of pictures."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Taste:
    """What a member has chosen; `trade_charts` puts a small chart to alerts about trades."""

    theme: Theme = Theme.LIGHT
    trade_charts: bool = False
