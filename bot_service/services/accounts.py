"""The accounts of a service: which there are, which one a person means, what they hold against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot_service.domain.accounts import Account
from bot_service.domain.bots import RUNNING, BotStatus
from bot_service.domain.errors import InvalidValue, NoAccount
from bot_service.domain.trading import Side
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk
from bot_service.services.holdings import by_status_of, holdings_of
from bot_service.services.queries import Queries
from bot_service.services.tags import tag_of
from bot_service.services.views import AccountLine, AccountsView, AccountTag, Opposite


class Accounts:
    """Answer what concerns several accounts at once; never a question to a terminal."""

    def __init__(self, desk: Desk, queries: Queries) -> None:
        self._desk = desk
        self._queries = queries

    def overview(self) -> AccountsView:
        """Return every account with its money, its bots and what stands against another account.

        Raises:
            NoAccount: there is none.
        """
        views = self._queries.status().accounts
        if not views:
            raise NoAccount
        with self._desk.database.read() as uow:
            kinds = {view.account.id: by_status_of(uow.bots.tally(view.account.id)) for view in views}
        lines = tuple(
            AccountLine(view, sum(found.values()), _running(found), self.is_connected(view.account))
            for view, found in ((view, kinds[view.account.id]) for view in views)
        )
        return AccountsView(lines, self.opposites())

    def is_connected(self, account: Account) -> bool:
        """Tell whether the service trades this account now; books of earlier ones are kept."""
        return account.id in self._desk.terminals

    def connected(self) -> tuple[Account, ...]:
        """Return the accounts that new bots can be made for."""
        with self._desk.database.read() as uow:
            return tuple(account for account in uow.accounts.all() if self.is_connected(account))

    def choose(self, word: str) -> Account:
        """Return the account that a person names by its label or its number in the list.

        Raises:
            InvalidValue: there is none of this name; the labels are inside.
        """
        wanted = word.removeprefix("@").casefold()
        with self._desk.database.read() as uow:
            accounts = uow.accounts.all()
        for account in accounts:
            if wanted in (account.label.casefold(), str(account.id)):
                return account
        labels = ", ".join(f"@{account.label}" for account in accounts)
        raise InvalidValue("account", word[:32], "not_a_choice", labels)

    def opposites(self) -> tuple[Opposite, ...]:
        """Return the symbols that one account has bought and another has sold: costs twice, and no gain."""
        with self._desk.database.read() as uow:
            accounts = [account for account in uow.accounts.all() if self.is_connected(account)]
            if len(accounts) < 2:  # noqa: PLR2004  # one account has nothing to stand against
                return ()
            held = [item for account in accounts for item in _held(uow, account)]
        found = []
        for symbol in dict.fromkeys(symbol for symbol, _, _ in held):
            buyers, sellers = (_tags(held, symbol, side) for side in (Side.BUY, Side.SELL))
            if any(buyer != seller for buyer in buyers for seller in sellers):
                found.append(Opposite(symbol, buyers, sellers))
        return tuple(found)


def _held(uow: UnitOfWork, account: Account) -> list[tuple[str, Side, AccountTag]]:
    holdings = holdings_of(uow, account)
    bots = {bot.id: bot for bot in uow.bots.all(account.id, ids=holdings.owners.values())}
    found = []
    for position in holdings.positions:
        # Two brokers call one market by two names; a bot knows the plain one.
        bot = bots.get(holdings.owners.get(position.identifier, 0))
        symbol = position.symbol if bot is None else bot.settings.symbol
        found.append((symbol.upper(), position.side, tag_of(account)))
    return found


def _tags(held: Iterable[tuple[str, Side, AccountTag]], symbol: str, side: Side) -> tuple[AccountTag, ...]:
    return tuple(dict.fromkeys(tag for name, way, tag in held if (name, way) == (symbol, side)))


def _running(kinds: Mapping[BotStatus, int]) -> int:
    return sum(number for status, number in kinds.items() if status in RUNNING)
