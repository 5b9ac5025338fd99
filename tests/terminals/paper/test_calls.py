from __future__ import annotations

import threading
from datetime import UTC, datetime

import numpy as np
import pytest

from bot_service.terminals import paper

OK = (1, "Success")
NO_LINK = (-10004, "No IPC connection")


def test_nothing_answers_before_initialize(clock):
    terminal = paper.PaperTerminal(clock=clock)
    calls = {
        "account_info": (),
        "terminal_info": (),
        "version": (),
        "symbols_total": (),
        "symbols_get": (),
        "symbol_info": ("EURUSD",),
        "symbol_info_tick": ("EURUSD",),
        "copy_rates_from_pos": ("EURUSD", 1, 0, 5),
        "positions_total": (),
        "positions_get": (),
        "orders_get": (),
        "history_deals_get": (0, 1),
        "order_send": ({},),
        "order_calc_margin": (0, "EURUSD", 0.1, 1.1),
    }
    for name, arguments in calls.items():
        assert getattr(terminal, name)(*arguments) is None, name
        assert terminal.last_error() == NO_LINK
    assert terminal.symbol_select("EURUSD") is False
    assert terminal.login(1) is False


def test_initialize_needs_no_arguments_and_shutdown_ends_the_link(terminal):
    assert terminal.last_error() == OK
    assert terminal.shutdown() is True
    assert terminal.positions_get() is None
    assert terminal.last_error() == NO_LINK
    assert terminal.initialize("C:/mt5/terminal64.exe", timeout=1000, portable=True, account=5) is True
    assert terminal.positions_get() == ()


def test_another_login_is_refused(terminal):
    login = terminal.account_info().login
    assert terminal.initialize(login=login, password="any", server="any")
    assert terminal.login(login, "any", "any", 1000)
    assert terminal.login(login + 1, password="x", server="y", timeout=5) is False
    assert terminal.last_error()[0] == -6
    assert terminal.initialize(login=login + 1) is False
    assert terminal.account_info() is None


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("symbol_info", {"symbol": "EURUSD"}),
        ("symbol_info_tick", {"symbol": "EURUSD"}),
        ("symbol_select", {"symbol": "EURUSD", "enable": True}),
        ("copy_rates_from_pos", {"symbol": "EURUSD", "timeframe": 1, "start_pos": 0, "count": 1}),
        ("copy_rates_from", {"symbol": "EURUSD", "timeframe": 1, "date_from": 0, "count": 1}),
        ("copy_rates_range", {"symbol": "EURUSD", "timeframe": 1, "date_from": 0, "date_to": 1}),
        ("order_calc_margin", {"action": 0, "symbol": "EURUSD", "volume": 1.0, "price": 1.0}),
        ("history_deals_total", {"date_from": 0, "date_to": 1}),
    ],
)
def test_positional_functions_raise_on_keywords(terminal, name, keywords):
    with pytest.raises(TypeError):
        getattr(terminal, name)(**keywords)


def test_unknown_keywords_select_nothing(terminal, desk):
    desk.open(magic=1)
    desk.open(magic=2)
    assert len(terminal.positions_get(magic=1)) == 2


def test_selection_goes_by_ticket_then_symbol_then_group(terminal, desk):
    first, second = desk.open().order, desk.open("USDJPY").order
    assert [p.ticket for p in terminal.positions_get(ticket=first, symbol="USDJPY")] == [first]
    assert [p.ticket for p in terminal.positions_get(symbol="USDJPY", group="EUR*")] == [second]
    assert [p.ticket for p in terminal.positions_get(group="*,!*JPY")] == [first]
    assert terminal.positions_get(ticket=5) == ()
    assert terminal.positions_get(symbol="NONE") == ()
    assert terminal.orders_get() == ()
    assert terminal.orders_total() == 0
    assert terminal.positions_get("EURUSD") is None
    assert terminal.last_error() == (-2, "Unnamed arguments not allowed")


def test_symbol_groups_are_masks(terminal):
    def names(group):
        return [info.name for info in terminal.symbols_get(group)]

    assert names("*USD") == ["EURUSD", "GBPUSD", "XAUUSD", "BTCUSD", "ETHUSD"]
    assert names("*USD*,!*BTC*,!*ETH*") == ["EURUSD", "GBPUSD", "USDJPY", "XAUUSD"]
    assert names("EURUSD,US500") == ["EURUSD", "US500"]
    assert terminal.symbols_get(group="NOTHING*") == ()
    assert terminal.symbols_get(group=5) is False
    assert terminal.last_error() == (-2, 'Invalid "group" argument')


