"""Timed pauses in the ledger: the trades that a bot's rule would have made in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.bots import BotSettings
from bot_service.domain.events import EntriesResumed
from bot_service.domain.findings import Intervention
from bot_service.domain.pauses import PauseCause
from bot_service.mentor.ledger import R_PLACES
from bot_service.mentor.missed import Geometry, missed
from bot_service.ports import UnitOfWork
from bot_service.services import entries, running_spans
from bot_service.services.courses import Followed

ZERO = Decimal(0)


@dataclass(frozen=True)
class Pause:
    """A timed pause of one bot that is over."""

    act: Act
    bot_id: int
    settings: BotSettings
    ends: datetime


def pauses(uow: UnitOfWork, account: Account, done: Sequence[Act], now: datetime) -> list[Pause]:
    """Return the pauses among some acts that have ended, one for each bot that ran then."""
    asked = [act for act in done if act.kind is ActKind.PAUSE and "until" in act.changes]
    if not asked:
        return []
    over = [event for _, event in uow.happened((EntriesResumed,), asked[0].at, now)]
    return [one for act in asked for one in _of_act(uow, account, act, over)]


def waiting(pause: Pause) -> Intervention:
    """Return a pause in the ledger before it is judged; pauses are always approximate."""
    return Intervention(
        pause.act.at,
        ActKind.PAUSE,
        ZERO,
        ZERO,
        pause.settings.broker_symbol,
        pause.bot_id,
        approximate=True,
        pending=True,
        user_id=pause.act.user_id,
    )


def judged(uow: UnitOfWork, account: Account, pause: Pause, followed: Followed | None) -> Intervention:
    """Return what a pause kept a bot from, pending while that is not known."""
    before = waiting(pause)
    busy = _busy_until(uow, account, pause)
    if followed is None or not followed.rule_known or busy is None:
        return before
    span = (pause.act.at, pause.ends)
    geometry = _geometry(uow, account, pause.settings, followed)
    found = missed(followed.signals, geometry, followed.course, span, busy)
    if found is None:
        return before
    return replace(
        before,
        pending=False,
        rule_r=found.r.quantize(R_PLACES),
        trades=found.trades,
        decided_at=found.known_at,
    )


def _of_act(uow: UnitOfWork, account: Account, act: Act, over: Sequence[object]) -> list[Pause]:
    ended = [one.happened_at for one in over if isinstance(one, EntriesResumed) and _ends(one, act)]
    if not ended:
        return []
    found = []
    for bot in uow.bots.all(account.id):
        ran = running_spans.ran_at(uow, account, bot.id, act.at)
        if act.bot_id in (None, bot.id) and (bot.running if ran is None else ran):
            stopped = running_spans.stopped_in(uow, account, bot.id, act.at, min(ended))
            found.append(Pause(act, bot.id, bot.settings, stopped or min(ended)))
    return found


def _ends(resumed: EntriesResumed, act: Act) -> bool:
    if resumed.cause != PauseCause.TIMER or resumed.happened_at <= act.at:
        return False
    # Who ends pauses by hand ends them all; time ends one, that of the same bots.
    return resumed.actor is not None or not act.bot_id or act.bot_id in resumed.bot_ids


def _geometry(uow: UnitOfWork, account: Account, settings: BotSettings, followed: Followed) -> Geometry:
    per_lot = entries.commission_per_lot(uow, account.id, settings.broker_symbol)
    worth = followed.price_step_worth
    commission = per_lot / worth if worth > 0 else ZERO
    return Geometry(settings.stop_atr, settings.take_profit_atr, commission)


def _busy_until(uow: UnitOfWork, account: Account, pause: Pause) -> datetime | None:
    """Return until when a bot had a position of its own as its pause began; None: it still has it."""
    at = pause.act.at
    standing = [one for one in uow.books.trades_open_at(account.id, at) if one.bot_id == pause.bot_id]
    if standing:
        return max(one.closed_at for one in standing)
    mine = uow.intents.open_positions(account.id, pause.bot_id)
    began = [deal.time for number in mine for deal in uow.books.deals_of(account.id, number)[:1]]
    return None if any(time < at for time in began) else at
