"""What people did to an account, read back as acts in market time: the mentor's input.

The history tells what happened, the audit who asked for it and what was only looked at. Acts that nobody
asked the service for are here too: those of the console, and those that were done in the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.events import Event
from bot_service.domain.trading import ClosedTrade, ExitCause
from bot_service.ports import Audited, UnitOfWork
from bot_service.services import hours
from bot_service.services.acts.cast import Cast
from bot_service.services.acts.known import Known
from bot_service.services.acts.lifts import WATCHED, Lifts
from bot_service.services.acts.of_events import KINDS, told

BACKTEST = "backtest"
CHECKING = frozenset(
    {
        "status",
        "account",
        "accounts",
        "positions",
        "bots",
        "bot",
        "today",
        "performance",
        "deals",
        "analysis",
        "chart",
        "history",
        "report",
    }
)
"""Commands that look at money or at bots; help, settings and lists of symbols are no checking."""

LIFTS_LOOK_BACK = timedelta(days=7)
WRITTEN_WITHIN = timedelta(minutes=10)
"""How long after an act its line of the audit is written, at most; a fast market runs on meanwhile."""
ANNOUNCED = timedelta(minutes=60)
NEAR_CLOSE = timedelta(hours=2)
CONFIRMED = "yes"
_EXITS = frozenset({ActKind.CLOSE, ActKind.PANIC, ActKind.MOVE_STOP, ActKind.REMOVE_STOP})


def acts_of(
    uow: UnitOfWork, account: Account, since: datetime, until: datetime, cast: Cast | None = None
) -> tuple[Act, ...]:
    """Return what people did with since <= market time < until, oldest first.

    Look-ups concern all accounts and are among the acts of each. Who asks for several spans in one
    transaction gives them one `cast`.
    """
    known = Known(uow, account, since, until, cast)
    lines = uow.people.acted(since, until + WRITTEN_WITHIN)
    looked = [line for line in lines if line.at < until]
    acts = [*_changes(uow, known, lines, since, until), *_by_hand(known), *_looks(looked, known)]
    marked = _marked(uow, account, acts, since, until)
    return tuple(sorted(marked, key=lambda act: (act.at, act.reference or 0, act.bot_id or 0)))


def _changes(
    uow: UnitOfWork, known: Known, lines: Sequence[Audited], since: datetime, until: datetime
) -> Iterator[Act]:
    asked = _Asked(lines)
    lifts = Lifts()
    happened = uow.happened({*KINDS, *WATCHED}, since - LIFTS_LOOK_BACK, until, known.account.id)
    known.cast.meet(bot_id for _at, event in happened for bot_id in _bots_of(event))
    for recorded_at, event in happened:
        line = asked.behind(event)
        command = _command(line)
        ended = lifts.ended_by(event, command)
        if event.happened_at < since:
            continue
        for act in told(event, known, recorded_at):
            lifted = act.lifted or ended.get(act.bot_id, "")
            reference = None if line is None else line.id
            yield replace(act, lifted=lifted, command=act.command or command, reference=reference)


def _bots_of(event: Event) -> Iterable[int]:
    many: tuple[int, ...] = getattr(event, "bot_ids", ())
    return many if event.bot_id is None else (event.bot_id, *many)


class _Asked:
    """Which line of the audit an event belongs to."""

    def __init__(self, lines: Iterable[Audited]) -> None:
        self._lines = {_key(event): line for line in lines for event in line.detail.get("events", ())}
        self._codes = {key[0] for key in self._lines}

    def behind(self, event: Event) -> Audited | None:
        """Return the line of the command that caused an event."""
        if event.actor is None or event.code not in self._codes:
            return None
        return self._lines.get(_key(event.to_json()))


def _key(event: dict[str, object]) -> tuple[object, ...]:
    names = ("event", "happened_at", "actor", "account_id", "bot_id")
    return tuple(event.get(name) for name in names)


def _command(line: Audited | None) -> str:
    if line is None:
        return ""
    confirmed = line.arguments.split() if line.command == CONFIRMED else []
    return confirmed[0] if confirmed else line.command


def _by_hand(known: Known) -> Iterator[Act]:
    for trade in known.by_hand:
        if trade.cause is ExitCause.BY_HAND:
            yield _closed(trade)


def _closed(trade: ClosedTrade) -> Act:
    return Act(
        trade.closed_at,
        ActKind.CLOSE,
        bot_id=trade.bot_id,
        position_id=trade.position_id,
        symbol=trade.symbol,
    )


def _looks(lines: Iterable[Audited], known: Known) -> Iterator[Act]:
    before: dict[int, tuple[str, str]] = {}
    for line in lines:
        if not line.looked or line.command not in (*CHECKING, BACKTEST):
            continue
        this = (line.command, line.arguments)
        again = bool(line.detail.get("pressed")) and before.get(line.user_id) == this
        before[line.user_id] = this
        bot_id = line.bots[0] if len(line.bots) == 1 else None
        if bot_id is not None and known.cast.bot(bot_id) is None:
            bot_id = None
        kind = ActKind.BACKTEST if line.command == BACKTEST else ActKind.LOOK
        yield Act(
            line.at,
            kind,
            line.user_id,
            bot_id,
            command=line.command,
            reference=line.id,
            refresh=again,
        )


def _marked(
    uow: UnitOfWork, account: Account, acts: Iterable[Act], since: datetime, until: datetime
) -> Iterator[Act]:
    notes = uow.journal.note_times(account.id, since - ANNOUNCED, until)
    for act in acts:
        if act.kind is ActKind.LOOK:
            yield act
            continue
        announced = any(timedelta(0) <= act.at - note <= ANNOUNCED for note in notes)
        near = act.kind in _EXITS and bool(act.symbol) and _near_close(uow, account, act)
        yield replace(act, planned=announced, near_close=near) if announced or near else act


def _near_close(uow: UnitOfWork, account: Account, act: Act) -> bool:
    week = hours.week(uow, account.id, act.symbol)
    closing = None if week is None else week.session(act.at).after
    return closing is not None and closing.begins - act.at <= NEAR_CLOSE and closing.length >= NEAR_CLOSE
