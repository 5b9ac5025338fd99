"""What people do with pauses, and what the passing of time does to them. A pause never stops an exit."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from bot_service.domain import codec
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import Held
from bot_service.domain.errors import InvalidValue
from bot_service.domain.events import EntriesPaused, EntriesResumed, Event, PausesChanged, ReentryAllowed
from bot_service.domain.pauses import PauseCause, PauseDays, Plan
from bot_service.domain.people import Actor
from bot_service.ports import UnitOfWork
from bot_service.services import holds, reentry, vows
from bot_service.services.desk import Desk
from bot_service.services.pause_views import PauseReceipt, PausesView, ReentryReceipt
from bot_service.services.vows import Intended

PLAN = "pauses"
DAYS_NOW = "pause_days_now"
LONGEST_DAYS = 60
MOST = 40


def plan(uow: UnitOfWork) -> Plan:
    """Return all pauses that are set."""
    stored = uow.get_value(PLAN)
    return codec.read(Plan, stored) if stored else Plan()


class Pausing:
    """Set, end and follow pauses; each act is one transaction with its event."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._idle = False

    def view(self) -> PausesView:
        """Return what is set."""
        wall, market = self._desk.wall.now(), self._desk.market.now()
        with self._desk.database.read() as uow:
            known = plan(uow)
            running = [bot for bot in uow.bots.all() if bot.running]
        held = sum(known.active(bot.account_id, bot.id, wall, market) is not None for bot in running)
        return PausesView(known, wall, market, len(running), held)

    def pause(self, actor: Actor, until: datetime, bot_ids: Sequence[int]) -> PauseReceipt:
        """Hold the entries of bots (none: all) until a moment of wall time.

        Raises:
            BotNotFound: one of the ids is no bot's.
            InvalidValue: the moment is over.
        """
        if until <= self._desk.wall.now():
            raise InvalidValue("pause", until.isoformat(), "out_of_bounds", "30m, 2h, …")
        chosen = tuple(sorted(set(bot_ids)))
        event = EntriesPaused(
            happened_at=self._desk.market.now(),
            actor=actor.user_id,
            cause=PauseCause.TIMER,
            until=until,
            bot_ids=chosen,
        )
        with self._desk.database.write() as uow:
            for bot_id in chosen:
                uow.bots.get(bot_id)
            self._save(uow, plan(uow).with_timer(until, chosen), event, actor)
        return PauseReceipt(until, chosen)

    def end(self, actor: Actor) -> PausesView:
        """End every timed pause now.

        Raises:
            PromiseStands: the person promised himself not to step in again today.
        """
        self._refuse_promised(actor)
        event = EntriesResumed(
            happened_at=self._desk.market.now(), actor=actor.user_id, cause=PauseCause.TIMER
        )
        with self._desk.database.write() as uow:
            known = plan(uow)
            if known.timers:
                self._save(uow, known.without_timers(), event, actor)
        return self.view()

    def add_days(
        self, actor: Actor, first: date, last: date, zone: str, name: str = "", account_id: int | None = None
    ) -> PausesView:
        """Hold entries on days; a person names them, so dates that are estimates are confirmed by him.

        Raises:
            InvalidValue: the days are over, or too many.
        """
        days = PauseDays(0, first, last, zone, name)
        if days.span[1] <= self._desk.market.now() or not 0 <= (last - first).days < LONGEST_DAYS:
            raise InvalidValue("day", f"{first} {last}", "out_of_bounds")
        return self._change(
            actor,
            lambda known: known.with_days(first, last, zone, name, account_id),
            added=True,
            what=f"{first} {last} {name}".strip(),
        )

    def add_hours(
        self, actor: Actor, begins: time, ends: time, zone: str, account_id: int | None = None
    ) -> PausesView:
        """Hold entries in hours of every day.

        Raises:
            InvalidValue: the hours are none.
        """
        if begins == ends:
            raise InvalidValue("hours", f"{begins:%H:%M}-{ends:%H:%M}", "out_of_bounds", "19:00-21:30")
        return self._change(
            actor,
            lambda known: known.with_hours(begins, ends, zone, account_id),
            added=True,
            what=f"{begins:%H:%M}-{ends:%H:%M} {zone}",
        )

    def remove(self, actor: Actor, item_id: int) -> PausesView:
        """Take pause days or hours back; what is gone already stays gone.

        Raises:
            PromiseStands: the person promised himself not to step in again today.
        """
        self._refuse_promised(actor)
        return self._change(actor, lambda known: known.without(item_id), added=False, what=str(item_id))

    def allow_reentry(self, actor: Actor, bot_id: int) -> ReentryReceipt:
        """Let a bot follow its signal again in the direction that was held back.

        Raises:
            BotNotFound: there is none.
            PromiseStands: the person promised himself not to step in again today.
        """
        with self._desk.database.read() as uow:
            account_id = uow.bots.get(bot_id).account_id
        vows.refuse(self._desk, actor, [account_id], Intended(ActKind.UNPAUSE))
        with self._desk.database.write() as uow:
            bot = uow.bots.get(bot_id)
            side = reentry.off_first(uow, bot_id)
            if side is not None:
                reentry.allow(uow, bot_id)
                event = ReentryAllowed(
                    happened_at=self._desk.market.now(),
                    account_id=bot.account_id,
                    bot_id=bot_id,
                    actor=actor.user_id,
                    name=bot.settings.name,
                    side=side,
                )
                uow.record(event, answered_chat=actor.chat_id)
                uow.commit()
        return ReentryReceipt(bot, side)

    def _refuse_promised(self, actor: Actor) -> None:
        with self._desk.database.read() as uow:
            accounts = [account.id for account in uow.accounts.all()]
        vows.refuse(self._desk, actor, accounts, Intended(ActKind.UNPAUSE))

    def round(self) -> None:
        """Let what is over end and what has come begin, told once; mark the bots that a pause holds."""
        wall, market = self._desk.wall.now(), self._desk.market.now()
        with self._desk.database.read() as uow:
            if not self._has_news(uow, wall, market):
                return
        with self._desk.database.write() as uow:
            known = plan(uow)
            timers, days = known.over(wall, market)
            for timer in timers:
                uow.record(EntriesResumed(happened_at=market, cause=PauseCause.TIMER, bot_ids=timer.bot_ids))
            kept = known.without(*(item.id for item in timers), *(item.id for item in days))
            if kept != known:
                uow.set_value(PLAN, codec.written(kept))
            self._follow_days(uow, kept, market)
            self._mark(uow, kept, wall, market)
            uow.commit()

    def _has_news(self, uow: UnitOfWork, wall: datetime, market: datetime) -> bool:
        known, before = plan(uow), _days_now(uow)
        if self._idle and known.empty and not before:
            return False
        self._idle = True
        return (
            any(known.over(wall, market))
            or before.keys() != {item.id for item in known.days_at(market)}
            or bool(_wrongly_marked(uow, known, wall, market))
        )

    def _change(self, actor: Actor, changed: Callable[[Plan], Plan], *, added: bool, what: str) -> PausesView:
        event = PausesChanged(
            happened_at=self._desk.market.now(), actor=actor.user_id, added=added, what=what
        )
        with self._desk.database.write() as uow:
            known = plan(uow)
            wanted = changed(known)
            if len(wanted.days) + len(wanted.hours) > MOST:
                raise InvalidValue("day", what, "out_of_bounds", str(MOST))
            if wanted != known:
                self._save(uow, wanted, event, actor)
        return self.view()

    def _save(self, uow: UnitOfWork, wanted: Plan, event: Event, actor: Actor) -> None:
        self._idle = False
        uow.set_value(PLAN, codec.written(wanted))
        self._mark(uow, wanted, self._desk.wall.now(), self._desk.market.now())
        uow.record(event, answered_chat=actor.chat_id)
        uow.commit()

    def _mark(self, uow: UnitOfWork, known: Plan, wall: datetime, market: datetime) -> None:
        for bot_id, held in _wrongly_marked(uow, known, wall, market).items():
            uow.bots.set_held(bot_id, held)

    def _follow_days(self, uow: UnitOfWork, known: Plan, market: datetime) -> None:
        """Tell days that begin and end; hours of every day would only be noise."""
        before = _days_now(uow)
        today = {item.id: item for item in known.days_at(market)}
        for item_id, days in today.items():
            if item_id not in before:
                until = days.span[1]
                uow.record(
                    EntriesPaused(happened_at=market, cause=PauseCause.DAY, until=until, name=days.name)
                )
        for item_id, name in before.items():
            if item_id not in today:
                uow.record(EntriesResumed(happened_at=market, cause=PauseCause.DAY, name=name))
        if before.keys() != today.keys():
            uow.set_value(DAYS_NOW, json.dumps({item_id: item.name for item_id, item in today.items()}))


def _days_now(uow: UnitOfWork) -> dict[int, str]:
    """Return the names of the pause days that were told as begun."""
    stored = json.loads(uow.get_value(DAYS_NOW) or "{}")
    return {int(item_id): str(name) for item_id, name in stored.items()}


def _wrongly_marked(uow: UnitOfWork, known: Plan, wall: datetime, market: datetime) -> dict[int, Held | None]:
    # Any other reason for holding a bot is stronger and stays.
    found: dict[int, Held | None] = {}
    for bot in uow.bots.all():
        active = bot.running and known.active(bot.account_id, bot.id, wall, market) is not None
        if active and bot.held is None:
            found[bot.id] = Held.PAUSE
        elif not active and bot.held is Held.PAUSE:
            found[bot.id] = holds.standing(uow, bot.account_id, bot.id) if bot.running else None
    return found
