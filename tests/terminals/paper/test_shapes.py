from __future__ import annotations

import pickle

import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper import constants, records

# The field lists of the fact sheet, counted and with their ends and turning points.
SHAPES = {
    "Tick": (8, ["time", "bid", "ask", "last", "volume", "time_msc", "flags", "volume_real"]),
    "OrderSendResult": (11, ["retcode", "deal", "order", "volume", "price", "bid", "ask", "comment"]),
    "OrderCheckResult": (9, ["retcode", "balance", "equity", "profit", "margin", "margin_free"]),
    "TradeRequest": (17, ["action", "magic", "order", "symbol", "volume", "price", "stoplimit", "sl", "tp"]),
    "TradePosition": (19, ["ticket", "time", "time_msc", "time_update", "time_update_msc", "type", "magic"]),
    "TradeOrder": (24, ["ticket", "time_setup", "time_setup_msc", "time_done", "time_done_msc"]),
    "TradeDeal": (18, ["ticket", "order", "time", "time_msc", "type", "entry", "magic", "position_id"]),
    "BookInfo": (4, ["type", "price", "volume", "volume_dbl"]),
    "AccountInfo": (28, ["login", "trade_mode", "leverage", "limit_orders", "margin_so_mode"]),
    "TerminalInfo": (22, ["community_account", "community_connection", "connected", "dlls_allowed"]),
    "SymbolInfo": (96, ["custom", "chart_mode", "select", "visible", "session_deals"]),
}


def test_there_are_eleven_result_types():
    assert {kind.__name__ for kind in records.RESULT_TYPES} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_fields_have_the_packages_order(name):
    kind, (count, head) = getattr(records, name), SHAPES[name]
    assert len(kind._fields) == count
    assert list(kind._fields[: len(head)]) == head


def test_live_answers_have_the_packages_value_types(terminal, desk):
    desk.open()
    info = terminal.symbol_info("EURUSD")._asdict()
    assert {type(info[key]) for key in ("bid", "point", "volume_min", "swap_long", "price_change")} == {float}
    assert {type(info[key]) for key in ("digits", "spread", "time", "filling_mode", "volume")} == {int}
    assert {type(info[key]) for key in ("name", "path", "bank", "isin")} == {str}
    answer = terminal.order_check({"action": 1, "symbol": "EURUSD", "volume": 0.1})
    assert answer._asdict()["request"]._asdict()["symbol"] == "EURUSD"
    for row in (*terminal.positions_get(), *desk.deals(), terminal.account_info(), answer):
        assert pickle.loads(pickle.dumps(row)) == row  # noqa: S301 - made one line above
    kinds = {name: type(value) for name, value in desk.deals()[-1]._asdict().items()}
    assert kinds["price"] is kinds["commission"] is kinds["profit"] is kinds["fee"] is float
    assert kinds["ticket"] is kinds["magic"] is kinds["time"] is int


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEFRAME_M1", 1),
        ("TIMEFRAME_H1", 16385),
        ("TIMEFRAME_D1", 16408),
        ("TIMEFRAME_W1", 32769),
        ("TIMEFRAME_MN1", 49153),
        ("ORDER_TYPE_CLOSE_BY", 8),
        ("ORDER_FILLING_BOC", 3),
        ("TRADE_RETCODE_FIFO_CLOSE", 10045),
        ("DEAL_REASON_SPLIT", 9),
        ("SYMBOL_CALC_MODE_SERV_COLLATERAL", 64),
        ("RES_E_INTERNAL_FAIL_TIMEOUT", -10005),
        ("COPY_TICKS_ALL", -1),
    ],
)
def test_constants_have_the_packages_numbers(name, value, terminal):
    assert getattr(constants, name) == getattr(terminal, name) == value


def test_return_codes_are_complete():
    codes = {value for name, value in vars(constants).items() if name.startswith("TRADE_RETCODE_")}
    assert codes == {10004, *range(10006, 10046)} - {10037}


def test_the_seven_symbols_are_there_with_their_contracts(terminal):
    assert terminal.symbols_total() == 7
    by_name = {info.name: info for info in terminal.symbols_get()}
    assert list(by_name) == ["EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "ETHUSD", "US500"]
    gold = by_name["XAUUSD"]
    assert (gold.digits, gold.trade_contract_size, gold.volume_max, gold.trade_stops_level) == (2, 100, 20, 1)
    assert by_name["EURUSD"].path == "Forex\\EURUSD"
    assert by_name["USDJPY"].currency_profit == "JPY"
    for info in by_name.values():
        assert (info.filling_mode, info.trade_exemode, info.trade_mode) == (3, 2, 4)
        assert 0 < info.bid < info.ask
        assert info.bidlow <= info.bid <= info.bidhigh
    yen = by_name["USDJPY"]
    assert yen.trade_tick_value == pytest.approx(100_000 * 0.001 / yen.bid)
    assert set(paper.SPECS) == set(by_name)
