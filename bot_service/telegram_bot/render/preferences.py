"""A member's own settings in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot_service.domain.alert_settings import ESSENTIAL, AlertKind, AlertSettings, Sound
from bot_service.domain.people import Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.preferences import (
    AlertKindsView,
    MuteReceipt,
    QuietView,
    ReportHour,
    SettingsView,
)
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import lines, rows
from bot_service.telegram_bot.render.registry import renders

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
ICONS = {Sound.ON: "🔔", Sound.SILENT: "🔕", Sound.OFF: "⛔"}
KINDS: Mapping[AlertKind, str] = {
    AlertKind.TRADES: _("Positions opened and closed"),
    AlertKind.SIGNALS: _("Signals not followed"),
    AlertKind.POSITIONS: _("Positions changed outside the bots"),
    AlertKind.BOTS: _("Bots started, stopped, changed"),
    AlertKind.PAUSES: _("Pauses and market hours"),
    AlertKind.PEOPLE: _("Members and visitors"),
    AlertKind.REPORTS: _("Daily report"),
    AlertKind.SERVICE: _("Service news"),
    AlertKind.TROUBLE: _("Trouble with orders and stops"),
    AlertKind.LINK: _("Connection to the broker"),
    AlertKind.SYSTEM: _("Dangers to the service"),
}
SOUNDS: Mapping[Sound, str] = {Sound.ON: _("sound"), Sound.SILENT: _("silent"), Sound.OFF: _("off")}


@dataclass(frozen=True)
class ZonesView:
    """The zones to choose from."""

    zone: str


@renders(SettingsView)
def settings(view: SettingsView, t: Translator) -> Message:
    """Return everything at a glance, each with a button that changes it."""
    member, alerts = view.member, view.member.alerts
    muted = None
    if alerts.is_muted(view.now):
        muted = t.html(_("🔕 Muted until <b>{until}</b>"), until=t.when(alerts.muted_until or view.now))
    told = lines(
        t.html(_("⚙️ <b>Your settings</b>")),
        t.html(_("🌐 Language: <b>{language}</b>"), language=LANGUAGES[member.language]),
        t.html(
            _("🕐 Time zone: <b>{zone}</b>, now {now}"),
            zone=t.zone_name(member.time_zone),
            now=t.clock(view.now),
        ),
        _alerts_line(alerts, t),
        _quiet_line(alerts, t),
        muted,
        *(_report(item, t) for item in view.reports),
    )
    return Message(told, _hub(view, t))


def _hub(view: SettingsView, t: Translator) -> Keyboard:
    muted = view.member.alerts.is_muted(view.now)
    mute = do(t.text(_("🔔 Unmute")), "unmute") if muted else do(t.text(_("🔕 Mute 30 min")), "mute 30m")
    operator = view.member.role.covers(Role.OPERATOR)
    pauses = (do(t.text(_("⏸ Pauses")), "pause"),) if operator else ()
    return (
        (do(t.text(_("🌐 Language")), "language"), do(t.text(_("🕐 Time zone")), "settings zone")),
        (do(t.text(_("🔔 Alerts")), "settings alerts"), do(t.text(_("🌙 Quiet hours")), "settings quiet")),
        (mute, do(t.text(_("🧭 Mentor and reports")), "settings mentor")),
        (*pauses, do(t.text(_("📨 Last alerts")), "alerts")),
    )


def _alerts_line(alerts: AlertSettings, t: Translator) -> Html:
    sounds = [alerts.sound(kind) for kind in AlertKind]
    silent, off = sounds.count(Sound.SILENT), sounds.count(Sound.OFF)
    if not silent and not off:
        return t.html(_("🔔 Alerts: <b>all with sound</b>"))
    return t.html(_("🔔 Alerts: <b>{silent} silent, {off} off</b>"), silent=silent, off=off)


def _quiet_line(alerts: AlertSettings, t: Translator) -> Html:
    if alerts.quiet_begins is None or alerts.quiet_ends is None:
        return t.html(_("🌙 Quiet hours: <b>none</b>"))
    hours = f"{alerts.quiet_begins:%H:%M}-{alerts.quiet_ends:%H:%M}"
    return t.html(_("🌙 Quiet hours: <b>{hours}</b>"), hours=hours)


def _report(item: ReportHour, t: Translator) -> Html:
    return t.html(
        _("📝 Daily report of {account}: <b>{at} {zone}</b>"),
        account=item.account,
        at=item.at,
        zone=t.zone_name(item.zone),
    )


def _back(t: Translator) -> tuple[Button, ...]:
    return (do(t.text(_("⬅️ Settings")), "settings"),)


@renders(ZonesView)
def zones(view: ZonesView, t: Translator) -> Message:
    """Return the Indonesian zones as buttons, and how to type another one."""
    text = lines(
        t.html(_("🕐 Your time zone is <b>{zone}</b>."), zone=t.zone_name(view.zone)),
        t.html(_("Another zone: <code>/settings zone Singapore</code>")),
    )
    buttons = tuple(do(name, f"settings zone {name}") for name in ("WIB", "WITA", "WIT"))
    return Message(text, (buttons, _back(t)))


@renders(AlertKindsView)
def alert_kinds(view: AlertKindsView, t: Translator) -> Message:
    """Return how each kind arrives; each press is the next choice."""
    alerts = view.member.alerts
    text = lines(
        t.html(_("🔔 <b>Alerts, kind by kind</b>")),
        t.html(_("🔔 sound · 🔕 silent · ⛔ off. Each button changes one kind.")),
        t.html(
            _(
                "🛡 These can be silent but never off: without them you would not hear of a position "
                "without SL or of a lost connection."
            )
        ),
    )
    buttons = [_kind_button(kind, alerts, t) for kind in AlertKind]
    return Message(text, (*rows(buttons, 1), _back(t)))


def _kind_button(kind: AlertKind, alerts: AlertSettings, t: Translator) -> Button:
    choices, sound = alerts.choices(kind), alerts.sound(kind)
    following = choices[(choices.index(sound) + 1) % len(choices)]
    shield = " 🛡" if kind in ESSENTIAL else ""
    label = f"{ICONS[sound]} {t.text(KINDS[kind])}{shield}"
    return do(label, f"settings alerts {kind.value} {following.value}")


@renders(QuietView)
def quiet(view: QuietView, t: Translator) -> Message:
    """Return the quiet hours with usual ones as buttons."""
    alerts, zone = view.member.alerts, view.member.time_zone
    now = t.html(_("Quiet hours are on now.")) if alerts.is_quiet(view.now, zone) else None
    text = lines(
        _quiet_line(alerts, t),
        now,
        t.html(
            _(
                "In quiet hours alerts come without sound; critical ones still sound. Hours are on your "
                "clock ({zone}, {now} now)."
            ),
            zone=t.zone_name(zone),
            now=view.now.astimezone(ZoneInfo(zone)).strftime("%H:%M"),
        ),
        t.html(_("Other hours: <code>/settings quiet 21:30-05:00</code>")),
    )
    hours = tuple(do(item, f"settings quiet {item}") for item in ("22:00-06:00", "23:00-07:00"))
    off = (do(t.text(_("🔔 No quiet hours")), "settings quiet off"),)
    return Message(text, (hours, off, _back(t)))


@renders(MuteReceipt)
def muted(view: MuteReceipt, t: Translator) -> Message:
    """Tell until when alerts are silent, and what still sounds."""
    if view.until is None:
        text = t.html(_("🔔 Alerts sound again."))
        return Message(text, ((do(t.text(_("🔕 Mute 30 min")), "mute 30m"), *_back(t)),))
    text = t.html(
        _("🔕 Alerts come without sound until <b>{until}</b>. Critical ones still sound, nothing is lost."),
        until=t.when(view.until),
    )
    longer = (do(t.text(_("🔕 2 hours")), "mute 2h"), do(t.text(_("🔕 8 hours")), "mute 8h"))
    return Message(text, (longer, (do(t.text(_("🔔 Unmute")), "unmute"), *_back(t))))
