"""Whether an account's terminal can be trusted, told once when lost and once when back."""

from __future__ import annotations

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Held, Waiting
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.events import LinkLost, LinkRestored, OtherAccount
from bot_service.domain.market import AccountIdentity, LinkCause
from bot_service.domain.trading import without_stop
from bot_service.ports import UnitOfWork
from bot_service.services import holds
from bot_service.services.desk import Desk
from bot_service.services.holds import Hold


def identity_text(identity: AccountIdentity) -> str:
    """Return an account's three facts in one word for errors and events."""
    return f"{identity.login}@{identity.server} {identity.trade_mode}"


def actual_account(uow: UnitOfWork, account_id: int) -> str:
    """Return which other account the terminal was last seen in."""
    return uow.get_value(f"other_account:{account_id}") or ""


class Link:
    """The state of the links; one event per loss, never one per bot."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def lost(self, account_id: int, error: TerminalUnavailable) -> None:
        """Mark an account's link as lost; its running bots wait."""
        with self._desk.database.write() as uow:
            account = uow.accounts.get(account_id)
            if account.link_lost_at is not None:
                # Told already; whoever looks shall read why it is lost now.
                if account.link_cause not in {_cause(error), LinkCause.OTHER_ACCOUNT}:
                    uow.accounts.set_link(account_id, account.link_lost_at, _cause(error))
                    uow.commit()
                return
            uow.accounts.set_link(account_id, self._desk.wall.now(), _cause(error))
            waiting = uow.bots.set_waiting(account_id, Waiting.LINK_LOST)
            snapshot = uow.accounts.snapshot(account_id)
            positions = () if snapshot is None else snapshot.positions
            uow.record(
                LinkLost(
                    happened_at=self._desk.market.now(),
                    account_id=account_id,
                    cause=_cause(error),
                    waiting_bots=waiting,
                    open_positions=None if snapshot is None else len(positions),
                    without_stop=without_stop(positions),
                    seen_at=None if snapshot is None else snapshot.market_at,
                )
            )
            uow.commit()

    def other_account(self, account: Account, actual: AccountIdentity) -> None:
        """Hold an account's bots, because its terminal is logged in elsewhere."""
        with self._desk.database.write() as uow:
            found = identity_text(actual)
            known = actual_account(uow, account.id) if account.link_cause is LinkCause.OTHER_ACCOUNT else None
            if known == found:
                return
            uow.set_value(f"other_account:{account.id}", found)
            uow.accounts.set_link(account.id, self._desk.wall.now(), LinkCause.OTHER_ACCOUNT)
            holds.put(uow, account.id, Hold(Held.OTHER_ACCOUNT, self._desk.wall.now()))
            uow.record(
                OtherAccount(
                    happened_at=self._desk.market.now(),
                    account_id=account.id,
                    expected=identity_text(account.identity),
                    actual=found,
                )
            )
            uow.commit()

    def restored(self, account: Account) -> None:
        """Let an account's bots go on; the caller has reconciled before."""
        with self._desk.database.write() as uow:
            lost_at = uow.accounts.get(account.id).link_lost_at
            if lost_at is None or not uow.accounts.set_link(account.id, None, None):
                return
            uow.bots.set_waiting(account.id, None)
            holds.lift(uow, account.id, Held.OTHER_ACCOUNT)
            for bot in uow.bots.all(account.id):
                if bot.running and uow.intents.unsettled(bot_id=bot.id):
                    uow.bots.set_waiting(account.id, Waiting.OUTCOME_PENDING, [bot.id])
            lost_s = int((self._desk.wall.now() - lost_at).total_seconds())
            uow.record(
                LinkRestored(happened_at=self._desk.market.now(), account_id=account.id, lost_s=lost_s)
            )
            uow.commit()


def _cause(error: TerminalUnavailable) -> LinkCause:
    try:
        return LinkCause(error.cause)
    except ValueError:
        return LinkCause.NO_ANSWER
