"""The command that shows all accounts."""

from __future__ import annotations

from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.request import Reply, Request


@command(
    "accounts",
    group=Group.LOOK,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("All accounts with their money and bots"),
    aliases={"id": ("semua_akun",)},
)
def accounts(request: Request) -> Reply:
    """Show every account."""
    return request.show(request.services.accounts.overview())
