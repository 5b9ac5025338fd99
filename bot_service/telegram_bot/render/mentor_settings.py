"""What can be set about the mentor, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot_service.domain.accounts import Account
from bot_service.domain.mentor_wishes import MentorWishes
from bot_service.domain.people import Role
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.wishes import MentorSettingsView
from bot_service.telegram_bot.render.detector_words import DETECTORS
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import lines, rows
from bot_service.telegram_bot.render.registry import renders

CHECK_INS = ("06:00", "07:00", "07:00 21:00")
REPORT_HOURS = ("05:30", "06:30", "07:30", "20:00")
DAY_ENDS = (0, 4, 5, 6)


@dataclass(frozen=True)
class AccountHoursView:
    """When an account's day ends and its report comes."""

    account: Account


@renders(MentorSettingsView)
def mentor_settings(view: MentorSettingsView, t: Translator) -> Message:
    """Return everything about the mentor at a glance, each with a button."""
    wishes = view.member.mentor
    resting = None
    if wishes.rest_until is not None and wishes.rests_at(view.now):
        sentence = _("🔕 No reports and no questions until <b>{until}</b>.")
        resting = t.html(sentence, until=t.when(wishes.rest_until))
    events = _("⚡ After an event: <b>{on}</b> (limit reached, -2R, closed by hand after a loss)")
    text = lines(
        t.html(_("🧭 <b>Mentor and reports</b>")),
        resting,
        _asked(view, t),
        t.html(events, on=_on(t, on=wishes.after_events)),
        t.html(_("💌 Letter on Sunday: <b>{on}</b>"), on=_on(t, on=wishes.letters)),
        t.html(_("💙 Kind answer to words of distress: <b>{on}</b>"), on=_on(t, on=wishes.care)),
        _muted(wishes, t),
        *(_hours(account, t) for account in view.accounts),
        "",
        t.html(_("Other hours: <code>/settings checkin 06:30 20:00</code>")),
    )
    return Message(text, tuple(_buttons(view, t)))


def _muted(wishes: MentorWishes, t: Translator) -> Html | None:
    names = [t.text(DETECTORS[code]) for code in wishes.muted if code in DETECTORS]
    return t.html(_("🔇 Not mentioned: <b>{names}</b>"), names=", ".join(names)) if names else None


def _asked(view: MentorSettingsView, t: Translator) -> Html:
    hours = ", ".join(f"{hour:%H:%M}" for hour in view.member.mentor.hours)
    if not hours:
        return t.html(_("🧭 Check-in: <b>not by the clock</b>"))
    zone = t.zone_name(view.member.time_zone)
    return t.html(_("🧭 Check-in: <b>{hours}</b> {zone}"), hours=hours, zone=zone)


def _on(t: Translator, *, on: bool) -> str:
    return t.text(_("on")) if on else t.text(_("off"))


def _hours(account: Account, t: Translator) -> Html:
    return t.html(
        _("📝 {account}: report at <b>{at}</b>, day ends at <b>{ends}</b> {zone}"),
        account=account.label,
        at=account.report_at,
        ends=f"{account.day_ends:02d}:00",
        zone=t.zone_name(account.time_zone),
    )


def _buttons(view: MentorSettingsView, t: Translator) -> Iterator[tuple[Button, ...]]:
    wishes = view.member.mentor
    yield (
        *(do(f"🧭 {at}", f"settings checkin {at}") for at in CHECK_INS),
        do(t.text(_("🧭 Never")), "settings checkin off"),
    )
    yield (
        _turn(t.text(_("⚡ After an event")), "events", on=wishes.after_events),
        _turn(t.text(_("💌 Letter")), "letters", on=wishes.letters),
    )
    yield (
        _turn(t.text(_("💙 Kind answer")), "care", on=wishes.care),
        do(t.text(_("🔇 Muted findings")), "mentor mute"),
    )
    if view.member.role.covers(Role.OPERATOR):
        for account in view.accounts:
            name = f" {account.label}" if len(view.accounts) > 1 else ""
            label = t.text(_("📝 Report hour"))
            yield (do(f"{label}{name}", f"settings report @{account.id}"),)
    last = do(t.text(_("🔕 Rest for 7 days")), "mentor rest 7")
    if wishes.rests_at(view.now):
        last = do(t.text(_("🔔 Reports again")), "mentor rest 0")
    yield (last, do(t.text(_("⬅️ Settings")), "settings"))


def _turn(label: str, name: str, *, on: bool) -> Button:
    return do(f"{label} → {'⛔' if on else '✅'}", f"settings {name} {'off' if on else 'on'}")


@renders(AccountHoursView)
def account_hours(view: AccountHoursView, t: Translator) -> Message:
    """Return an account's hours with usual ones as buttons, and what a change means."""
    account = view.account
    text = lines(
        _hours(account, t),
        t.html(_("The report is about the finished day. A changed end of the day counts from tomorrow on.")),
        "",
        t.html(_("Another hour: <code>/settings report 08:15 @{id}</code>"), id=account.id),
        t.html(_("Another zone: <code>/settings account_zone WITA @{id}</code>"), id=account.id),
    )
    return Message(text, _hour_buttons(account, t))


def _hour_buttons(account: Account, t: Translator) -> Keyboard:
    at = f"@{account.id}"
    reports = [do(f"📝 {hour}", f"settings report {hour} {at}") for hour in REPORT_HOURS]
    ends = [do(f"🌙 {hour:02d}:00", f"settings day {hour} {at}") for hour in DAY_ENDS]
    return (*rows(reports, 4), *rows(ends, 4), (do(t.text(_("⬅️ Mentor and reports")), "settings mentor"),))
