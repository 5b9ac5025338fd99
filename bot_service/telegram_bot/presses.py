"""End the waiting sign of a press."""

from __future__ import annotations

import logging

from telegram import CallbackQuery
from telegram.error import TelegramError

logger = logging.getLogger(__name__)


async def answer(query: CallbackQuery) -> None:
    """End the waiting sign of a press; a press that is too old for it is no error."""
    try:
        await query.answer()
    except TelegramError as error:
        logger.info("press not answered: %s", error)
