"""What other people, other programs and the broker do to the account meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, ClassVar

from fault_cases import Case, by_hand, case
from fault_world import MINUTE, World

from bot_service.domain import events
from bot_service.domain.bots import magic_of
from bot_service.terminals.paper import constants as c


@dataclass
class Deed(Case):
    """Something that is done to the account from outside, a few times."""

    times: ClassVar[int] = 2
    done: int = 0

    def begin(self) -> None:
        """Plan the first deed."""
        self.world.after(timedelta(seconds=self.random.randrange(5, 70)), self._try)

    def _try(self) -> None:
        if self.act():
            self.done += 1
        if self.done < self.times:
            self.world.after(timedelta(seconds=self.random.randrange(15, 60)), self._try)

    def act(self) -> bool:
        """Do it; False where there is nothing to do it to."""
        raise NotImplementedError

    @property
    def struck(self) -> bool:
        """Tell whether it was done."""
        return self.done >= self.times

    def own_positions(self) -> list[Any]:
        """Return the bots' open positions."""
        block = self.world.account.magic_block
        magics = {magic_of(block, bot_id) for bot_id in self.world.wanted}
        return [one for one in self.world.truth.positions() if one.magic in magics]


@case
@dataclass
class ClosedByHand(Deed):
    """Somebody closes a bot's position in MT5."""

    name = "closed_by_hand"

    def act(self) -> bool:
        """Close one."""
        held = self.own_positions()
        if held:
            by_hand(self.world, self.random.choice(held))
        return bool(held)


@case
@dataclass
class ReducedByHand(Deed):
    """Somebody closes a part of a bot's position in MT5."""

    name = "reduced_by_hand"

    def act(self) -> bool:
        """Close a part of one."""
        held = [one for one in self.own_positions() if one.volume >= 0.02]
        if held:
            by_hand(self.world, self.random.choice(held), volume=0.01)
        return bool(held)


@case
@dataclass
class StopMoved(Deed):
    """Somebody moves a position's stop in MT5."""

    name = "stop_moved"

    def act(self) -> bool:
        """Set the stop further away."""
        held = [one for one in self.own_positions() if one.sl]
        if held:
            one = self.random.choice(held)
            self.world.touched.append(one)
            sl = round(one.sl - one.sign * abs(one.price_open - one.sl) * 0.5, 5)
            self.world.paper._trader.move_stops(one, sl, one.tp)  # noqa: SLF001  # a hand in the terminal itself
        return bool(held)


@case
@dataclass
class Deposited(Deed):
    """Money comes and goes; none of it is anybody's profit."""

    name = "deposit"
    times = 3

    def act(self) -> bool:
        """Pay in or out."""
        self.world.paper.operate(c.DEAL_TYPE_BALANCE, self.random.choice([500.0, -300.0, 1250.5]), "transfer")
        return True


@case
@dataclass
class OtherToken(Deed):
    """A second copy with a token of its own trades its own bots on the account."""

    name = "copy_other_token"

    def act(self) -> bool:
        """Open or close a position with another block of numbers."""
        return strange_order(self.world, self.random, magic_of(self.world.account.magic_block + 7, 1))


@case
@dataclass
class SameToken(Deed):
    """A second copy of this very service trades with our numbers."""

    name = "copy_same_token"
    times = 1
    hand = "two copies double every order: the owner says that the other one is off"
    says = (events.SecondCopyTrades,)

    def act(self) -> bool:
        """Open a position with a bot's number that no order of ours explains."""
        bot_id = self.random.choice(list(self.world.wanted))
        return strange_order(self.world, self.random, magic_of(self.world.account.magic_block, bot_id))

    def heal(self) -> None:
        """Close what the copy has opened: it is switched off."""
        ours = {deal.position_id for deal in self.world.truth.deals() if deal.ticket in self.world.foreign}
        for position in self.world.truth.positions():
            if position.key in ours:
                by_hand(self.world, position)

    def lasts(self) -> timedelta:
        """Stay until it is noticed."""
        return 2 * MINUTE

    def help(self) -> None:
        """Say that the other copy is off."""
        self.world.process.services.copies.is_off(self.world.actor)


@case
@dataclass
class CloseOnly(Deed):
    """The broker lets a symbol be closed only, for some minutes."""

    name = "close_only"
    times = 1
    symbol: str = ""

    def act(self) -> bool:
        """Restrict one bot's symbol."""
        wanted = self.random.choice(list(self.world.wanted.values()))
        self.symbol = min(name for name in wanted.symbols if self.world.truth.spec(name))
        self.world.paper.change_symbol(self.symbol, trade_mode=c.SYMBOL_TRADE_MODE_CLOSEONLY)
        return True

    def lasts(self) -> timedelta:
        """Stay long enough for signals to meet it."""
        return 3 * MINUTE

    def heal(self) -> None:
        """Trade in full again."""
        if self.symbol:
            self.world.paper.change_symbol(self.symbol, trade_mode=c.SYMBOL_TRADE_MODE_FULL)


def strange_order(world: World, random: Random, magic: int) -> bool:
    """Open a position that is not the service's own, as another program on the same account does.

    Where a symbol has one position only, the other program has a symbol of its own.
    """
    wanted = random.choice(list(world.wanted.values()))
    symbol = min(name for name in wanted.symbols if world.truth.spec(name))
    if world.mode != "hedging":
        symbol = world.spare_symbol
    tick = world.paper.symbol_info_tick(symbol)
    if tick is None:
        return False
    answer = world.paper.order_send(
        {
            "action": c.TRADE_ACTION_DEAL,
            "symbol": symbol,
            "volume": 0.03,
            "type": c.ORDER_TYPE_BUY,
            "price": tick.ask,
            "deviation": 50,
            "magic": magic,
            "comment": f"{random.randrange(16**12):016x}",
            "type_filling": c.ORDER_FILLING_IOC,
        }
    )
    if answer is None or answer.retcode != c.TRADE_RETCODE_DONE:
        return False
    world.foreign.update(deal.ticket for deal in world.truth.deals() if deal.order == answer.order)
    return True
