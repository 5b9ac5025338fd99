"""Back-tests that people ask for in the chat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot_service.domain.backtests import BackTestOrder, BackTestReport, BackTestStopped, BackTestTrouble
from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.errors import BackTestFailed, BackTestRunning
from bot_service.domain.market import Bars
from bot_service.ports import BackTester, Terminal, UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.looks import bars_needed
from bot_service.services.tags import tag_of
from bot_service.services.views import BackTestView

MOST_BARS = 15_000
"""Bars asked of a terminal at once: two and a half years of H1, ten days of M1."""

LEAST_BARS = 1_001
"""Bars without which the paper terminal replays nothing."""

ASK_S = 15.0
SHOWN = "back_test_shown"
"""Key of the stored value that names progress messages, for a service that dies meanwhile."""


class BackTests:
    """Replay a bot's settings over the last days; nothing here touches a bot, an order or the account."""

    def __init__(self, desk: Desk, tester: BackTester | None = None) -> None:
        self._desk = desk
        self._tester = tester
        self._cancels = 0

    def bot(self, bot_id: int) -> Bot:
        """Return the bot that a back-test is asked for, if one could begin now.

        Raises:
            BotNotFound: there is none.
            BackTestRunning: another one runs.
            BackTestFailed: its symbol's costs are not known.
        """
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
        tester = self._ready(bot)
        if tester.busy:
            raise BackTestRunning
        if not tester.knows(_symbol(bot.settings)):
            raise BackTestFailed(bot_id, BackTestTrouble.UNKNOWN_SYMBOL)
        return bot

    def run(self, bot_id: int, days: int) -> BackTestView:
        """Replay the bot over its last days; blocks until the result is there.

        Raises:
            BackTestFailed: it came to no result.
            BackTestRunning: another one runs.
            ServiceError: the terminal gives no bars, or the settings can't be replayed.
        """
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
            account = uow.accounts.get(bot.account_id)
        tester = self._ready(bot)
        if tester.busy:
            raise BackTestRunning
        until, cancels = self._desk.market.now(), self._cancels
        since = until - timedelta(days=days)
        bars = None if tester.reads_files else self._bars(bot, since, until)
        if cancels != self._cancels:
            raise BackTestFailed(bot_id, BackTestTrouble.INTERRUPTED)
        try:
            report: BackTestReport = tester.run(BackTestOrder(bot.settings, since, until, bars))
        except BackTestStopped as error:
            raise BackTestFailed(bot_id, error.trouble) from error
        return BackTestView(tag_of(account), bot, days, report)

    def cancel(self) -> None:
        """End the one that runs or is about to: the chat ends."""
        self._cancels += 1
        if self._tester is not None:
            self._tester.cancel()

    def shown(self, chat_id: int, message_id: int) -> None:
        """Remember a progress message."""
        with self._desk.database.write() as uow:
            _remember(uow, (*_remembered(uow), (chat_id, message_id)))
            uow.commit()

    def finished(self, chat_id: int, message_id: int) -> None:
        """Forget a progress message: it says what became of its back-test."""
        with self._desk.database.write() as uow:
            _remember(uow, (item for item in _remembered(uow) if item != (chat_id, message_id)))
            uow.commit()

    def left_over(self) -> tuple[tuple[int, int], ...]:
        """Return chats and ids of the progress messages that nobody has finished."""
        with self._desk.database.read() as uow:
            return _remembered(uow)

    def _ready(self, bot: Bot) -> BackTester:
        if self._tester is None:
            raise BackTestFailed(bot.id, BackTestTrouble.BROKEN)
        return self._tester

    def _bars(self, bot: Bot, since: datetime, until: datetime) -> Bars:
        timeframe = bot.settings.timeframe
        wanted = (until - since) // timeframe.duration + bars_needed(bot.settings)
        count = min(max(wanted, LEAST_BARS), MOST_BARS)

        def fetch(terminal: Terminal) -> Bars:
            return terminal.closed_bars(bot.settings.broker_symbol, timeframe, count)

        bars = self._desk.lanes.ask(bot.account_id, fetch, ASK_S)
        if len(bars) < LEAST_BARS:
            raise BackTestFailed(bot.id, BackTestTrouble.TOO_FEW_BARS)
        return bars


def _remembered(uow: UnitOfWork) -> tuple[tuple[int, int], ...]:
    items = (item.split(":") for item in (uow.get_value(SHOWN) or "").split())
    return tuple((int(chat), int(message)) for chat, message in items)


def _remember(uow: UnitOfWork, messages: Iterable[tuple[int, int]]) -> None:
    uow.set_value(SHOWN, " ".join(f"{chat}:{message}" for chat, message in messages))


def _symbol(settings: BotSettings) -> str:
    return settings.broker_symbol or settings.symbol
