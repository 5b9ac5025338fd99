"""What the readers of an account's report have said against it: findings and steps that keep still."""

from __future__ import annotations

from datetime import date, timedelta

from bot_service.domain.journal import StepReply, quiet_codes
from bot_service.domain.people import Role
from bot_service.mentor.day import ReaderWishes
from bot_service.ports import UnitOfWork

DECLINED_FOR = timedelta(days=30)


def of_account(uow: UnitOfWork, account_id: int, day: date) -> ReaderWishes:
    """Return what keeps still in the report of a day.

    The owner's mutes count for the report itself; what others have muted is left out when they read it.
    """
    owner = next((member for member in uow.people.all() if member.role is Role.OWNER), None)
    muted = frozenset(owner.mentor.muted) if owner is not None else frozenset()
    return ReaderWishes(
        muted | quiet_codes(uow.mentor.objections_about(account_id), day),
        _declined(uow, account_id, day),
    )


def _declined(uow: UnitOfWork, account_id: int, day: date) -> frozenset[str]:
    found = set()
    for answer in uow.mentor.step_answers(account_id, day - DECLINED_FOR, day + timedelta(days=1)):
        report = uow.journal.report(account_id, answer.day)
        if answer.reply is StepReply.UNSUITABLE and report is not None:
            found.add(report.earlier_step)
    return frozenset(found)
