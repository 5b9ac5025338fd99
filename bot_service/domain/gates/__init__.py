"""Gates before an entry: one file each with a class that has the shape of `Check`, found by themselves.

A gate stops entries only. Closing never comes here.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar, Protocol

from bot_service.domain import plugins
from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.risk import Denied


class Check(Protocol):
    """Why an entry must not be made now; a smaller `order` is asked first."""

    order: ClassVar[int]

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:
        """Return why the gate is closed; None lets the entry pass."""


@cache
def all_gates() -> dict[str, type[Check]]:
    """Return every gate of this package by its file's name, in the order in which they are asked."""
    found = {module.__name__.rsplit(".", 1)[1]: module.Gate for module in plugins.modules(__name__, __path__)}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def refusal(entry: Entry, rules: GateRules) -> Denied | None:
    """Return the first refusal of all gates."""
    for gate in all_gates().values():
        denied = gate.refusal(entry, rules)
        if denied is not None:
            return denied
    return None
