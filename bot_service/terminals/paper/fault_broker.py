"""Faults of the terminal, the account, the broker and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from . import constants as c
from .fault_base import LOST, NO_LINK, READS, Call, Fault, nothing


@dataclass(kw_only=True, eq=False)
class Restart(Fault):
    """Start the terminal program again: every call fails until initialize()."""

    kind: ClassVar[str] = "terminal_restart"
    on: ClassVar[frozenset[str]] = READS

    def strike(self, call: Call) -> Any:
        """Cut the pipe; this call gets its breaking, the next ones no link."""
        call.api.paper.restart()
        return call.api.fail(*LOST, nothing(call))


@dataclass(kw_only=True, eq=False)
class RefusedConnection(Fault):
    """Let initialize() fail some times, as with a terminal that starts slowly."""

    kind: ClassVar[str] = "refused_connection"
    on: ClassVar[frozenset[str]] = READS | {"initialize"}
    times: int = 3
    _down: bool = False

    def fits(self, call: Call) -> bool:
        """Tell whether the call is the first one, or one to connect again."""
        return call.name == "initialize" if self._down else call.name in READS

    def strike(self, call: Call) -> Any:
        """Cut the pipe, then refuse to connect."""
        if not self._down:
            self._down = True
            call.api.paper.restart()
        return call.api.fail(*NO_LINK, nothing(call))


@dataclass(kw_only=True, eq=False)
class SwitchedCondition(Fault):
    """Change a condition of account or terminal; heal() puts it back."""

    fields: dict[str, Any] = field(default_factory=dict)
    _usual: dict[str, Any] = field(default_factory=dict)
    _paper: Any = None

    def strike(self, call: Call) -> Any:
        """Change it and let the call meet it."""
        self._paper = call.api.paper
        self._usual = self._paper.conditions(*self.fields)
        self._paper.change_conditions(**self.fields)
        return call.go()

    def heal(self) -> None:
        """Put back what was changed."""
        if self._paper is not None:
            self._paper.change_conditions(**self._usual)


@dataclass(kw_only=True, eq=False)
class BrokerDown(SwitchedCondition):
    """Cut the terminal off its broker: it answers from memory and can't trade."""

    kind: ClassVar[str] = "broker_down"
    fields: dict[str, Any] = field(default_factory=lambda: {"connected": False})


@dataclass(kw_only=True, eq=False)
class AlgoOff(SwitchedCondition):
    """Press the terminal's button for algorithmic trading."""

    kind: ClassVar[str] = "algo_off"
    fields: dict[str, Any] = field(default_factory=lambda: {"algo_button": False})


@dataclass(kw_only=True, eq=False)
class InvestorLogin(SwitchedCondition):
    """Log in with the investor's password: look, don't trade."""

    kind: ClassVar[str] = "investor_login"
    fields: dict[str, Any] = field(default_factory=lambda: {"trade_allowed": False})


@dataclass(kw_only=True, eq=False)
class SwitchedAccount(Fault):
    """Log the terminal in to another account after a check, before the order; heal() goes back."""

    kind: ClassVar[str] = "account_switched"
    on: ClassVar[frozenset[str]] = frozenset(("order_check",))
    login: int = 5_000_002
    _own: int = 0
    _paper: Any = None

    def strike(self, call: Call) -> Any:
        """Answer the check, then switch."""
        answer = call.go()
        self._paper = call.api.paper
        self._own = self._paper.conditions("login")["login"]
        self._paper.change_conditions(login=self.login)
        return answer

    def heal(self) -> None:
        """Log in to the first account again."""
        if self._paper is not None:
            self._paper.change_conditions(login=self._own)


@dataclass(kw_only=True, eq=False)
class RenamedSymbol(Fault):
    """Offer a symbol under another name, with another contract size."""

    kind: ClassVar[str] = "symbol_renamed"
    on: ClassVar[frozenset[str]] = frozenset(("symbol_info_tick", "copy_rates_from_pos"))
    suffix: str = ".new"
    size_factor: float = 0.1

    def fits(self, call: Call) -> bool:
        """Tell whether the call names a symbol that was not renamed yet."""
        named = bool(call.args) and isinstance(call.args[0], str)
        return super().fits(call) and named and not call.args[0].endswith(self.suffix)

    def strike(self, call: Call) -> Any:
        """Rename and let the call meet it."""
        symbol = call.args[0]
        info = call.api.api.symbol_info(symbol)
        if info is not None:
            size = info.trade_contract_size * self.size_factor
            call.api.paper.rename_symbol(symbol, symbol + self.suffix, contract_size=size)
        return call.go()


@dataclass(kw_only=True, eq=False)
class CreditRemoved(Fault):
    """Take the account's credit away, as when a bonus ends; give some first where there is none."""

    kind: ClassVar[str] = "credit_removed"
    on: ClassVar[frozenset[str]] = frozenset(("account_info", "positions_get"))
    times: int = 2
    amount: float = 500.0

    def strike(self, call: Call) -> Any:
        """Give or take, and let the call see it."""
        credit = call.api.api.account_info().credit
        call.api.paper.operate(c.DEAL_TYPE_CREDIT, -credit or self.amount, "Bonus")
        return call.go()


@dataclass(kw_only=True, eq=False)
class SpreadExplosion(Fault):
    """Widen every spread; heal() narrows them again."""

    kind: ClassVar[str] = "spread_explosion"
    on: ClassVar[frozenset[str]] = frozenset(("symbol_info_tick",))
    factor: int = 30
    _usual: dict[str, int] = field(default_factory=dict)
    _paper: Any = None

    def strike(self, call: Call) -> Any:
        """Widen and let the call see it."""
        self._paper = call.api.paper
        for info in call.api.api.symbols_get() or ():
            self._usual[info.name] = info.spread
            self._paper.change_symbol(info.name, spread=info.spread * self.factor)
        return call.go()

    def heal(self) -> None:
        """Put the usual spreads back."""
        for name, spread in self._usual.items():
            self._paper.change_symbol(name, spread=spread)


@dataclass(kw_only=True, eq=False)
class ClockJump(Fault):
    """Set the computer's clock wrong; `jump` does it and is told the seconds."""

    kind: ClassVar[str] = "clock_ahead"
    on: ClassVar[frozenset[str]] = READS
    seconds: float = 61.0
    jump: Callable[[float], None] = field(default=lambda _: None)

    def strike(self, call: Call) -> Any:
        """Move the clock, then make the call."""
        self.jump(self.seconds)
        return call.go()


@dataclass(kw_only=True, eq=False)
class ClockBack(ClockJump):
    """Set the computer's clock back by a day."""

    kind: ClassVar[str] = "clock_back"
    seconds: float = -86_400.0
