"""Positions with our number that no order of ours explains: told, never adopted, closed if wished."""

from __future__ import annotations

from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.bots import bot_of
from bot_service.domain.errors import PositionGone, TerminalUnavailable
from bot_service.domain.events import UnknownPosition, UnknownPositionClosed
from bot_service.domain.jobs import CloseUnknownJob
from bot_service.domain.people import Actor
from bot_service.domain.trading import OrderRequest, OrderResult, Outcome, Position
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.link import Link
from bot_service.services.looks import Looks

TOLD, LEFT, CLOSING = "told", "left", "closing"
REF = "by owner"
"""The comment of a closing that somebody asked for; no intent has such a reference."""


def tell(uow: UnitOfWork, account: Account, positions: tuple[Position, ...], now: datetime) -> None:
    """Tell each unknown position once; an order without outcome may explain it later."""
    strange = [item for item in positions if bot_of(account.magic_block, item.magic) is not None]
    if not strange:
        return
    opened = uow.intents.open_positions(account.id)
    for position in strange:
        if position.identifier not in opened and _is_unknown(uow, account, position):
            uow.set_value(_key(account.id, position.identifier), TOLD)
            uow.record(
                UnknownPosition(
                    happened_at=now,
                    account_id=account.id,
                    ticket=position.ticket,
                    position_id=position.identifier,
                    symbol=position.symbol,
                    side=position.side,
                    lots=position.lots,
                )
            )


class Strangers:
    """What people do with an unknown position."""

    def __init__(self, desk: Desk, link: Link, looks: Looks) -> None:
        self._desk = desk
        self._link = link
        self._looks = looks

    def shown(self, account_id: int, position_id: int) -> Position:
        """Return an unknown position as the watch saw it last.

        Raises:
            PositionGone: it is closed, or a bot's.
        """
        with self._desk.database.read() as uow:
            snapshot = uow.accounts.snapshot(account_id)
            return _found(uow, account_id, position_id, () if snapshot is None else snapshot.positions)

    def close(self, actor: Actor, account_id: int, position_id: int) -> Position:
        """Let the account's lane close an unknown position; an event tells what became of it."""
        position = self.shown(account_id, position_id)
        self._mark(account_id, position_id, CLOSING)
        self._desk.lanes.submit(CloseUnknownJob(account_id, position_id, actor.user_id))
        return position

    def leave(self, account_id: int, position_id: int) -> Position:
        """Remember that somebody has seen an unknown position and leaves it alone."""
        position = self.shown(account_id, position_id)
        self._mark(account_id, position_id, LEFT)
        return position

    def run(self, job: CloseUnknownJob) -> None:
        """Close the position as it is now: exactly its own lots, by its own ticket, once."""
        with self._desk.database.read() as uow:
            account = uow.accounts.get(job.account_id)
        try:
            terminal = self._desk.terminal(account.id)
            if terminal.identity() != account.identity:
                return
            position = self._there(account, terminal, job.position_id)
        except PositionGone:
            return
        except TerminalUnavailable as error:
            self._link.lost(account.id, error)
            return
        result = _placed(account, terminal, position)
        self._looks.touch(account.id)
        with self._desk.database.write() as uow:
            uow.set_value(_key(account.id, job.position_id), TOLD)
            uow.record(_event(account, position, result, job.actor, self._desk.market.now()))
            uow.commit()

    def _there(self, account: Account, terminal: Terminal, position_id: int) -> Position:
        positions = terminal.positions()
        with self._desk.database.read() as uow:
            return _found(uow, account.id, position_id, positions)

    def _mark(self, account_id: int, position_id: int, mark: str) -> None:
        with self._desk.database.write() as uow:
            uow.set_value(_key(account_id, position_id), mark)
            uow.commit()


def _is_unknown(uow: UnitOfWork, account: Account, position: Position) -> bool:
    if uow.intents.unsettled(bot_id=bot_of(account.magic_block, position.magic)):
        return False
    if uow.intents.of_position(account.id, position.identifier):
        return False
    return not uow.get_value(_key(account.id, position.identifier))


def _found(uow: UnitOfWork, account_id: int, position_id: int, positions: tuple[Position, ...]) -> Position:
    told = uow.get_value(_key(account_id, position_id))
    position = next((item for item in positions if item.identifier == position_id), None)
    if position is None or not told or uow.intents.of_position(account_id, position_id):
        raise PositionGone(position_id)
    return position


def _placed(account: Account, terminal: Terminal, position: Position) -> OrderResult:
    request = OrderRequest(
        symbol=position.symbol,
        side=position.side.opposite,
        lots=position.lots,
        # Not our number: what a person closes is no act of a bot, nor of another copy.
        magic=0,
        ref=REF,
        position_ticket=position.ticket,
        expected=account.identity,
    )
    try:
        return terminal.place(request)
    except TerminalUnavailable as error:
        return OrderResult(Outcome.UNKNOWN, None, detail=str(error))


def _event(
    account: Account, position: Position, result: OrderResult, actor: int, now: datetime
) -> UnknownPositionClosed:
    return UnknownPositionClosed(
        happened_at=now,
        account_id=account.id,
        actor=actor,
        ticket=position.ticket,
        symbol=position.symbol,
        side=position.side,
        lots=position.lots,
        outcome=result.outcome,
        reject_class=result.reject_class,
        retcode=result.retcode or 0,
    )


def _key(account_id: int, position_id: int) -> str:
    return f"unknown_position:{account_id}:{position_id}"
