"""What people see of the holds on entries, and the two that only a person can end."""

from __future__ import annotations

from bot_service.domain.bots import Held
from bot_service.domain.errors import NothingHeld
from bot_service.domain.people import Actor
from bot_service.services import holds, units
from bot_service.services.copies import Copies
from bot_service.services.desk import Desk
from bot_service.services.tags import tag_of
from bot_service.services.views import HoldLine, HoldsView


class Holding:
    """Show the holds; end those that wait for the owner's word."""

    def __init__(self, desk: Desk, copies: Copies) -> None:
        self._desk = desk
        self._copies = copies

    def shown(self) -> HoldsView:
        """Return every hold of every account; what was found twice is shown once."""
        with self._desk.database.read() as uow:
            held = [(one, hold) for one in uow.accounts.all() for hold in holds.of_account(uow, one.id)]
            named = {hold.bot_id for _one, hold in held if hold.bot_id is not None}
            bots = {bot.id: bot for bot in uow.bots.all(ids=named)}
            lines = {
                (account.id, hold.reason, hold.bot_id): HoldLine(
                    tag=tag_of(account),
                    account_id=account.id,
                    reason=hold.reason,
                    since=hold.since,
                    bot=None if hold.bot_id is None else bots.get(hold.bot_id),
                    detail=hold.source,
                )
                for account, hold in held
            }
        return HoldsView(tuple(lines.values()))

    def other_copy_is_off(self, actor: Actor) -> None:
        """Let entries go on, because the other copy was switched off.

        Raises:
            NothingHeld: no other copy holds entries.
        """
        if not self._copies.is_off(actor):
            raise NothingHeld(Held.SECOND_COPY)

    def confirm_currency(self, actor: Actor, account_id: int, currency: str) -> None:
        """Take an account with the currency that was shown.

        Raises:
            NothingHeld: the account counts in another currency by now.
        """
        with self._desk.database.write() as uow:
            units.confirm(uow, actor, uow.accounts.get(account_id), currency, self._desk.market.now())
            uow.commit()
