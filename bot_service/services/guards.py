"""The guards of an account at each look of the watch: they hold entries, tell it, and never hold an exit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.events import DailyLossHit, DailyLossNear, Event, GuardLifted
from bot_service.domain.exposure import Exposure
from bot_service.domain.guards import GuardAction, GuardEnd, GuardPeriod, GuardRules
from bot_service.domain.people import Actor
from bot_service.domain.trading import Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import daily, exposures, guard_rules, holds, margins
from bot_service.services.closings import Closings
from bot_service.services.daily import Today
from bot_service.services.desk import Desk
from bot_service.services.exposures import Exposures
from bot_service.services.flattening import Flattening
from bot_service.services.holds import Hold
from bot_service.services.looks import Looks

SOURCE = "daily_loss"
PATIENCE = timedelta(seconds=30)
"""How long (wall time) a balance may differ from its books before the worse reading of it counts."""


@dataclass(frozen=True)
class _Found:
    """What a look has found: the day as it must be stored, what is told, whether entries are held."""

    period: GuardPeriod
    events: tuple[Event, ...]
    begins: bool = False
    hits: bool = False
    lifts: bool = False


class Guards:
    """Look after an account's daily loss, margin and open risk; `on` False: a replay of history."""

    def __init__(
        self,
        desk: Desk,
        looks: Looks,
        closings: Closings,
        counted: Exposures,
        flattening: Flattening,
        *,
        on: bool = True,
    ) -> None:
        self._desk = desk
        self._looks = looks
        self._closings = closings
        self._exposures = counted
        self._flattening = flattening
        self._on = on
        self._doubtful_since: dict[int, datetime] = {}

    def round(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:
        """Judge what the watch has just seen; another currency than the account's is not judged."""
        if not self._on or seen.state.currency != account.currency:
            return
        with self._desk.database.read() as uow:
            rules = guard_rules.of_account(uow, account.id)
            today = daily.today(uow, account, rules.daily, seen)
            unsettled = uow.intents.unsettled(account.id)
        if today.is_new:
            # Its opening counts for a day: no deal of this very round may be missing in the money.
            seen = self._looks.snapshot_now(account, terminal)
        exposure = self._exposures.of(account, terminal, seen, unsettled)
        with self._desk.database.read() as uow:
            today = daily.today(uow, account, rules.daily, seen)
            self._doubt(account.id, today)
            found = self._judge(uow, rules, today, seen)
            margin = margins.news(uow, seen, rules)
            is_changed = found.events or margin is not None or found.period != uow.guards.period(account.id)
            recounted = exposure != exposures.stored(uow, account.id)
        if is_changed or recounted:
            self._write(account, seen, exposure)
        self._close(account, terminal)

    def lift(self, actor: Actor, account_id: int) -> None:
        """Let entries go on although a day's limit is hit; that day's limit does not hold again.

        Raises:
            NothingHeld: the daily limit holds nothing.
        """
        with self._desk.database.write() as uow:
            if not holds.lift(uow, account_id, Held.GUARD, source=SOURCE):
                raise NothingHeld(Held.GUARD)
            now = self._desk.market.now()
            period = uow.guards.period(account_id)
            if period is not None and period.hit_at is not None:
                # A hold of an earlier day: what is lifted is that one, not the guard of today.
                uow.guards.save(replace(period, lifted_at=now))
            lifted = GuardLifted(happened_at=now, account_id=account_id, actor=actor.user_id)
            uow.record(lifted, answered_chat=actor.chat_id)
            uow.commit()

    def is_strict(self, account_id: int) -> bool:
        """Tell whether money is unexplained for so long that the worse reading of it counts."""
        since = self._doubtful_since.get(account_id)
        return since is not None and self._desk.wall.now() - since >= PATIENCE

    def _judge(self, uow: UnitOfWork, rules: GuardRules, today: Today, seen: Snapshot) -> _Found:
        period, now = today.period, seen.market_at
        events: list[Event] = []
        lifts = today.is_new and rules.daily.until is GuardEnd.RESET and is_held(uow, seen.account_id)
        if lifts:
            events.append(GuardLifted(happened_at=now, account_id=seen.account_id))
        is_free = period.hit_at is None and period.lifted_at is None
        look = today.strict if self.is_strict(seen.account_id) else today.mild
        if not is_free or look.limit is None or not look.near:
            return _Found(period, tuple(events), today.is_new, lifts=lifts)
        facts: dict[str, Any] = {
            "happened_at": now,
            "account_id": seen.account_id,
            "loss": look.loss,
            "limit": look.limit,
            "currency": period.currency,
            "ends_at": period.ends_at,
            "closes": rules.daily.action is GuardAction.CLOSE,
            "until_owner": rules.daily.until is GuardEnd.OWNER,
        }
        if look.hit:
            hit = DailyLossHit(**facts, positions=len(seen.positions))
            return _Found(replace(period, hit_at=now), (*events, hit), today.is_new, hits=True, lifts=lifts)
        if period.warned_at is None:
            period = replace(period, warned_at=now)
            events.append(DailyLossNear(**facts))
        return _Found(period, tuple(events), today.is_new, lifts=lifts)

    def _doubt(self, account_id: int, today: Today) -> None:
        if today.is_explained:
            self._doubtful_since.pop(account_id, None)
            return
        self._doubtful_since.setdefault(account_id, self._desk.wall.now())
        if not self.is_strict(account_id):
            # The deal that explains it may come later than its money, and nothing else would be read then.
            self._closings.forget(account_id)

    def _write(self, account: Account, seen: Snapshot, exposure: Exposure) -> None:
        with self._desk.database.write() as uow:
            # Read again: somebody may have lifted a hold or changed a limit meanwhile.
            rules = guard_rules.of_account(uow, account.id)
            found = self._judge(uow, rules, daily.today(uow, account, rules.daily, seen), seen)
            uow.guards.save(found.period)
            exposures.store(uow, account.id, exposure)
            margin = margins.news(uow, seen, rules)
            if margin is not None:
                margins.keep(uow, account.id, margin[0])
            told = () if margin is None or margin[1] is None else (margin[1],)
            for event in (*found.events, *told):
                uow.record(event)
            if found.lifts:
                holds.lift(uow, account.id, Held.GUARD, source=SOURCE)
            if found.hits:
                holds.put(uow, account.id, Hold(Held.GUARD, self._desk.wall.now(), source=SOURCE))
            uow.commit()

    def _close(self, account: Account, terminal: Terminal) -> None:
        with self._desk.database.read() as uow:
            rules = guard_rules.of_account(uow, account.id)
            wanted = rules.daily.action is GuardAction.CLOSE and is_held(uow, account.id)
        if wanted:
            self._flattening.round(account, terminal)
        else:
            self._flattening.end(account.id)


def is_held(uow: UnitOfWork, account_id: int) -> bool:
    """Tell whether the daily limit holds an account's entries."""
    return any(
        hold.reason is Held.GUARD and hold.source == SOURCE for hold in holds.of_account(uow, account_id)
    )
