"""What stands between the service and its terminal in the fault benchmark: it takes notes, and it can die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot_service.terminals.paper import PaperTerminal


class Killed(BaseException):
    """End the process as kill -9 does: nobody catches it, nothing is written after it."""


@dataclass
class Sent:
    """One order_send (or order_check, when `only_checked`) and what the service was answered."""

    at: datetime
    request: dict[str, Any]
    only_checked: bool
    login: int
    retcode: int | None = None
    error: int | None = None
    raised: bool = False
    of_another: bool = False
    deals: tuple[int, ...] = ()

    @property
    def magic(self) -> int:
        """Return the magic number of the request."""
        return int(self.request.get("magic", 0))

    @property
    def ref(self) -> str:
        """Return the reference in the comment."""
        return str(self.request.get("comment", ""))

    @property
    def settled(self) -> bool:
        """Tell whether the answer proves what became of the order; one to another order proves nothing."""
        return self.retcode is not None and self.retcode not in DOUBTFUL and not self.of_another


DOUBTFUL = (10008, 10011, 10012, 10028, 10031)


@dataclass(frozen=True)
class Broken:
    """A call that the service got no good answer to; `error` is the terminal's code, 0 for an exception."""

    at: datetime
    name: str
    error: int


@dataclass
class Notes:
    """What went over the line since the benchmark began; restarts of the service don't clear it."""

    sent: list[Sent] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    calls: int = 0


@dataclass(frozen=True)
class Look:
    """What the service was answered when it asked for positions."""

    at: datetime
    positions: tuple[Any, ...]


class Line:
    """An API of the package's shape that passes everything on.

    `before` is called before each call and may raise `Killed`; once dead, every call does.
    """

    def __init__(
        self, api: Any, truth: Truth, notes: Notes, now: Callable[[], datetime], before: Callable[[str], None]
    ) -> None:
        self._api = api
        self._truth = truth
        self._now = now
        self._before = before
        self.notes = notes
        self.dead = False

    def last_error(self) -> tuple[int, str]:
        """Return the last error of the API behind."""
        code, text = self._api.last_error()
        return code, text

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._api, name)
        if name.startswith("_") or not callable(found) or isinstance(found, type):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            return self._called(name, found, args, kwargs)

        return called

    def _called(self, name: str, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if self.dead:
            raise Killed
        self._before(name)
        self.notes.calls += 1
        order = name in {"order_send", "order_check"}
        note = self._begun(name, args) if order else None
        first = self._truth.next_ticket
        try:
            answer = function(*args, **kwargs)
        except Exception:
            self._broke(name, 0)
            if note is not None:
                note.raised = True
            raise
        finally:
            if note is not None:
                note.deals = self._truth.deals_since(first, note.ref)
        self._answered(name, answer, note)
        if self.dead:
            raise Killed
        return answer

    def _begun(self, name: str, args: Any) -> Sent:
        request = dict(args[0]) if args else {}
        note = Sent(self._now(), request, name == "order_check", self._truth.login)
        self.notes.sent.append(note)
        return note

    def _answered(self, name: str, answer: Any, note: Sent | None) -> None:
        failed = answer is None or answer is False
        error = int(self._api.last_error()[0]) if failed else 0
        cut_off = name == "terminal_info" and answer is not None and not answer.connected
        if name == "positions_get" and answer is not None:
            self.notes.looks.append(Look(self._now(), tuple(answer)))
        if note is not None:
            note.retcode = None if failed else int(answer.retcode)
            note.of_another = not failed and answer.request.comment != note.ref
            note.error = error if failed else None
        if failed:
            self._broke(name, error)
        elif cut_off:
            self._broke(name, BROKER_DOWN)

    def _broke(self, name: str, error: int) -> None:
        self.notes.broken.append(Broken(self._now(), name, error))


BROKER_DOWN = 1
"""Stands for a terminal that says that it isn't connected; no error code of the package is positive twice."""


class Truth:
    """The paper account itself, read past everything that lies before it."""

    def __init__(self, paper: PaperTerminal) -> None:
        self._paper = paper
        self._account = paper._account  # noqa: SLF001  # what is true must not depend on a link that breaks

    @property
    def next_ticket(self) -> int:
        """Return a number that no later order or deal is below."""
        return int(self._account._next_ticket)  # noqa: SLF001  # as above

    @property
    def login(self) -> int:
        """Return the account that the terminal is logged in to."""
        return self._account.conditions.login

    @property
    def conditions(self) -> Any:
        """Return the present conditions of account and terminal."""
        return self._account.conditions

    @property
    def balance(self) -> float:
        """Return the balance."""
        return self._account.balance

    def deals(self) -> tuple[Any, ...]:
        """Return all deals ever made, oldest first."""
        return self._account.book.deals("1", ())

    def deals_of(self, position_id: int) -> tuple[Any, ...]:
        """Return the deals of a position."""
        return self._account.book.deals("position_id = ?", (position_id,))

    def deals_since(self, ticket: int, ref: str) -> tuple[int, ...]:
        """Return the tickets from a number on that carry a reference."""
        found = self._account.book.deals("ticket >= ? AND comment = ?", (ticket, ref))
        return tuple(deal.ticket for deal in found)

    def order(self, ticket: int) -> Any:
        """Return a finished order, None where there is none."""
        found = self._account.book.orders("ticket = ?", (ticket,))
        return found[0] if found else None

    def positions(self) -> tuple[Any, ...]:
        """Return the open positions."""
        return tuple(self._account.positions.values())

    def spec(self, symbol: str) -> Any:
        """Return a symbol's contract, None where the broker has no such symbol any more."""
        return self._paper._market.specs.get(symbol)  # noqa: SLF001  # as above

    def source(self, symbol: str) -> str:
        """Return which market is behind a broker's name."""
        return str(self._paper._feed.sources[symbol].symbol)  # noqa: SLF001  # as above

    def profit(self, symbol: str, sign: int, lots: float, opened: float, closed: float) -> float:
        """Return a trade's profit by the broker's own arithmetic."""
        return float(self._account.money.profit(self.spec(symbol), sign, lots, opened, closed))
