"""How pictures look, and whether trades come with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.domain.tastes import Taste, Theme
from bot_service.i18n import mark as _
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Message, do
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.request import Reply, Request

_CHOICES: Mapping[str, dict[str, Any]] = {
    "light": {"theme": Theme.LIGHT},
    "terang": {"theme": Theme.LIGHT},
    "dark": {"theme": Theme.DARK},
    "gelap": {"theme": Theme.DARK},
    "on": {"trade_charts": True},
    "hidup": {"trade_charts": True},
    "off": {"trade_charts": False},
    "mati": {"trade_charts": False},
}


@command(
    "pictures",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("Pictures light or dark, charts with trade alerts"),
    usage=_("[light/dark/on/off]"),
    examples=("pictures", "pictures dark"),
    aliases={"id": ("gambar",)},
)
def pictures(request: Request) -> Reply:
    """Show the choices; with a word make one. Only how it looks to one person changes."""
    tastes = request.services.tastes
    taste = tastes.of(request.member.user_id)
    for word in request.words:
        if word.lower() not in _CHOICES:
            raise InvalidValue("picture", word[:20], "not_a_choice", "light, dark, on, off")
        taste = tastes.choose(request.actor, replace(taste, **_CHOICES[word.lower()]))
    return Reply((_shown(request, taste),))


def _shown(request: Request, taste: Taste) -> Message:
    t = request.t
    dark = taste.theme is Theme.DARK
    told = lines(
        t.html(_("🖼 <b>Your pictures</b>")),
        t.html(_("Background: {theme}"), theme=t.text(_("dark") if dark else _("light"))),
        t.html(
            _("Chart with each trade alert: {state}"),
            state=t.text(_("on") if taste.trade_charts else _("off")),
        ),
    )
    turned = do(t.text(_("☀️ Light")), "pictures light") if dark else do(t.text(_("🌙 Dark")), "pictures dark")
    charts = (
        do(t.text(_("Charts off")), "pictures off")
        if taste.trade_charts
        else do(t.text(_("Charts on")), "pictures on")
    )
    return Message(told, ((turned, charts),))