def test_unknown_symbols_are_none_with_a_reason(terminal):
    assert terminal.symbol_info("NONE") is None
    assert terminal.last_error()[0] == -4
    assert terminal.symbol_info_tick("NONE") is None
    assert terminal.copy_rates_from_pos("NONE", 1, 0, 1) is None
    assert terminal.symbol_select("NONE") is False
    assert terminal.symbol_info("EURUSD") is not None
    assert terminal.last_error() == OK


def test_a_hidden_symbol_is_not_selected_unless_it_has_a_position(terminal, desk):
    assert terminal.symbol_select("EURUSD", False) is True
    assert terminal.symbol_info("EURUSD").select is False
    assert terminal.symbol_select("EURUSD") is True
    desk.open()
    assert terminal.symbol_select("EURUSD", False) is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("volume", 1),
        ("price", 1),
        ("sl", 1),
        ("tp", np.float32(1)),
        ("volume", None),
        ("deviation", -1),
        ("magic", -1),
        ("magic", 2**64),
        ("position", 1.0),
        ("type", "0"),
        ("expiration", datetime(2025, 1, 1, tzinfo=UTC)),
        ("comment", "x" * 30),
        ("symbol", 5),
        ("action", np.int64(1)),
    ],
)
def test_a_field_of_the_wrong_type_is_named_and_nothing_is_sent(terminal, desk, field, value):
    assert desk.open(**{field: value}) is None
    assert terminal.last_error() == (-2, f'Invalid "{field}" argument')
    assert terminal.positions_total() == 0


def test_a_request_may_come_as_keywords_but_not_under_the_name_request(terminal):
    fields = {"action": 1, "symbol": "EURUSD", "volume": np.float64(0.1), "type": 0, "comment": "x" * 29}
    assert terminal.order_send(**fields).retcode == 10009
    assert terminal.order_send(request=fields).retcode == 10013
    assert terminal.order_send([1]) is None
    assert terminal.last_error() == (-2, 'Invalid "request" argument')
    assert terminal.order_send(fields, fields) is None
    assert terminal.last_error() == (-2, "Unnamed arguments not allowed")


def test_history_takes_two_dates_or_one_name(terminal, desk, clock):
    order = desk.open().order
    assert len(terminal.history_deals_get(position=order)) == 1
    assert len(terminal.history_deals_get(ticket=order)) == 1
    assert len(terminal.history_orders_get(ticket=order)) == 1
    day_after = datetime(2025, 6, 6, tzinfo=UTC)
    assert len(terminal.history_deals_get(datetime(2025, 6, 4, tzinfo=UTC), day_after)) == 2
    assert len(terminal.history_deals_get(0.0, day_after, group="*JPY*")) == 0
    assert terminal.history_deals_total(0, day_after) == 2
    assert terminal.history_orders_total(0, day_after) == 1
    assert terminal.history_deals_get(ticket=1) == ()
    assert terminal.history_deals_get(0, 1, ticket=order) is None
    assert terminal.last_error() == (-2, "Unnamed arguments not allowed")
    for bad in ((), (0,), (0, 2**31), ("a", "b")):
        assert terminal.history_deals_get(*bad) is None
        assert terminal.last_error()[0] == -2


def test_terminal_and_version_tell_who_they_are(terminal):
    assert terminal.version()[0] == 500
    info = terminal.terminal_info()
    assert (info.connected, info.trade_allowed, info.tradeapi_disabled, info.maxbars) == (
        True,
        True,
        False,
        100_000,
    )


def test_helpers_buy_sell_and_close(terminal):
    assert terminal.Buy("EURUSD", 0.1, comment="b").request.deviation == 10
    assert terminal.Sell("EURUSD", 0.2).retcode == 10009
    assert terminal.Close("EURUSD") is True
    assert terminal.positions_get() == ()
    assert terminal.Close("EURUSD") is False
    assert terminal.Buy("NONE", 0.1) is None
    assert terminal.Buy("EURUSD", 1) is None
    ticket = terminal.Buy("EURUSD", 0.1).order
    terminal.Buy("EURUSD", 0.1)
    assert terminal.Close("EURUSD", ticket=ticket) is True
    assert terminal.positions_total() == 1


def test_calls_from_many_threads_lose_nothing(terminal, desk):
    def trade():
        for _ in range(20):
            desk.close(desk.open(volume=0.01).order)

    threads = [threading.Thread(target=trade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.deals()) == 1 + 2 * 80
    assert terminal.positions_get() == ()
