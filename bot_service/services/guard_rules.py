"""The limits that are set for an account; the usual ones where nobody has set any."""

from __future__ import annotations

from bot_service.domain import codec
from bot_service.domain.guards import GuardRules
from bot_service.ports import UnitOfWork

USUAL = GuardRules()


def of_account(uow: UnitOfWork, account_id: int) -> GuardRules:
    """Return an account's limits."""
    stored = uow.get_value(_key(account_id))
    return codec.read(GuardRules, stored) if stored else USUAL


def save(uow: UnitOfWork, account_id: int, rules: GuardRules) -> None:
    """Set an account's limits."""
    uow.set_value(_key(account_id), codec.written(rules))


def begin(uow: UnitOfWork, account_id: int, rules: GuardRules) -> None:
    """Set an account's first limits; those that somebody has set stay."""
    if not uow.get_value(_key(account_id)):
        save(uow, account_id, rules)


def _key(account_id: int) -> str:
    return f"guards:{account_id}"
