"""Set a position's stop to its entry: from then on a hit costs about nothing but the costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.errors import AccountDiffers, StopNotMoved
from bot_service.domain.events import StopMoved
from bot_service.domain.people import Actor
from bot_service.domain.protection import StopOutcome, StopRequest
from bot_service.domain.trading import Position
from bot_service.ports import Terminal
from bot_service.services.desk import Desk
from bot_service.services.link import identity_text
from bot_service.services.looks import Looks
from bot_service.services.tags import tag_of
from bot_service.services.views import StopMovedReceipt

ANSWER_S = 8.0


def can_go(position: Position) -> bool:
    """Tell whether a stop at the entry is allowed by the price and better than the one there is."""
    return not refusal(position, position.price_open)


def refusal(position: Position, entry: Decimal) -> str:
    """Return why a position's stop can't go to its entry, "" where it can."""
    if position.side.sign * (position.price_current - entry) <= 0:
        return "in_loss"
    stop = position.stop_loss
    return "better" if stop is not None and position.side.sign * (stop - entry) >= 0 else ""


class EntryStops:
    """Move stops to the entry; it only makes a risk smaller, so nothing holds it back."""

    def __init__(self, desk: Desk, looks: Looks) -> None:
        self._desk = desk
        self._looks = looks

    def move(self, actor: Actor, account_id: int, position_id: int) -> StopMovedReceipt:
        """Set a position's stop to its entry.

        Raises:
            StopNotMoved: with the reason; nothing was changed, or (`unknown`) it is not known yet.
            TerminalUnavailable: the terminal doesn't answer.
        """
        with self._desk.database.read() as uow:
            account = uow.accounts.get(account_id)
        return self._desk.lanes.ask(
            account_id, lambda terminal: self._move(actor, account, terminal, position_id), ANSWER_S
        )

    def _move(self, actor: Actor, account: Account, terminal: Terminal, position_id: int) -> StopMovedReceipt:
        actual = terminal.identity()
        if actual != account.identity:
            raise AccountDiffers(identity_text(account.identity), identity_text(actual))
        position = next((item for item in terminal.positions() if item.identifier == position_id), None)
        if position is None:
            raise StopNotMoved(position_id, "position_gone")
        entry = terminal.instrument(position.symbol).round_price(position.price_open)
        reason = refusal(position, entry)
        if reason:
            raise StopNotMoved(position.ticket, reason, entry, position.price_current)
        with self._desk.database.write() as uow:
            known = uow.protections.get(account.id, position_id)
            if known is not None:
                uow.protections.save(replace(known, setting=entry))
                uow.commit()
        result = terminal.change_stops(StopRequest(position.ticket, entry, None, account.identity))
        self._looks.touch(account.id)
        with self._desk.database.write() as uow:
            owner = uow.intents.owners(account.id).get(position_id)
            name = "" if owner is None else uow.bots.get(owner, deleted=True).settings.name
            if result.outcome is StopOutcome.DONE:
                stop = result.stop_loss or entry
                if known is not None:
                    uow.protections.save(known.whole(stop, result.take_profit))
                moved = StopMoved(
                    happened_at=self._desk.market.now(),
                    account_id=account.id,
                    bot_id=owner,
                    actor=actor.user_id,
                    name=name,
                    ticket=position.ticket,
                    position_id=position_id,
                    symbol=position.symbol,
                    side=position.side,
                    lots=position.lots,
                    currency=account.currency,
                    stop_loss=stop,
                    before=position.stop_loss,
                )
                uow.record(moved, answered_chat=actor.chat_id)
            elif result.outcome is StopOutcome.REFUSED and known is not None:
                uow.protections.save(known)
            uow.commit()
        if result.outcome is StopOutcome.DONE:
            return StopMovedReceipt(tag_of(account), moved)
        refused = result.outcome is StopOutcome.REFUSED
        reason = result.reject_class if refused else "unknown"
        raise StopNotMoved(position.ticket, reason, entry, position.price_current)
