"""The margin level: told once when it falls below a limit, and once when it is well again."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.events import Event, MarginFine, MarginLow
from bot_service.domain.guards import GuardRules
from bot_service.domain.trading import Snapshot
from bot_service.ports import UnitOfWork

NEAR_CALL = Decimal("1.5")
CALM = Decimal("1.05")
"""A level that swings about its limit is told once: well again is a little above it."""
FINE, LOW, CALL = "", "low", "call"
_RANK = (FINE, LOW, CALL)


def state_of(seen: Snapshot, rules: GuardRules, before: str = FINE) -> str:
    """Return how the margin level is: fine, low, or near the broker's call."""
    level, call = seen.state.margin_level, seen.state.margin_call
    if level is None:
        return FINE
    near = Decimal(0) if call is None else NEAR_CALL * call
    if level < near * (CALM if before == CALL else 1):
        return CALL
    limit = rules.margin_level or Decimal(0)
    return LOW if level < limit * (CALM if before != FINE else 1) else FINE


def news(uow: UnitOfWork, seen: Snapshot, rules: GuardRules) -> tuple[str, Event | None] | None:
    """Return the new state and what is told of it; None where nothing has changed."""
    before = uow.get_value(_key(seen.account_id)) or FINE
    now = state_of(seen, rules, before)
    if now == before:
        return None
    level = seen.state.margin_level
    if now == FINE or level is None:
        return now, MarginFine(happened_at=seen.market_at, account_id=seen.account_id, percent=level)
    if _RANK.index(now) < _RANK.index(before):
        return now, None  # still low, only not so near any more
    call = seen.state.margin_call
    limit = NEAR_CALL * call if now == CALL and call is not None else rules.margin_level or Decimal(0)
    return now, MarginLow(
        happened_at=seen.market_at,
        account_id=seen.account_id,
        percent=level,
        limit=limit,
        near_call=now == CALL,
        call=call,
    )


def keep(uow: UnitOfWork, account_id: int, state: str) -> None:
    """Remember what was told."""
    uow.set_value(_key(account_id), state)


def _key(account_id: int) -> str:
    return f"margin_state:{account_id}"
