"""Candles with what a bot did on them."""

from __future__ import annotations

from decimal import Decimal
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter

from bot_service.domain.tastes import Theme
from bot_service.domain.trading import Side
from bot_service.i18n import Translator
from bot_service.services.views import ChartView
from bot_service.telegram_bot.charts.canvas import (
    Palette,
    day_number,
    drawn,
    dress,
    figure_of,
    moment,
    panels_of,
    png,
)
from bot_service.telegram_bot.charts.layout import Row, settle

_BODY = 0.65
_MARKS = 5
_LONG_DAYS = 6.0


def candle_picture(
    view: ChartView, t: Translator, theme: Theme = Theme.LIGHT, *, small: bool = False
) -> bytes:
    """Return candles with entries, exits, the open position's levels and the strategy's lines, as a PNG.

    Raises:
        ValueError: there are no candles.
    """
    if view.bars.empty:
        raise ValueError("no candles")
    height = 3.2 if small else 4.8
    figure, palette = figure_of(theme, height)
    (axes,) = panels_of(figure, 1)
    _candles(axes, view.bars, palette)
    styles = cycle(("-", "--", ":", "-."))
    for (name, values), style in zip(view.lines.items(), styles, strict=False):
        axes.plot(
            range(len(values)),
            values.to_numpy(),
            color=palette.second,
            linewidth=1.4,
            linestyle=style,
            label=name,
        )
    if view.lines:
        axes.legend(loc="upper left", fontsize=9, frameon=False, labelcolor=palette.ink, ncols=2)
    _trades(axes, view, palette)
    _position(axes, view, palette, t)
    settings = view.bot.settings
    dress(axes, palette, f"{settings.name}: {settings.symbol} {settings.timeframe.value}")
    axes.set_xlim(-1, len(view.bars) + 0.12 * len(view.bars))
    _axis(axes, view.bars, t)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:.{_digits(view)}f}"))
    settle(figure, [Row((axes,), height)])
    return png(drawn(figure))


def _candles(axes: Any, bars: pd.DataFrame, palette: Palette) -> None:
    places = np.arange(len(bars))
    first, last = bars["open"].to_numpy(), bars["close"].to_numpy()
    colours = np.where(last >= first, palette.up, palette.down)
    axes.vlines(places, bars["low"].to_numpy(), bars["high"].to_numpy(), colors=colours, linewidth=1)
    span = float(bars["high"].max() - bars["low"].min())
    # A candle without a body is a dash, not nothing.
    heights = np.maximum(np.abs(last - first), span / 400)
    axes.bar(places, heights, _BODY, np.minimum(first, last), color=colours)


def _trades(axes: Any, view: ChartView, palette: Palette) -> None:
    for trade in view.trades:
        begin, end = _place(view.bars, trade.opened_at), _place(view.bars, trade.closed_at)
        colour = palette.up if trade.net > 0 else palette.down
        prices = [float(trade.price_open), float(trade.price_close)]
        axes.plot([begin, end], prices, color=colour, linewidth=1.6, linestyle=":")
        _entry(axes, begin, trade.price_open, trade.side, palette)
        axes.plot([end], [prices[1]], marker="X", markersize=9, color=colour, markeredgecolor=palette.back)


def _entry(axes: Any, place: float, price: Decimal, side: Side, palette: Palette) -> None:
    marker = "^" if side is Side.BUY else "v"
    axes.plot(
        [place],
        [float(price)],
        marker=marker,
        markersize=11,
        color=palette.accent,
        markeredgecolor=palette.back,
    )


def _position(axes: Any, view: ChartView, palette: Palette, t: Translator) -> None:
    position = view.position
    if position is None:
        return
    begin = _place(view.bars, position.opened_at)
    _entry(axes, begin, position.price_open, position.side, palette)
    levels = (
        ("Entry", position.price_open, palette.accent, "-"),
        ("SL", position.stop_loss, palette.down, "--"),
        ("TP", position.take_profit, palette.up, "--"),
    )
    for name, price, colour, style in levels:
        if price is None:
            continue
        axes.plot([begin, len(view.bars)], [float(price)] * 2, color=colour, linewidth=1.5, linestyle=style)
        axes.annotate(
            f"{name} {t.price(price)}",
            (len(view.bars), float(price)),
            xytext=(-2, 4),
            textcoords="offset points",
            ha="right",
            color=colour,
            fontsize=10,
            fontweight="bold",
            bbox={"facecolor": palette.back, "edgecolor": "none", "alpha": 0.75, "pad": 1.5},
        )


def _place(bars: pd.DataFrame, at: Any) -> float:
    return float(max(0, bars.index.searchsorted(pd.Timestamp(at), side="right") - 1))


def _digits(view: ChartView) -> int:
    closes = [f"{value:.8g}" for value in view.bars["close"].tail(20)]
    return max((len(text.partition(".")[2]) for text in closes), default=0)


def _axis(axes: Any, bars: pd.DataFrame, t: Translator) -> None:
    count = len(bars)
    days = [day_number(at.to_pydatetime(), t.zone) for at in bars.index]
    short = days[-1] - days[0] <= _LONG_DAYS
    axes.xaxis.set_major_locator(FixedLocator([round(n * (count - 1) / (_MARKS - 1)) for n in range(_MARKS)]))

    def shown(place: float, _position: int | None) -> str:
        at = moment(days[min(max(round(place), 0), count - 1)])
        return f"{at:%d/%m %H:%M}" if short else t.day(at.date())

    axes.xaxis.set_major_formatter(FuncFormatter(shown))
