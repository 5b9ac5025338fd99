"""Take an account into the books, with magic numbers that are surely ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from bot_service.domain.accounts import Account
from bot_service.domain.bots import MAGIC_STRIDE
from bot_service.domain.errors import MagicBlockTaken
from bot_service.domain.market import AccountIdentity, AccountState
from bot_service.ports import Terminal
from bot_service.services.desk import Desk

FIRST_BLOCK, LAST_BLOCK = 1_000, 999_999
LOOK_BACK = timedelta(days=90)
TRIES = 20


class Registration:
    """Find an account by its identity or store it."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self._desk = desk
        self._random = random

    def ensure_account(
        self,
        identity: AccountIdentity,
        state: AccountState,
        label: str,
        zone: str,
        terminal: Terminal | None = None,
    ) -> Account:
        """Return the stored account of an identity; a new one draws its block of magic numbers.

        `terminal` tells which numbers positions and deals of the last 90 days use.

        Raises:
            MagicBlockTaken: every number drawn was in use.
            TerminalUnavailable: the terminal can't tell.
        """
        with self._desk.database.read() as uow:
            known = uow.accounts.find(identity)
        if known is not None:
            return known
        used = set() if terminal is None else self._used(terminal)
        offset = timedelta(0) if terminal is None else terminal.server_offset()
        with self._desk.database.write() as uow:
            again = uow.accounts.find(identity)
            if again is not None:
                return again
            used |= {account.magic_block for account in uow.accounts.all()}
            account = uow.accounts.add(
                Account(
                    id=0,
                    label=label,
                    identity=identity,
                    currency=state.currency,
                    margin_mode=state.margin_mode,
                    leverage=state.leverage,
                    time_zone=zone,
                    magic_block=self._draw(used),
                    server_offset_s=round(offset.total_seconds()),
                )
            )
            uow.commit()
        return account

    def _used(self, terminal: Terminal) -> set[int]:
        since = self._desk.market.now() - LOOK_BACK
        positions = {position.magic for position in terminal.positions()}
        return _blocks(positions | {deal.magic for deal in terminal.deals(since)})

    def _draw(self, used: set[int]) -> int:
        block = 0
        for _ in range(TRIES):
            block = self._random.randint(FIRST_BLOCK, LAST_BLOCK)
            if block not in used:
                return block
        raise MagicBlockTaken(block)


def _blocks(magics: Iterable[int]) -> set[int]:
    return {magic // MAGIC_STRIDE for magic in magics}
