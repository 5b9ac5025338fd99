"""Why the mentor says something, and what people say to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot_service.domain.errors import InvalidValue
from bot_service.domain.journal import StepReply
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.which import named_account, with_accounts

UNDO = frozenset({"undo", "batal"})
STEP_WORDS = {
    StepReply.DONE: ("done", "sudah"),
    StepReply.NOT_YET: ("not_yet", "belum"),
    StepReply.UNSUITABLE: ("unsuitable", "tidak_cocok"),
}
_DIGITS = 3
_WHOLE = 3


@command(
    "why",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("What a finding of the report stands on"),
    usage=_("[number]"),
    examples=("why", "why 1"),
    aliases={"id": ("kenapa",)},
    private=True,
)
def why(request: Request) -> Reply:
    """Show a finding's evidence line by line; without a number list the findings of the newest report."""
    account, words = named_account(request)
    explaining = request.services.explaining
    if not words:
        view = explaining.findings(account)
        return with_accounts(request, request.show(view), view.report.account_id, "why")
    if len(words) >= _WHOLE:
        day, account, code = where(words)
        return request.show(explaining.why(request.actor, account, day, code))
    return request.show(explaining.why(request.actor, account, None, _number(words[0])))


@command(
    "not_true",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("A finding isn't true: it isn't mentioned for two weeks"),
    usage=_("number"),
    examples=("not_true 1",),
    aliases={"id": ("tidak_benar",)},
    private=True,
    state="why",
)
def not_true(request: Request) -> Reply:
    """Remember that a finding of a report isn't true, or take that back."""
    account, words = named_account(request)
    explaining = request.services.explaining
    if len(words) < _WHOLE:
        shown = explaining.why(request.actor, account, None, _number(words[0] if words else ""))
        return request.show(
            explaining.object_to(request.actor, shown.report.account_id, shown.report.day, shown.finding.code)
        )
    day, account_id, code = where(words)
    act = explaining.withdraw if words[_WHOLE:] and words[_WHOLE].lower() in UNDO else explaining.object_to
    return request.show(act(request.actor, account_id, day, code))


@command(
    "step",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Say what became of the step of your last report"),
    usage=_("done | not_yet | unsuitable"),
    examples=("step done", "step not_yet"),
    aliases={"id": ("langkah",)},
    private=True,
    state="mentor",
)
def step(request: Request) -> Reply:
    """Store what became of a step; without a day that of the newest report."""
    account, words = named_account(request)
    if len(words) >= _WHOLE:
        day, account_id, word = where(words)
    else:
        view = request.services.hub.view(request.actor, account)
        if not words:
            return request.show(view)
        if view.last is None or not view.last.earlier_step:
            raise InvalidValue("step", words[0][:32], "no_step_yet")
        day, account_id, word = view.last.day, view.last.account_id, "_".join(words)
    receipt = request.services.wishes.answer_step(request.actor, account_id, day, _reply(word))
    return request.show(receipt)


def where(words: Sequence[str]) -> tuple[date, int, str]:
    """Return day, account and code of what a button names.

    Raises:
        InvalidValue: it names none.
    """
    try:
        return date.fromisoformat(words[0]), int(words[1]), words[2].lower()
    except ValueError:
        raise InvalidValue("day", words[0][:32], "not_a_day", "2026-11-18") from None


def _number(word: str) -> int:
    if not (word.isascii() and word.isdecimal()) or len(word) > _DIGITS:
        raise InvalidValue("finding", word[:32], "no_such_finding", "1, 2, 3, …")
    return int(word)


def _reply(word: str) -> StepReply:
    for reply, names in STEP_WORDS.items():
        if word.lower() in names:
            return reply
    raise InvalidValue("step", word[:32], "no_such_choice", ", ".join(StepReply))
