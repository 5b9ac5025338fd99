"""Whether a promise forbids what somebody is about to do. Stopping and closing never ask here.

Only acts that push are asked about: a higher risk, a start, a new bot, a change, the end of a pause. Each of
these use cases calls `refuse` before it begins; what makes things safer (stop, exit only, close, panic,
pause, delete, a stop that is set or moved to the entry) doesn't, so that no promise can ever hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from bot_service.domain import sizing
from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import BotSettings
from bot_service.domain.errors import PromiseStands
from bot_service.domain.events import DailyLossHit
from bot_service.domain.people import Actor
from bot_service.domain.promises import BrakeState, Promise, PromiseKind, Standing
from bot_service.domain.trading import ClosedTrade
from bot_service.ports import UnitOfWork
from bot_service.services import acts
from bot_service.services.acts.known import Known
from bot_service.services.desk import Desk

COUNTED = frozenset(
    {
        ActKind.START,
        ActKind.CREATE,
        ActKind.EDIT,
        ActKind.UNDO,
        ActKind.UNPAUSE,
        ActKind.CLOSE,
        ActKind.MOVE_STOP,
        ActKind.REMOVE_STOP,
        ActKind.MOVE_TARGET,
    }
)
"""What counts as an intervention; closing counts, but is never asked about."""

LIFTS = frozenset({ActKind.START, ActKind.LIMITS})
_LIMIT_LOOK_BACK = timedelta(days=3)
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Intended:
    """What somebody is about to do on an account; `raises` when a bot would risk more per trade."""

    kind: ActKind
    raises: bool = False


def refuse(desk: Desk, actor: Actor, account_ids: Iterable[int], intended: Intended) -> None:
    """Do nothing unless a promise of the person's forbids the act right now.

    Raises:
        PromiseStands: one does, and he hasn't been asked and waited yet.
    """
    now = desk.market.now()
    with desk.database.read() as uow:
        held = [
            promise
            for promise in uow.promises.of_person(actor.user_id)
            if promise.watched and promise.holds_at(now)
        ]
        if not held:
            return
        passed = _passed(uow, actor)
        for account_id in dict.fromkeys(account_ids):
            account = uow.accounts.get(account_id)
            asked = [one for one in held if one.account_id == account_id and one.id not in passed]
            standing = tuple(found for one in asked if (found := tested(uow, account, one, intended, now)))
            if standing:
                raise PromiseStands(account_id, standing)


def tested(
    uow: UnitOfWork, account: Account, promise: Promise, intended: Intended, now: datetime
) -> Standing | None:
    """Return why a promise forbids an act at a moment (market time), None where it doesn't."""
    test = _TESTS.get(promise.kind)
    return None if test is None else test(uow, account, promise, intended, now)


def is_raise(
    uow: UnitOfWork, account: Account, before: BotSettings, after: BotSettings, now: datetime
) -> bool:
    """Tell whether a bot would risk more per trade, as far as that can be known."""
    if before == after:
        return False
    named = after if after.broker_symbol else replace(after, broker_symbol=before.broker_symbol)
    known = Known(uow, account, *account.day_bounds(account.trading_day(now)))
    then, later = known.risk(before, now), known.risk(named, now)
    if then is not None and later is not None:
        return later > then
    if before.sizing is not after.sizing:
        return False
    wider = after.stop_atr > before.stop_atr and sizing.find(after.sizing).exact
    return after.size > before.size or wider


def bad_moments(
    account: Account, trades: Sequence[ClosedTrade], loss_r: Decimal
) -> list[tuple[datetime, Decimal]]:
    """Return when a loss left its trading day at -`loss_r` or worse, and where the day stood."""
    found: list[tuple[datetime, Decimal]] = []
    days: dict[object, list[ClosedTrade]] = {}
    for trade in sorted(trades, key=lambda one: (one.closed_at, one.position_id)):
        days.setdefault(account.trading_day(trade.closed_at), []).append(trade)
    for of_day in days.values():
        sums = accumulate(trade.r or Decimal(0) for trade in of_day)
        found += [
            (trade.closed_at, so_far)
            for trade, so_far in zip(of_day, sums, strict=True)
            if trade.net < 0 and so_far <= -loss_r
        ]
    return found


def limit_hits(
    uow: UnitOfWork, account: Account, since: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when the account's daily limit was hit, and when each of these days was over."""
    happened = uow.happened([DailyLossHit], since, until, account.id)
    return [
        (event.happened_at, event.ends_at)
        for _at, event in happened
        if isinstance(event, DailyLossHit) and event.account_id == account.id
    ]


def interventions(uow: UnitOfWork, account: Account, user_id: int, since: datetime, until: datetime) -> int:
    """Return how often a person, or somebody in the terminal, stepped in; one command counts once."""
    done = acts.acts_of(uow, account, since, until)
    return len({(act.at, act.kind) for act in done if act.kind in COUNTED and act.user_id in (user_id, None)})


def _passed(uow: UnitOfWork, actor: Actor) -> tuple[int, ...]:
    if not actor.released:
        return ()
    act = uow.promises.braked(actor.released)
    free = act is not None and act.user_id == actor.user_id and act.state is BrakeState.FREE
    return act.promise_ids if act is not None and free else ()


def _calm(
    uow: UnitOfWork, account: Account, promise: Promise, intended: Intended, now: datetime
) -> Standing | None:
    if not intended.raises:
        return None
    length = timedelta(minutes=promise.minutes)
    since, _ = account.day_bounds(account.trading_day(now - length))
    trades = uow.books.trades(account.id, since, now + _MOMENT)
    last = [one for one in bad_moments(account, trades, promise.loss_r) if now - one[0] < length]
    if not last:
        return None
    at, so_far = last[-1]
    return Standing(promise, f"day_r={so_far:.2f}", until=at + length, day_r=so_far)


def _no_restart(
    uow: UnitOfWork, account: Account, promise: Promise, intended: Intended, now: datetime
) -> Standing | None:
    if intended.kind not in LIFTS:
        return None
    hits = [one for one in limit_hits(uow, account, now - _LIMIT_LOOK_BACK, now + _MOMENT) if now < one[1]]
    return Standing(promise, "daily_limit", until=hits[-1][1]) if hits else None


def _few(
    uow: UnitOfWork, account: Account, promise: Promise, intended: Intended, now: datetime
) -> Standing | None:
    if intended.kind not in COUNTED:
        return None
    start, end = account.day_bounds(account.trading_day(now))
    count = interventions(uow, account, promise.user_id, start, now + _MOMENT)
    if count < promise.most:
        return None
    return Standing(promise, f"count={count + 1}", until=end, count=count + 1)


_Test = Callable[[UnitOfWork, Account, Promise, Intended, datetime], Standing | None]
_TESTS: Mapping[PromiseKind, _Test] = {
    PromiseKind.CALM_AFTER_LOSS: _calm,
    PromiseKind.NO_RESTART: _no_restart,
    PromiseKind.FEW_INTERVENTIONS: _few,
}
