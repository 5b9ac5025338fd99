"""When people are asked how they feel: at their hours and after an event, at most twice a day, never a gate.

Questions follow the clock on the wall of the person's zone; what happened to the account is market time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.check_ins import MOST_A_DAY, WINDOW, Prompt, PromptCause
from bot_service.domain.events import CheckInDue
from bot_service.domain.people import Member, Role
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.moments import Moment, moments_of

EVENT = "event"
_SAID_LATELY = timedelta(hours=1)
_FRESH = timedelta(minutes=30)
_MOST_EVENTS = 100
_SATURDAY = 5


@dataclass(frozen=True)
class _Wanted:
    member: Member
    slot: str
    cause: PromptCause


class Prompting:
    """Ask whom it is time to ask; each question is asked once, whatever restarts come between."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def look(self, account_id: int) -> None:
        """Ask at chosen hours and after what happened to an account since the last look."""
        now = self._desk.wall.now()
        with self._desk.database.read() as uow:
            account = uow.accounts.get(account_id)
            people = [one for one in uow.people.all() if _may_be_asked(one, now)]
            newest, moments = self._news(uow, account, now)
            wanted = _after(people, moments)
            if self._is_first(account_id):
                wanted += _by_the_clock(people, now)
            wanted = [one for one in wanted if not _is_enough(uow, one, now)]
            if wanted:
                # Read last: a thousand bots are looked at only when somebody is about to be asked.
                bots = uow.bots.all()
                wanted = [one for one in wanted if _makes_sense(bots, one, now)]
            seen = uow.get_value(_key(account_id))
        if not wanted and seen == str(newest):
            return
        with self._desk.database.write() as uow:
            for one in wanted:
                self._ask(uow, account, one, now)
            uow.set_value(_key(account_id), str(newest))
            uow.commit()

    def _news(self, uow: UnitOfWork, account: Account, now: datetime) -> tuple[int, tuple[Moment, ...]]:
        newest = next((row[0] for row in uow.history(limit=1)), 0)
        kept = uow.get_value(_key(account.id))
        # The first look at an account knows nothing of what came before it.
        seen = newest if kept is None else int(kept)
        if newest <= seen:
            return newest, ()
        rows = uow.history(limit=min(_MOST_EVENTS, newest - seen))
        fresh = [event for number, at, event in rows[::-1] if number > seen and now - at < _FRESH]
        found = [moments_of(uow, account, event) for event in fresh if event.account_id == account.id]
        return newest, tuple(moment for some in found for moment in some)

    def _is_first(self, account_id: int) -> bool:
        return account_id == min(tuple(self._desk.terminals), default=account_id)

    def _ask(self, uow: UnitOfWork, account: Account, wanted: _Wanted, now: datetime) -> None:
        member = wanted.member
        if _is_enough(uow, wanted, now) or self._said(uow, member):
            return
        day = _day_of(member, now)
        prompt = Prompt(0, member.user_id, account.id, day, wanted.slot, wanted.cause, now)
        number = uow.mentor.ask(prompt)
        if number is None:
            return
        uow.record(
            CheckInDue(
                happened_at=self._desk.market.now(),
                account_id=None if wanted.cause is PromptCause.HOUR else account.id,
                user_id=member.user_id,
                prompt_id=number,
                cause=wanted.cause,
            )
        )

    def _said(self, uow: UnitOfWork, member: Member) -> bool:
        newest = uow.journal.newest_check_in(member.user_id)
        return newest is not None and self._desk.market.now() - newest.at < _SAID_LATELY


def _may_be_asked(member: Member, now: datetime) -> bool:
    wishes = member.mentor
    if not member.role.covers(Role.OPERATOR) or not wishes.asks or wishes.rests_at(now):
        return False
    return not (member.alerts.is_quiet(now, member.time_zone) or member.alerts.is_muted(now))


def _by_the_clock(people: Iterable[Member], now: datetime) -> list[_Wanted]:
    found = []
    for member in people:
        local = now.astimezone(ZoneInfo(member.time_zone))
        for hour in member.mentor.hours:
            due = datetime.combine(local.date(), hour, local.tzinfo)
            if timedelta(0) <= now - due < WINDOW:
                found.append(_Wanted(member, f"{hour:%H:%M}", PromptCause.HOUR))
    return found


def _after(people: Iterable[Member], moments: Iterable[Moment]) -> list[_Wanted]:
    return [
        _Wanted(member, EVENT, moment.cause)
        for moment in moments
        for member in people
        if member.mentor.after_events and _concerns(moment, member)
    ]


def _concerns(moment: Moment, member: Member) -> bool:
    # What the broker's terminal tells names nobody: the owner is asked then.
    return member.role is Role.OWNER if moment.actor is None else member.user_id == moment.actor


def _day_of(member: Member, at: datetime) -> date:
    return at.astimezone(ZoneInfo(member.time_zone)).date()


def _is_enough(uow: UnitOfWork, wanted: _Wanted, now: datetime) -> bool:
    asked = uow.mentor.prompts(wanted.member.user_id, _day_of(wanted.member, now))
    return len(asked) >= MOST_A_DAY or any(prompt.slot == wanted.slot for prompt in asked)


def _makes_sense(bots: Iterable[Bot], wanted: _Wanted, now: datetime) -> bool:
    today = _day_of(wanted.member, now)
    # Who has made his first bot today is looking around; the mentor begins tomorrow.
    if all(_day_of(wanted.member, bot.created_at) >= today for bot in bots):
        return False
    weekend = today.weekday() >= _SATURDAY and wanted.cause is PromptCause.HOUR
    return not weekend or any(bot.running and bot.waiting is None for bot in bots)


def _key(account_id: int) -> str:
    return f"check_ins_seen:{account_id}"
