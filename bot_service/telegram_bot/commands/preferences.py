"""The hub of a member's own settings, and a pause for the ears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot_service.domain.alert_settings import AlertKind, Sound
from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.mentor_settings import MENTOR
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render.preferences import ZonesView
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import hours_span, length_of

OFF = frozenset({"off", "hapus", "mati", "none"})
ZONE = frozenset({"zone", "zona", "zona_waktu"})
ALERTS = frozenset({"alerts", "alert", "pemberitahuan"})
QUIET = frozenset({"quiet", "tenang", "jam_tenang"})
SOUNDS = {
    "on": Sound.ON,
    "bunyi": Sound.ON,
    "silent": Sound.SILENT,
    "senyap": Sound.SILENT,
    "off": Sound.OFF,
    "mati": Sound.OFF,
}
USUAL = timedelta(minutes=30)


@command(
    "settings",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Language, time zone, alerts, quiet hours"),
    usage=_("[zone WIB | alerts | quiet 22:00-06:00 | mentor]"),
    examples=("settings", "settings zone WITA", "settings quiet 22:00-06:00", "settings alerts bots off"),
    aliases={"id": ("pengaturan",)},
    state="settings",
)
def settings(request: Request) -> Reply:
    """Show the settings, or change one of them."""
    if not request.words:
        return request.show(request.services.preferences.view(request.actor))
    part, *rest = (word.lower() for word in request.words)
    if part in ZONE:
        return _zone(request, rest)
    if part in ALERTS:
        return _alerts(request, rest)
    if part in QUIET:
        return _quiet(request, rest)
    if part in MENTOR:
        return MENTOR[part](request, rest)
    raise InvalidValue("settings", part[:32], "unknown_setting", "zone, alerts, quiet, mentor")


@command(
    "mute",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Alerts without sound for a while"),
    usage=_("[30m]"),
    examples=("mute 30m", "mute 2h"),
    aliases={"id": ("bisukan",)},
    state="settings",
)
def mute(request: Request) -> Reply:
    """Let alerts come silently for a while; critical ones still sound."""
    length = USUAL
    if request.words:
        length, _rest = length_of(request.words, "mute", "30m, 2h, 1h30m")
    return request.show(request.services.preferences.mute(request.actor, length))


@command(
    "unmute",
    group=Group.SETTINGS,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Alerts with sound again"),
    aliases={"id": ("bunyikan",)},
    state="settings",
)
def unmute(request: Request) -> Reply:
    """Let alerts sound again."""
    return request.show(request.services.preferences.unmute(request.actor))


def _zone(request: Request, rest: Sequence[str]) -> Reply:
    if not rest:
        return request.show(ZonesView(request.member.time_zone))
    before = request.member.time_zone
    view = request.services.preferences.set_zone(request.actor, " ".join(rest))
    fresh = request.translators(request.t.language, view.member.time_zone)
    shown = replace(request, t=fresh).show(view)
    return Reply(shown.messages, changes={"time_zone": (before, view.member.time_zone)})


def _alerts(request: Request, rest: Sequence[str]) -> Reply:
    preferences = request.services.preferences
    if not rest:
        return request.show(preferences.kinds(request.actor))
    kind = _kind(rest[0])
    before = request.member.alerts.sound(kind)
    choices = request.member.alerts.choices(kind)
    sound = _sound(rest[1]) if rest[1:] else choices[(choices.index(before) + 1) % len(choices)]
    view = preferences.set_sound(request.actor, kind, sound)
    changes = {f"alerts.{kind.value}": (before.value, sound.value)}
    return Reply(request.show(view).messages, changes=changes)


def _kind(word: str) -> AlertKind:
    try:
        return AlertKind(word)
    except ValueError:
        raise InvalidValue("alerts", word[:32], "unknown_alert_kind", ", ".join(AlertKind)) from None


def _sound(word: str) -> Sound:
    found = SOUNDS.get(word)
    if found is None:
        raise InvalidValue("alerts", word[:32], "unknown_sound", "on, silent, off")
    return found


def _quiet(request: Request, rest: Sequence[str]) -> Reply:
    preferences = request.services.preferences
    if not rest:
        return request.show(preferences.quiet(request.actor))
    begins, ends = (None, None) if rest[0] in OFF else hours_span("".join(rest), "quiet", "22:00-06:00")
    return request.show(preferences.set_quiet(request.actor, begins, ends))
