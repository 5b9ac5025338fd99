"""Figures of one look; the only module that knows the way to a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from PIL import Image

from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator

DPI = 150
WIDTH = 6.4
"""Inches; a phone shows it about half as wide, so words need 11 points here to be read there."""

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

_MARKS = 5
_PACKED = 3
_HOURS = 2.0


@dataclass(frozen=True)
class Palette:
    """Colours with contrast on a phone in the sun; gain and loss differ for who can't tell red and green."""

    back: str
    ink: str
    grid: str
    up: str
    down: str
    accent: str
    second: str


PALETTES = {
    Theme.LIGHT: Palette("#ffffff", "#1f2933", "#dde2e7", "#0b7a75", "#c2410c", "#2456b3", "#8a5a00"),
    Theme.DARK: Palette("#17212b", "#e6edf3", "#33404d", "#3ecfb2", "#ff8a5c", "#7fb2ff", "#f0c05a"),
}


def figure_of(theme: Theme, height: float) -> tuple[Figure, Palette]:
    """Return an empty figure in a theme's colours."""
    palette = PALETTES[theme]
    return Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=palette.back), palette


def panels_of(figure: Figure, count: int, *, one_time: bool = False) -> list[Any]:
    """Return empty panels that `layout.settle` places; with `one_time` they share the first one's time."""
    panels: list[Any] = []
    for number in range(count):
        shared = panels[0] if one_time and panels else None
        panels.append(figure.add_axes((0, 0, 1, 1), label=str(number), sharex=shared))
    return panels


def get_ready() -> None:
    """Draw something once: fonts are found and loaded at the first word."""
    figure, palette = figure_of(Theme.LIGHT, 1.0)
    (axes,) = panels_of(figure, 1)
    dress(axes, palette, "0")
    png(drawn(figure))


def dress(axes: Any, palette: Palette, title: str) -> None:
    """Give axes their title, grid and colours."""
    axes.set_facecolor(palette.back)
    # Where nothing stands above the axes, the library need not look for room.
    axes.set_title(plain_text(title), loc="left", y=1.0, color=palette.ink, fontsize=12)
    axes.tick_params(colors=palette.ink, labelsize=10, length=0)
    axes.grid(visible=True, color=palette.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(palette.grid)


def plain_text(text: str) -> str:
    """Return text as it is written: a dollar must not begin a formula, and the font has no pictures."""
    shown = "".join(letter for letter in text if ord(letter) < 0x2600)  # noqa: PLR2004  # symbols begin there
    return shown.replace("$", r"\$").strip()


def time_axis(
    axes: Any, times: Sequence[float], t: Translator, marks: int = _MARKS, *, days: bool = False
) -> None:
    """Mark times of day where the span is short, days where it is long or asked for."""
    first, last = min(times), max(times)
    step = (last - first) / (marks - 1)
    axes.xaxis.set_major_locator(FixedLocator([first + step * number for number in range(marks)]))
    short = last - first <= _HOURS and not days
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda day, _place: f"{moment(day):%H:%M}" if short else t.day(moment(day).date()))
    )


def number_axis(axes: Any, t: Translator, digits: int | None = None) -> None:
    """Write the numbers of the vertical axis as the reader's language does, as fine as they need."""
    low, high = axes.get_ylim()
    fine = digits if digits is not None else 0 if high - low > 10 else 1 if high - low > 1 else 2  # noqa: PLR2004
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: t.number(value, fine)))


def drawn(figure: Figure) -> Pixels:
    """Return the figure's pixels, red, green, blue and alpha, row by row from the top."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib has few types
    return np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def png(pixels: Pixels) -> bytes:
    """Return pixels as a PNG."""
    stream = BytesIO()
    # Smaller files would take longer to make than they save on the way.
    Image.fromarray(pixels).save(stream, "png", compress_level=_PACKED, dpi=(DPI, DPI))
    return stream.getvalue()


def day_number(at: datetime, zone: str) -> float:
    """Return a moment as the axis counts it; the axis knows no zones and gets the reader's wall time."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return float(date2num(local))  # type: ignore[no-untyped-call]


def moment(day: float) -> datetime:
    """Return what the axis counts as a moment."""
    found: datetime = num2date(day)  # type: ignore[no-untyped-call]  # matplotlib has few types
    return found
