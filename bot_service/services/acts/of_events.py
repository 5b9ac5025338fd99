"""From an event of the history to the acts behind it: one function per kind of event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.events import (
    BotCreated,
    BotDeleted,
    BotEdited,
    BotGoesOn,
    BotsExitOnly,
    BotsStarted,
    BotsStopping,
    ClosingOrdered,
    EntriesPaused,
    EntriesResumed,
    Event,
    GuardLifted,
    LimitsChanged,
    PausesChanged,
    PositionChanged,
    ReentryAllowed,
    StopMoved,
    StoppedFromConsole,
    StopRemoved,
    StopRestored,
    SymbolReplaced,
)
from bot_service.domain.events.of_stops import PositionEvent
from bot_service.domain.trading import ExitCause
from bot_service.services.acts.known import Known
from bot_service.services.acts.lifts import DAILY_LOSS, RUNAWAY

Telling = Callable[[Any, Known, datetime], Iterator[Act]]
CONSOLE = "console"


def told(event: Event, known: Known, recorded_at: datetime) -> Iterator[Act]:
    """Return the acts of this account behind an event; `recorded_at` is wall time."""
    tell = _TELLING.get(type(event))
    return iter(()) if tell is None else tell(event, known, recorded_at)


def _started(event: BotsStarted, known: Known, recorded_at: datetime) -> Iterator[Act]:
    for bot in known.cast.bots(event.bot_ids):
        settings = known.cast.settings_at(bot, recorded_at)
        yield Act(
            event.happened_at,
            ActKind.START,
            event.actor,
            bot.id,
            symbol=settings.broker_symbol,
            risk_after=known.risk(settings, event.happened_at),
        )


def _stopped(
    event: BotsStopping | BotsExitOnly | StoppedFromConsole, known: Known, recorded_at: datetime
) -> Iterator[Act]:
    command = CONSOLE if isinstance(event, StoppedFromConsole) else ""
    for bot in known.cast.bots(event.bot_ids):
        symbol = known.cast.settings_at(bot, recorded_at).broker_symbol
        yield Act(event.happened_at, ActKind.STOP, event.actor, bot.id, symbol=symbol, command=command)


def _created(event: BotCreated, known: Known, recorded_at: datetime) -> Iterator[Act]:
    bot = known.cast.bot(event.bot_id)
    if bot is None:
        return
    settings = known.cast.settings_at(bot, recorded_at)
    yield Act(
        event.happened_at,
        ActKind.CREATE,
        event.actor,
        bot.id,
        symbol=settings.broker_symbol,
        changes={
            "strategy": ("", settings.strategy),
            "timeframe": ("", settings.timeframe.value),
        },
        risk_after=known.risk(settings, event.happened_at),
    )


def _edited(event: BotEdited, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    bot = known.cast.bot(event.bot_id)
    if bot is None:
        return
    versions = known.cast.versions(bot.id)
    older = [settings for version, _, settings in versions if version < event.version]
    now = next((settings for version, _, settings in versions if version == event.version), None)
    before = older[-1] if older else None
    yield Act(
        event.happened_at,
        ActKind.UNDO if now is not None and now in older[:-1] else ActKind.EDIT,
        event.actor,
        bot.id,
        symbol=bot.settings.broker_symbol if now is None else now.broker_symbol,
        changes=event.changes,
        risk_before=None if before is None else known.risk(before, event.happened_at),
        risk_after=None if now is None else known.risk(now, event.happened_at),
    )


def _replaced(event: SymbolReplaced, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    changed = {"broker_symbol": (event.symbol, event.now.name)}
    for bot in known.cast.bots(event.bot_ids):
        yield Act(
            event.happened_at, ActKind.EDIT, event.actor, bot.id, symbol=event.now.name, changes=changed
        )


def _deleted(event: BotDeleted, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    bot = known.cast.bot(event.bot_id)
    if bot is not None and event.actor is not None:
        symbol = bot.settings.broker_symbol
        yield Act(event.happened_at, ActKind.DELETE, event.actor, bot.id, symbol=symbol)


def _paused(event: EntriesPaused, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    if event.actor is None:
        return
    until = {"until": ("", event.until.isoformat())}
    if not event.bot_ids:
        yield Act(event.happened_at, ActKind.PAUSE, event.actor, changes=until)
    for bot in known.cast.bots(event.bot_ids):
        symbol = bot.settings.broker_symbol
        yield Act(event.happened_at, ActKind.PAUSE, event.actor, bot.id, symbol=symbol, changes=until)


def _resumed(event: EntriesResumed, _known: Known, _recorded_at: datetime) -> Iterator[Act]:
    if event.actor is not None:
        yield Act(event.happened_at, ActKind.UNPAUSE, event.actor)


def _planned(event: PausesChanged, _known: Known, _recorded_at: datetime) -> Iterator[Act]:
    kind = ActKind.PAUSE if event.added else ActKind.UNPAUSE
    pair = ("", event.what) if event.added else (event.what, "")
    yield Act(event.happened_at, kind, event.actor, changes={"plan": pair})


def _reentry(event: ReentryAllowed, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    bot = known.cast.bot(event.bot_id)
    if bot is not None:
        symbol = bot.settings.broker_symbol
        yield Act(event.happened_at, ActKind.UNPAUSE, event.actor, bot.id, symbol=symbol)


def _limits(event: LimitsChanged, _known: Known, _recorded_at: datetime) -> Iterator[Act]:
    changes = {name: (before, after) for name, before, after in event.lines}
    yield Act(event.happened_at, ActKind.LIMITS, event.actor, changes=changes)


def _lifted(event: GuardLifted, _known: Known, _recorded_at: datetime) -> Iterator[Act]:
    # What ends by itself at the reset is nobody's act.
    if event.actor is not None:
        yield Act(event.happened_at, ActKind.START, event.actor, lifted=DAILY_LOSS)


def _goes_on(event: BotGoesOn, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    bot = known.cast.bot(event.bot_id)
    if bot is not None:
        symbol = bot.settings.broker_symbol
        yield Act(event.happened_at, ActKind.START, event.actor, bot.id, symbol=symbol, lifted=RUNAWAY)


def _closing(event: ClosingOrdered, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    for position_id in event.tickets:
        bot_id, symbol = known.owner(position_id)
        yield Act(
            event.happened_at,
            ActKind.PANIC if event.panic else ActKind.CLOSE,
            event.actor,
            bot_id,
            position_id,
            symbol,
            command="" if event.actor is not None else CONSOLE,
        )


def _removed(event: StopRemoved, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    yield _of_position(
        event,
        ActKind.REMOVE_STOP,
        {"stop_loss": (_text(event.stop_before), "")},
        risk_before=_risk(event.result_before, known, event.happened_at),
    )


def _moved(event: StopMoved, _known: Known, _recorded_at: datetime) -> Iterator[Act]:
    yield _of_position(event, ActKind.MOVE_STOP, {"stop_loss": (_text(event.before), _text(event.stop_loss))})


def _put_back(event: StopRestored, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    if event.actor is not None:
        yield _of_position(
            event,
            ActKind.MOVE_STOP,
            {"stop_loss": ("", _text(event.stop_loss))},
            risk_after=_risk(event.result, known, event.happened_at),
        )


def _changed(event: PositionChanged, known: Known, _recorded_at: datetime) -> Iterator[Act]:
    if event.stop_before != event.stop_loss:
        yield _of_position(
            event,
            ActKind.MOVE_STOP,
            {"stop_loss": (_text(event.stop_before), _text(event.stop_loss))},
            risk_before=_risk(event.result_before, known, event.happened_at),
            risk_after=_risk(event.result, known, event.happened_at),
        )
    if event.target_before != event.take_profit:
        yield _of_position(
            event,
            ActKind.MOVE_TARGET,
            {"take_profit": (_text(event.target_before), _text(event.take_profit))},
        )
    if event.by is ExitCause.BY_HAND and event.lots < event.lots_before:
        yield _of_position(event, ActKind.CLOSE, {"lots": (_text(event.lots_before), _text(event.lots))})


def _of_position(
    event: PositionEvent,
    kind: ActKind,
    changes: Mapping[str, tuple[str, str]],
    risk_before: Decimal | None = None,
    risk_after: Decimal | None = None,
) -> Act:
    return Act(
        event.happened_at,
        kind,
        event.actor,
        event.bot_id,
        event.position_id,
        event.symbol,
        changes,
        risk_before,
        risk_after,
    )


def _risk(result: Decimal | None, known: Known, at: datetime) -> Decimal | None:
    return None if result is None else known.percent(max(-result, Decimal(0)), at)


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


_TELLING: Mapping[type[Event], Telling] = {
    BotsStarted: _started,
    BotsStopping: _stopped,
    BotsExitOnly: _stopped,
    StoppedFromConsole: _stopped,
    BotCreated: _created,
    BotEdited: _edited,
    SymbolReplaced: _replaced,
    BotDeleted: _deleted,
    EntriesPaused: _paused,
    EntriesResumed: _resumed,
    PausesChanged: _planned,
    ReentryAllowed: _reentry,
    LimitsChanged: _limits,
    GuardLifted: _lifted,
    BotGoesOn: _goes_on,
    ClosingOrdered: _closing,
    StopRemoved: _removed,
    StopMoved: _moved,
    StopRestored: _put_back,
    PositionChanged: _changed,
}
KINDS = frozenset(_TELLING)
