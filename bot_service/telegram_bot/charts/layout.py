"""Where panels stand: measured once by the words beside them.

The library's own layouts draw everything twice to find their margins, and somebody waits for each picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_TITLE = 0.32
_MARKS = 0.27
_EDGE = 0.1
_BESIDE = 0.08
_LAST_MARK = 0.28
_BARE = 0.06


@dataclass(frozen=True)
class Row:
    """Panels side by side that share a height in inches, their words included."""

    panels: tuple[Any, ...]
    height: float


def settle(figure: Figure, rows: Sequence[Row], inset: float = 0.0) -> None:
    """Give the panels of all rows their places inside an edge of so many inches; call it when they are full.

    Panels that stand alone in their row begin at the same line.
    """
    width, height = (float(side) for side in figure.get_size_inches())
    canvas = FigureCanvasAgg(figure)
    beside = [[_words_beside(axes, canvas) for axes in row.panels] for row in rows]
    alone = max((found[0] for found in beside if len(found) == 1), default=0.0)
    free = height - 2 * (inset + _EDGE)
    share = free / sum(row.height for row in rows)
    top = height - inset - _EDGE
    for row, lefts in zip(rows, beside, strict=True):
        high = row.height * share
        cell = (width - 2 * (inset + _EDGE)) / len(row.panels)
        if len(lefts) == 1 and lefts[0]:
            lefts[0] = alone
        for number, (axes, left) in enumerate(zip(row.panels, lefts, strict=True)):
            begin = inset + _EDGE + number * cell
            _set(axes, (begin + left, top - high), (cell - left, high), (width, height))
        top -= high


def _set(axes: Any, corner: tuple[float, float], size: tuple[float, float], of: tuple[float, float]) -> None:
    (left, bottom), (wide, high), (width, height) = corner, size, of
    above = _TITLE if axes.get_title(loc="left") else _BARE
    marks = _has_marks(axes)
    below, after = (_MARKS, _LAST_MARK) if marks else (_BARE, _BARE)
    inner = (left, bottom + below, max(wide - after, _EDGE), max(high - below - above, _EDGE))
    axes.set_position((inner[0] / width, inner[1] / height, inner[2] / width, inner[3] / height))


def _has_marks(axes: Any) -> bool:
    shown = axes.axison and axes.xaxis.get_visible() and len(axes.get_xticks())
    return bool(shown and axes.xaxis.get_tick_params().get("labelbottom", True))


def _words_beside(axes: Any, canvas: FigureCanvasAgg) -> float:
    """Return how many inches the widest word beside the vertical axis takes."""
    if not axes.axison or not axes.yaxis.get_visible():
        return 0.0
    low, high = sorted(axes.get_ylim())
    places = [at for at in axes.get_yticks() if low <= at <= high]
    if not places:
        return 0.0
    words = axes.yaxis.get_major_formatter().format_ticks(places)
    font = axes.yaxis.get_major_ticks(1)[0].label1.get_fontproperties()
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib has few types
    plain = (word.replace(r"\$", "$") for word in words)
    widest = max(renderer.get_text_width_height_descent(word, font, ismath=False)[0] for word in plain)
    return float(widest) / float(canvas.figure.dpi) + _BESIDE
