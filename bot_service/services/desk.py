"""What every trading use case works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot_service.domain.accounts import Account
from bot_service.domain.errors import NoAccount, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.ports import Clock, Database, Lanes, Terminal, Ticker

LOOK_TURN_S = 0.15
"""How long a look waits for the terminal's present call; then it shows what is stored."""


@dataclass(frozen=True)
class Desk:
    """The ports of the trading use cases; `terminals` is read at each use, so accounts can join later.

    `spread` says whether the ticker spreads the bots' ticks, so that stored due times are the ticker's.
    """

    database: Database
    ticker: Ticker
    lanes: Lanes
    terminals: Mapping[int, Terminal]
    market: Clock
    wall: Clock
    spread: bool = True

    def terminal(self, account_id: int) -> Terminal:
        """Return an account's terminal.

        Raises:
            TerminalUnavailable: the account has none.
        """
        terminal = self.terminals.get(account_id)
        if terminal is None:
            raise TerminalUnavailable(LinkCause.NO_ANSWER, detail="no terminal for this account")
        return terminal

    def account(self, account_id: int | None) -> Account:
        """Return an account, without an id the first one that is connected.

        Raises:
            NoAccount: there is none.
        """
        with self.database.read() as uow:
            if account_id is not None:
                return uow.accounts.get(account_id)
            accounts = uow.accounts.all()
        if not accounts:
            raise NoAccount
        # Books of an account that is not connected any more are kept, but new bots don't go there.
        return next((one for one in accounts if one.id in self.terminals), accounts[0])
