"""The day's report."""

from __future__ import annotations

from bot_service.domain.findings import DayReport
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.days import typed_day
from bot_service.telegram_bot.pictures import with_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import render
from bot_service.telegram_bot.render.report import ReportsView, ReportView
from bot_service.telegram_bot.request import Reply, Request


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
    """Show the report of a trading day, of all accounts that have something to say of it."""
    mentoring = request.services.mentoring
    asked = None
    if request.words:
        asked = typed_day(" ".join(request.words), mentoring.report().day)
    found = mentoring.reports(asked)
    view = ReportsView(tuple(_part(request, made) for made in found))
    return Reply((with_picture(render(view, request.t), view.parts, request.t, request.theme),))


def _part(request: Request, made: DayReport) -> ReportView:
    tag = request.services.queries.account(made.account_id).tag
    return ReportView(tag, made, warm=request.services.phrasing.of(made, request.t.language))
