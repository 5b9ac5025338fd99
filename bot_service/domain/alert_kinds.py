"""Which alert is of which kind."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain import events
from bot_service.domain.alert_settings import AlertKind, AlertSettings, Sound
from bot_service.domain.events import Event, Level

_OF_KIND: Mapping[AlertKind, tuple[type[Event], ...]] = {
    AlertKind.TRADES: (events.OrderFilled, events.PositionClosed),
    AlertKind.SIGNALS: (
        events.EntryDenied,
        events.SignalStale,
        events.OrderDelayed,
        events.OrderNeverSent,
        events.MarketClosed,
    ),
    AlertKind.POSITIONS: (
        events.PositionChanged,
        events.StopRestored,
        events.PositionFound,
        events.PositionUnshared,
        events.UnknownPositionClosed,
    ),
    AlertKind.BOTS: (
        events.BotCreated,
        events.BotEdited,
        events.BotDeleted,
        events.BotsStarted,
        events.BotsStopping,
        events.BotStopped,
        events.BotsExitOnly,
        events.BotFlat,
        events.DueReset,
        events.SymbolReplaced,
        events.ReentryAllowed,
    ),
    AlertKind.PAUSES: (
        events.EntriesPaused,
        events.EntriesResumed,
        events.MarketReopened,
        events.MarketEnded,
    ),
    AlertKind.PEOPLE: (
        events.StrangerKnocked,
        events.MemberUnreachable,
        events.OwnerPaired,
        events.MemberInvited,
        events.InvitationRevoked,
        events.MemberJoined,
        events.RoleChanged,
        events.MemberRemoved,
    ),
    AlertKind.REPORTS: (
        events.ReportReady,
        events.ReportCorrected,
        events.CheckInDue,
        events.WaitOver,
        events.WeeklyLetterReady,
    ),
    AlertKind.TROUBLE: (
        events.OrderRejected,
        events.OrderUnknown,
        events.BotFaulted,
        events.StopMissing,
        events.StopUnmended,
        events.StopRemoved,
        events.UnknownPosition,
        events.PositionMissing,
        events.PositionShared,
        events.SymbolTrouble,
    ),
    AlertKind.LINK: (
        events.LinkLost,
        events.LinkRestored,
        events.OtherAccount,
        events.TradingLocked,
        events.CurrencyChanged,
    ),
}
_KINDS = {kind: group for group, members in _OF_KIND.items() for kind in members}


def kind_of(event: Event) -> AlertKind:
    """Return an event's kind; what is not in the table is about the service."""
    found = _KINDS.get(type(event))
    if found is not None:
        return found
    return AlertKind.SYSTEM if event.level is Level.CRITICAL else AlertKind.SERVICE


def wants(settings: AlertSettings, event: Event) -> bool:
    """Tell whether a member wants to be told of an event at all; critical ones nobody can refuse."""
    return event.level is Level.CRITICAL or settings.sound(kind_of(event)) is not Sound.OFF
