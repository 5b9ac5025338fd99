"""What must be known of an account to understand an event: its bots, positions and money at that time."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from bot_service.domain import sizing
from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings
from bot_service.domain.trading import ClosedTrade, DealKind, Purpose
from bot_service.ports import UnitOfWork
from bot_service.services.acts.cast import Cast
from bot_service.services.acts.openings import Openings

PERCENT = Decimal("0.0001")


class Known:
    """Facts of one account and span of time, each read when it is needed, and once."""

    def __init__(
        self, uow: UnitOfWork, account: Account, since: datetime, until: datetime, cast: Cast | None = None
    ) -> None:
        self.account = account
        self.cast = cast or Cast(uow, account)
        self._uow = uow
        self._since = since
        self._until = until
        self._owners: dict[int, tuple[int | None, str]] = {}
        self._openings = Openings(uow, account.id, since, until)

    @cached_property
    def by_hand(self) -> tuple[ClosedTrade, ...]:
        """Return the bots' trades that a person closed in the span."""
        return self._uow.books.closed_by_hand(self.account.id, self._since, self._until)

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
        then = None if last is None else self.cast.bot(last.bot_id)
        if last is None or then is None or last.planned_risk is None or last.lots <= 0:
            return None
        used = self.cast.settings_at(then, last.created_at)
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
