"""What an account loses if every stop is hit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.trading import Side

ZERO = Decimal(0)


@dataclass(frozen=True)
class Stake:
    """A position or an order on its way: its loss at the stop, None without one.

    `base` and `quote` are the currencies of its symbol; where both are one, as with an index, the symbol
    itself stands for what is bought.
    """

    symbol: str
    side: Side
    base: str
    quote: str
    loss: Decimal | None
    ticket: int = 0

    @property
    def bets(self) -> tuple[tuple[str, int], ...]:
        """Return which currencies it bets on (1) and against (-1)."""
        bought = self.symbol if self.base == self.quote else self.base
        return ((bought, self.side.sign), (self.quote, -self.side.sign))


@dataclass(frozen=True)
class Exposure:
    """Everything that is open, and what is about to be."""

    stakes: tuple[Stake, ...] = ()

    @property
    def total(self) -> Decimal:
        """Return the loss if all stops are hit; what has none is not in it."""
        return sum((stake.loss for stake in self.stakes if stake.loss is not None), ZERO)

    @property
    def without_stop(self) -> tuple[Stake, ...]:
        """Return what may lose anything."""
        return tuple(stake for stake in self.stakes if stake.loss is None)

    @property
    def by_currency(self) -> dict[tuple[str, int], Decimal]:
        """Return the loss of all bets on a currency (1) or against it (-1), the largest first."""
        found: dict[tuple[str, int], Decimal] = {}
        for stake in self.stakes:
            for bet in stake.bets:
                found[bet] = found.get(bet, ZERO) + (stake.loss or ZERO)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class AccountRisk:
    """What the gates must know of the account around an entry; percent are shares of `base`.

    `planned` is the entry itself, None while its size is not known.
    """

    exposure: Exposure
    base: Decimal
    open_percent: Decimal | None
    currency_percent: Decimal | None
    planned: Stake | None = None
