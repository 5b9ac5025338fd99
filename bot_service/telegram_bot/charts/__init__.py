"""Draw pictures for the chat: the only door to matplotlib, which takes a second to load."""

from bot_service.telegram_bot.charts.candles import candle_picture
from bot_service.telegram_bot.charts.canvas import get_ready
from bot_service.telegram_bot.charts.equity import backtest_picture
from bot_service.telegram_bot.charts.report import report_picture, share_picture
from bot_service.telegram_bot.charts.results import performance_picture, today_picture

__all__ = [
    "backtest_picture",
    "candle_picture",
    "get_ready",
    "performance_picture",
    "report_picture",
    "share_picture",
    "today_picture",
]
