from __future__ import annotations

from datetime import UTC, datetime

import pytest

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"symbol": "NONE"}, 10013),
        ({"symbol": ""}, 10013),
        ({"action": 0}, 10013),
        ({"action": 7}, 10013),
        ({"action": 8}, 10013),
        ({"action": 5, "side": 0, "price": 1.0}, 10035),
        ({"action": 5, "side": 8, "price": 1.0}, 10035),
        ({"action": 10}, 10036),
        ({"side": 2}, 10035),
        ({"side": 8}, 10035),
        ({"side": -1}, 10035),
        ({"type_filling": 2}, 10030),
        ({"type_filling": 3}, 10030),
        ({"type_filling": -5}, 10030),
        ({"volume": 0.0}, 10014),
        ({"volume": 0.009}, 10014),
        ({"volume": 0.015}, 10014),
        ({"volume": 50.01}, 10014),
        ({"volume": -0.1}, 10014),
        ({"volume": NAN}, 10014),
        ({"volume": INF}, 10014),
        ({"price": -1.0}, 10015),
        ({"price": NAN}, 10015),
        ({"sl": 9.0}, 10016),
        ({"tp": 0.5}, 10016),
        ({"sl": -1.0}, 10016),
        ({"sl": NAN}, 10016),
        ({"tp": INF}, 10016),
        ({"sl": 0.900001}, 10016),
        ({"side": 1, "sl": 0.5}, 10016),
        ({"side": 1, "tp": 9.0}, 10016),
        ({"type_time": 9}, 10022),
        ({"type_time": 2, "expiration": 5}, 10022),
        ({"volume": 20.0}, 10019),
        ({"position": 77}, 10036),
    ],
)
def test_a_bad_opening_is_refused_with_its_code(terminal, desk, fields, code):
    answer = desk.open(**fields)
    assert answer.retcode == code
    assert (answer.deal, answer.order, answer.volume, answer.price) == (0, 0, 0.0, 0.0)
    assert answer.comment
    assert terminal.last_error() == (1, "Success")
    assert len(desk.deals()) == 1


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"algo_button": False, "trade_expert": False}, 10027),
        ({"trade_expert": False, "trade_allowed": False}, 10026),
        ({"trade_allowed": False}, 10017),
        ({"limit_positions": 1}, 10040),
        ({"hedge_prohibited": True}, 10046),
    ],
)
def test_the_accounts_conditions_refuse(terminal, desk, conditions, code):
    desk.open()
    terminal.change_conditions(**conditions)
    assert desk.open(side=1).retcode == code


@pytest.mark.parametrize(
    ("mode", "buy", "sell", "close"),
    [
        (0, 10017, 10017, 10017),
        (1, 10009, 10042, 10009),
        (2, 10043, 10009, 10009),
        (3, 10044, 10044, 10009),
        (4, 10009, 10009, 10009),
    ],
)
def test_the_symbols_trade_mode_refuses(terminal, desk, mode, buy, sell, close):
    ticket = desk.open().order
    terminal.change_symbol("EURUSD", trade_mode=mode)
    assert desk.open().retcode == buy
    assert desk.open(side=1).retcode == sell
    assert desk.close(ticket).retcode == close


def test_the_first_reason_in_the_servers_order_counts(terminal, desk):
    wrong = {"volume": 0.0, "price": -1.0, "sl": 9.0, "type_filling": 2, "side": 8, "symbol": "NONE"}
    for repaired, code in (
        ({}, 10013),
        ({"symbol": "EURUSD"}, 10035),
        ({"side": 0}, 10030),
        ({"type_filling": 0}, 10014),
        ({"volume": 20.0}, 10015),
        ({"price": 0.0}, 10016),
        ({"sl": 0.0}, 10019),
        ({"volume": 0.1}, 10009),
    ):
        wrong |= repaired
        assert desk.open(**wrong).retcode == code
    assert terminal.positions_total() == 1


