"""Which guard or which stop of his own a person ends by an act, and which starts only go on.

A guard is lifted by the owner's word, and by weaker limits while the daily loss holds entries.
A start lifts his own stop if he had stopped just this bot. It lifts nothing after a stop of all bots, a
panic, a stop from the console, a fault, a restart of the service, or where the bot was edited in between:
those are maintenance.
"""

from __future__ import annotations

from bot_service.domain.events import (
    BotEdited,
    BotFaulted,
    BotsExitOnly,
    BotsStarted,
    BotsStopping,
    DailyLossHit,
    Event,
    GuardLifted,
    LimitsChanged,
    ServiceResumed,
    StoppedFromConsole,
    SymbolReplaced,
)

OWN_STOP = "own_stop"
DAILY_LOSS = "daily_loss"
RUNAWAY = "runaway"
PANIC = "panic"

WATCHED: frozenset[type[Event]] = frozenset(
    {
        BotsStarted,
        BotsStopping,
        BotsExitOnly,
        StoppedFromConsole,
        BotEdited,
        SymbolReplaced,
        BotFaulted,
        ServiceResumed,
        DailyLossHit,
        GuardLifted,
        LimitsChanged,
    }
)


class Lifts:
    """Follow events in their order, and tell what each of them ends."""

    def __init__(self) -> None:
        self._stopped: set[int] = set()
        self._held = False

    def ended_by(self, event: Event, command: str) -> dict[int | None, str]:
        """Return what an event ends, by bot; None stands for the whole account."""
        match event:
            case BotsStopping(bot_ids=bots, everything=False) | BotsExitOnly(bot_ids=bots):
                if event.actor is not None and command != PANIC:
                    self._stopped.update(bots)
            case BotsStopping(bot_ids=bots) | StoppedFromConsole(bot_ids=bots):
                self._stopped.difference_update(bots)
            case BotEdited(bot_id=bot) | BotFaulted(bot_id=bot):
                self._stopped.discard(bot or 0)
            case SymbolReplaced(bot_ids=bots):
                self._stopped.difference_update(bots)
            case ServiceResumed():
                self._stopped.clear()
            case BotsStarted(bot_ids=bots):
                return self._start(bots)
        return self._by_guards(event)

    def _by_guards(self, event: Event) -> dict[int | None, str]:
        match event:
            case DailyLossHit():
                self._held = True
            case GuardLifted():
                self._held = False
            case LimitsChanged(weaker=True) if self._held:
                return {None: DAILY_LOSS}
        return {}

    def _start(self, bots: tuple[int, ...]) -> dict[int | None, str]:
        ended = self._stopped.intersection(bots)
        self._stopped.difference_update(bots)
        return dict.fromkeys(ended, OWN_STOP)
