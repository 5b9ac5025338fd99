"""Whether a broker's symbol still is what its bots were made for; told once for all bots of the symbol."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, Fault, Held
from bot_service.domain.errors import SymbolRefused, TerminalUnavailable
from bot_service.domain.events import LeftOpen, SymbolTrouble
from bot_service.domain.market import Instrument, SymbolTerms
from bot_service.domain.symbols import CHANGED, NOT_TRADABLE
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import holds
from bot_service.services.desk import Desk
from bot_service.services.holds import Hold


def remember(uow: UnitOfWork, bot_id: int, terms: SymbolTerms) -> None:
    """Keep the contract that a bot was made for."""
    kept = replace(terms, spread=None)
    uow.set_value(f"contract:{bot_id}", json.dumps(codec.to_json(kept)))


def remembered(uow: UnitOfWork, bot_id: int) -> SymbolTerms | None:
    """Return the contract that a bot was made for, None where nobody kept it yet."""
    stored = uow.get_value(f"contract:{bot_id}")
    return None if not stored else codec.from_json(SymbolTerms, json.loads(stored))


def other_offers(terminal: Terminal, bot: Bot) -> tuple[SymbolTerms, ...]:
    """Return what could take the place of a bot's symbol, without the symbol itself."""
    names = dict.fromkeys((bot.settings.symbol, bot.settings.broker_symbol))
    for name in names:
        found = tuple(one for one in terminal.offers(name) if one.name != bot.settings.broker_symbol)
        if found:
            return found
    return ()


@dataclass(frozen=True)
class _Trouble:
    reason: str
    bot: Bot
    before: SymbolTerms | None = None
    now: SymbolTerms | None = None


class Contracts:
    """Compare symbols with what was remembered; entries are held, or the bots are in error."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def verify(self, account: Account, terminal: Terminal) -> None:
        """Look at every symbol that bots of an account trade; call it at each connection.

        Raises:
            TerminalUnavailable: the terminal can't tell.
        """
        with self._desk.database.read() as uow:
            running = [bot for bot in uow.bots.all(account.id) if bot.running]
        for symbol in dict.fromkeys(bot.settings.broker_symbol for bot in running):
            users = [bot for bot in running if bot.settings.broker_symbol == symbol]
            try:
                instrument = terminal.instrument(symbol)
            except SymbolRefused as error:
                self.gone(account, users[0], error)
                continue
            self._compare(account, users, instrument)

    def agrees(self, bot: Bot, account: Account, instrument: Instrument) -> bool:
        """Tell whether a bot may open on its symbol as it is now; a hold that is over is released."""
        return self._compare(account, [bot], instrument)

    def gone(self, account: Account, bot: Bot, error: SymbolRefused) -> None:
        """Set all running bots of a bot's symbol to ERROR."""
        before, _held = self._kept(bot)
        self._tell(account, _Trouble(error.reason, bot, before=before))

    def _compare(self, account: Account, bots: Sequence[Bot], instrument: Instrument) -> bool:
        now, fine = instrument.terms, True
        for bot in bots:
            before, held = self._kept(bot)
            if before is not None and before.name == now.name and not before.same_contract(now):
                trouble = _Trouble(CHANGED, bot, before, now)
            elif not instrument.tradable:
                trouble = _Trouble(NOT_TRADABLE, bot, before, now)
            else:
                self._agreed(bot, before, now, held=held)
                continue
            fine = False
            self._tell(account, trouble)
        return fine

    def _kept(self, bot: Bot) -> tuple[SymbolTerms | None, bool]:
        with self._desk.database.read() as uow:
            stand = holds.of_account(uow, bot.account_id)
            held = any(hold.reason is Held.SYMBOL and hold.bot_id == bot.id for hold in stand)
            return remembered(uow, bot.id), held

    def _agreed(self, bot: Bot, before: SymbolTerms | None, now: SymbolTerms, *, held: bool) -> None:
        known = before is not None and before.name == now.name
        if known and not held:
            return
        with self._desk.database.write() as uow:
            if not known:
                remember(uow, bot.id, now)
            holds.lift(uow, bot.account_id, Held.SYMBOL, bot_id=bot.id)
            uow.commit()

    def _tell(self, account: Account, trouble: _Trouble) -> None:
        offers = self._offers(account, trouble.bot)
        symbol = trouble.bot.settings.broker_symbol
        with self._desk.database.write() as uow:
            bots = [one for one in uow.bots.all(account.id) if one.running]
            users = [one for one in bots if one.settings.broker_symbol == symbol]
            if trouble.now is not None and trouble.reason == CHANGED:
                users = [one for one in users if _differs(remembered(uow, one.id), trouble.now)]
            stopped = self._stop_entries(uow, users, trouble)
            if not stopped:
                return
            uow.record(self._event(uow, account, trouble, users, offers))
            uow.commit()
        if trouble.now is None:
            self._desk.ticker.cancel(stopped)

    def _stop_entries(self, uow: UnitOfWork, users: Sequence[Bot], trouble: _Trouble) -> list[int]:
        # Only what is stopped anew is told; the others know already.
        if trouble.now is None:
            return [one.id for one in users if uow.bots.set_fault(one.id, Fault.SYMBOL_GONE)]
        wanted = [Hold(Held.SYMBOL, self._desk.wall.now(), one.id) for one in users]
        new = holds.put_all(uow, trouble.bot.account_id, wanted)
        return [hold.bot_id for hold in new if hold.bot_id is not None]

    def _offers(self, account: Account, bot: Bot) -> tuple[SymbolTerms, ...]:
        try:
            return other_offers(self._desk.terminal(account.id), bot)
        except TerminalUnavailable:
            return ()

    def _event(
        self,
        uow: UnitOfWork,
        account: Account,
        trouble: _Trouble,
        users: Sequence[Bot],
        offers: tuple[SymbolTerms, ...],
    ) -> SymbolTrouble:
        ids = {one.id for one in users}
        opened = uow.intents.open_positions(account.id)
        mine = {position for position, intent in opened.items() if intent.bot_id in ids}
        snapshot = uow.accounts.snapshot(account.id)
        positions = [one for one in (snapshot.positions if snapshot else ()) if one.identifier in mine]
        return SymbolTrouble(
            happened_at=self._desk.market.now(),
            account_id=account.id,
            symbol=trouble.bot.settings.broker_symbol,
            reason=trouble.reason,
            bot_ids=tuple(sorted(ids)),
            before=trouble.before,
            now=trouble.now,
            offers=offers,
            left_open=tuple(LeftOpen(one.ticket, one.stop_loss) for one in positions),
        )


def _differs(before: SymbolTerms | None, now: SymbolTerms) -> bool:
    return before is not None and not before.same_contract(now)
