"""The picture of a report: the day, the month, the bots; and one in R that may be shown to others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import accumulate
from typing import Any

from matplotlib.figure import Figure

from bot_service.domain.findings import BotLine, DayPoint, DayReport
from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.charts.batik import THICK, frame, whole_tiles
from bot_service.telegram_bot.charts.canvas import (
    Palette,
    day_number,
    drawn,
    dress,
    figure_of,
    number_axis,
    panels_of,
    plain_text,
    png,
    time_axis,
)
from bot_service.telegram_bot.charts.layout import Row, settle

MOST_ACCOUNTS = 3
MOST_BARS = 8
_NAME = 16
_A_ROW = 2.5
_BAR = 0.3
_TITLE = 0.45


def report_picture(
    reports: Sequence[DayReport], t: Translator, theme: Theme = Theme.LIGHT, names: Sequence[str] = ()
) -> bytes:
    """Return the balance of the day, the running net of the month and the result of each bot, as a PNG.

    `names` are those of the reports' accounts, where there are several.

    Raises:
        ValueError: there is nothing to draw.
    """
    told = list(reports[:MOST_ACCOUNTS])
    if not told:
        raise ValueError("no reports")
    bars = told[0].bots[:MOST_BARS] if len(told) == 1 else ()
    below = 0.7 + _BAR * len(bars) if bars else 0.0
    figure, palette = _framed(_A_ROW * len(told) + below, theme)
    panels = panels_of(figure, 2 * len(told) + bool(bars))
    shown = names if len(told) > 1 else ()
    rows = []
    for row, report in enumerate(told):
        day, month = panels[2 * row : 2 * row + 2]
        _day(day, report, palette, t, shown[row] if row < len(shown) else "")
        _month(month, report, palette, t)
        rows.append(Row((day, month), _A_ROW))
    if bars:
        _bots(panels[-1], bars, [line.net for line in bars], palette, t)
        rows.append(Row((panels[-1],), below))
    return _finished(figure, rows, theme)


def share_picture(reports: Sequence[DayReport], t: Translator, theme: Theme = Theme.LIGHT) -> bytes:
    """Return the day in R: no money, no account; fit to be shown to others, as a PNG.

    Raises:
        ValueError: no trade of the day has an R.
    """
    lines = [line for report in reports for line in report.bots if line.r is not None]
    told = [report.r for report in reports if report.r is not None]
    if not told:
        raise ValueError("no R")
    points = _added([report.line for report in reports])
    total = sum(told, Decimal(0))
    bars = sorted(lines, key=lambda line: line.r or Decimal(0), reverse=True)[:MOST_BARS]
    below = 0.7 + _BAR * len(bars)
    figure, palette = _framed(_TITLE + _A_ROW + below, theme)
    top, middle, bottom = panels_of(figure, 3)
    title = t.text(_("{day}: {r}"), day=t.long_day(reports[0].day), r=t.r(total))
    _headline(top, title, palette)
    _line(middle, points, t.text(_("Last 30 days (R)")), palette, t)
    results = [line.r or Decimal(0) for line in bars]
    _bots(bottom, bars, results, palette, t, t.text(_("Per bot (R)")))
    rows = [Row((top,), _TITLE), Row((middle,), _A_ROW), Row((bottom,), below)]
    return _finished(figure, rows, theme)


def _framed(height: float, theme: Theme) -> tuple[Figure, Palette]:
    return figure_of(theme, whole_tiles(height + 0.5))


def _finished(figure: Figure, rows: Sequence[Row], theme: Theme) -> bytes:
    settle(figure, rows, inset=THICK)
    pixels = drawn(figure)
    frame(pixels, theme)
    return png(pixels)


def _headline(axes: Any, title: str, palette: Palette) -> None:
    axes.axis("off")
    look = {"ha": "center", "va": "center", "fontsize": 15, "fontweight": "bold", "color": palette.ink}
    axes.text(0.5, 0.5, plain_text(title), transform=axes.transAxes, **look)


def _day(axes: Any, report: DayReport, palette: Palette, t: Translator, name: str = "") -> None:
    title = t.text(_("Balance of the day ({currency})"), currency=report.currency)
    if name:
        title = t.text(_("{name}: balance ({currency})"), name=name[:_NAME], currency=report.currency)
    points = report.equity_curve
    if len(points) < 2:  # noqa: PLR2004  # a line needs two points
        _empty(axes, title, t.text(_("no closed trades")), palette)
        return
    times = [day_number(at, t.zone) for at, _value in points]
    values = [float(value) for _at, value in points]
    colour = palette.up if values[-1] >= values[0] else palette.down
    axes.step(times, values, where="post", color=colour, linewidth=2.2)
    axes.fill_between(times, values, values[0], step="post", color=colour, alpha=0.15)
    axes.axhline(values[0], color=palette.ink, linewidth=0.8, linestyle=":")
    dress(axes, palette, title)
    time_axis(axes, times, t, 3)
    number_axis(axes, t)


def _month(axes: Any, report: DayReport, palette: Palette, t: Translator) -> None:
    title = t.text(_("Last 30 days, net ({currency})"), currency=report.currency)
    _line(axes, [(point.day, point.net) for point in report.line], title, palette, t)


def _line(
    axes: Any, points: Sequence[tuple[date, Decimal]], title: str, palette: Palette, t: Translator
) -> None:
    if len(points) < 2:  # noqa: PLR2004  # as above
        _empty(axes, title, t.text(_("first day")), palette)
        return
    times = [day_number(datetime.combine(day, time(12), UTC), "UTC") for day, _value in points]
    values = [float(value) for value in accumulate(value for _day, value in points)]
    colour = palette.up if values[-1] >= 0 else palette.down
    axes.plot(times, values, color=colour, linewidth=2.0, marker="o", markersize=3)
    axes.fill_between(times, values, 0, color=colour, alpha=0.12)
    axes.axhline(0, color=palette.ink, linewidth=0.8, linestyle=":")
    dress(axes, palette, title)
    time_axis(axes, times, t, 3, days=True)
    number_axis(axes, t)


def _bots(
    axes: Any,
    lines: Sequence[BotLine],
    values: Sequence[Decimal],
    palette: Palette,
    t: Translator,
    title: str = "",
) -> None:
    manual = t.text(_("Manual"))
    names = [manual if line.bot_id is None else plain_text(line.name[:_NAME]) for line in lines]
    places = range(len(lines))
    amounts = [float(value) for value in values]
    axes.barh(places, amounts, 0.6, color=[palette.up if amount >= 0 else palette.down for amount in amounts])
    axes.axvline(0, color=palette.ink, linewidth=0.8)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    dress(axes, palette, title or t.text(_("Per bot, net")))
    axes.set_yticks(list(places), names)
    axes.xaxis.set_visible(False)
    for place, amount in zip(places, amounts, strict=True):
        axes.annotate(
            t.number(amount, 2, sign=True),
            (amount, place),
            xytext=(4 if amount >= 0 else -4, 0),
            textcoords="offset points",
            ha="left" if amount >= 0 else "right",
            va="center",
            fontsize=10,
            color=palette.ink,
        )


def _empty(axes: Any, title: str, why: str, palette: Palette) -> None:
    dress(axes, palette, title)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, why, ha="center", va="center", color=palette.ink, transform=axes.transAxes)


def _added(lines: Sequence[Sequence[DayPoint]]) -> list[tuple[date, Decimal]]:
    sums: dict[date, Decimal] = {}
    for line in lines:
        for point in line:
            sums[point.day] = sums.get(point.day, Decimal(0)) + (point.r or Decimal(0))
    return sorted(sums.items())
