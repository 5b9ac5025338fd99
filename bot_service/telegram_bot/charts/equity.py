"""Lines of money over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate

from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.charts.canvas import (
    day_number,
    drawn,
    dress,
    figure_of,
    number_axis,
    panels_of,
    png,
    time_axis,
)
from bot_service.telegram_bot.charts.layout import Row, settle

Points = Sequence[tuple[datetime, Decimal]]


def backtest_picture(points: Points, t: Translator, currency: str, theme: Theme = Theme.LIGHT) -> bytes:
    """Return equity and, below it, the fall from its highest point so far in percent, as a PNG.

    Raises:
        ValueError: there are fewer than two points.
    """
    times, values = _line(points, t)
    falls = [100 * (value - peak) / peak for value, peak in zip(values, accumulate(values, max), strict=True)]
    figure, palette = figure_of(theme, 4.6)
    upper, lower = panels_of(figure, 2, one_time=True)
    colour = palette.up if values[-1] >= values[0] else palette.down
    upper.plot(times, values, color=colour, linewidth=1.8)
    upper.axhline(values[0], color=palette.ink, linewidth=0.8, linestyle=":")
    lower.fill_between(times, falls, 0, color=palette.down, alpha=0.4)
    dress(upper, palette, t.text(_("Equity ({currency})"), currency=currency))
    dress(lower, palette, t.text(_("Drawdown (%)")))
    number_axis(upper, t)
    number_axis(lower, t, 1)
    time_axis(lower, times, t)
    upper.tick_params(labelbottom=False)
    settle(figure, [Row((upper,), 3), Row((lower,), 1.2)])
    return png(drawn(figure))


def _line(points: Points, t: Translator) -> tuple[list[float], list[float]]:
    if len(points) < 2:  # noqa: PLR2004  # a line needs two points
        raise ValueError(f"a line needs two points, was {len(points)}")
    return [day_number(at, t.zone) for at, _value in points], [float(value) for _at, value in points]
