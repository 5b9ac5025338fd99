"""What must be known of an account to understand an event: its bots, positions and money at that time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from bot_service.domain import sizing
from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.trading import ClosedTrade, DealKind, Purpose
from bot_service.ports import UnitOfWork
from bot_service.services.acts.openings import Openings

PERCENT = Decimal("0.0001")


class Known:
    """Facts of one account and span of time, each read when it is needed, and once."""

    def __init__(self, uow: UnitOfWork, account: Account, since: datetime, until: datetime) -> None:
        self.account = account
        self._uow = uow
        self._since = since
        self._until = until
        self._bots: dict[int, Bot | None] = {}
        self._versions: dict[int, tuple[tuple[int, datetime, BotSettings], ...]] = {}
        self._owners: dict[int, tuple[int | None, str]] = {}
        self._openings = Openings(uow, account.id, since, until)

    def meet(self, bot_ids: Iterable[int]) -> None:
        """Read many bots and their versions at once: a thousand of them may have been started in a day."""
        new = [bot_id for bot_id in set(bot_ids) if bot_id not in self._bots]
        if not new:
            return
        found = {bot.id: bot for bot in self._uow.bots.all(self.account.id, ids=new, deleted=True)}
        self._bots.update((bot_id, found.get(bot_id)) for bot_id in new)
        self._versions.update(self._uow.bots.versions_of(found))

    @cached_property
    def trades(self) -> tuple[ClosedTrade, ...]:
        """Return the trades that closed in the span."""
        return self._uow.books.trades(self.account.id, self._since, self._until)

    def bot(self, bot_id: int | None) -> Bot | None:
        """Return a bot of this account, deleted or not; None for another account's."""
        if bot_id is None:
            return None
        self.meet((bot_id,))
        return self._bots[bot_id]

    def bots(self, bot_ids: tuple[int, ...]) -> list[Bot]:
        """Return those of some bots that are this account's."""
        self.meet(bot_ids)
        return [bot for bot_id in bot_ids if (bot := self.bot(bot_id)) is not None]

    def settings_at(self, bot: Bot, recorded_at: datetime) -> BotSettings:
        """Return the settings that a bot had at a moment of wall time."""
        earlier = [settings for _, since, settings in self.versions(bot.id) if since <= recorded_at]
        return earlier[-1] if earlier else bot.settings

    def versions(self, bot_id: int) -> tuple[tuple[int, datetime, BotSettings], ...]:
        """Return (version, since, settings) of all versions of a bot, oldest first."""
        self.meet((bot_id,))
        return self._versions[bot_id]

    def owner(self, position_id: int) -> tuple[int | None, str]:
        """Return the bot that opened a position, and its symbol; nobody's is (None, "")."""
        if position_id not in self._owners:
            intents = self._uow.intents.of_position(self.account.id, position_id)
            opening = next((one for one in intents if one.purpose is Purpose.OPEN), None)
            self._owners[position_id] = (None, "") if opening is None else (opening.bot_id, opening.symbol)
        return self._owners[position_id]

    def percent(self, money: Decimal | None, at: datetime) -> Decimal | None:
        """Return money in percent of the balance at a moment (market time); None where nobody knows."""
        balance = self._balance_at(at)
        if money is None or balance <= 0:
            return None
        return (money * 100 / balance).quantize(PERCENT)

    def risk(self, settings: BotSettings, at: datetime) -> Decimal | None:
        """Return the planned loss of a bot's trade in percent of the balance, as far as it can be known.

        Of fixed lots it is estimated by the symbol's last opening: a lot and a multiple of ATR lost so much.
        """
        if not sizing.find(settings.sizing).exact:
            return settings.size
        last = self._openings.newest(settings.broker_symbol, at)
        then = None if last is None else self.bot(last.bot_id)
        if last is None or then is None or last.planned_risk is None or last.lots <= 0:
            return None
        used = self.settings_at(then, last.created_at)
        if used.timeframe is not settings.timeframe or used.stop_atr <= 0:
            return None
        per_lot = last.planned_risk / last.lots
        return self.percent(per_lot * settings.size * settings.stop_atr / used.stop_atr, at)

    @cached_property
    def _later(self) -> tuple[tuple[datetime, ...], tuple[Decimal, ...]]:
        """The moments of the span at which money moved, and the balance before each and after the last."""
        deals = self._uow.books.deals(self.account.id, self._since, self._until)
        moved = [deal for deal in deals if deal.kind is not DealKind.CREDIT]
        begins_with = self._uow.books.balance_at(self.account.id, self._since)
        balances = accumulate((deal.net for deal in moved), initial=begins_with)
        return tuple(deal.time for deal in moved), tuple(balances)

    def _balance_at(self, at: datetime) -> Decimal:
        times, balances = self._later
        return balances[bisect_left(times, at)]
