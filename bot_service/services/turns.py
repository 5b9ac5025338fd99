"""One bot's turn at the market, and what is written down about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Waiting
from bot_service.domain.market import Instrument, Tick
from bot_service.domain.risk import Denied
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Side
from bot_service.ports import Terminal
from bot_service.services import lifecycle
from bot_service.services.desk import Desk
from bot_service.services.looks import Look

SIDES = {Signal.BUY: Side.BUY, Signal.SELL: Side.SELL}


@dataclass(frozen=True)
class Turn:
    """A bot that looks at a newly closed bar."""

    bot: Bot
    account: Account
    terminal: Terminal
    instrument: Instrument
    look: Look

    @property
    def side(self) -> Side | None:
        """Return the direction of the bar's signal."""
        return SIDES.get(self.look.analysis.signal)

    def with_spread(self, tick: Tick) -> Turn:
        """Return the same with the spread's share of the stop's distance in its analysis."""
        if not self.look.atr:
            return self
        percent = float(100 * tick.spread / (self.look.atr * self.bot.settings.stop_atr))
        return self._told(spread_percent=percent)

    def with_denial(self, denied: Denied) -> Turn:
        """Return the same with the reason for which its entry is held back in its analysis."""
        return self._told(denied=denied.reason.value, denied_numbers=dict(denied.numbers))

    def _told(self, **changes: object) -> Turn:
        analysis = replace(self.look.analysis, **changes)  # type: ignore[arg-type]  # fields of Analysis
        return replace(self, look=replace(self.look, analysis=analysis))


class Marks:
    """Write what a turn found; each is one short transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def done(self, turn: Turn) -> None:
        """Keep the analysis; this bar is never looked at again."""
        with self._desk.database.write() as uow:
            uow.bots.evaluated(turn.bot.id, turn.look.bar_time)
            uow.journal.save_analysis(turn.bot.id, turn.look.analysis)
            uow.commit()

    def analysis(self, turn: Turn) -> None:
        """Keep the analysis only."""
        with self._desk.database.write() as uow:
            uow.journal.save_analysis(turn.bot.id, turn.look.analysis)
            uow.commit()

    def market_open(self, bot: Bot, terminal: Terminal) -> bool:
        """Tell whether the bot's market is open, and write whether the bot waits for it."""
        is_open = terminal.market_open(bot.settings.broker_symbol)
        self.waiting(bot, None if is_open else Waiting.MARKET_CLOSED)
        return is_open

    def waiting(self, bot: Bot, waiting: Waiting | None) -> None:
        """Write why a bot does nothing just now, if that is news."""
        if bot.waiting is waiting:
            return
        with self._desk.database.write() as uow:
            lifecycle.wait_for(uow, bot, waiting)
            uow.commit()
