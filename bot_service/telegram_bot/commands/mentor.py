"""The day's report."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.pictures import with_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.report import ReportView
from bot_service.telegram_bot.request import Reply, Request

_YESTERDAY = ("kemarin", "yesterday")
_TODAY = ("hari_ini", "today")


@command(
    "report",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("The mentor's report: today so far or a day"),
    usage=_("[date]"),
    examples=("report", "report kemarin", "report 18/11"),
    aliases={"id": ("laporan",)},
    menu=9,
)
def report(request: Request) -> Reply:
    """Show the report of a trading day."""
    mentoring = request.services.mentoring
    present = mentoring.report()
    found = present
    if request.words:
        asked = typed_day(" ".join(request.words), present.day)
        found = present if asked == present.day else mentoring.report(None, asked)
    tag = request.services.queries.account(found.account_id).tag
    message = render(ReportView(tag, found), request.t)
    return Reply((with_picture(message, found, request.t, request.theme),))


def typed_day(text: str, today: date) -> date:
    """Return the day that `kemarin`, `18/11`, `18/11/2026` or `2026-11-18` means, never one to come.

    Raises:
        InvalidValue: it is no day.
    """
    word = text.strip().lower().replace(" ", "_")
    if word in _TODAY:
        return today
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    numbers = [int(part) for part in re.findall(r"[0-9]{1,4}", word)]
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", word):
            return date(*numbers)
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", word):
            return date(*reversed(numbers))
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}", word):
            day = date(today.year, numbers[1], numbers[0])
            return day if day <= today else date(today.year - 1, numbers[1], numbers[0])
    except ValueError:
        pass
    raise InvalidValue("day", text[:32], "not_a_day", "kemarin, 18/11, 2026-11-18")
