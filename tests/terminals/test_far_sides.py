"""What both far sides, a child process and an RPyC server, do when something breaks."""

from __future__ import annotations

import threading
import time
from decimal import Decimal

import pytest

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.market import LinkCause, TradeMode
from bot_service.domain.trading import OrderRequest, Outcome, Side
from bot_service.scheduling.lanes import ThreadLanes
from bot_service.terminals.terminal import Mt5Terminal

DEADLINE_S = 1.0
FAST = {"order_send": DEADLINE_S, "account_info": DEADLINE_S, "initialize": 10.0}


@pytest.fixture(params=["isolated", "bridged"])
def open_far(request, far, clock):
    def opened(**options):
        api = getattr(far, request.param)(deadlines=FAST, **options)
        terminal = Mt5Terminal(api, clock=clock, trade_mode_override=TradeMode.PAPER)
        terminal.connect()
        return terminal

    opened.kind = request.param
    return opened


def buy(**changes):
    return OrderRequest("EURUSD", Side.BUY, Decimal("0.10"), 5000001, "b1-abc", **changes)


@pytest.mark.parametrize("fault", ["hang", "late"])
def test_an_order_without_answer_is_unknown_within_its_deadline(open_far, far, fault):
    terminal = open_far()
    far.order("order_send", fault)
    began = time.monotonic()

    result = terminal.place(buy())

    assert time.monotonic() - began < DEADLINE_S + 2
    assert (result.outcome, result.retcode) == (Outcome.UNKNOWN, None)


def test_an_order_whose_far_side_died_is_unknown(open_far, far):
    terminal = open_far()
    far.order("order_send", "die")

    assert terminal.place(buy()).outcome is Outcome.UNKNOWN


def test_a_question_without_answer_says_so_within_its_deadline(open_far, far):
    terminal = open_far()
    far.order("account_info", "hang")
    began = time.monotonic()

    with pytest.raises(TerminalUnavailable) as caught:
        terminal.identity()

    assert time.monotonic() - began < DEADLINE_S + 2
    assert caught.value.cause == LinkCause.TIMEOUT


def test_a_hanging_terminal_delays_no_other_account(open_far, far):
    slow, quick = open_far(), open_far()
    lanes = ThreadLanes({1: slow, 2: quick}, {})
    lanes.start()
    far.order("account_info", "hang")
    asked = threading.Event()

    def hang(terminal):
        asked.set()
        return terminal.identity()

    def ask_slow():
        with pytest.raises(TerminalUnavailable):
            lanes.ask(1, hang, 10.0)

    hanging = threading.Thread(target=ask_slow)
    hanging.start()
    asked.wait(5)
    while (far.folder / "account_info.hang").exists():
        time.sleep(0.01)
    began = time.monotonic()
    lanes.ask(2, lambda terminal: terminal.positions())
    took = time.monotonic() - began
    still_hanging = hanging.is_alive()
    hanging.join()
    lanes.stop()

    assert still_hanging
    assert took < DEADLINE_S / 2


def test_a_running_call_can_be_ended_from_outside(open_far, far):
    terminal = open_far()
    api = far.apis[-1]
    far.order("positions_get", "hang")
    failures = []

    def ask():
        try:
            terminal.positions()
        except TerminalUnavailable as error:
            failures.append(error.cause)

    asking = threading.Thread(target=ask)
    asking.start()
    while (far.folder / "positions_get.hang").exists():
        time.sleep(0.01)
    began = time.monotonic()
    api.kill()
    asking.join(5)

    assert time.monotonic() - began < 2
    assert failures == [LinkCause.NO_ANSWER]


def test_calls_of_many_threads_go_one_by_one(open_far):
    terminal = open_far()
    answers = []

    def ask(side):
        answers.extend((side, terminal.profit(side, "EURUSD", Decimal(1), *PRICES)) for _ in range(50))

    threads = [threading.Thread(target=ask, args=(side,)) for side in Side for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 200
    assert len(set(answers)) == 2


PRICES = (Decimal("1.0800"), Decimal("1.0900"))
