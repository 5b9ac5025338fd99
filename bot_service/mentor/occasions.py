"""How the occasions of promises are named as evidence."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.accounts import Account
from bot_service.domain.promises import PromiseOccasion
from bot_service.mentor.past import local


def lines(occasions: Iterable[PromiseOccasion], account: Account | None) -> tuple[str, ...]:
    """Return the time, the command and the facts of each occasion."""
    found = ((f"{local(account, one.at):%H:%M}", one.command, one.reason) for one in occasions)
    return tuple(" ".join(part for part in parts if part) for parts in found)
