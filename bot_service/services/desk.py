"""What every trading use case works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.ports import Clock, Database, Lanes, Terminal, Ticker


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
