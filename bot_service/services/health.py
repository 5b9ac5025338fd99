"""How the service's parts are, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus
from bot_service.domain.market import LinkCause
from bot_service.domain.resources import Resource
from bot_service.domain.trading import Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import chats, copies, permits, resources
from bot_service.services.overdue import is_overdue
from bot_service.services.views import HealthLine, HealthView

STALE_SNAPSHOT = timedelta(seconds=15)
STALE_POLL = timedelta(seconds=60)
MANY_ALERTS = 50
REASON_LENGTH = 120
NOT_MET = "not_met"
"""Key of the stored value that says why accounts could not be met yet."""


@dataclass(frozen=True)
class NotMet:
    """Why accounts could not be met yet, by their names; "" is the only one of a service."""

    causes: dict[str, LinkCause] = field(default_factory=dict)


def not_met(uow: UnitOfWork) -> NotMet:
    """Return which accounts could not be met yet."""
    text = uow.get_value(NOT_MET)
    return codec.read(NotMet, text) if text else NotMet()


def alarms(accounts: Iterable[Account], bots: Iterable[Bot], naked: int, unknown: int) -> tuple[str, ...]:
    """Return the codes of what needs a look; `naked` positions have no stop."""
    lost = [account.link_cause for account in accounts if account.link_lost_at is not None]
    checks = {
        "other_account": LinkCause.OTHER_ACCOUNT in lost,
        "link_lost": any(cause is not LinkCause.OTHER_ACCOUNT for cause in lost),
        "without_stop": naked > 0,
        "unknown_outcomes": unknown > 0,
        "bots_in_error": any(bot.status is BotStatus.ERROR for bot in bots),
    }
    return tuple(code for code, is_so in checks.items() if is_so)


def check(
    uow: UnitOfWork, wall: datetime, market: datetime, broken: Iterable[tuple[str, str]] = ()
) -> HealthView:
    """Return one line per part; `broken` strategies come as source and reason."""
    accounts = uow.accounts.all()
    lines = [HealthLine("database", ok=True)]
    away = not_met(uow).causes
    lines.extend(
        HealthLine("not_met" if name else "account", ok=False, numbers={"account": name}) for name in away
    )
    locks = {account.id: permits.lock_of(uow, account.id) for account in accounts}
    for account in accounts:
        lines.extend(_link_lines(account, uow.accounts.snapshot(account.id), wall))
        lines.append(HealthLine("orders", ok=locks[account.id] is None, numbers={"account": account.label}))
    late = uow.bots.all(due_before=market)
    overdue, unknown = sum(is_overdue(bot, market) for bot in late), len(uow.intents.unsettled())
    pending = uow.outbox.pending()
    lines.append(HealthLine("ticks", ok=not overdue, numbers={"overdue": str(overdue)}))
    lines.append(HealthLine("outcomes", ok=not unknown, numbers={"unknown": str(unknown)}))
    lines.extend(_telegram_lines(uow, wall))
    lines.extend(_machine_lines(resources.seen(uow, wall)))
    lines.append(HealthLine("alerts", ok=pending < MANY_ALERTS, numbers={"pending": str(pending)}))
    lines.extend(
        HealthLine("strategies", ok=False, numbers={"source": source, "reason": reason[:REASON_LENGTH]})
        for source, reason in broken
    )
    lost = {one.label: one.link_cause for one in accounts if one.link_lost_at is not None and one.link_cause}
    locked = {one.label: lock.cause for one in accounts if (lock := locks[one.id]) is not None}
    return HealthView(tuple(lines), {**lost, **away}, locked)


def _telegram_lines(uow: UnitOfWork, wall: datetime) -> list[HealthLine]:
    polled, skew = chats.polled_at(uow), chats.skew_of(uow)
    if polled is None:
        return []
    age = max(timedelta(0), wall - polled)
    age_s, skew_s = str(int(age.total_seconds())), str(abs(int(skew.total_seconds())))
    return [
        HealthLine("telegram", ok=age <= STALE_POLL, numbers={"age_s": age_s}),
        HealthLine("clock", ok=abs(skew) <= chats.SKEW_LIMIT, numbers={"skew_s": skew_s}),
        HealthLine("copies", ok=copies.heard_since(uow) is None),
    ]


def _link_lines(account: Account, snapshot: Snapshot | None, wall: datetime) -> list[HealthLine]:
    label = {"account": account.label}
    age = None if snapshot is None else max(timedelta(0), wall - snapshot.taken_at)
    age_s = "" if age is None else str(int(age.total_seconds()))
    fresh = age is not None and age <= STALE_SNAPSHOT
    return [
        HealthLine("terminal", ok=account.link_lost_at is None, numbers=label),
        HealthLine("watch", ok=fresh, numbers={**label, "age_s": age_s}),
    ]


def _machine_lines(found: resources.Seen | None) -> list[HealthLine]:
    if found is None:
        return []
    read = found.readings
    numbers = {
        Resource.DISK: {"free_mb": str(read.disk_free // 1_000_000)},
        Resource.MEMORY: {"percent": f"{read.memory_percent:.0f}"},
        Resource.LANE: {"lag_s": f"{read.lane_lag_s:.0f}"},
    }
    return [HealthLine(item.value, ok=item not in found.short, numbers=numbers[item]) for item in Resource]
