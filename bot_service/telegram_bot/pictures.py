"""Put a picture to a report or a back-test; without one the words stand alone."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot_service.domain.backtests import BackTestReport
from bot_service.domain.findings import DayReport
from bot_service.i18n import Translator
from bot_service.telegram_bot.render import Message

logger = logging.getLogger(__name__)


def with_picture(message: Message, report: DayReport, t: Translator) -> Message:
    """Return the report's message with its equity curve, if there is one to draw."""
    if len(report.equity_curve) < 2:  # noqa: PLR2004  # a line needs two points
        return message
    try:
        # Drawing is loaded when the first report is drawn: it takes a second.
        from bot_service.telegram_bot.charts import equity_picture  # noqa: PLC0415

        picture = equity_picture(report.equity_curve, t, report.currency)
    except (ImportError, OSError, RuntimeError, ValueError):
        logger.exception("report without its picture")
        return message
    return replace(message, photo=picture)


def with_backtest_picture(message: Message, report: BackTestReport, t: Translator) -> Message:
    """Return a back-test's message with its equity and drawdown, if there is something to draw."""
    if len(report.curve) < 2:  # noqa: PLR2004  # a line needs two points
        return message
    try:
        # As above: drawing is loaded when it is needed.
        from bot_service.telegram_bot.charts import backtest_picture  # noqa: PLC0415

        picture = backtest_picture(report.curve, t, report.currency)
    except (ImportError, OSError, RuntimeError, ValueError):
        logger.exception("back-test without its picture")
        return message
    return replace(message, photo=picture)
