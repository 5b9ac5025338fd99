"""Show a day to others: in R, without amounts and without the account."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.days import typed_day
from bot_service.telegram_bot.pictures import with_share_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.request import Reply, Request


@command(
    "share",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("A picture of a day to show others: in R, no amounts, no account"),
    usage=_("[date]"),
    examples=("share", "share kemarin"),
    aliases={"id": ("bagikan",)},
)
def share(request: Request) -> Reply:
    """Draw a day in R."""
    mentoring = request.services.mentoring
    asked = None
    if request.words:
        asked = typed_day(" ".join(request.words), mentoring.report().day)
    found = mentoring.reports(asked)
    if not any(made.r_trades for made in found):
        row = (do(request.t.text(_("📒 Report")), "report"),)
        sentence = _("No trade of that day has a known planned risk, so there is no R to show.")
        return request.say(sentence, keyboard=(row,))
    message = Message(request.t.html(_("Your day in R: no amounts, no account. Forward it if you like.")))
    return Reply((with_share_picture(message, found, request.t, request.theme),))
