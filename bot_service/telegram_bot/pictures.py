"""Put a picture to words; without one the words stand alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot_service.domain.backtests import BackTestReport
from bot_service.domain.findings import DayReport
from bot_service.domain.tastes import Theme
from bot_service.i18n import Translator
from bot_service.services.views import ChartView, PerformanceView, TodayView
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.render.report import ReportView

logger = logging.getLogger(__name__)


def get_ready() -> None:
    """Load what draws, so that nobody waits two seconds for the first picture."""
    try:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # see below

        charts.get_ready()
    except (ImportError, OSError, RuntimeError, ValueError):
        logger.exception("no pictures here")


def with_picture(
    message: Message, parts: Sequence[ReportView], t: Translator, theme: Theme = Theme.LIGHT
) -> Message:
    """Return the message of a day's reports with their money, if there is a line to draw."""
    drawn = [part for part in parts if len(part.report.equity_curve) > 1 or len(part.report.line) > 1]
    if not drawn:
        return message
    names = ["" if part.tag is None else part.tag.label for part in drawn]

    def draw() -> bytes:
        # Drawing is loaded when the first picture is drawn: it takes a second.
        from bot_service.telegram_bot import charts  # noqa: PLC0415

        return charts.report_picture([part.report for part in drawn], t, theme, names)

    return _drawn(message, draw)


def with_share_picture(
    message: Message, reports: Sequence[DayReport], t: Translator, theme: Theme = Theme.LIGHT
) -> Message:
    """Return the message with the day in R, without money and account."""

    def draw() -> bytes:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # as above

        return charts.share_picture(reports, t, theme)

    return _drawn(message, draw)


def with_backtest_picture(
    message: Message, report: BackTestReport, t: Translator, theme: Theme = Theme.LIGHT
) -> Message:
    """Return a back-test's message with its equity and drawdown, if there is something to draw."""
    if len(report.curve) < 2:  # noqa: PLR2004  # a line needs two points
        return message

    def draw() -> bytes:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # as above

        return charts.backtest_picture(report.curve, t, report.currency, theme)

    return _drawn(message, draw)


def with_today_picture(
    message: Message, view: TodayView, t: Translator, theme: Theme = Theme.LIGHT
) -> Message:
    """Return the day's message with the money of each account."""
    if not any(len(account.curve) > 1 for account in view.accounts):
        return message

    def draw() -> bytes:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # as above

        return charts.today_picture(view, t, theme)

    return _drawn(message, draw)


def with_performance_picture(
    message: Message, view: PerformanceView, t: Translator, theme: Theme = Theme.LIGHT
) -> Message:
    """Return the message with the running net and the result of each bot."""
    if not view.totals:
        return message

    def draw() -> bytes:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # as above

        return charts.performance_picture(view.totals, view.days, t, theme)

    return _drawn(message, draw)


def with_chart(
    message: Message, view: ChartView, t: Translator, theme: Theme = Theme.LIGHT, *, small: bool = False
) -> Message:
    """Return the message with candles and what the bot did on them."""

    def draw() -> bytes:
        from bot_service.telegram_bot import charts  # noqa: PLC0415  # as above

        return charts.candle_picture(view, t, theme, small=small)

    return _drawn(message, draw)


def _drawn(message: Message, draw: Callable[[], bytes]) -> Message:
    try:
        return replace(message, photo=draw())
    except (ImportError, OSError, RuntimeError, ValueError):
        logger.exception("words without their picture")
        return message
