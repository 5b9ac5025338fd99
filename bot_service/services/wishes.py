"""How a member wants the mentor to speak, and when an account's days end and are reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.errors import InvalidValue, MemberNotFound, NotAllowed
from bot_service.domain.journal import StepAnswer, StepReply
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import Actor, Member, Role
from bot_service.mentor.registry import all_detectors
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.preferences import zone_of
from bot_service.services.reporting import hours_key
from bot_service.services.views import MutesView, StepReceipt

LONGEST_REST = timedelta(days=30)
LATEST_DAY_END = 12
MUTES_A_PAGE = 8
_LATELY = timedelta(days=30)
_SWITCHES: Mapping[str, Callable[[MentorWishes, bool], MentorWishes]] = {
    "events": lambda wishes, on: replace(wishes, after_events=on),
    "letters": lambda wishes, on: replace(wishes, letters=on),
    "care": lambda wishes, on: replace(wishes, care=on),
}


@dataclass(frozen=True)
class MentorSettingsView:
    """A member's wishes, and the hours of the accounts that he may change if he is an operator."""

    member: Member
    accounts: tuple[Account, ...]
    now: datetime


class Wishes:
    """See and change them; everybody only his own, the accounts' hours operators and the owner."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def view(self, actor: Actor) -> MentorSettingsView:
        """Return everything that can be set about the mentor."""
        with self._desk.database.read() as uow:
            accounts = tuple(one for one in uow.accounts.all() if one.id in self._desk.terminals)
            return MentorSettingsView(_member(uow, actor), accounts, self._desk.wall.now())

    def rest(self, actor: Actor, days: int) -> MentorSettingsView:
        """Send neither reports nor letters nor questions for some days; 0 ends a rest.

        Raises:
            InvalidValue: longer than a month.
        """
        length = timedelta(days=days)
        if not timedelta(0) <= length <= LONGEST_REST:
            raise InvalidValue("rest", str(days), "out_of_bounds", f"0 - {LONGEST_REST.days}")
        until = self._desk.wall.now() + length if days else None
        return self._change(actor, lambda wishes: replace(wishes, rest_until=until))

    def ask_at(self, actor: Actor, hours: tuple[time, ...]) -> MentorSettingsView:
        """Ask for a check-in at these hours of his clock, at most two; none: not by the clock.

        Raises:
            InvalidValue: more than two.
        """
        return self._change(actor, lambda wishes: wishes.with_hours(hours))

    def choose(self, actor: Actor, name: str, *, on: bool) -> MentorSettingsView:
        """Switch `events`, `letters` or `care` on or off.

        Raises:
            InvalidValue: there is no such switch.
        """
        change = _SWITCHES.get(name)
        if change is None:
            raise InvalidValue("settings", name[:32], "unknown_setting", ", ".join(_SWITCHES))
        return self._change(actor, lambda wishes: change(wishes, on))

    def mute(self, actor: Actor, code: str, *, muted: bool) -> None:
        """Let a detector keep still or speak again.

        Raises:
            InvalidValue: there is no such detector.
        """
        if code not in {detector.CODE for detector in all_detectors()}:
            raise InvalidValue("finding", code[:32], "no_such_finding")
        self._change(actor, lambda wishes: wishes.with_muted(code, muted=muted))

    def mutes(self, actor: Actor, page: int = 0) -> MutesView:
        """Return the detectors that have spoken in the last 30 days or keep still."""
        with self._desk.database.read() as uow:
            muted = frozenset(_member(uow, actor).mentor.muted)
            counts: Counter[str] = Counter()
            for account in uow.accounts.all():
                today = account.trading_day(self._desk.market.now())
                for report in uow.journal.reports(account.id, today - _LATELY, today + timedelta(days=1)):
                    counts.update({finding.code for finding in report.findings})
        known = [one.CODE for one in all_detectors() if one.CODE in counts or one.CODE in muted]
        pages = max(1, -(-len(known) // MUTES_A_PAGE))
        page = min(page, pages - 1)
        shown = known[page * MUTES_A_PAGE : (page + 1) * MUTES_A_PAGE]
        return MutesView(tuple((code, counts[code]) for code in shown), muted, page, pages)

    def answer_step(self, actor: Actor, account_id: int, day: date, reply: StepReply) -> StepReceipt:
        """Store what became of the step that the report of a day asks back.

        Raises:
            InvalidValue: that report asks for none.
        """
        with self._desk.database.write() as uow:
            report = uow.journal.report(account_id, day)
            if report is None or not report.earlier_step:
                raise InvalidValue("step", day.isoformat(), "no_such_choice")
            answer = StepAnswer(actor.user_id, account_id, day, reply, self._desk.wall.now())
            uow.mentor.answer_step(answer)
            uow.commit()
        return StepReceipt(answer, report.earlier_step, report.step)

    def report_at(self, actor: Actor, account_id: int, at: time) -> MentorSettingsView:
        """Report an account's finished days at another minute of its clock.

        Raises:
            NotAllowed: the person only looks on.
        """
        return self._change_account(
            actor, account_id, lambda one, _day: replace(one, report_at=f"{at:%H:%M}")
        )

    def day_ends(self, actor: Actor, account_id: int, hour: int) -> MentorSettingsView:
        """Let an account's trading days end at another hour; the present day ends as it began.

        Raises:
            NotAllowed: the person only looks on.
            InvalidValue: the hour is none of 0 to 12.
        """
        if not 0 <= hour <= LATEST_DAY_END:
            raise InvalidValue("day_ends", str(hour), "out_of_bounds", f"0 - {LATEST_DAY_END}")
        return self._change_account(
            actor, account_id, lambda one, day: one.with_day(hour, one.time_zone, day)
        )

    def account_zone(self, actor: Actor, account_id: int, word: str) -> MentorSettingsView:
        """Cut an account's days by the clock of another zone; the present day ends as it began.

        Raises:
            NotAllowed: the person only looks on.
            InvalidValue: there is no such zone.
        """
        zone = zone_of(word)
        return self._change_account(actor, account_id, lambda one, day: one.with_day(one.day_ends, zone, day))

    def _change(self, actor: Actor, change: Callable[[MentorWishes], MentorWishes]) -> MentorSettingsView:
        with self._desk.database.write() as uow:
            uow.people.set_mentor(actor.user_id, change(_member(uow, actor).mentor))
            uow.commit()
        return self.view(actor)

    def _change_account(
        self, actor: Actor, account_id: int, change: Callable[[Account, date], Account]
    ) -> MentorSettingsView:
        if not actor.role.covers(Role.OPERATOR):
            raise NotAllowed(Role.OPERATOR)
        with self._desk.database.write() as uow:
            account = uow.accounts.get(account_id)
            changed = change(account, account.trading_day(self._desk.market.now()))
            if changed != account:
                uow.accounts.set_day(changed)
                uow.set_value(hours_key(account_id), self._desk.market.now().isoformat())
                uow.commit()
        return self.view(actor)


def _member(uow: UnitOfWork, actor: Actor) -> Member:
    member = uow.people.get(actor.user_id)
    if member is None:
        raise MemberNotFound(actor.user_id)
    return member
