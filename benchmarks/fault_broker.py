"""Faults after which somebody may have to help: switches, renamed symbols, wrong clocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fault_cases import Planned, by_hand, case, start_faulted
from fault_world import MINUTE

from bot_service.domain import events


@dataclass
class Disabled(Planned):
    """A switch that forbids trading: bots that meet it stand in ERROR until somebody starts them."""

    count = 1
    hand = "trading was switched off on purpose: after it is on again, somebody starts the bots"
    says = (events.BotFaulted,)

    def help(self) -> None:
        """Start what stands in ERROR."""
        start_faulted(self.world)

    def lasts(self) -> timedelta:
        """Stay so long that bots meet it."""
        return timedelta(seconds=self.random.randrange(120, 240))


@case
@dataclass
class AlgoOff(Disabled):
    """The button for algorithmic trading is off."""

    name = "algo_off"


@case
@dataclass
class InvestorLogin(Disabled):
    """The terminal is logged in with the investor's password."""

    name = "investor_login"


@case
@dataclass
class Renamed(Planned):
    """A symbol has another name and contract size from now on."""

    name = "symbol_renamed"
    count = 1
    hand = "the bot's symbol is gone: somebody names the new one (nothing is guessed)"
    says = (events.BotFaulted, events.SymbolTrouble)

    def lasts(self) -> timedelta:
        """Stay until the bots have met it."""
        return 3 * MINUTE

    def help(self) -> None:
        """Close what is left under the old name, then give the bots the new one."""
        for position in self.world.truth.positions():
            if self.world.truth.spec(position.symbol + ".new") is not None:
                by_hand(self.world, position)
        self.world.run(MINUTE)
        with self.world.storage.read() as uow:
            bots = uow.bots.all()
        for bot in bots:
            new = bot.settings.broker_symbol + ".new"
            if self.world.truth.spec(new) is None:
                continue
            if bot.running:
                self.world.control.stop(self.world.actor, [bot.id])
            self._give(bot.id, new)
        start_faulted(self.world)

    def _give(self, bot_id: int, new: str) -> None:
        with self.world.storage.read() as uow:
            bot = uow.bots.get(bot_id)
        settings = replace(bot.settings, symbol=new, broker_symbol="")
        self.world.control.edit(self.world.actor, bot_id, bot.version, settings)
        self.world.wanted[bot_id].symbols.add(new)


@dataclass
class WrongClock(Planned):
    """The computer's clock jumps."""

    count = 1

    def prepare(self, fault: Any) -> None:
        """Let the jump happen to the computer, and the chat's edge see it."""
        fault.jump = self._jump

    def _jump(self, seconds: float) -> None:
        self.world.computer.wrong += timedelta(seconds=seconds)
        self.world.after(timedelta(seconds=5), self.world.keep_time)

    def heal(self) -> None:
        """Break nothing more."""
        super().heal()
        self.world.computer.wrong = timedelta(0)
        self.world.after(timedelta(seconds=5), self.world.keep_time)


@case
@dataclass
class ClockAhead(WrongClock):
    """The clock is 61 s ahead for a while; time synchronisation puts it right."""

    name = "clock_ahead"


@case
@dataclass
class ClockBack(WrongClock):
    """The clock is a day back; nothing is due until somebody sets it."""

    name = "clock_back"
    hand = "nothing is due on a clock that is a day back: somebody sets it (time synchronisation does)"
    says = (events.ClockSkewed,)

    def heal(self) -> None:
        """Leave the clock wrong."""
        Planned.heal(self)

    def help(self) -> None:
        """Set the clock."""
        WrongClock.heal(self)
