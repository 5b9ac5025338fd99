"""A frame of kawung, the Javanese pattern of four petals around a point, drawn and not copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure

from bot_service.domain.tastes import Theme
from bot_service.telegram_bot.charts.canvas import DPI, Pixels, drawn, figure_of

TILE = 6.4 / 34
"""Inches; the width of a picture holds a whole number of tiles."""

THICK = 1.2 * TILE
"""How many inches of a picture's edge the frame takes, a gap included."""


@dataclass(frozen=True)
class Cloth:
    """The colours of the frame: the cloth, the petals, their hearts."""

    ground: str
    petal: str
    heart: str


CLOTHS = {
    Theme.LIGHT: Cloth("#5b3a1e", "#f3e3c3", "#5b3a1e"),
    Theme.DARK: Cloth("#2b1d10", "#c8a76a", "#2b1d10"),
}

_PETAL_LONG, _PETAL_WIDE, _PETAL_AT = 0.60, 0.30, 0.245
_HEART_LONG, _HEART_WIDE = 0.16, 0.06
_TURNS = (45, 135, 225, 315)
_UNIT = {45: (1, 1), 135: (-1, 1), 225: (-1, -1), 315: (1, -1)}
_WIDE = ceil(TILE * DPI)
_KEPT = 16


def whole_tiles(height: float) -> float:
    """Return a height in inches that holds a whole number of tiles."""
    return max(round(height / TILE), 6) * TILE


def frame(pixels: Pixels, theme: Theme) -> None:
    """Lay the frame over all four edges of a picture."""
    height = pixels.shape[0]
    top, bottom, left, right = _edges(height, theme)
    pixels[:, :_WIDE], pixels[:, -_WIDE:] = left, right
    pixels[:_WIDE], pixels[-_WIDE:] = top, bottom


@lru_cache(maxsize=_KEPT)
def _edges(height: int, theme: Theme) -> tuple[Pixels, ...]:
    """Draw the frame of a picture of so many pixels; there are few heights, and each takes long."""
    tiles = round(height / DPI / TILE)
    figure, _palette = figure_of(theme, tiles * TILE)
    _draw(figure, tiles, CLOTHS[theme])
    found = drawn(figure)
    return tuple(edge.copy() for edge in (found[:_WIDE], found[-_WIDE:], found[:, :_WIDE], found[:, -_WIDE:]))


def _draw(figure: Figure, up: int, cloth: Cloth) -> None:
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    edges = ((0, 0, width, TILE), (0, height - TILE, width, TILE), (0, 0, TILE, height))
    for left, bottom, wide, high in (*edges, (width - TILE, 0, TILE, height)):
        axes.fill_between([left, left + wide], bottom, bottom + high, color=cloth.ground, linewidth=0)
    middles = tuple(_middles(round(width / TILE), up))
    _petals(axes, middles, _PETAL_LONG, _PETAL_WIDE, cloth.petal)
    _petals(axes, middles, _HEART_LONG, _HEART_WIDE, cloth.heart)


def _middles(across: int, up: int) -> Iterator[tuple[float, float]]:
    for column in range(across):
        for row in range(up):
            if row in (0, up - 1) or column in (0, across - 1):
                yield (column + 0.5) * TILE, (row + 0.5) * TILE


def _petals(
    axes: Any, middles: tuple[tuple[float, float], ...], long: float, wide: float, colour: str
) -> None:
    places = [
        (x + _UNIT[turn][0] * _PETAL_AT * TILE, y + _UNIT[turn][1] * _PETAL_AT * TILE)
        for turn in _TURNS
        for x, y in middles
    ]
    angles = [float(turn) for turn in _TURNS for _middle in middles]
    axes.add_collection(
        EllipseCollection(
            [long * TILE] * len(places),
            [wide * TILE] * len(places),
            angles,
            units="xy",
            offsets=places,
            transOffset=axes.transData,
            facecolors=colour,
            edgecolors="none",
        )
    )
