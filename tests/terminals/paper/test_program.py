from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper import installer

ROOT = Path(__file__).parents[3]
PROGRAM = """
import MetaTrader5 as mt5
from datetime import datetime, timedelta
assert mt5.initialize(), mt5.last_error()
tick, point = mt5.symbol_info_tick("EURUSD"), mt5.symbol_info("EURUSD").point
request = {"action": mt5.TRADE_ACTION_DEAL, "symbol": "EURUSD", "volume": 0.1, "type": mt5.ORDER_TYPE_BUY,
    "price": tick.ask, "sl": tick.ask - 100 * point, "tp": tick.ask + 100 * point, "deviation": 20,
    "magic": 234000, "comment": "python script", "type_time": mt5.ORDER_TIME_GTC,
    "type_filling": mt5.ORDER_FILLING_IOC}
opened = mt5.order_send(request)
assert opened.retcode == mt5.TRADE_RETCODE_DONE, opened
position = mt5.positions_get(symbol="EURUSD")[0]
closed = mt5.order_send({"action": mt5.TRADE_ACTION_DEAL, "symbol": "EURUSD", "volume": position.volume,
    "type": mt5.ORDER_TYPE_SELL, "position": position.ticket, "price": mt5.symbol_info_tick("EURUSD").bid})
assert closed.retcode == mt5.TRADE_RETCODE_DONE and mt5.positions_get(symbol="EURUSD") == ()
deals = mt5.history_deals_get(position=position.ticket)
assert [deal.entry for deal in deals] == [mt5.DEAL_ENTRY_IN, mt5.DEAL_ENTRY_OUT]
assert len(mt5.history_deals_get(datetime(2020, 1, 1), datetime(2037, 1, 1))) >= 3
assert len(mt5.copy_rates_from_pos("EURUSD", mt5.TIMEFRAME_M1, 0, 5000)) == 5000
assert len(mt5.copy_rates_from_pos("EURUSD", mt5.TIMEFRAME_H1, 0, 1000)) == 1000
assert mt5.last_error() == (1, "Success")
mt5.shutdown()
print("traded")
"""


@pytest.fixture
def restored_modules():
    before = sys.modules.pop("MetaTrader5", None)
    yield
    sys.modules.pop("MetaTrader5", None)
    if before is not None:
        sys.modules["MetaTrader5"] = before


@pytest.mark.parametrize("options", ["", "data_dir='kept'"])
def test_a_program_for_the_official_package_runs_twice_unchanged(tmp_path, options):
    code = f"from bot_service.terminals import paper; paper.install({options})\n{PROGRAM}"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "SYSTEMROOT": "C:\\Windows"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout.strip() == "traded", done.stderr


@pytest.mark.parametrize("weekday", range(7))
def test_the_program_trades_on_each_weekday(restored_modules, weekday):
    start = datetime(2025, 6, 2, 3, 30, tzinfo=UTC) + timedelta(days=weekday)
    for _ in range(2):
        paper.install(start=start)
        exec(compile(PROGRAM, "program", "exec"), {})  # noqa: S102 - the program above


def test_the_market_runs_at_its_speed(restored_modules):
    start = datetime(2025, 6, 2, 8, tzinfo=UTC)
    seconds = iter([0.0, 10.0])
    clock = installer._Clock(start, 60, monotonic=lambda: next(seconds))
    assert clock() == start + timedelta(minutes=10)


def test_install_puts_functions_constants_and_types_in_place(restored_modules):
    module = paper.install(start=datetime(2025, 6, 2, 8, tzinfo=UTC))
    assert sys.modules["MetaTrader5"] is module
    assert module.initialize()
    assert isinstance(module.account_info(), module.AccountInfo)
    assert module.TIMEFRAME_H4 == 16388


def test_install_is_refused_inside_the_running_service(restored_modules):
    allow = paper.forbid_install()
    with pytest.raises(RuntimeError, match="refused"):
        paper.install()
    assert "MetaTrader5" not in sys.modules
    allow()
    assert paper.install() is sys.modules["MetaTrader5"]


def test_a_kept_account_goes_on_from_its_market_time(restored_modules, tmp_path):
    start = datetime(2025, 6, 2, 8, tzinfo=UTC)
    first = paper.install(start=start, data_dir=tmp_path)
    first.initialize()
    first.paper_terminal._clock._start += timedelta(days=2)
    first.order_send({"action": 1, "symbol": "BTCUSD", "volume": 0.01, "type": 0})
    first.paper_terminal.close_book()
    second = paper.install(start=start, data_dir=tmp_path)
    second.initialize()
    bought = second.positions_get()[0].time
    assert bought <= second.symbol_info_tick("BTCUSD").time <= bought + 60
    assert paper.stored_market_time(tmp_path) >= start + timedelta(days=2)
    assert paper.stored_market_time(tmp_path / "none") is None
