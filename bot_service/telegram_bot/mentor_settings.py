"""What can be set about the mentor: check-in hours, letters, what is answered, the accounts' hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time

from bot_service.domain.accounts import Account
from bot_service.domain.errors import InvalidValue
from bot_service.services.wishes import MentorSettingsView
from bot_service.telegram_bot.render.mentor_settings import AccountHoursView
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import at_time

OFF = frozenset({"off", "hapus", "mati", "none", "tidak"})
ON = frozenset({"on", "nyala", "aktif", "ya"})
_DIGITS = 2

Part = Callable[[Request, Sequence[str]], Reply]


def _mentor(request: Request, rest: Sequence[str]) -> Reply:
    if rest:
        raise InvalidValue("settings", rest[0][:32], "unknown_setting", ", ".join(MENTOR))
    return request.show(request.services.wishes.view(request.actor))


def _check_in(request: Request, rest: Sequence[str]) -> Reply:
    wishes = request.services.wishes
    if not rest:
        return request.show(wishes.view(request.actor))
    hours: tuple[time, ...] = ()
    if rest[0] not in OFF:
        hours = tuple(at_time(word, "check_in") for word in rest)
    before = " ".join(f"{hour:%H:%M}" for hour in request.member.mentor.hours)
    view = wishes.ask_at(request.actor, hours)
    return _changed(request, view, "check_in", before, " ".join(f"{hour:%H:%M}" for hour in hours))


def _switch(name: str) -> Part:
    def turn(request: Request, rest: Sequence[str]) -> Reply:
        word = rest[0] if rest else "on"
        if word not in ON | OFF:
            raise InvalidValue("settings", word[:32], "not_a_choice", "on, off")
        return request.show(request.services.wishes.choose(request.actor, name, on=word in ON))

    return turn


def _report(request: Request, rest: Sequence[str]) -> Reply:
    account, words = _account(request, rest)
    if not words:
        return request.show(AccountHoursView(account))
    at = at_time(words[0], "report_at")
    view = request.services.wishes.report_at(request.actor, account.id, at)
    return _changed(request, view, "report_at", account.report_at, f"{at:%H:%M}")


def _day_ends(request: Request, rest: Sequence[str]) -> Reply:
    account, words = _account(request, rest)
    if not words:
        return request.show(AccountHoursView(account))
    digits = words[0].partition(":")[0]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _DIGITS:
        raise InvalidValue("day_ends", words[0][:32], "not_a_number", "0 - 12")
    view = request.services.wishes.day_ends(request.actor, account.id, int(digits))
    return _changed(request, view, "day_ends", str(account.day_ends), str(int(digits)))


def _account_zone(request: Request, rest: Sequence[str]) -> Reply:
    account, words = _account(request, rest)
    if not words:
        return request.show(AccountHoursView(account))
    view = request.services.wishes.account_zone(request.actor, account.id, " ".join(words))
    now = next(one.time_zone for one in view.accounts if one.id == account.id)
    return _changed(request, view, "zone", account.time_zone, now)


def _account(request: Request, rest: Sequence[str]) -> tuple[Account, list[str]]:
    named = next((word for word in rest if word.startswith("@")), None)
    words = [word for word in rest if word != named]
    if named is not None:
        return request.services.accounts.choose(named), words
    return request.services.queries.account().account, words


def _changed(request: Request, view: MentorSettingsView, name: str, before: str, now: str) -> Reply:
    return Reply(request.show(view).messages, changes={name: (before, now)})


MENTOR: Mapping[str, Part] = {
    "mentor": _mentor,
    "checkin": _check_in,
    "check_in": _check_in,
    "tanya": _check_in,
    "events": _switch("events"),
    "kejadian": _switch("events"),
    "letters": _switch("letters"),
    "surat": _switch("letters"),
    "care": _switch("care"),
    "peduli": _switch("care"),
    "report": _report,
    "laporan": _report,
    "day": _day_ends,
    "hari": _day_ends,
    "account_zone": _account_zone,
    "zona_akun": _account_zone,
}
