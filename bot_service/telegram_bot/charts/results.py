"""What trades came to, drawn: the day of each account, and the last days with their bots."""

from __future__ import annotations

from typing import Any

from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.views import CurrencyResult, TodayAccount, TodayView
from bot_service.telegram_bot.charts.canvas import (
    Palette,
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

MOST_PANELS = 3
MOST_BARS = 8
_NAME = 16


def today_picture(view: TodayView, t: Translator, theme: Theme = Theme.LIGHT) -> bytes:
    """Return a panel per account: the balance since the day began, and the equity of now.

    Raises:
        ValueError: no account has a line to draw.
    """
    shown = [account for account in view.accounts if len(account.curve) > 1][:MOST_PANELS]
    if not shown:
        raise ValueError("no account has two points")
    figure, palette = figure_of(theme, 1.2 + 2.4 * len(shown))
    panels = panels_of(figure, len(shown))
    for axes, account in zip(panels, shown, strict=True):
        _day(axes, account, palette, t)
    settle(figure, [Row((axes,), 1) for axes in panels])
    return png(drawn(figure))


def _day(axes: Any, account: TodayAccount, palette: Palette, t: Translator) -> None:
    times = [day_number(at, t.zone) for at, _value in account.curve]
    values = [float(value) for _at, value in account.curve]
    colour = palette.up if values[-1] >= values[0] else palette.down
    steps, held = [*times[:-1], times[-1]], [*values[:-1], values[-2]]
    axes.step(steps, held, where="post", color=palette.accent, linewidth=2.2)
    axes.plot([times[-1], times[-1]], [values[-2], values[-1]], color=colour, linewidth=1.6, linestyle="--")
    axes.plot([times[-1]], [values[-1]], marker="o", markersize=7, color=colour)
    axes.axhline(values[0], color=palette.ink, linewidth=0.8, linestyle=":")
    axes.margins(x=0.03, y=0.2)
    dress(
        axes,
        palette,
        t.text(
            _("{label}: balance today, ● equity now ({currency})"),
            label=account.label,
            currency=account.currency,
        ),
    )
    time_axis(axes, times, t)
    number_axis(axes, t)


def performance_picture(
    totals: tuple[CurrencyResult, ...], days: int, t: Translator, theme: Theme = Theme.LIGHT
) -> bytes:
    """Return for each currency the running net and the net of each bot.

    Raises:
        ValueError: there is no trade to draw.
    """
    shown = [item for item in totals if item.curve][:MOST_PANELS]
    if not shown:
        raise ValueError("no trades")
    shares = [part for item in shown for part in (2.2, 0.8 + 0.32 * min(len(item.by_bot), MOST_BARS))]
    figure, palette = figure_of(theme, sum(shares) + 0.6)
    panels = panels_of(figure, len(shares))
    for number, item in enumerate(shown):
        _running(panels[2 * number], item, days, palette, t)
        _bots(panels[2 * number + 1], item, palette, t)
    settle(figure, [Row((axes,), share) for axes, share in zip(panels, shares, strict=True)])
    return png(drawn(figure))


def _running(axes: Any, item: CurrencyResult, days: int, palette: Palette, t: Translator) -> None:
    times = [day_number(at, t.zone) for at, _value in item.curve]
    values = [float(value) for _at, value in item.curve]
    colour = palette.up if values[-1] >= 0 else palette.down
    times, values = [times[0], *times], [0.0, *values]
    axes.step(times, values, where="post", color=colour, linewidth=2.2)
    axes.fill_between(times, values, 0, step="post", color=colour, alpha=0.15)
    axes.axhline(0, color=palette.ink, linewidth=0.8, linestyle=":")
    title = t.plural(
        "Net of closed trades, {n} day ({currency})",
        "Net of closed trades, {n} days ({currency})",
        n=days,
        currency=item.currency,
    )
    dress(axes, palette, title)
    if times[-1] > times[0]:
        time_axis(axes, times, t)
    number_axis(axes, t)


def _bots(axes: Any, item: CurrencyResult, palette: Palette, t: Translator) -> None:
    ranked = sorted(item.by_bot, key=lambda line: -abs(line.result.net))[:MOST_BARS]
    lines = sorted(ranked, key=lambda line: line.result.net)
    names = [_name(line.name or t.text(_("By hand")), line.bot_id) for line in lines]
    nets = [float(line.result.net) for line in lines]
    axes.barh(range(len(lines)), nets, color=[palette.up if net >= 0 else palette.down for net in nets])
    for place, line in enumerate(lines):
        net = float(line.result.net)
        axes.annotate(
            t.short_money(line.result.net, item.currency, sign=True),
            (net, place),
            xytext=(4 if net >= 0 else -4, 0),
            textcoords="offset points",
            ha="left" if net >= 0 else "right",
            va="center",
            color=palette.ink,
            fontsize=10,
        )
    axes.set_yticks(range(len(lines)), names)
    axes.axvline(0, color=palette.ink, linewidth=0.8)
    axes.margins(x=0.28)
    dress(axes, palette, t.text(_("Per bot ({currency})"), currency=item.currency))
    axes.set_xticks([])


def _name(name: str, bot_id: int | None) -> str:
    shown = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    return shown.replace("$", r"\$") if bot_id is None else f"{shown} ({bot_id})".replace("$", r"\$")
