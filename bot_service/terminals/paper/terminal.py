"""One simulated terminal: an object with the functions of the official package."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import constants, money, rates
from . import constants as c
from .account import Account, Conditions
from .advance import Clockwork
from .arguments import Failure, invalid
from .base import call
from .book import Book
from .helpers import Helpers
from .history import HistoryFeed
from .market import Market
from .records import RESULT_TYPES, AccountInfo, TerminalInfo
from .server_clock import server_msc, server_seconds, to_utc
from .specs import SPECS
from .synthetic import SyntheticFeed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .bars import Feed

PACKAGE_VERSION = "5.0.5260"
_BUILD = (500, 5260, "8 Aug 2025")


class PaperTerminal(Helpers):
    """Simulate a terminal with a hedging account of 10,000 USD; every call first lets time pass.

    Args:
        clock: tells market time as aware UTC; time that goes back is ignored.
        seed: of the synthetic market.
        data_dir: keeps the account there; without it the account lives in memory.
        history: replays the files of this directory instead of the synthetic market.
        sessions: closes the synthetic market at nights and weekends where brokers do.
        start: where a new account begins; the clock's time if absent.

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
    ) -> None:
        feed: Feed = (
            HistoryFeed(Path(history), SPECS)
            if history is not None
            else SyntheticFeed(SPECS, seed=seed, sessions=sessions)
        )
        book = Book(None if data_dir is None else Path(data_dir))
        try:
            book.claim(feed.identity)
        except ValueError:
            book.close()
            raise
        stored = book.state().get("now_msc")
        now = server_msc(start or clock()) if stored is None else int(stored)
        market = Market(feed, {name: SPECS[name] for name in feed.names}, now)
        account = Account(book, market)
        super().__init__(clock=clock, market=market, account=account, clockwork=Clockwork(account))
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
            ["credit", "margin_initial", "margin_maintenance", "assets", "liabilities", "commission_blocked"],
            0.0,
        )
        return AccountInfo(
            login=terms.login,
            trade_mode=c.ACCOUNT_TRADE_MODE_DEMO,
            leverage=terms.leverage,
            limit_orders=terms.limit_orders,
            margin_so_mode=c.ACCOUNT_STOPOUT_MODE_PERCENT,
            trade_allowed=terms.trade_allowed,
            trade_expert=terms.trade_expert,
            margin_mode=c.ACCOUNT_MARGIN_MODE_RETAIL_HEDGING,
            currency_digits=2,
            fifo_close=terms.fifo_close,
            balance=account.balance,
            profit=account.profit(),
            equity=equity,
            margin=margin,
            margin_free=money.cents(equity - margin),
            margin_level=money.cents(equity / margin * 100) if margin else 0.0,
            margin_so_call=terms.margin_so_call,
            margin_so_so=terms.margin_so_so,
            name=terms.name,
            server=terms.server,
            currency=money.CURRENCY,
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
        values |= {"connected": True, "trade_allowed": self._account.conditions.algo_button}
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

    def change_conditions(self, **fields: Any) -> None:
        """Change the account's conditions as a broker might; fields of `Conditions`."""
        with self._lock:
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
