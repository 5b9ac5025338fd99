from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot_service.domain.errors import MarketDataMissing, TerminalUnavailable
from bot_service.domain.market import LinkCause, Timeframe

SINCE = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("function", "question"),
    [
        ("account_info", lambda terminal: terminal.identity()),
        ("account_info", lambda terminal: terminal.account()),
        ("terminal_info", lambda terminal: terminal.positions()),
        ("positions_get", lambda terminal: terminal.positions()),
        ("history_deals_get", lambda terminal: terminal.deals(SINCE)),
        ("history_deals_get", lambda terminal: terminal.deals_of(900)),
        ("symbol_info", lambda terminal: terminal.instrument("EURUSD")),
        ("symbols_get", lambda terminal: terminal.resolve("EURUSD")),
        ("symbol_info_tick", lambda terminal: terminal.tick("EURUSD")),
        ("symbol_info_tick", lambda terminal: terminal.market_open("EURUSD")),
        ("copy_rates_from_pos", lambda terminal: terminal.closed_bars("EURUSD", Timeframe.M1, 5)),
        ("initialize", lambda terminal: terminal.connect()),
    ],
)
@pytest.mark.parametrize("refusal", [None, False])
def test_a_refusal_is_never_taken_for_nothing(terminal, api, function, question, refusal):
    api.script[function] = refusal
    api.errors[function] = (-10004, "No IPC connection")

    with pytest.raises(TerminalUnavailable) as caught:
        question(terminal)

    assert caught.value.cause == LinkCause.TERMINAL_CLOSED
    assert caught.value.retcode == -10004
    assert caught.value.detail == "No IPC connection"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (-5, LinkCause.WRONG_BUILD),
        (-6, LinkCause.NOT_LOGGED_IN),
        (-8, LinkCause.ALGO_OFF),
        (-10001, LinkCause.NO_ANSWER),
        (-10002, LinkCause.NO_ANSWER),
        (-10003, LinkCause.TERMINAL_CLOSED),
        (-10004, LinkCause.TERMINAL_CLOSED),
        (-10005, LinkCause.TIMEOUT),
        (-99, LinkCause.NO_ANSWER),
    ],
)
def test_the_last_error_names_the_cause(terminal, api, code, cause):
    api.script["positions_get"] = None
    api.errors["positions_get"] = (code, "")

    with pytest.raises(TerminalUnavailable) as caught:
        terminal.positions()

    assert caught.value.cause == cause


@pytest.mark.parametrize(
    ("broken", "cause"),
    [(SystemError("result with an exception set"), LinkCause.NO_ANSWER), (TimeoutError(), LinkCause.TIMEOUT)],
)
def test_an_exception_of_the_api_is_no_answer(terminal, api, broken, cause):
    api.script["positions_get"] = broken

    with pytest.raises(TerminalUnavailable) as caught:
        terminal.positions()

    assert caught.value.cause == cause


def test_the_empty_tuple_means_surely_none(terminal):
    assert terminal.positions() == ()


def test_a_terminal_without_its_trade_server_knows_nothing(terminal, api, make):
    api.script["terminal_info"] = type(make.account())(connected=False, trade_allowed=True)

    for question in (terminal.positions, terminal.account, lambda: terminal.deals(SINCE)):
        with pytest.raises(TerminalUnavailable) as caught:
            question()
        assert caught.value.cause == LinkCause.BROKER_DOWN


def test_missing_data_of_one_symbol_does_not_break_the_link(terminal, api):
    api.script["symbol_info_tick"] = None
    api.errors["symbol_info_tick"] = (-4, "Terminal: Not found")
    api.script["copy_rates_from_pos"] = None
    api.errors["copy_rates_from_pos"] = (-1, "Terminal: Call failed")

    with pytest.raises(MarketDataMissing):
        terminal.tick("EURUSD")
    with pytest.raises(MarketDataMissing):
        terminal.closed_bars("EURUSD", Timeframe.H1, 10)
    assert not terminal.market_open("EURUSD")


def test_a_quote_of_zero_is_no_quote(terminal, api, make):
    api.script["symbol_info_tick"] = type(make.account())(time=0, time_msc=0, bid=0.0, ask=0.0)

    with pytest.raises(MarketDataMissing):
        terminal.tick("EURUSD")


def test_the_last_error_is_read_before_any_other_call(terminal, api):
    order = []
    api.script["positions_get"] = lambda: order.append("positions_get")
    original = api.last_error
    api.last_error = lambda: (order.append("last_error"), original())[1]

    with pytest.raises(TerminalUnavailable):
        terminal.positions()

    assert order == ["positions_get", "last_error"]


def test_closing_never_fails(terminal, api):
    api.script["shutdown"] = False
    terminal.close()
