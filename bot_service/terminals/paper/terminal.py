"""One simulated terminal: an object with the functions of the official package."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import constants, rates
from . import constants as c
from .account import Account
from .advance import Clockwork
from .arguments import Failure, invalid
from .base import call
from .book import Book
from .conditions import Conditions
from .helpers import Helpers
from .history import HistoryFeed
from .market import Market
from .profile import BrokerFeed, BrokerProfile, Source, house
from .records import RESULT_TYPES, AccountInfo, TerminalInfo
from .server_clock import server_msc, server_seconds, to_utc
from .specs import SPECS
from .synthetic import SyntheticFeed
from .trades import Trader
from .waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .bars import Feed

PACKAGE_VERSION = "5.0.5260"
_BUILD = (500, 5260, "8 Aug 2025")


class PaperTerminal(Helpers):
    """Simulate a terminal, by default with a hedging account of 10,000 USD; each call lets time pass first.

    Args:
        clock: tells market time as aware UTC; time that goes back is ignored.
        seed: of the synthetic market.
        data_dir: keeps the account there; without it the account lives in memory.
        history: replays the files of this directory instead of the synthetic market.
        sessions: closes the synthetic market at nights and weekends where brokers do.
        start: where a new account begins; the clock's time if absent.
        profile: of the broker whose names, contracts and conditions are offered; the paper house's own
            if absent.

    Raises:
        PaperMismatch: if the data directory belongs to another market.
        ValueError: if the history can't be read or a moment is naive.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        seed: int = 1,
        data_dir: Path | None = None,
        history: Path | None = None,
        sessions: bool = False,
        start: datetime | None = None,
        profile: BrokerProfile | None = None,
    ) -> None:
        plain: Feed = (
            HistoryFeed(Path(history), SPECS)
            if history is not None
            else SyntheticFeed(SPECS, seed=seed, sessions=sessions)
        )
        offered = profile or house()
        specs = dict(offered.specs)
        self._feed = BrokerFeed(plain, offered.sources, specs, offered.name)
        for missing in specs.keys() - set(self._feed.names):
            del specs[missing]
        book = Book(None if data_dir is None else Path(data_dir))
        try:
            book.claim(self._feed.identity)
        except ValueError:
            book.close()
            raise
        stored = book.state().get("now_msc")
        now = server_msc(start or clock()) if stored is None else int(stored)
        market = Market(self._feed, specs, now)
        account = Account(book, market, offered.conditions, offered.deposit)
        trader = Trader(account)
        waiting = Waiting(account, trader)
        clockwork = Clockwork(account, trader, waiting)
        super().__init__(clock=clock, account=account, trader=trader, waiting=waiting, clockwork=clockwork)
        self._resumed = stored is not None
        self._data_dir = data_dir

    # --- connection

    @call(failure=False, needs_link=False)
    def initialize(self, *path: Any, login: Any = None, **_: Any) -> Any:
        """Connect; a login must be the paper account's own."""
        if len(path) > 1:
            raise Failure(c.RES_E_INVALID_PARAMS, "Unnamed arguments not allowed")
        self._linked = False
        self._check_login(login)
        self._linked = True
        self._catch_up()
        return True

    @call(failure=False)
    def login(
        self, login: Any, password: Any = None, server: Any = None, timeout: Any = None, **_: Any
    ) -> Any:
        """Log in to the paper account; any password will do."""
        del password, server, timeout
        self._check_login(login)
        return True

    @call(failure=True, needs_link=False)
    def shutdown(self) -> Any:
        """Disconnect; the account stays as it is."""
        if self._linked:
            self._catch_up()
            self._account.book.mark_time(self._market.now_msc)
        self._linked = False
        return True

    @call(None)
    def version(self) -> Any:
        """Return the terminal's version, build and date."""
        return _BUILD

    def last_error(self) -> tuple[int, str]:
        """Return code and text of the last call's outcome."""
        return self._error

    @call(None)
    def account_info(self) -> Any:
        """Return the account with its money as of now."""
        account, terms = self._account, self._account.conditions
        equity, margin = account.equity(), account.margin()
        numbers = dict.fromkeys(
            ["margin_initial", "margin_maintenance", "liabilities", "commission_blocked"], 0.0
        )
        return AccountInfo(
            login=terms.login,
            trade_mode=terms.trade_mode,
            leverage=terms.leverage,
            limit_orders=terms.limit_orders,
            margin_so_mode=terms.margin_so_mode,
            trade_allowed=terms.trade_allowed,
            trade_expert=terms.trade_expert,
            margin_mode=terms.margin_mode,
            currency_digits=terms.currency_digits,
            fifo_close=terms.fifo_close,
            balance=account.balance,
            credit=account.credit,
            profit=account.profit(),
            equity=equity,
            margin=margin,
            margin_free=account.money.round(equity - margin),
            margin_level=account.level(equity, margin),
            margin_so_call=terms.margin_so_call,
            margin_so_so=terms.margin_so_so,
            assets=account.money.assets(account.positions.values()),
            name=terms.name,
            server=terms.server,
            currency=terms.currency,
            company=terms.company,
            **numbers,
        )

    @call(None)
    def terminal_info(self) -> Any:
        """Return the terminal's settings."""
        home = str(self._data_dir or "")
        words = {"company": self._account.conditions.company, "name": "Paper Terminal", "language": "English"}
        paths = {"path": home, "data_path": home, "commondata_path": home}
        values: dict[str, Any] = dict.fromkeys(TerminalInfo._fields, False)
        terms = self._account.conditions
        values |= {"connected": terms.connected, "trade_allowed": terms.algo_button}
        values |= {"tradeapi_disabled": terms.tradeapi_disabled}
        values |= {"build": _BUILD[1], "maxbars": rates.MAX_BARS, "codepage": 0, "ping_last": 900}
        values |= {"community_balance": 0.0, "retransmission": 0.0} | words | paths
        return TerminalInfo(**values)

    # --- beyond the official package

    @property
    def market_time(self) -> datetime | None:
        """Return the market time stored with the account, or None where the account is new."""
        stored = self._account.book.state().get("now_msc")
        return to_utc(int(stored)) if self._resumed and stored is not None else None

    @property
    def ends_at(self) -> datetime | None:
        """Return when a history ends; the synthetic market never does."""
        label = self._market.feed.ends_at()
        return None if label is None else to_utc(label * 1000)

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Tell whether a symbol trades at a moment."""
        with self._lock:
            return self._market.is_open(symbol, server_seconds(at))

    def next_open(self, symbol: str, at: datetime) -> datetime | None:
        """Return when a symbol trades next, which is `at` while it is open, or None."""
        if self.is_open(symbol, at):
            return at
        with self._lock:
            label = self._market.feed.next_row(symbol, server_seconds(at))
        return None if label is None else to_utc(label * 1000)

    def change_symbol(self, symbol: str, **fields: Any) -> None:
        """Change a contract as a broker might, such as `trade_mode` or `stops_level`."""
        with self._lock:
            specs = self._market.specs
            specs[symbol] = dataclasses.replace(specs[symbol], **fields)
            self._market.forget_quotes()

    def rename_symbol(self, symbol: str, new: str, **fields: Any) -> None:
        """Offer a symbol under a new name as a broker might; while it is held, the old name only closes."""
        with self._lock:
            market = self._market
            old = market.specs[symbol]
            market.specs[new] = dataclasses.replace(old, name=new, **fields)
            market.names.append(new)
            self._feed.sources[new] = self._feed.sources.get(symbol, Source(symbol))
            if symbol in self._account.symbols():
                market.specs[symbol] = dataclasses.replace(old, trade_mode=c.SYMBOL_TRADE_MODE_CLOSEONLY)
            else:
                market.names.remove(symbol)
                del market.specs[symbol]
            market.forget_quotes()

    def operate(self, kind: int, amount: float, comment: str = "") -> int:
        """Book a deposit, withdrawal, credit or charge (a DEAL_TYPE); return the deal's ticket.

        Raises:
            ValueError: if the kind is a trade.
        """
        with self._lock:
            self._catch_up()
            return self._account.operate(kind, amount, comment)

    def restart(self) -> None:
        """Lose the connection as when the terminal program is started again."""
        with self._lock:
            self._linked = False
            self._books.clear()
            self._hidden.clear()

    def conditions(self, *names: str) -> dict[str, Any]:
        """Return some of the account's present conditions."""
        return {name: getattr(self._account.conditions, name) for name in names}

    def change_conditions(self, **fields: Any) -> None:
        """Change the account's conditions as a broker might; fields of `Conditions`."""
        with self._lock:
            self._catch_up()
            conditions: Conditions = dataclasses.replace(self._account.conditions, **fields)
            self._account.conditions = conditions

    def close_book(self) -> None:
        """Disconnect and close the account's file; the terminal can't be used any more."""
        self.shutdown()
        with self._lock:
            self._account.book.close()

    def _check_login(self, login: Any) -> None:
        if login is None:
            return
        if not isinstance(login, int):
            raise invalid("login")
        if login not in {0, self._account.conditions.login}:
            raise Failure(c.RES_E_AUTH_FAILED, "Terminal: Authorization failed")


for _name, _value in vars(constants).items():
    if _name.isupper():
        setattr(PaperTerminal, _name, _value)
for _type in RESULT_TYPES:
    setattr(PaperTerminal, _type.__name__, _type)
