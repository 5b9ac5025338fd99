"""A position's whole life, added up from its deals, and whose it was.

On a hedging account a position is one owner's. On a netting account everybody's lots of a symbol are in one
position: ours, what was added by hand, and what a reversal left behind. Each owner's part is a trade of its
own, so that a bot's result never holds somebody else's money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot_service.domain.trading import (
    ClosedTrade,
    Deal,
    DealEntry,
    DealKind,
    ExitCause,
    Intent,
    Purpose,
    Side,
)

ENDS = frozenset({DealEntry.OUT, DealEntry.OUT_BY, DealEntry.INOUT})
OPENS = frozenset({DealEntry.IN, DealEntry.INOUT})
STOPPED = {"sl": ExitCause.STOP_LOSS, "tp": ExitCause.TAKE_PROFIT, "so": ExitCause.STOP_OUT}
BY_HAND = frozenset({"client", "mobile", "web"})


MONEY = ("profit", "commission", "swap", "fee")

Money = tuple[Decimal, ...]
"""A deal's amounts in the order of `MONEY`."""


@dataclass(frozen=True)
class _Share:
    """The lots of a deal that belong to one owner, and his share of its money."""

    deal: Deal
    lots: Decimal
    money: Money


@dataclass
class _Part:
    """What one owner has or had in a position; without `opening` somebody else than a bot."""

    side: Side
    opening: Intent | None
    ins: list[_Share] = field(default_factory=list)
    outs: list[_Share] = field(default_factory=list)

    @property
    def open_lots(self) -> Decimal:
        bought = sum((share.lots for share in self.ins), Decimal(0))
        return bought - sum((share.lots for share in self.outs), Decimal(0))

    def money(self) -> dict[str, Decimal]:
        columns = zip(*(share.money for share in (*self.ins, *self.outs)), strict=True)
        return {name: sum(column, Decimal(0)) for name, column in zip(MONEY, columns, strict=True)}


def mean_price(deals: Sequence[Deal]) -> Decimal:
    """Return the price of deals, weighted by lots, in the digits of the finest of them."""
    return _mean([(deal.price, deal.lots) for deal in deals])


def carries(deal: Deal, intent: Intent) -> bool:
    """Tell whether a deal comes from an intent's order: by its ticket, or by the reference in the comment."""
    return (
        intent.order_ticket is not None and deal.order == intent.order_ticket
    ) or intent.ref in deal.comment


def exit_cause(last: Deal, closings: Sequence[Intent]) -> ExitCause:
    """Return what closed a position: the broker's own reason first, then whose order it was."""
    if last.reason in STOPPED:
        return STOPPED[last.reason]
    for intent in closings:
        if carries(last, intent):
            if intent.cause is not None:
                return intent.cause
            return ExitCause.OPERATOR if intent.bar_time is None else ExitCause.SIGNAL
    return ExitCause.BY_HAND if last.reason in BY_HAND else ExitCause.OTHER


def filled_risk(intent: Intent) -> Decimal | None:
    """Return the planned risk of the part of an opening that was executed."""
    if intent.planned_risk is None or intent.filled_lots is None or intent.filled_lots >= intent.lots:
        return intent.planned_risk
    return intent.planned_risk * intent.filled_lots / intent.lots


def closed_trade(account_id: int, deals: Sequence[Deal], intents: Sequence[Intent]) -> ClosedTrade | None:
    """Add a position's deals up; None while what went out is less than what went in.

    `intents` are those that opened or close this position; without an opening one the trade is no bot's.
    """
    trades = closed_trades(account_id, deals, intents)
    return next((trade for trade in trades if trade.position_id == deals[0].position_id), None)


def closed_trades(
    account_id: int, deals: Sequence[Deal], intents: Sequence[Intent]
) -> tuple[ClosedTrade, ...]:
    """Return a closed trade for each owner's part of a position that is over.

    The position's own number goes to the bot that opened it, else to its first owner; another part takes
    the number of one of its own orders, which no position can have.
    """
    parts = _parts(_trading(deals), intents)
    if not parts:
        return ()
    holder = next((part for part in parts if part.opening is not None), parts[0])
    closings = [intent for intent in intents if intent.purpose is Purpose.CLOSE]
    return tuple(
        _trade(account_id, part, closings, _number(part, is_holder=part is holder))
        for part in parts
        if part.open_lots <= 0
    )


def own_lots(deals: Sequence[Deal], intents: Sequence[Intent]) -> Decimal:
    """Return how many lots of a position are a bot's by the books."""
    parts = _parts(_trading(deals), intents)
    return sum((part.open_lots for part in parts if part.opening is not None), Decimal(0))


def has_ended(deals: Sequence[Deal]) -> bool:
    """Tell whether these deals of a position close all that they have opened, whoever owned it."""
    parts = _parts(_trading(deals), ())
    return bool(parts) and not _open(parts)


