"""Candles of a bot with its trades on them: bars from the account's lane, the rest from the books."""

from __future__ import annotations

import logging

import pandas as pd

from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.errors import ServiceError
from bot_service.domain.market import Bars
from bot_service.ports import Terminal
from bot_service.services.desk import LOOK_TURN_S, Desk
from bot_service.services.holdings import holdings_of
from bot_service.services.looks import bars_needed, last_bar
from bot_service.services.tags import tag_of
from bot_service.services.units import counted_in
from bot_service.services.views import ChartView
from bot_service.strategies import find

log = logging.getLogger(__name__)

CANDLES = 80
SMALL = 40
ASK_S = 15.0
ALERT_S = 1.5


class Charting:
    """Collect what a chart shows; slow only where the terminal is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def bot(self, bot_id: int) -> Bot:
        """Return the bot that a chart is asked for.

        Raises:
            BotNotFound: there is none.
        """
        with self._desk.database.read() as uow:
            return uow.bots.get(bot_id)

    def chart(self, bot_id: int, candles: int = CANDLES, *, waits: bool = True) -> ChartView:
        """Return the newest candles with the bot's trades; whoever doesn't wait gets them soon or not at all.

        Raises:
            BotNotFound: there is none.
            MarketDataMissing, TerminalUnavailable: there are no bars just now.
        """
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
        bars = self._bars(bot, candles, waits=waits)
        with self._desk.database.read() as uow:
            account = uow.accounts.get(bot.account_id)
            first = bars.index[-min(candles, len(bars))].to_pydatetime()
            trades = uow.books.trades(account.id, first, self._desk.market.now(), bot_id)
            position = holdings_of(uow, account).of_bot(bot_id)
            currency = counted_in(uow, account)
        lines = {name: values.iloc[-candles:] for name, values in _lines(bot.settings, bars).items()}
        return ChartView(tag_of(account), bot, bars.iloc[-candles:], trades, position, lines, currency)

    def _bars(self, bot: Bot, candles: int, *, waits: bool) -> Bars:
        settings = bot.settings
        count = candles + bars_needed(settings)

        def fetch(terminal: Terminal) -> Bars:
            bars = terminal.closed_bars(settings.broker_symbol or settings.symbol, settings.timeframe, count)
            log.debug("bars for a chart", extra={"bot": bot.id, "until": str(last_bar(bars))})
            return bars

        if waits:
            return self._desk.lanes.ask(bot.account_id, fetch, ASK_S)
        return self._desk.lanes.ask(bot.account_id, fetch, ALERT_S, turn_s=LOOK_TURN_S)


def _lines(settings: BotSettings, bars: Bars) -> dict[str, pd.Series]:
    try:
        strategy = find(settings.strategy)
        return dict(strategy.lines(bars, strategy.checked(settings.parameters)))
    except ServiceError:
        return {}
    # Anybody may bring a strategy, and its code may raise anything; candles are worth showing without it.
    except Exception:
        log.exception("a strategy has no lines", extra={"strategy": settings.strategy})
        return {}
