"""Draw pictures for the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import accumulate
from zoneinfo import ZoneInfo

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num, num2date
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from bot_service.i18n import Translator
from bot_service.i18n import mark as _

_MARKS = 6
_UP, _DOWN, _GRID = "#1a7f5a", "#b3443c", "#d9d9d9"


def equity_picture(points: Sequence[tuple[datetime, Decimal]], t: Translator, currency: str) -> bytes:
    """Return the balance over the day as a PNG.

    Raises:
        ValueError: there are fewer than two points.
    """
    if len(points) < 2:  # noqa: PLR2004  # a line needs two points
        raise ValueError(f"a line needs two points, was {len(points)}")
    zone = ZoneInfo(t.zone)
    times = [_day_number(at, zone) for at, _value in points]
    values = [float(value) for _at, value in points]
    figure = Figure(figsize=(7.2, 4.0), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    colour = _UP if values[-1] >= values[0] else _DOWN
    axes.step(times, values, where="post", color=colour, linewidth=2)
    axes.fill_between(times, values, values[0], step="post", color=colour, alpha=0.12)
    axes.axhline(values[0], color=_GRID, linewidth=1)
    axes.xaxis.set_major_locator(FixedLocator(_marks(times[0], times[-1])))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _place: _clock(day)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: t.number(value, 0)))
    axes.set_title(t.text(_("Balance ({currency})"), currency=currency), loc="left")
    axes.grid(visible=True, color=_GRID, linewidth=0.5)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def backtest_picture(points: Sequence[tuple[datetime, Decimal]], t: Translator, currency: str) -> bytes:
    """Return equity and, below it, the fall from its highest point so far in percent, as a PNG.

    Raises:
        ValueError: there are fewer than two points.
    """
    if len(points) < 2:  # noqa: PLR2004  # a line needs two points
        raise ValueError(f"a line needs two points, was {len(points)}")
    zone = ZoneInfo(t.zone)
    times = [_day_number(at, zone) for at, _value in points]
    values = [float(value) for _at, value in points]
    falls = [100 * (value - peak) / peak for value, peak in zip(values, accumulate(values, max), strict=True)]
    figure = Figure(figsize=(7.2, 5.0), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot(times, values, color=_UP if values[-1] >= values[0] else _DOWN, linewidth=1.6)
    upper.axhline(values[0], color=_GRID, linewidth=1)
    upper.set_title(t.text(_("Equity ({currency})"), currency=currency), loc="left")
    upper.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: t.number(value, 0)))
    lower.fill_between(times, falls, 0, color=_DOWN, alpha=0.3)
    lower.set_title(t.text(_("Drawdown (%)")), loc="left")
    lower.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: t.number(value, 1)))
    lower.xaxis.set_major_locator(FixedLocator(_marks(times[0], times[-1])))
    lower.xaxis.set_major_formatter(FuncFormatter(lambda day, _place: t.day(_moment(day).date())))
    for axes in (upper, lower):
        axes.grid(visible=True, color=_GRID, linewidth=0.5)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def _marks(first: float, last: float) -> list[float]:
    step = (last - first) / (_MARKS - 1)
    return [first + step * number for number in range(_MARKS)]


def _day_number(at: datetime, zone: ZoneInfo) -> float:
    # The axis knows no zones: it gets the reader's wall time.
    return float(date2num(at.astimezone(zone).replace(tzinfo=None)))  # type: ignore[no-untyped-call]


def _clock(day: float) -> str:
    return f"{_moment(day):%H:%M}"


def _moment(day: float) -> datetime:
    moment: datetime = num2date(day)  # type: ignore[no-untyped-call]  # matplotlib has few types
    return moment
