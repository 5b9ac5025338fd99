"""The last alerts."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import page_of

RESEND = frozenset({"resend", "kirim", "ulang"})


@command(
    "alerts",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("The last 50 alerts and whether they arrived"),
    usage=_("[p2 | resend]"),
    examples=("alerts", "alerts p2", "alerts resend"),
    aliases={"id": ("pemberitahuan",)},
    state="alerts",
)
def alerts(request: Request) -> Reply:
    """Show what was sent, or send again what was given up."""
    if request.words and request.words[0].lower() in RESEND:
        return request.show(request.services.alerts.resend(request.actor))
    return request.show(request.services.alerts.view(request.actor, page_of(request.words)))
