"""Values into messages: one renderer per view and error, one teller per event; pure functions."""

from bot_service.telegram_bot.render import (
    backtests,
    bot_events,
    bot_views,
    errors,
    looks,
    money_views,
    people_events,
    people_views,
    receipts,
    report,
    stop_events,
    symbols,
    trade_events,
    truth_events,
    words,
)
from bot_service.telegram_bot.render.letters import letter_message
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do, fits, plain, split, units
from bot_service.telegram_bot.render.registry import RENDERERS, TELLERS, Telling, render, tell

__all__ = [
    "RENDERERS",
    "TELLERS",
    "Button",
    "Keyboard",
    "Message",
    "Telling",
    "backtests",
    "bot_events",
    "bot_views",
    "do",
    "errors",
    "fits",
    "letter_message",
    "looks",
    "money_views",
    "people_events",
    "people_views",
    "plain",
    "receipts",
    "render",
    "report",
    "split",
    "stop_events",
    "symbols",
    "tell",
    "trade_events",
    "truth_events",
    "units",
    "words",
]