def _trading(deals: Iterable[Deal]) -> list[Deal]:
    return sorted((deal for deal in deals if deal.kind is DealKind.TRADE), key=lambda deal: deal.ticket)


def _parts(trades: Sequence[Deal], intents: Sequence[Intent]) -> list[_Part]:
    openings = _Openings(trades, intents)
    closings = [intent for intent in intents if intent.purpose is Purpose.CLOSE]
    parts: list[_Part] = []
    for deal in trades:
        rest = deal.lots
        if deal.entry in ENDS:
            rest = _take(parts, deal, closings)
        if deal.entry in OPENS and rest > 0:
            # The money of a reversal belongs to what it ends.
            money = _money(deal) if rest == deal.lots else (Decimal(0),) * len(MONEY)
            _give(parts, openings.of(deal), _Share(deal, rest, money))
    return parts


class _Openings:
    """Which opening order a deal comes from."""

    def __init__(self, trades: Sequence[Deal], intents: Sequence[Intent]) -> None:
        self._intents = [intent for intent in intents if intent.purpose is Purpose.OPEN]
        # An opening that carries none of the deals was found by its properties: they are all its own.
        self._usual = next(
            (one for one in self._intents if not any(carries(deal, one) for deal in trades)), None
        )

    def of(self, deal: Deal) -> Intent | None:
        """Return the opening behind a deal, None where none of ours is."""
        named = next((one for one in self._intents if carries(deal, one)), None)
        return named or (self._usual if deal.entry is DealEntry.IN else None)


def _give(parts: list[_Part], opening: Intent | None, share: _Share) -> None:
    for part in parts:
        goes_on = part.open_lots > 0 or opening is not None
        if part.opening is opening and part.side is share.deal.side and goes_on:
            break
    else:
        part = _Part(share.deal.side, opening)
        parts.append(part)
    part.ins.append(share)


def _take(parts: list[_Part], deal: Deal, closings: Sequence[Intent]) -> Decimal:
    """Close lots for their owners and return what is left of the deal."""
    rest, taken = deal.lots, list[tuple[_Part, Decimal]]()
    for part in sorted(_open(parts), key=lambda one: _turn(one, deal, closings)):
        lots = min(part.open_lots, rest)
        if lots > 0:
            taken.append((part, lots))
            rest -= lots
    for (part, lots), money in zip(taken, _split(_money(deal), [lots for _, lots in taken]), strict=True):
        part.outs.append(_Share(deal, lots, money))
    return rest


def _split(money: Money, lots: Sequence[Decimal]) -> list[Money]:
    """Divide amounts by lots; the last one gets what rounding left, so that nothing is lost."""
    whole, shares, left = sum(lots, Decimal(0)), list[Money](), money
    for part in lots[:-1]:
        shares.append(tuple((amount * part / whole).quantize(amount) for amount in money))
        left = tuple(rest - given for rest, given in zip(left, shares[-1], strict=True))
    return [*shares, left] if lots else []


def _money(deal: Deal) -> Money:
    return (deal.profit, deal.commission, deal.swap, deal.fee)


def _open(parts: Iterable[_Part]) -> list[_Part]:
    return [part for part in parts if part.open_lots > 0]


def _turn(part: _Part, deal: Deal, closings: Sequence[Intent]) -> int:
    closer = next((intent for intent in closings if carries(deal, intent)), None)
    if closer is not None:
        return 0 if part.opening is not None and part.opening.bot_id == closer.bot_id else 1
    # Who closes by hand means his own lots first.
    return 0 if part.opening is None else 1


def _trade(account_id: int, part: _Part, closings: Sequence[Intent], number: int) -> ClosedTrade:
    first, last = part.ins[0].deal, part.outs[-1].deal
    return ClosedTrade(
        account_id=account_id,
        position_id=number,
        bot_id=None if part.opening is None else part.opening.bot_id,
        strategy="" if part.opening is None else part.opening.strategy,
        symbol=first.symbol,
        side=part.side,
        lots=sum((share.lots for share in part.ins), Decimal(0)),
        price_open=_mean([(share.deal.price, share.lots) for share in part.ins]),
        price_close=_mean([(share.deal.price, share.lots) for share in part.outs]),
        opened_at=first.time,
        closed_at=last.time,
        **part.money(),
        cause=exit_cause(last, closings),
        planned_risk=None if part.opening is None else filled_risk(part.opening),
    )


def _number(part: _Part, *, is_holder: bool) -> int:
    position_id = part.ins[0].deal.position_id
    if is_holder:
        return position_id
    orders = [share.deal.order for share in (*part.ins, *part.outs)]
    return next((order for order in orders if order != position_id), position_id)


def _mean(weighted: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    prices = [price for price, _ in weighted]
    if len(set(prices)) == 1:
        return prices[0]
    lots = sum((lots for _, lots in weighted), Decimal(0))
    value = sum((price * lots for price, lots in weighted), Decimal(0))
    return (value / lots).quantize(min(prices, key=lambda price: int(price.as_tuple().exponent)))
