"""Pictures for alerts: the report's money, and a small chart to a trade where its reader wants one."""

from __future__ import annotations

import logging

from bot_service.domain.errors import ServiceError
from bot_service.domain.events import OrderFilled, PositionClosed
from bot_service.i18n import Translator
from bot_service.services.charting import SMALL, Charting
from bot_service.services.letters import Letter, Reports
from bot_service.services.tastes import Tastes
from bot_service.telegram_bot.pictures import with_chart, with_picture
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.render.letters import report_views

logger = logging.getLogger(__name__)


class Illustrator:
    """Put a picture to an alert; whatever keeps it away, the words go out."""

    def __init__(self, charting: Charting, tastes: Tastes) -> None:
        self._charting = charting
        self._tastes = tastes

    def illustrate(self, message: Message, letter: Letter | Reports, t: Translator) -> Message:
        """Return the alert with its picture, if it gets one."""
        if isinstance(letter, Reports):
            theme = self._tastes.of(letter.first.user_id).theme
            return with_picture(message, report_views(letter), t, theme)
        event = letter.event
        if not isinstance(event, OrderFilled | PositionClosed) or event.bot_id is None:
            return message
        taste = self._tastes.of(letter.user_id)
        if not taste.trade_charts:
            return message
        try:
            view = self._charting.chart(event.bot_id, SMALL, waits=False)
        except ServiceError as error:
            logger.info("a trade without its chart: %s", error)
            return message
        return with_chart(message, view, t, taste.theme, small=True)