def test_a_stop_exactly_at_the_stops_level_is_accepted(terminal, desk):
    terminal.change_symbol("EURUSD", stops_level=30)
    tick = terminal.symbol_info_tick("EURUSD")
    assert desk.open(sl=round(tick.bid - 0.00029, 5)).retcode == 10016
    assert desk.open(sl=round(tick.bid - 0.00030, 5)).retcode == 10009
    assert desk.open(side=1, tp=round(tick.ask - 0.00029, 5)).retcode == 10016
    assert desk.open(side=1, tp=round(tick.ask - 0.00030, 5)).retcode == 10009


def test_a_level_with_float_noise_is_a_level(terminal, desk):
    bid = terminal.symbol_info_tick("EURUSD").bid
    ticket = desk.open(sl=bid - 100 * 0.00001, tp=bid + 0.1 + 0.2).order
    assert terminal.positions_get(ticket=ticket)[0].sl == round(bid - 0.001, 5)


def test_instant_execution_wants_a_price_near_the_market(terminal, desk):
    terminal.change_symbol("EURUSD", exemode=1)
    ask = terminal.symbol_info_tick("EURUSD").ask
    assert desk.open().retcode == 10015
    requote = desk.open(price=ask + 0.0005, deviation=10)
    assert (requote.retcode, requote.ask) == (10004, ask)
    assert desk.open(price=ask + 0.0001, deviation=10, type_filling=2).price == ask
    assert terminal.Buy("EURUSD", 0.1, 9.0).retcode == 10004


def test_volume_limits_count_one_direction(terminal, desk):
    terminal.change_symbol("EURUSD", volume_limit=0.3)
    desk.open(volume=0.2)
    assert desk.open(volume=0.2).retcode == 10034
    assert desk.open(volume=0.1).retcode == 10009
    assert desk.open(volume=0.3, side=1).retcode == 10009


def test_a_fifo_account_closes_the_oldest_first(terminal, desk):
    first, second = desk.open().order, desk.open().order
    terminal.change_conditions(fifo_close=True)
    assert desk.close(second).retcode == 10045
    assert desk.close(first).retcode == 10009
    assert desk.close(second).retcode == 10009


def test_a_closing_must_fit_its_position(terminal, desk):
    ticket = desk.open().order
    assert desk.close(ticket, type=0).retcode == 10013
    assert desk.close(ticket, symbol="USDJPY").retcode == 10013
    assert desk.close(ticket, volume=0.2).retcode == 10038
    again = {"action": 1, "symbol": "EURUSD", "volume": 0.1, "type": 1, "position": ticket}
    assert terminal.order_send(again).retcode == 10009
    assert terminal.order_send(again).retcode == 10036


def test_changes_of_stops_are_checked(terminal, desk):
    bid = terminal.symbol_info_tick("EURUSD").bid
    sl = round(bid - 0.005, 5)
    ticket = desk.open(sl=sl).order
    assert desk.stops(ticket, sl=sl).retcode == 10025
    assert desk.stops(ticket, sl=9.0).retcode == 10016
    assert desk.stops(ticket, sl=sl, symbol="USDJPY").retcode == 10013
    assert desk.stops(ticket, sl=sl, symbol="NONE").retcode == 10013
    assert desk.stops(99).retcode == 10036
    assert desk.stops(99, symbol="EURUSD").retcode == 10036
    terminal.change_symbol("EURUSD", freeze_level=2000)
    assert desk.stops(ticket, sl=round(bid - 0.02, 5)).retcode == 10029
    assert desk.close(ticket).retcode == 10029
    terminal.change_conditions(algo_button=False)
    assert desk.stops(99).retcode == 10027


def test_a_closed_session_refuses_everything(make_terminal, desk_of, clock):
    terminal = make_terminal(sessions=True)
    desk = desk_of(terminal)
    ticket, bitcoin = desk.open().order, desk.open("BTCUSD", 0.01).order
    clock.now = datetime(2025, 6, 7, 12, tzinfo=UTC)  # Saturday
    assert desk.open().retcode == 10018
    assert desk.close(ticket).retcode == 10018
    assert desk.stops(ticket, sl=0.5).retcode == 10018
    assert desk.close(bitcoin).retcode == 10009


