"""What others did to our open positions since the last look: each change is told exactly once.

MetaTrader keeps no history of moved levels, so nobody can ask who moved a stop. What we can know: the level
that we asked for when we opened the position, and those that we set later; both are stored before they are
sent. A position that has lost its stop before we ever saw it was opened without it, or the broker dropped it:
a fault, which `stops.py` mends. A stop that we have seen and that is gone or elsewhere was changed by someone
with access to the account: his decision, told and left alone. Lots only change by deals, and deals say whose
they are. What was told lies in the same transaction as its event, so a restart repeats and forgets nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot
from bot_service.domain.closing import BY_HAND, ENDS, STOPPED, carries
from bot_service.domain.events import Event, PositionChanged, StopMissing, StopRemoved, StopRestored
from bot_service.domain.protection import Protection, StopPolicy
from bot_service.domain.trading import Deal, DealEntry, DealKind, ExitCause, Intent, Position, Snapshot
from bot_service.ports import Terminal
from bot_service.services.desk import Desk
from bot_service.services.protecting import facts_of, result_at

AWAY = timedelta(seconds=60)
"""From this distance of two looks on (wall time) a change may be older than it seems, and says so."""


@dataclass(frozen=True)
class Unprotected:
    """A position whose intended stop is missing, with all that is needed to mend it."""

    bot: Bot
    position: Position
    opening: Intent
    known: Protection


@dataclass(frozen=True)
class _Case:
    bot: Bot
    position: Position
    opening: Intent
    known: Protection
    is_new: bool
    lots_before: Decimal
    by: ExitCause | None

    @property
    def lost_at_once(self) -> bool:
        return self.is_new and self.known.stop_loss is not None and self.position.stop_loss is None


class Changes:
    """Compare what is open with what was told last."""

    def __init__(self, desk: Desk, policy: StopPolicy) -> None:
        self._desk = desk
        self._policy = policy

    def note(
        self, account: Account, terminal: Terminal, seen: Snapshot, before: Snapshot | None
    ) -> tuple[Unprotected, ...]:
        """Tell what has changed and return the positions whose stop has to be mended.

        The deals of what has ended must be on the books already.
        """
        with self._desk.database.read() as uow:
            openings = uow.intents.open_positions(account.id)
            known = uow.protections.all(account.id)
        ours = [position for position in seen.positions if position.identifier in openings]
        gone = set(known) - {position.identifier for position in ours}
        new = [position for position in ours if _differs(position, known.get(position.identifier))]
        if new or gone:
            cases = [self._case(account, terminal, item, openings, known) for item in new]
            known |= self._tell(account, terminal, cases, gone, _unseen_since(seen, before))
        return self._unprotected(ours, openings, known)

    def _unprotected(
        self, ours: Sequence[Position], openings: dict[int, Intent], known: dict[int, Protection]
    ) -> tuple[Unprotected, ...]:
        bare = [item for item in ours if known[item.identifier].missing_since is not None]
        if not bare:
            return ()
        with self._desk.database.read() as uow:
            return tuple(
                Unprotected(
                    uow.bots.get(openings[item.identifier].bot_id, deleted=True),
                    item,
                    openings[item.identifier],
                    known[item.identifier],
                )
                for item in bare
            )

    def _case(
        self,
        account: Account,
        terminal: Terminal,
        position: Position,
        openings: dict[int, Intent],
        known: dict[int, Protection],
    ) -> _Case:
        opening = openings[position.identifier]
        row = known.get(position.identifier) or _as_opened(opening, position)
        with self._desk.database.read() as uow:
            bot = uow.bots.get(opening.bot_id, deleted=True)
            orders = uow.intents.of_position(account.id, position.identifier)
        lots, row, by = _lots(terminal, position, row, orders)
        is_new = position.identifier not in known
        return _Case(bot, position, opening, row, is_new, lots, by)

    def _tell(
        self,
        account: Account,
        terminal: Terminal,
        cases: Sequence[_Case],
        gone: set[int],
        unseen_since: datetime | None,
    ) -> dict[int, Protection]:
        told = [(self._after(case), self._events(account, terminal, case, unseen_since)) for case in cases]
        with self._desk.database.write() as uow:
            uow.protections.forget(account.id, gone)
            for row, events in told:
                uow.protections.save(row)
                for event in events:
                    uow.record(event)
            uow.commit()
        return {row.position_id: row for row, _ in told}

    def _after(self, case: _Case) -> Protection:
        known, position = case.known, case.position
        row = replace(
            known,
            lots=position.lots if case.by else known.lots,
            stop_loss=position.stop_loss,
            take_profit=position.take_profit,
        )
        if case.lost_at_once:
            now = self._desk.wall.now()
            return replace(row, lost_stop=known.stop_loss, missing_since=now, told_at=now)
        if position.stop_loss is not None:
            # Whoever set it: there is a stop, and nothing to mend or to put back.
            return row.whole(position.stop_loss, position.take_profit)
        if known.stop_loss is not None:
            return replace(row, lost_stop=known.stop_loss, removals=known.removals + 1, setting=None)
        return row

    def _events(
        self, account: Account, terminal: Terminal, case: _Case, unseen_since: datetime | None
    ) -> list[Event]:
        known, position = case.known, case.position
        facts = facts_of(account, case.bot, position, self._desk.market.now())
        before = result_at(terminal, position, case.lots_before, known.stop_loss)
        after = result_at(terminal, position, position.lots, position.stop_loss)
        event = self._about_the_stop(case, facts, before, after, unseen_since)
        changed = PositionChanged(
            **facts,
            lots_before=case.lots_before,
            stop_before=known.stop_loss if event is None else position.stop_loss,
            stop_loss=position.stop_loss,
            target_before=_target_before(case),
            take_profit=position.take_profit,
            result_before=before if event is None else after,
            result=after,
            by=case.by if case.lots_before != position.lots else None,
            last_seen_at=unseen_since,
        )
        told = [] if event is None else [event]
        return [*told, changed] if _says_something(changed) else told

    def _about_the_stop(
        self,
        case: _Case,
        facts: dict[str, Any],
        before: Decimal | None,
        after: Decimal | None,
        unseen_since: datetime | None,
    ) -> Event | None:
        known, stop = case.known, case.position.stop_loss
        if case.lost_at_once:
            return StopMissing(**facts, wanted=known.stop_loss or Decimal(0), policy=self._policy)
        if stop is not None and _was_awaited(known, stop):
            return StopRestored(**facts, stop_loss=stop, wanted=known.lost_stop, result=after)
        if stop is not None or known.stop_loss is None:
            return None
        return StopRemoved(
            **facts,
            stop_before=known.stop_loss,
            result_before=before,
            removal=known.removals + 1,
            last_seen_at=unseen_since,
        )


def _target_before(case: _Case) -> Decimal | None:
    target = case.position.take_profit
    # What was lost together with the stop is set together with it, by us.
    lost = case.lost_at_once and target is None
    mended = case.known.missing_since is not None and target == case.opening.take_profit
    return target if lost or mended else case.known.take_profit


def _differs(position: Position, known: Protection | None) -> bool:
    return known is None or (position.lots, position.stop_loss, position.take_profit) != (
        known.lots,
        known.stop_loss,
        known.take_profit,
    )


def _says_something(event: PositionChanged) -> bool:
    return (event.lots_before, event.stop_before, event.target_before) != (
        event.lots,
        event.stop_loss,
        event.take_profit,
    )


def _was_awaited(known: Protection, stop: Decimal) -> bool:
    return known.stop_loss is None and (known.missing_since is not None or known.setting == stop)


def _as_opened(opening: Intent, position: Position) -> Protection:
    lots = opening.lots if opening.filled_lots is None else opening.filled_lots
    return Protection(
        account_id=opening.account_id,
        position_id=position.identifier,
        lots=lots,
        own_lots=lots,
        stop_loss=opening.stop_loss,
        take_profit=opening.take_profit,
    )


def _unseen_since(seen: Snapshot, before: Snapshot | None) -> datetime | None:
    if before is None or seen.taken_at - before.taken_at <= AWAY:
        return None
    return before.market_at


def _lots(
    terminal: Terminal, position: Position, known: Protection, orders: Sequence[Intent]
) -> tuple[Decimal, Protection, ExitCause | None]:
    """Return the lots that our own deals alone would have left, and whose deals did the rest; None: later."""
    if position.lots == known.lots or any(not order.state.settled for order in orders):
        return position.lots, known, None
    deals = [deal for deal in terminal.deals_of(position.identifier) if deal.kind is DealKind.TRADE]
    if _open_lots(deals) != position.lots:
        # The terminal learns of some deals late; without them nobody may be blamed.
        return position.lots, known, None
    own = [deal for deal in deals if any(carries(deal, order) for order in orders)]
    left = _open_lots(own)
    others = [deal for deal in deals if deal not in own]
    by = _cause(others[-1]) if others else ExitCause.SIGNAL
    return known.lots + left - known.own_lots, replace(known, own_lots=left), by


def _open_lots(deals: Sequence[Deal]) -> Decimal:
    opened = sum((deal.lots for deal in deals if deal.entry is DealEntry.IN), Decimal(0))
    return opened - sum((deal.lots for deal in deals if deal.entry in ENDS), Decimal(0))


def _cause(deal: Deal) -> ExitCause:
    return STOPPED.get(deal.reason) or (ExitCause.BY_HAND if deal.reason in BY_HAND else ExitCause.OTHER)
