"""How a member likes to read and to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import available_timezones

from bot_service.domain.alert_settings import AlertKind, AlertSettings, Sound
from bot_service.domain.errors import InvalidValue, MemberNotFound
from bot_service.domain.people import Actor, Member
from bot_service.ports import Clock, Database

INDONESIA = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura", "utc": "UTC"}
LONGEST_MUTE = timedelta(hours=24)


@dataclass(frozen=True)
class ReportHour:
    """When an account's daily report comes, on the clock of the account's zone."""

    account: str
    at: str
    zone: str


@dataclass(frozen=True)
class SettingsView:
    """Everything that a member can set for himself, and what stands beside it."""

    member: Member
    now: datetime
    reports: tuple[ReportHour, ...] = ()


@dataclass(frozen=True)
class AlertKindsView:
    """How each kind of alert arrives at a member."""

    member: Member


@dataclass(frozen=True)
class QuietView:
    """A member's quiet hours."""

    member: Member
    now: datetime


@dataclass(frozen=True)
class MuteReceipt:
    """Until when a member's alerts are silent, None: no longer."""

    until: datetime | None


class Preferences:
    """See and change one's own settings; nobody changes another person's."""

    def __init__(self, database: Database, wall: Clock) -> None:
        self._database = database
        self._wall = wall

    def view(self, actor: Actor) -> SettingsView:
        """Return a member's settings."""
        with self._database.read() as uow:
            reports = tuple(
                ReportHour(account.label, account.report_at, account.time_zone)
                for account in uow.accounts.all()
            )
            member = uow.people.get(actor.user_id)
        return SettingsView(_present(member, actor), self._wall.now(), reports)

    def kinds(self, actor: Actor) -> AlertKindsView:
        """Return how each kind of alert arrives."""
        return AlertKindsView(self.view(actor).member)

    def quiet(self, actor: Actor) -> QuietView:
        """Return the quiet hours."""
        return QuietView(self.view(actor).member, self._wall.now())

    def set_zone(self, actor: Actor, word: str) -> SettingsView:
        """Tell times in another zone: WIB, WITA, WIT, a city, or an IANA name.

        Raises:
            InvalidValue: there is no such zone.
        """
        zone = zone_of(word)
        with self._database.write() as uow:
            uow.people.set_time_zone(actor.user_id, zone)
            uow.commit()
        return self.view(actor)

    def set_sound(self, actor: Actor, kind: AlertKind, sound: Sound) -> AlertKindsView:
        """Choose how a kind arrives.

        Raises:
            InvalidValue: a kind that tells of danger can't be switched off.
        """
        self._change(actor, lambda alerts: alerts.with_sound(kind, sound))
        return self.kinds(actor)

    def set_quiet(self, actor: Actor, begins: time | None, ends: time | None) -> QuietView:
        """Choose the quiet hours, None for none.

        Raises:
            InvalidValue: they begin when they end.
        """
        self._change(actor, lambda alerts: alerts.with_quiet(begins, ends))
        return self.quiet(actor)

    def mute(self, actor: Actor, length: timedelta) -> MuteReceipt:
        """Let alerts come silently for a while.

        Raises:
            InvalidValue: for nothing, or for more than a day.
        """
        if not timedelta(0) < length <= LONGEST_MUTE:
            minutes = int(length.total_seconds() // 60)
            raise InvalidValue("mute", f"{minutes}m", "out_of_bounds", "1m - 24h")
        until = self._wall.now() + length
        self._change(actor, lambda alerts: replace(alerts, muted_until=until))
        return MuteReceipt(until)

    def unmute(self, actor: Actor) -> MuteReceipt:
        """Let alerts sound again."""
        self._change(actor, lambda alerts: replace(alerts, muted_until=None))
        return MuteReceipt(None)

    def _change(self, actor: Actor, change: Callable[[AlertSettings], AlertSettings]) -> None:
        with self._database.write() as uow:
            member = _present(uow.people.get(actor.user_id), actor)
            uow.people.set_alerts(member.user_id, change(member.alerts))
            uow.commit()


def zone_of(word: str) -> str:
    """Return the IANA name of a zone that somebody typed.

    Raises:
        InvalidValue: there is none.
    """
    typed = word.strip().lower().replace(" ", "_")
    if typed in INDONESIA:
        return INDONESIA[typed]
    cities = {name.rpartition("/")[2].lower(): name for name in sorted(available_timezones()) if "/" in name}
    names = {name.lower(): name for name in available_timezones()}
    found = names.get(typed) or cities.get(typed)
    if found is None:
        raise InvalidValue("zone", word[:32], "unknown_zone", "WIB, WITA, WIT, Singapore, Asia/Tokyo")
    return found


def _present(member: Member | None, actor: Actor) -> Member:
    if member is None:
        raise MemberNotFound(actor.user_id)
    return member
