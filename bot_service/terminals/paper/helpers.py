"""The three helpers that the official package adds in Python."""

from __future__ import annotations

from typing import Any, Final

from . import constants as c
from .api_ticks import TicksApi
from .api_trade import TradeApi

_DEVIATION: Final = 10
_TRIES: Final = 10


class Helpers(TicksApi, TradeApi):
    """Trade at the market in one call."""

    def Buy(
        self, symbol: Any, volume: Any, price: Any = None, *, comment: Any = None, ticket: Any = None
    ) -> Any:
        """Buy at the market, trying again when the price has moved."""
        return self._market_order(c.ORDER_TYPE_BUY, symbol, volume, price, comment, ticket)

    def Sell(
        self, symbol: Any, volume: Any, price: Any = None, *, comment: Any = None, ticket: Any = None
    ) -> Any:
        """Sell at the market, trying again when the price has moved."""
        return self._market_order(c.ORDER_TYPE_SELL, symbol, volume, price, comment, ticket)

    def Close(self, symbol: Any, *, comment: Any = None, ticket: Any = None) -> Any:
        """Close all positions of a symbol, or one; tell True, "Partially" or False."""
        held = self.positions_get(symbol=symbol) if ticket is None else self.positions_get(ticket=ticket)
        if held is None:
            return None
        done = [
            self._market_order(1 - row.type, row.symbol, row.volume, None, comment, row.ticket)
            for row in held
        ]
        good = sum(1 for answer in done if answer and answer.retcode == c.TRADE_RETCODE_DONE)
        if good == len(done):
            return bool(done)
        return "Partially" if good else False

    def _market_order(
        self, side: int, symbol: Any, volume: Any, price: Any, comment: Any, ticket: Any
    ) -> Any:
        request = {"action": c.TRADE_ACTION_DEAL, "type": side, "symbol": symbol, "volume": volume}
        request["deviation"] = _DEVIATION
        request |= {"comment": comment} if comment is not None else {}
        request |= {"position": ticket} if ticket is not None else {}
        answer = None
        for _ in range(_TRIES):
            tick = self.symbol_info_tick(symbol)
            if tick is None:
                return None
            fair = tick.ask if side == c.ORDER_TYPE_BUY else tick.bid
            answer = self.order_send(request | {"price": fair if price is None else price})
            again = {c.TRADE_RETCODE_REQUOTE, c.TRADE_RETCODE_PRICE_OFF}
            if answer is None or answer.retcode not in again:
                break
        return answer
