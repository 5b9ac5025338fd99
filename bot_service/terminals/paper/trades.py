"""What filling an order does to an account: open, add, reduce, reverse, close, close by, open again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import constants as c
from . import money
from .book import Position
from .conditions import Cause
from .drafts import empty_deal, finished, new_order, side_of
from .valuation import nights

if TYPE_CHECKING:
    from .account import Account
    from .book import Change
    from .records import TradeDeal, TradeOrder
    from .specs import SymbolSpec

_REOPENING: Final = frozenset((c.SYMBOL_SWAP_MODE_REOPEN_CURRENT, c.SYMBOL_SWAP_MODE_REOPEN_BID))


class Trader:
    """Fill orders on one account; each public method is one event, committed as a whole."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._market = account.market

    def market(self, draft: Position, target: Position | None, cause: Cause) -> TradeDeal:
        """Execute a market order, as much of it as the market takes; RETURN keeps the rest waiting."""
        change = self._account.change()
        order = new_order(
            change.ticket(),
            self._market.now_msc,
            symbol=draft.symbol,
            kind=draft.type,
            volume=draft.volume,
            cause=cause,
        )
        if target is None or self._account.conditions.netting:
            order = order._replace(sl=draft.sl, tp=draft.tp)
        order = order._replace(position_id=target.key if target else 0)
        deal = self._fill(change, order, draft.price_open)
        self._account.apply(change)
        return deal

    def close(self, position: Position, volume: float, cause: Cause) -> TradeDeal:
        """Close a position or a part of it at the current price, whatever the depth."""
        change = self._account.change()
        deal = self._close(change, position, volume, self._account.exit(position), cause)
        self._account.apply(change)
        return deal

    def close_by(self, first: Position, second: Position, cause: Cause) -> int:
        """Set off two opposite positions against each other; return the order's ticket.

        Each leg ends at the other's opening price; the first leg's deal carries the whole profit.
        """
        change, now = self._account.change(), self._market.now_msc
        volume = min(first.volume, second.volume)
        order = new_order(
            change.ticket(),
            now,
            symbol=first.symbol,
            kind=c.ORDER_TYPE_CLOSE_BY,
            volume=volume,
            cause=cause,
        )._replace(position_id=first.key, position_by_id=second.key, volume_current=0.0)
        change.orders.append(finished(order, c.ORDER_STATE_FILLED, now))
        spec = self._market.specs[first.symbol]
        whole = self._account.money.profit(spec, first.sign, volume, first.price_open, second.price_open)
        for leg, price, profit in ((first, second.price_open, whole), (second, first.price_open, 0.0)):
            swap, rest = self._reduce(leg, volume)
            deal = empty_deal(change.ticket(), now)._replace(
                type=1 - leg.type,
                entry=c.DEAL_ENTRY_OUT_BY,
                volume=volume,
                price=price,
                profit=profit,
                swap=swap,
                position_id=leg.key,
            )
            self._book(change, _marked(deal, order))
            self._keep(change, leg, rest)
        self._account.apply(change)
        return int(order.ticket)

    def fill(self, order: TradeOrder, price: float) -> TradeDeal:
        """Fill a waiting order, as much of it as the market takes."""
        change = self._account.change()
        change.removed.append(order.ticket)
        deal = self._fill(change, order, price)
        self._account.apply(change)
        return deal

    def move_stops(self, position: Position, sl: float, tp: float) -> None:
        """Set both levels of a position."""
        change = self._account.change()
        change.positions.append(position._replace(sl=sl, tp=tp, time_update_msc=self._market.now_msc))
        self._account.apply(change)

    def night(self, ended_weekday: int) -> None:
        """Charge all positions for the server day that has ended, or open them again at a shifted price."""
        change = self._account.change()
        for position in self._account.positions.values():
            spec = self._market.specs[position.symbol]
            if spec.swap_mode in _REOPENING:
                self._reopen(change, position, spec, nights(spec, ended_weekday))
                continue
            price = self._account.exit(position)
            amount = self._account.money.night_swap(spec, position, price, ended_weekday)
            if amount:
                swap = self._account.money.round(position.swap + amount)
                change.positions.append(position._replace(swap=swap))
        if change.positions or change.gone:
            self._account.apply(change)

    def _fill(self, change: Change, order: TradeOrder, price: float) -> TradeDeal:
        spec, now = self._market.specs[order.symbol], self._market.now_msc
        taken = min(order.volume_current, spec.depth) if spec.depth else order.volume_current
        rest = money.lots(order.volume_current - taken)
        target = self._target(order)
        deal = self._executed(change, order, target, taken, price)
        left = order._replace(
            volume_current=rest,
            position_id=deal.position_id,
            price_current=price,
            price_open=order.price_open or price,
        )
        if rest and order.type_filling == c.ORDER_FILLING_RETURN:
            change.pendings.append(left._replace(state=c.ORDER_STATE_PARTIAL))
        else:
            state = c.ORDER_STATE_PARTIAL if rest else c.ORDER_STATE_FILLED
            change.orders.append(finished(left, state, now))
        return deal

    def _target(self, order: TradeOrder) -> Position | None:
        account = self._account
        if account.conditions.netting:
            return account.held(order.symbol)
        wanted = order.position_id or order.ticket
        return next((held for held in account.positions.values() if held.key == wanted), None)

    def _executed(
        self, change: Change, order: TradeOrder, target: Position | None, volume: float, price: float
    ) -> TradeDeal:
        side, spec = side_of(order.type), self._market.specs[order.symbol]
        deal = empty_deal(change.ticket(), self._market.now_msc)
        deal = deal._replace(type=side, volume=volume, price=price, position_id=order.ticket)
        fresh = self._position(order, volume, price)
        if target is None:
            change.positions.append(fresh)
            return self._book(change, _marked(deal, order), spec)
        deal = deal._replace(position_id=target.key)
        merged = self._account.merged(target, fresh)
        if target.type == side:
            grown = merged or fresh
            if not self._account.conditions.netting:  # more of the same order: levels may have been moved
                grown = grown._replace(sl=target.sl, tp=target.tp)
            change.positions.append(self._renewed(grown))
            return self._book(change, _marked(deal, order), spec)
        closed = min(volume, target.volume)
        swap, rest = self._reduce(target, closed)
        profit = self._account.money.profit(spec, target.sign, closed, target.price_open, price)
        entry = c.DEAL_ENTRY_OUT if merged is None or merged.type == target.type else c.DEAL_ENTRY_INOUT
        if entry == c.DEAL_ENTRY_INOUT and merged is not None:
            change.gone.append(target.ticket)
            change.positions.append(merged)
        else:
            self._keep(change, target, rest)
        return self._book(change, _marked(deal._replace(entry=entry, profit=profit, swap=swap), order), spec)

    def _close(
        self, change: Change, position: Position, volume: float, price: float, cause: Cause
    ) -> TradeDeal:
        spec = self._market.specs[position.symbol]
        order = self._done(change, position, 1 - position.type, volume, price, cause)
        swap, rest = self._reduce(position, volume)
        deal = empty_deal(change.ticket(), self._market.now_msc)._replace(
            type=1 - position.type,
            entry=c.DEAL_ENTRY_OUT,
            volume=volume,
            price=price,
            swap=swap,
            profit=self._account.money.profit(spec, position.sign, volume, position.price_open, price),
            position_id=position.key,
        )
        self._keep(change, position, rest)
        free = cause.reason == c.DEAL_REASON_ROLLOVER
        return self._book(change, _marked(deal, order), None if free else spec)

    def _done(
        self, change: Change, position: Position, side: int, volume: float, price: float, cause: Cause
    ) -> TradeOrder:
        now, symbol = self._market.now_msc, position.symbol
        order = new_order(change.ticket(), now, symbol=symbol, kind=side, volume=volume, cause=cause)
        order = order._replace(
            position_id=position.key, volume_current=0.0, price_open=price, price_current=price
        )
        change.orders.append(finished(order, c.ORDER_STATE_FILLED, now))
        return order

    def _reopen(self, change: Change, position: Position, spec: SymbolSpec, times: int) -> None:
        points = (spec.swap_long if position.sign > 0 else spec.swap_short) * times
        if not points:
            return
        cause = Cause(reason=c.DEAL_REASON_ROLLOVER, magic=position.magic, comment="rollover")
        price, volume = self._account.exit(position), position.volume
        self._close(change, position, volume, price, cause)
        by_bid = spec.swap_mode == c.SYMBOL_SWAP_MODE_REOPEN_BID
        base = self._market.quote(position.symbol).bid if by_bid else price
        opened = round(base - position.sign * points * spec.point, spec.digits)
        order = self._done(change, position, position.type, volume, opened, cause)
        deal = empty_deal(change.ticket(), self._market.now_msc)._replace(
            type=position.type, volume=volume, price=opened, position_id=position.key
        )
        self._book(change, _marked(deal, order))
        again = position._replace(ticket=order.ticket, identifier=position.key, price_open=opened, swap=0.0)
        change.positions.append(self._renewed(again))

    def _reduce(self, position: Position, volume: float) -> tuple[float, Position | None]:
        """Return the swap that is paid now and what is left of the position."""
        rest = money.lots(position.volume - volume)
        if not rest:
            return position.swap, None
        swap = self._account.money.round(position.swap * volume / position.volume)
        left = self._account.money.round(position.swap - swap)
        return swap, self._renewed(position._replace(volume=rest, swap=left))

    def _keep(self, change: Change, position: Position, rest: Position | None) -> None:
        if rest is None:
            change.gone.append(position.ticket)
        else:
            change.positions.append(rest)

    def _renewed(self, position: Position) -> Position:
        return position._replace(time_update_msc=self._market.now_msc)

    def _position(self, order: TradeOrder, volume: float, price: float) -> Position:
        now = self._market.now_msc
        return Position(
            ticket=order.ticket,
            symbol=order.symbol,
            type=side_of(order.type),
            volume=volume,
            price_open=price,
            sl=order.sl,
            tp=order.tp,
            time_msc=now,
            time_update_msc=now,
            magic=order.magic,
            comment=order.comment,
            swap=0.0,
            reason=order.reason,
        )

    def _book(self, change: Change, deal: TradeDeal, costs: SymbolSpec | None = None) -> TradeDeal:
        if costs is not None:
            commission, fee = self._account.money.costs(costs, deal.volume)
            deal = deal._replace(commission=commission, fee=fee)
        change.deals.append(deal)
        total = deal.profit + deal.commission + deal.fee + deal.swap
        change.balance = self._account.money.round(change.balance + total)
        return deal


def _marked(deal: TradeDeal, order: TradeOrder) -> TradeDeal:
    return deal._replace(
        order=order.ticket,
        magic=order.magic,
        reason=order.reason,
        symbol=order.symbol,
        comment=order.comment,
    )
