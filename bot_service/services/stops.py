"""Positions without the stop they were opened with: set it, else close; and put back what a hand took away.

Nothing here asks whether a bot runs, is held or paused, nor for hours or limits: a stop only makes a risk
smaller. What is being tried is stored before it is sent, so a restart goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.errors import AccountDiffers, StopNotPutBack
from bot_service.domain.events import StopRestored, StopUnmended
from bot_service.domain.people import Actor
from bot_service.domain.protection import Protection, StopOutcome, StopPolicy, StopRequest, StopResult
from bot_service.domain.trading import IntentState, Position
from bot_service.ports import Terminal
from bot_service.services.changes import Unprotected
from bot_service.services.desk import Desk
from bot_service.services.link import identity_text
from bot_service.services.looks import Looks
from bot_service.services.orders import Checkpoint, Orders
from bot_service.services.protecting import facts_of, result_at
from bot_service.services.tags import tag_of
from bot_service.services.views import PutBackReceipt

TRIES = 3
PATIENCE = timedelta(seconds=30)
"""So often, or so long (wall time), the broker is asked for a missing stop before it is given up."""
CLOSED = "closed"
PAST = "past"
NOT_COUNTED = frozenset({CLOSED, "not_sent", "other_account", "state"})
"""Refusals that say nothing about the stop: the market, the way to it, or the position is not there."""
RETRY = timedelta(seconds=30)
RETRY_UNPROTECTED = timedelta(seconds=60)
REMINDERS = (timedelta(minutes=5), timedelta(minutes=25), timedelta(hours=2), timedelta(hours=6))
"""How long after the last word a trouble that lasts is told again; the last one repeats."""
ANSWER_S = 8.0


class Stops:
    """Set missing stops, close what can't have one, put removed ones back."""

    def __init__(
        self, desk: Desk, looks: Looks, orders: Orders, policy: StopPolicy, checkpoint: Checkpoint
    ) -> None:
        self._desk = desk
        self._looks = looks
        self._orders = orders
        self._policy = policy
        self._checkpoint = checkpoint

    def mend(self, account: Account, terminal: Terminal, unprotected: Iterable[Unprotected]) -> None:
        """Try once for each position without its stop, whatever else is on its way to the broker."""
        for item in unprotected:
            self._mend(account, terminal, item)

    def put_back(self, actor: Actor, account_id: int, position_id: int, removal: int) -> PutBackReceipt:
        """Set the stop that somebody took away, at the same level; `removal` says which time was meant.

        Raises:
            StopNotPutBack: with the reason; nothing was changed, or (`unknown`) it is not known yet.
            TerminalUnavailable: the terminal doesn't answer.
        """
        with self._desk.database.read() as uow:
            account = uow.accounts.get(account_id)
        return self._desk.lanes.ask(
            account_id,
            lambda terminal: self._put_back(actor, account, terminal, position_id, removal),
            ANSWER_S,
        )

    def _mend(self, account: Account, terminal: Terminal, item: Unprotected) -> None:
        known, loud = item.known, False
        if self._is_due(known):
            if not (known.closing and self._policy is StopPolicy.CLOSE):
                before = known.closing
                known = self._set(account, terminal, item)
                loud = known.closing and not before
            if known.closing and self._policy is StopPolicy.CLOSE:
                loud = self._close(account, terminal, item, known)
        self._remind(account, item, loud=loud)

    def _is_due(self, known: Protection) -> bool:
        if known.tried_at is None:
            return True
        wait = RETRY if known.cause == CLOSED else timedelta(0)
        if known.closing:
            wait = RETRY if self._policy is StopPolicy.CLOSE else RETRY_UNPROTECTED
        # A clock that was set back must not make anybody wait.
        return not timedelta(0) <= self._desk.wall.now() - known.tried_at < wait

    def _set(self, account: Account, terminal: Terminal, item: Unprotected) -> Protection:
        known, position = item.known, item.position
        if known.tries >= TRIES and not known.closing:
            return self._save(_given_up(known))
        known = self._save(replace(known, tries=known.tries + 1, tried_at=self._desk.wall.now()))
        self._checkpoint("stop_noted")
        request = StopRequest(position.ticket, known.lost_stop, _lost_target(item), account.identity)
        result = terminal.change_stops(request)
        self._looks.touch(account.id)
        self._checkpoint("stop_placed")
        if result.outcome is StopOutcome.DONE:
            facts = facts_of(account, item.bot, position, self._desk.market.now())
            restored = _restored(terminal, position, known, result, facts)
            with self._desk.database.write() as uow:
                uow.protections.save(known.whole(result.stop_loss, result.take_profit))
                uow.record(restored)
                uow.commit()
            known = known.whole(result.stop_loss, result.take_profit)
        else:
            known = self._save(self._refused(known, result))
        self._checkpoint("stop_result")
        return known

    def _refused(self, known: Protection, result: StopResult) -> Protection:
        known = replace(known, cause=result.reject_class)
        if result.reject_class in NOT_COUNTED:
            return replace(known, tries=known.tries - 1)
        if result.outcome is StopOutcome.UNKNOWN or known.closing:
            return known  # the next look shows whether it was set
        late = known.missing_since is not None and self._desk.wall.now() - known.missing_since >= PATIENCE
        hopeless = result.reject_class == PAST or known.tries >= TRIES or late
        return _given_up(known) if hopeless else known

    def _close(self, account: Account, terminal: Terminal, item: Unprotected, known: Protection) -> bool:
        """Close a position; True when that was refused."""
        self._save(replace(known, tried_at=self._desk.wall.now()))
        state = self._orders.close_unprotected(item.bot, account, terminal, item.position)
        if state is IntentState.PARTIAL:
            self._save(replace(known, tried_at=None))  # the rest at the next look
        return state in (IntentState.REJECTED, IntentState.ABANDONED)

    def _remind(self, account: Account, item: Unprotected, *, loud: bool) -> None:
        now = self._desk.wall.now()
        with self._desk.database.write() as uow:
            known = uow.protections.get(account.id, item.known.position_id)
            still_open = item.known.position_id in uow.intents.open_positions(account.id)
            if known is None or known.missing_since is None or not still_open:
                return
            first = loud and known.reminders == 0
            if not first and not _overdue(known, now):
                return
            uow.protections.save(replace(known, reminders=known.reminders + 1, told_at=now))
            uow.record(
                StopUnmended(
                    **facts_of(account, item.bot, item.position, self._desk.market.now()),
                    wanted=known.lost_stop or Decimal(0),
                    cause=known.cause,
                    closing=known.closing and self._policy is StopPolicy.CLOSE,
                    missing_s=max(0, int((now - known.missing_since).total_seconds())),
                )
            )
            uow.commit()

    def _put_back(
        self, actor: Actor, account: Account, terminal: Terminal, position_id: int, removal: int
    ) -> PutBackReceipt:
        actual = terminal.identity()
        if actual != account.identity:
            raise AccountDiffers(identity_text(account.identity), identity_text(actual))
        position = next((item for item in terminal.positions() if item.identifier == position_id), None)
        with self._desk.database.read() as uow:
            known = uow.protections.get(account.id, position_id)
            opening = uow.intents.open_positions(account.id).get(position_id)
            bot = None if opening is None else uow.bots.get(opening.bot_id, deleted=True)
        if position is None or known is None or bot is None:
            raise StopNotPutBack(position_id, "position_gone")
        if position.stop_loss is not None:
            raise StopNotPutBack(position.ticket, "already_set", position.stop_loss)
        if known.lost_stop is None or known.removals != removal:
            raise StopNotPutBack(position.ticket, "outdated")
        self._save(replace(known, setting=known.lost_stop))
        self._checkpoint("stop_noted")
        request = StopRequest(position.ticket, known.lost_stop, None, account.identity)
        result = terminal.change_stops(request)
        self._looks.touch(account.id)
        self._checkpoint("stop_placed")
        if result.outcome is not StopOutcome.DONE:
            self._not_put_back(known, position, result)
        facts = facts_of(account, bot, position, self._desk.market.now())
        restored = _restored(terminal, position, known, result, facts | {"actor": actor.user_id})
        with self._desk.database.write() as uow:
            uow.protections.save(known.whole(result.stop_loss, result.take_profit))
            uow.record(restored, answered_chat=actor.chat_id)
            uow.commit()
        return PutBackReceipt(tag_of(account), restored)

    def _not_put_back(self, known: Protection, position: Position, result: StopResult) -> None:
        if result.outcome is StopOutcome.UNKNOWN:
            # `setting` stays: should the stop show up, the next look tells it and blames nobody.
            raise StopNotPutBack(position.ticket, "unknown", known.lost_stop)
        self._save(known)
        raise StopNotPutBack(
            position.ticket,
            result.reject_class,
            known.lost_stop,
            position.price_current,
            result.retcode,
        )

    def _save(self, known: Protection) -> Protection:
        with self._desk.database.write() as uow:
            uow.protections.save(known)
            uow.commit()
        return known


def _given_up(known: Protection) -> Protection:
    return replace(known, closing=True, reminders=0)


def _overdue(known: Protection, now: datetime) -> bool:
    gap = REMINDERS[min(max(known.reminders - 1, 0), len(REMINDERS) - 1)]
    return known.told_at is None or now - known.told_at >= gap


def _lost_target(item: Unprotected) -> Decimal | None:
    # Who drops the stop drops the target too; one that the price has passed must not spoil the stop.
    position, target = item.position, item.opening.take_profit
    if target is None or position.take_profit is not None:
        return None
    return target if position.side.sign * (target - position.price_current) > 0 else None


def _restored(
    terminal: Terminal, position: Position, known: Protection, result: StopResult, facts: dict[str, object]
) -> StopRestored:
    stop = result.stop_loss or known.lost_stop or Decimal(0)
    money = result_at(terminal, position, position.lots, stop)
    return StopRestored(**facts, stop_loss=stop, wanted=known.lost_stop, result=money)  # type: ignore[arg-type]  # facts_of's fields
