"""A hand-written API of the MetaTrader5 shape whose every answer a test can script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from bot_service.domain.market import TradeMode
from bot_service.terminals.terminal import Mt5Terminal
from tests.terminals.far_sides import FarPaper

RATES = np.dtype(
    [
        ("time", "<i8"),
        ("open", "<f8"),
        ("high", "<f8"),
        ("low", "<f8"),
        ("close", "<f8"),
        ("tick_volume", "<u8"),
        ("spread", "<i4"),
        ("real_volume", "<u8"),
    ]
)


class Stopwatch:
    """A clock that tests set; a far side follows it through a file."""

    def __init__(self, moment):
        self._file = None
        self.moment = moment

    @property
    def moment(self):
        return self._moment

    @moment.setter
    def moment(self, moment):
        self._moment = moment
        if self._file is not None:
            self._file.write_text(moment.isoformat(), encoding="utf-8")

    def told_by(self, file):
        self._file = file
        self.moment = self._moment

    def now(self):
        return self.moment

    def advance(self, **delta):
        self.moment += timedelta(**delta)


class ScriptedApi:
    """Answers like a healthy terminal; `script[name]` replaces the answer of a function.

    A scripted value may be an exception (raised), a callable (called) or any answer; `errors[name]` is the
    last error that goes with it. `offset_h` is the server's true offset, `age_s` the age of the newest tick.
    """

    def __init__(self, clock, offset_h=2.0):
        self.clock = clock
        self.offset_h = offset_h
        self.age_s = 0.5
        self.script = {}
        self.errors = {}
        self.calls = []
        self.error = (1, "Success")
        self.info = {
            "EURUSD": symbol("EURUSD"),
            "XAUUSDm": symbol("XAUUSDm", digits=3, point=0.001, trade_tick_size=0.001, currency_base="XAU"),
            "XAUUSDz": symbol("XAUUSDz", trade_mode=0),
        }

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call(name, args, kwargs)

    def last_error(self):
        return self.error

    def _call(self, name, args, kwargs):
        self.calls.append((name, args, kwargs))
        self.error = self.errors.get(name, (1, "Success"))
        if name in self.script:
            answer = self.script[name]
            if isinstance(answer, Exception):
                raise answer
            return answer(*args, **kwargs) if callable(answer) else answer
        return getattr(self, f"_{name}")(*args, **kwargs)

    def names(self):
        return [name for name, _, _ in self.calls]

    def sent(self):
        return [args[0] for name, args, _ in self.calls if name == "order_send"]

    def label(self, moment):
        return moment.timestamp() + self.offset_h * 3600

    def _initialize(self, **_):
        return True

    def _shutdown(self):
        return True

    def _terminal_info(self):
        return SimpleNamespace(connected=True, trade_allowed=True)

    def _account_info(self):
        return account()

    def _symbols_get(self):
        self._stamp()
        return tuple(self.info.values())

    def _symbol_info(self, name):
        if name not in self.info:
            self.error = (-4, "Terminal: Not found")
            return None
        self._stamp()
        return self.info[name]

    def _stamp(self):
        for record in self.info.values():
            record.time = int(self._tick_label())

    def _symbol_select(self, _name):
        return True

    def _tick_label(self):
        return self.label(self.clock.now() - timedelta(seconds=self.age_s))

    def _symbol_info_tick(self, _name):
        label = self._tick_label()
        return SimpleNamespace(time=int(label), time_msc=round(label * 1000), bid=1.08, ask=1.0802)

    def _copy_rates_from_pos(self, _name, code, _start, count):
        length = {1: 60, 5: 300, 15: 900, 30: 1800, 0x4001: 3600, 0x4004: 14400, 0x4018: 86400}[code]
        newest = int(self._tick_label()) // length * length
        rates = np.zeros(count, RATES)
        rates["time"] = newest - length * np.arange(count - 1, -1, -1)
        for name in ("open", "high", "low", "close"):
            rates[name] = 1.08
        rates["tick_volume"] = 7
        return rates

    def _positions_get(self):
        return ()

    def _history_deals_get(self, *_dates, **_named):
        return ()

    def _order_check(self, _request):
        return SimpleNamespace(retcode=0, comment="Done")

    def _order_send(self, request):
        return answer(volume=request["volume"])

    def _order_calc_profit(self, *_):
        return 12.345

    def _order_calc_margin(self, *_):
        return 108.02


def symbol(name, **changes):
    fields = {
        "name": name,
        "digits": 5,
        "point": 1e-05,
        "trade_tick_size": 1e-05,
        "trade_tick_value": 1.0,
        "trade_contract_size": 100000.0,
        "volume_min": 0.01,
        "volume_max": 50.0,
        "volume_step": 0.01,
        "trade_stops_level": 0,
        "trade_freeze_level": 0,
        "currency_base": "EUR",
        "currency_profit": "USD",
        "path": f"Forex\\{name}",
        "description": "",
        "trade_mode": 4,
        "filling_mode": 3,
        "trade_exemode": 2,
        "select": True,
        "bid": 1.08,
        "ask": 1.0802,
        "time": 0,
    }
    return SimpleNamespace(**(fields | changes))


def account(**changes):
    fields = {
        "login": 77,
        "server": "Broker-Demo",
        "trade_mode": 0,
        "leverage": 100,
        "margin_mode": 2,
        "currency_digits": 2,
        "currency": "USD",
        "trade_allowed": True,
        "trade_expert": True,
        "fifo_close": False,
        "balance": 1000.1,
        "equity": 1000.30000000001,
        "credit": 0.0,
        "profit": 0.2,
        "margin": 0.0,
        "margin_free": 1000.3,
        "margin_level": 0.0,
        "margin_so_mode": 0,
        "margin_so_call": 50.0,
    }
    return SimpleNamespace(**(fields | changes))


def answer(**changes):
    fields = {
        "retcode": 10009,
        "deal": 501,
        "order": 401,
        "volume": 0.1,
        "price": 1.0802,
        "comment": "Request executed",
    }
    return SimpleNamespace(**(fields | changes))


def deal(ticket, label, **changes):
    fields = {
        "ticket": ticket,
        "order": ticket + 1,
        "time": int(label),
        "time_msc": int(label) * 1000,
        "type": 0,
        "entry": 0,
        "magic": 5,
        "position_id": 900,
        "reason": 3,
        "volume": 0.1,
        "price": 1.08,
        "commission": -0.35,
        "swap": 0.0,
        "profit": 0.0,
        "fee": 0.0,
        "symbol": "EURUSD",
        "comment": "r1",
    }
    return SimpleNamespace(**(fields | changes))


@pytest.fixture
def clock():
    return Stopwatch(datetime(2026, 3, 4, 10, 0, 30, tzinfo=UTC))


@pytest.fixture
def far(tmp_path, clock):
    made = FarPaper(tmp_path)
    clock.told_by(tmp_path / "clock")
    yield made
    made.close()


@pytest.fixture
def api(clock):
    return ScriptedApi(clock)


@pytest.fixture
def terminal(api, clock):
    made = Mt5Terminal(api, clock=clock)
    made.connect()
    api.calls.clear()
    return made


@pytest.fixture
def make():
    """Give tests the record builders and classes of this file."""
    return SimpleNamespace(
        symbol=symbol,
        account=account,
        answer=answer,
        deal=deal,
        api=ScriptedApi,
        clock=Stopwatch,
        terminal=Mt5Terminal,
        paper=TradeMode.PAPER,
    )
