"""The way to a package that lives elsewhere: what it carries, how long each call may take, how it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

DEFAULT = ""
START = "start"
BEAT = "beat"
# Seconds. `initialize` may start a terminal (60 s), then waits for its account (`SignIn.timeout_s`).
DEADLINES: Mapping[str, float] = MappingProxyType(
    {
        DEFAULT: 5.0,
        START: 20.0,
        BEAT: 2.0,
        "initialize": 80.0,
        "login": 25.0,
        "shutdown": 3.0,
        "order_check": 10.0,
        "order_send": 20.0,
        "symbols_get": 15.0,
        "symbol_select": 10.0,
        "copy_rates_from": 15.0,
        "copy_rates_from_pos": 15.0,
        "copy_rates_range": 15.0,
        "copy_ticks_from": 15.0,
        "copy_ticks_range": 15.0,
        "history_orders_get": 15.0,
        "history_deals_get": 15.0,
        "probe_gil": 30.0,
    }
)


@dataclass(frozen=True)
class SignIn:
    """Which terminal to open and which account it must show; nothing given: the one that is open."""

    path: str | None = None
    login: int | None = None
    password: str | None = field(default=None, repr=False)
    server: str | None = None
    portable: bool = False
    timeout_s: float = 15.0


class Refused(Exception):
    """A connection can't be made; `code` is a last error, `text` says what was seen."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class NotSent(Exception):
    """A call surely never reached the terminal."""


class Channel(Protocol):
    """One way to the far side; it carries one call at a time."""

    def open(self, deadline_s: float) -> tuple[Any, ...]:
        """Begin anew and return the far side's `hello`.

        Raises:
            Refused: the far side can't be used.
            TimeoutError: it did not answer in time.
            OSError: it broke.
        """

    def call(
        self, name: str, args: tuple[Any, ...], kwargs: tuple[Any, ...], deadline_s: float
    ) -> tuple[Any, ...]:
        """Return the far side's answer to one call.

        Raises:
            NotSent: it never left.
            TimeoutError: no answer in time; the outcome is unknown.
            OSError: the way broke; the outcome is unknown.
        """

    def explain(self, error: tuple[int, str]) -> tuple[int, str]:
        """Return a truer error for a refused `initialize`, if this way can tell more."""

    def close(self) -> None:
        """End the far side's work for us; safe to repeat."""

    def kill(self) -> None:
        """End at once, from any thread; a call that waits fails."""
