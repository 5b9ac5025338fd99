"""Search the account's symbols, and give all bots of a symbol another one at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Held
from bot_service.domain.errors import (
    BotNotFound,
    OutcomePending,
    PositionStillOpen,
    ServiceError,
    SymbolRefused,
    SymbolTaken,
    VersionConflict,
)
from bot_service.domain.events import SymbolReplaced
from bot_service.domain.market import SymbolTerms
from bot_service.domain.people import Actor
from bot_service.domain.symbols import CHANGED, NOT_TRADABLE, most_traded
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import contracts, holds, lifecycle, sharing
from bot_service.services.desk import Desk
from bot_service.services.tags import tag_of
from bot_service.services.views import (
    BotOutcome,
    SwapPreview,
    SwapReceipt,
    SymbolChoiceView,
    SymbolLine,
    SymbolsView,
)

SYMBOLS_PER_PAGE = 6
MOST_USERS = 5
"""How many of a symbol's bots a list knows: one more than it names, so that it says that there are more."""


@dataclass(frozen=True)
class _Swap:
    before: SymbolTerms | None
    symbol: str
    now: SymbolTerms
    versions: Mapping[int, int]


class Symbols:
    """The account's list of symbols, for people."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def popular(self, account_id: int | None = None) -> tuple[SymbolTerms, ...]:
        """Return the symbols of an account that most people trade, those of its bots first.

        Raises:
            NoAccount: no account is connected yet.
            TerminalUnavailable: the list can't be asked just now.
        """
        account = self._desk.account(account_id)
        listed = self._desk.lanes.ask(account.id, lambda terminal: terminal.symbols(""))
        with self._desk.database.read() as uow:
            used = Counter(bot.settings.broker_symbol for bot in uow.bots.all(account.id))
        return most_traded(listed, [name for name, _ in used.most_common()])

    def search(self, text: str, page: int = 0, account_id: int | None = None) -> SymbolsView:
        """Return a page of the symbols whose name or description contains a text; a late page is the last.

        Raises:
            NoAccount: no account is connected yet.
            TerminalUnavailable: the list can't be asked just now.
        """
        account = self._desk.account(account_id)
        found = self._desk.lanes.ask(account.id, lambda terminal: terminal.symbols(text))
        pages = max(1, -(-len(found) // SYMBOLS_PER_PAGE))
        page = min(max(page, 0), pages - 1)
        shown = found[page * SYMBOLS_PER_PAGE : (page + 1) * SYMBOLS_PER_PAGE]
        with self._desk.database.read() as uow:
            lines = tuple(
                SymbolLine(one, uow.bots.all(account.id, broker_symbols=(one.name,), limit=MOST_USERS))
                for one in shown
            )
        return SymbolsView(tag_of(account), text, lines, page, pages, len(found))

    def choice(self, actor: Actor, bot_id: int) -> SymbolChoiceView:
        """Return what the symbol of a bot, and of all others that have it, could be replaced by.

        Raises:
            BotNotFound, TerminalUnavailable: it can't be told.
        """
        del actor
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
            account = uow.accounts.get(bot.account_id)
            before = contracts.remembered(uow, bot_id)
            bots = uow.bots.all(account.id, broker_symbols=(bot.settings.broker_symbol,))

        def question(terminal: Terminal) -> tuple[SymbolTerms, ...]:
            return (*_itself(terminal, bot, before), *contracts.other_offers(terminal, bot))

        offers = self._desk.lanes.ask(account.id, question)
        return SymbolChoiceView(tag_of(account), bot.settings.broker_symbol, before, bots, offers)

    def preview(self, actor: Actor, bot_id: int, name: str) -> SwapPreview:
        """Return what it would mean to give a bot, and all others of its symbol, another symbol.

        Raises:
            BotNotFound, TerminalUnavailable: it can't be told.
            SymbolRefused: the other symbol is gone or can't be traded.
        """
        del actor
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
            account = uow.accounts.get(bot.account_id)
            before = contracts.remembered(uow, bot_id)
            users = uow.bots.all(account.id, broker_symbols=(bot.settings.broker_symbol,))
            blocked = {one.id: _refusal(uow, account, one, name) for one in users}
        now = self._terms(account, name)
        return SwapPreview(
            tag=tag_of(account),
            symbol=bot.settings.broker_symbol,
            before=before,
            now=now,
            bots=tuple(one for one in users if blocked[one.id] is None),
            blocked=tuple(
                BotOutcome(one.id, one.settings.name, done=False, error=blocked[one.id])
                for one in users
                if blocked[one.id] is not None
            ),
        )

    def swap(self, actor: Actor, versions: Mapping[int, int], symbol: str, now: SymbolTerms) -> SwapReceipt:
        """Give bots the symbol whose contract was shown; `versions` are those that were shown too.

        Raises:
            BotNotFound: none of the bots is there.
            SymbolRefused: the symbol isn't what was shown any more.
        """
        with self._desk.database.read() as uow:
            bots = uow.bots.all(ids=versions)
            if not bots:
                raise BotNotFound(next(iter(versions), 0))
            account = uow.accounts.get(bots[0].account_id)
            before = contracts.remembered(uow, bots[0].id)
        if not self._terms(account, now.name).same_contract(now):
            raise SymbolRefused(now.name, CHANGED)
        return self._write(actor, account, _Swap(before, symbol, now, versions))

    def _write(self, actor: Actor, account: Account, swap: _Swap) -> SwapReceipt:
        changed: list[Bot] = []
        with self._desk.database.write() as uow:
            outcomes = tuple(self._swap_one(uow, actor, account, swap, one, changed) for one in swap.versions)
            if changed:
                uow.record(
                    SymbolReplaced(
                        happened_at=self._desk.market.now(),
                        account_id=account.id,
                        actor=actor.user_id,
                        bot_ids=tuple(one.id for one in changed),
                        symbol=swap.symbol,
                        before=swap.before,
                        now=replace(swap.now, spread=None),
                    ),
                    answered_chat=actor.chat_id,
                )
            uow.commit()
        for bot in changed:
            if bot.running:
                self._desk.ticker.schedule(bot, account, bot.due_at or self._desk.market.now())
        faulted = tuple(bot.id for bot in changed if bot.fault is not None)
        return SwapReceipt(tag_of(account), swap.symbol, swap.now, outcomes, faulted)

    def _swap_one(
        self, uow: UnitOfWork, actor: Actor, account: Account, swap: _Swap, bot_id: int, changed: list[Bot]
    ) -> BotOutcome:
        try:
            bot = uow.bots.get(bot_id)
        except BotNotFound as error:
            return BotOutcome(bot_id, "", done=False, error=error)
        name = bot.settings.name
        moved = bot.version != swap.versions[bot_id] or bot.settings.broker_symbol != swap.symbol
        refusal = _refusal(uow, account, bot, swap.now.name)
        if moved:
            refusal = VersionConflict(bot_id, swap.versions[bot_id])
        if refusal is not None:
            return BotOutcome(bot_id, name, done=False, error=refusal)
        contracts.remember(uow, bot_id, swap.now)
        if holds.lift(uow, account.id, Held.SYMBOL, bot_id=bot_id):
            bot = uow.bots.get(bot_id)
        if swap.now.name != swap.symbol:
            bot = self._edited(uow, actor, account, bot, swap.now.name)
        changed.append(bot)
        return BotOutcome(bot_id, name, done=True)

    def _edited(self, uow: UnitOfWork, actor: Actor, account: Account, bot: Bot, name: str) -> Bot:
        old = bot.settings
        # Who had typed the broker's own name meant that one; a plain name stays what was asked for.
        asked = name if old.symbol == old.broker_symbol else old.symbol
        settings = replace(old, symbol=asked, broker_symbol=name)
        ready = lifecycle.looking_ahead(self._desk, bot, account, settings)
        return uow.bots.edit(ready, settings, self._desk.wall.now(), actor.user_id)

    def _terms(self, account: Account, name: str) -> SymbolTerms:
        instrument = self._desk.lanes.ask(account.id, lambda terminal: terminal.instrument(name))
        if not instrument.tradable:
            raise SymbolRefused(name, NOT_TRADABLE)
        return instrument.terms


def _itself(terminal: Terminal, bot: Bot, before: SymbolTerms | None) -> tuple[SymbolTerms, ...]:
    """Return the bot's own symbol where it can be traded, but under another contract than before."""
    try:
        instrument = terminal.instrument(bot.settings.broker_symbol)
    except SymbolRefused:
        return ()
    changed = before is not None and not before.same_contract(instrument.terms)
    return (instrument.terms,) if changed and instrument.tradable else ()


def _refusal(uow: UnitOfWork, account: Account, bot: Bot, name: str) -> ServiceError | None:
    """Return why a bot can't get a symbol now: taken, an order on its way, a position on another symbol."""
    if name == bot.settings.broker_symbol:
        return None
    try:
        sharing.refuse_second(uow, account, name, bot.id)
    except SymbolTaken as error:
        return error
    if uow.intents.unsettled(bot_id=bot.id):
        return OutcomePending(bot.id)
    opened = uow.intents.open_positions(bot.account_id, bot.id)
    snapshot = uow.accounts.snapshot(bot.account_id)
    there = {one.identifier: one for one in (snapshot.positions if snapshot else ())}
    for position_id in opened:
        position = there.get(position_id)
        # A broker that renames a symbol moves its positions along; then the new name is theirs too.
        if position is None or position.symbol != name:
            return PositionStillOpen(bot.id, position_id if position is None else position.ticket)
    return None
