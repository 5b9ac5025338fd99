"""Close everything of an account whose limit is hit, again and again until nothing is left.

Like every exit it asks for no gate, hold, pause or hour, and for no running bot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.events import GuardClosing
from bot_service.domain.trading import (
    ExitCause,
    IntentState,
    OrderRequest,
    OrderResult,
    Outcome,
    Position,
)
from bot_service.ports import Terminal
from bot_service.services.desk import Desk
from bot_service.services.looks import Looks
from bot_service.services.orders import Orders

RETRY = timedelta(seconds=30)
REMIND = timedelta(minutes=10)
REF = "by guard"
"""The comment of a closing of what no bot has opened; no intent has such a reference."""


@dataclass(frozen=True)
class _Stored:
    """The closing that runs: how many positions there were, and when it was told last (wall time)."""

    first: int
    told_at: datetime | None = None


class Flattening:
    """Close all positions, without stop loss first, then the largest loss."""

    def __init__(self, desk: Desk, looks: Looks, orders: Orders) -> None:
        self._desk = desk
        self._looks = looks
        self._orders = orders
        self._tried: dict[tuple[int, int], datetime] = {}

    def round(self, account: Account, terminal: Terminal) -> None:
        """Try what was not tried lately, and tell what is left."""
        # Not what the watch saw: others may have closed something in this very round.
        positions = terminal.positions()
        with self._desk.database.read() as uow:
            stored = self._stored(uow.get_value(_key(account.id)))
            owners = uow.intents.owners(account.id)
        if not positions:
            if stored is not None:
                self._tell(account, stored, (), "", over=True)
            return
        if stored is None:
            # Kept before the first order: whoever is killed in between still tells how it ended.
            stored = self._begin(account.id, len(positions))
        why = ""
        for position in sorted(positions, key=_urgency):
            if self._is_due(account, position):
                why = self._close(account, terminal, position, owners.get(position.identifier)) or why
        self._looks.touch(account.id)
        left = tuple(position.ticket for position in terminal.positions())
        now = self._desk.wall.now()
        if not left or stored.told_at is None or now - stored.told_at >= REMIND:
            self._tell(account, stored, left, why, over=not left)

    def end(self, account_id: int) -> None:
        """Forget a closing that is not wanted any more."""
        with self._desk.database.read() as uow:
            stored = uow.get_value(_key(account_id))
        if stored:
            with self._desk.database.write() as uow:
                uow.set_value(_key(account_id), "")
                uow.commit()

    def _begin(self, account_id: int, first: int) -> _Stored:
        begun = _Stored(first)
        with self._desk.database.write() as uow:
            uow.set_value(_key(account_id), codec.written(begun))
            uow.commit()
        return begun

    def _is_due(self, account: Account, position: Position) -> bool:
        now = self._desk.wall.now()
        tried = self._tried.get((account.id, position.identifier))
        if tried is not None and timedelta(0) <= now - tried < RETRY:
            return False
        self._tried[account.id, position.identifier] = now
        return True

    def _close(self, account: Account, terminal: Terminal, position: Position, bot_id: int | None) -> str:
        if bot_id is None:
            result = _placed(account, terminal, position)
            return result.reject_class if result.outcome is Outcome.REJECTED else ""
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id, deleted=True)
        state = self._orders.close_unprotected(bot, account, terminal, position, ExitCause.GUARD)
        if state is not IntentState.REJECTED:
            return ""
        with self._desk.database.read() as uow:
            intents = uow.intents.of_position(account.id, position.identifier)
        codes = [intent.retcode for intent in intents if intent.state is IntentState.REJECTED]
        return f"code_{codes[-1]}" if codes and codes[-1] else "reject"

    def _tell(
        self, account: Account, stored: _Stored, left: tuple[int, ...], why: str, *, over: bool
    ) -> None:
        kept = "" if over else codec.written(_Stored(stored.first, self._desk.wall.now()))
        with self._desk.database.write() as uow:
            uow.set_value(_key(account.id), kept)
            uow.record(
                GuardClosing(
                    happened_at=self._desk.market.now(),
                    account_id=account.id,
                    closed=max(0, stored.first - len(left)),
                    left=len(left),
                    tickets=left[:10],
                    why=why,
                )
            )
            uow.commit()

    @staticmethod
    def _stored(text: str | None) -> _Stored | None:
        return codec.read(_Stored, text) if text else None


def _urgency(position: Position) -> tuple[bool, object]:
    return position.stop_loss is not None, position.profit + position.swap


def _placed(account: Account, terminal: Terminal, position: Position) -> OrderResult:
    request = OrderRequest(
        symbol=position.symbol,
        side=position.side.opposite,
        lots=position.lots,
        # Not our number: what a guard closes of others is no act of a bot, nor of another copy.
        magic=0,
        ref=REF,
        position_ticket=position.ticket,
        expected=account.identity,
    )
    try:
        return terminal.place(request)
    except TerminalUnavailable as error:
        return OrderResult(Outcome.UNKNOWN, None, detail=str(error))


def _key(account_id: int) -> str:
    return f"guard_closing:{account_id}"
