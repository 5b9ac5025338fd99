"""How a member wants to be told: with sound, silently, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot_service.domain.errors import InvalidValue


class AlertKind(StrEnum):
    """What an alert is about, as people choose between them."""

    TRADES = "trades"
    SIGNALS = "signals"
    POSITIONS = "positions"
    BOTS = "bots"
    PAUSES = "pauses"
    PEOPLE = "people"
    REPORTS = "reports"
    SERVICE = "service"
    TROUBLE = "trouble"
    LINK = "link"
    SYSTEM = "system"


ESSENTIAL = frozenset({AlertKind.TROUBLE, AlertKind.LINK, AlertKind.SYSTEM})
"""What tells of danger to open money: it can be made silent, never be switched off."""


class Sound(StrEnum):
    """How an alert arrives."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


@dataclass(frozen=True)
class AlertSettings:
    """A member's wishes; quiet hours are times on the clock of his zone and may pass midnight."""

    silent: tuple[AlertKind, ...] = ()
    off: tuple[AlertKind, ...] = ()
    quiet_begins: time | None = None
    quiet_ends: time | None = None
    muted_until: datetime | None = None

    def sound(self, kind: AlertKind) -> Sound:
        """Return how alerts of a kind arrive."""
        if kind in self.off and kind not in ESSENTIAL:
            return Sound.OFF
        return Sound.SILENT if kind in self.silent else Sound.ON

    def choices(self, kind: AlertKind) -> tuple[Sound, ...]:
        """Return what can be chosen for a kind."""
        return (Sound.ON, Sound.SILENT) if kind in ESSENTIAL else tuple(Sound)

    def with_sound(self, kind: AlertKind, sound: Sound) -> AlertSettings:
        """Return the settings with another sound for a kind.

        Raises:
            InvalidValue: a kind that tells of danger can't be switched off.
        """
        if sound not in self.choices(kind):
            raise InvalidValue("alerts", kind.value, "essential_kind", "on, silent")
        silent = {*self.silent} - {kind} | ({kind} if sound is Sound.SILENT else set())
        off = {*self.off} - {kind} | ({kind} if sound is Sound.OFF else set())
        return replace(self, silent=tuple(sorted(silent)), off=tuple(sorted(off)))

    def with_quiet(self, begins: time | None, ends: time | None) -> AlertSettings:
        """Return the settings with other quiet hours; None: none.

        Raises:
            InvalidValue: hours that begin when they end.
        """
        if begins is not None and begins == ends:
            raise InvalidValue("quiet", f"{begins:%H:%M}-{ends:%H:%M}", "not_hours", "22:00-06:00")
        return replace(self, quiet_begins=begins, quiet_ends=ends)

    def is_quiet(self, at: datetime, zone: str) -> bool:
        """Tell whether the member's clock shows a time within the quiet hours, whatever day it is."""
        if self.quiet_begins is None or self.quiet_ends is None:
            return False
        shown = at.astimezone(ZoneInfo(zone)).time()
        if self.quiet_begins < self.quiet_ends:
            return self.quiet_begins <= shown < self.quiet_ends
        return shown >= self.quiet_begins or shown < self.quiet_ends

    def is_muted(self, at: datetime) -> bool:
        """Tell whether a mute runs."""
        return self.muted_until is not None and at < self.muted_until

    def rings(self, kind: AlertKind, at: datetime, zone: str, *, critical: bool) -> bool:
        """Tell whether an alert makes a sound; critical ones break through quiet hours and a mute."""
        if self.sound(kind) is not Sound.ON:
            return False
        return critical or not (self.is_muted(at) or self.is_quiet(at, zone))


NO_WISHES = AlertSettings()