def test_without_any_price_nothing_is_traded(make_terminal, desk_of, write_history, clock):
    directory = write_history([(1.1, 1.1, 1.1, 1.1)])
    clock.now = datetime(2025, 5, 1, tzinfo=UTC)
    assert desk_of(make_terminal(history=directory)).open().retcode == 10021


def broken_step_by_step(make_terminal, desk_of, request_of, codes):
    """Break everything, repair one thing after the other in the server's order, collect the answers."""
    terminal = make_terminal(sessions=True)
    desk = desk_of(terminal)
    bid = terminal.symbol_info_tick("EURUSD").bid
    near, far = round(bid - 0.0001, 5), round(bid - 0.05, 5)
    held = desk.open(sl=near, volume=0.01).order
    short = desk.open(side=1, volume=0.01).order
    waiting = {"action": 5, "symbol": "EURUSD", "type": 2, "volume": 0.1, "type_filling": 2}
    order = terminal.order_send(waiting | {"price": near}).order
    known = {"held": held, "short": short, "order": order, "near": near, "far": far}
    state = {"symbol": "NONE", "levels": 9.0, "same": True}
    repairs = {
        10013: {},
        10031: {"symbol": "EURUSD"},
        10027: {"connected": True},
        10026: {"algo_button": True},
        10017: {"trade_expert": True},
        -10017: {"trade_allowed": True},
        10016: {"mode": 4},
        10015: {"mode": 4},
        10022: {"levels": 0.0},
        10018: {"levels": 0.0, "type_time": 0},
        10025: {},
        10029: {"same": False},
        10009: {"frozen": False},
    }
    terminal.change_conditions(connected=False, algo_button=False, trade_expert=False, trade_allowed=False)
    terminal.change_symbol("EURUSD", trade_mode=0, freeze_level=100)
    answers = []
    for code, repair in repairs.items():
        state |= repair
        conditions = {"connected", "algo_button", "trade_expert", "trade_allowed"} & repair.keys()
        terminal.change_conditions(**dict.fromkeys(conditions, True))
        if "mode" in repair:
            terminal.change_symbol("EURUSD", trade_mode=4)
        if "frozen" in repair:
            terminal.change_symbol("EURUSD", freeze_level=0)
        if code == 10018:
            # The market closes for the server alone, so that prices and levels stay as they are.
            terminal._market.is_open = lambda symbol, label: False
        if code == 10025:
            del terminal._market.is_open
        if abs(code) in codes:
            answers.append(terminal.order_send(request_of(state, known)).retcode)
    return answers


def stops_request(state, known):
    sl = known["near"] if state["same"] else known["far"]
    return {"action": 6, "symbol": state["symbol"], "position": known["held"], "sl": state["levels"] or sl}


def modify_request(state, known):
    price = known["near"] if state["same"] else known["far"]
    request = {"action": 7, "symbol": state["symbol"], "order": known["order"], "price": price}
    return request | {"sl": state["levels"], "type_time": state.get("type_time", 9)}


def remove_request(state, known):
    return {"action": 8, "symbol": state["symbol"], "order": known["order"]}


def close_by_request(state, known):
    request = {"action": 10, "symbol": state["symbol"], "position": known["held"]}
    return request | {"position_by": known["short"]}


PERMISSIONS = [10013, 10031, 10027, 10026, 10017, 10017]


@pytest.mark.parametrize(
    ("request_of", "codes"),
    [
        (stops_request, [*PERMISSIONS, 10016, 10018, 10025, 10029, 10009]),
        (modify_request, [*PERMISSIONS, 10016, 10022, 10018, 10025, 10029, 10009]),
        (remove_request, [*PERMISSIONS, 10018, 10029, 10009]),
        (close_by_request, [*PERMISSIONS, 10018, 10029, 10009]),
    ],
)
def test_changes_too_are_refused_in_the_servers_order(make_terminal, desk_of, request_of, codes):
    assert broken_step_by_step(make_terminal, desk_of, request_of, codes) == codes
