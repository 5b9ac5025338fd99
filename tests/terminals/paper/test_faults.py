from __future__ import annotations

import threading

import pytest

from bot_service.terminals.paper import fault_answers as answers
from bot_service.terminals.paper import fault_broker as broker
from bot_service.terminals.paper import fault_refusals as refusals
from bot_service.terminals.paper.faults import KINDS, FaultPlan, FaultyApi, random_plan


@pytest.fixture
def broken(terminal, desk_of):
    """Return a desk behind a plan of these faults."""

    def make(*faults):
        return desk_of(FaultyApi(terminal, FaultPlan(faults)))

    return make


def test_without_faults_everything_passes(terminal, broken):
    desk = broken()
    assert desk.open().retcode == 10009
    assert desk.terminal.positions_get() == terminal.positions_get()
    assert desk.terminal.ORDER_TYPE_SELL == 1
    assert desk.terminal.TradeDeal is terminal.TradeDeal
    assert desk.terminal.last_error() == (1, "Success")
    assert desk.terminal.calls["order_send"] == 1


def test_there_is_a_kind_for_everything_that_a_plan_can_name():
    assert len(KINDS) >= 25
    assert {kind.kind for kind in KINDS.values()} == set(KINDS)


def test_a_fault_waits_strikes_and_is_counted(broken):
    fault = answers.NoneWithCode(after=2, times=2)
    desk = broken(fault)
    seen = [desk.terminal.account_info() is None for _ in range(6)]
    assert seen == [False, False, True, True, False, False]
    assert desk.terminal.plan.counts == {"none_with_code": 2}
    assert desk.terminal.plan.done


def test_a_failed_call_leaves_its_last_error_until_the_next_one(broken):
    desk = broken(answers.NoneWithCode())
    assert desk.terminal.initialize() is False
    assert desk.terminal.last_error() == (-10005, "IPC timeout")
    assert desk.terminal.positions_get() == ()
    assert desk.terminal.last_error() == (1, "Success")


@pytest.mark.parametrize(
    ("fault", "code", "held"),
    [
        (answers.LostAnswer(), -10002, 1),
        (answers.LostAnswer(code=-10001), -10001, 1),
        (answers.LostRequest(), -10001, 0),
        (answers.NoneWithCode(code=-10004, text="No IPC connection"), -10004, 0),
    ],
)
def test_an_order_without_an_answer_may_have_been_executed(terminal, broken, fault, code, held):
    desk = broken(fault)
    assert desk.open() is None
    assert desk.terminal.last_error()[0] == code
    assert terminal.positions_total() == held
    assert desk.open().retcode == 10009


def test_an_answer_that_breaks_raises_after_the_order(terminal, broken):
    desk = broken(answers.BrokenAnswer())
    with pytest.raises(EOFError):
        desk.open()
    assert terminal.positions_total() == 1


def test_a_timed_out_order_was_executed_and_tells_nothing(terminal, broken):
    answer = broken(answers.TimedOut()).open()
    assert (answer.retcode, answer.order, answer.deal, answer.volume) == (10012, 0, 0, 0.0)
    assert terminal.positions_total() == 1


def test_a_doubled_answer_speaks_of_the_order_before(terminal, broken):
    desk = broken(answers.DuplicateAnswer())
    first, second = desk.open(volume=0.1), desk.open(volume=0.2)
    assert second == first
    assert [held.volume for held in terminal.positions_get()] == [0.1, 0.2]


def test_late_books_show_an_order_only_after_some_reads(terminal, broken):
    old = terminal.Buy("EURUSD", 0.1).order
    desk = broken(answers.LateBooks(times=4))
    ticket = desk.open().order
    assert [held.ticket for held in desk.terminal.positions_get()] == [old]
    assert desk.terminal.history_deals_get(position=ticket) == ()
    assert desk.terminal.history_orders_get(ticket=ticket) == ()
    assert [held.ticket for held in desk.terminal.positions_get()] == [old, ticket]


def test_a_hanging_call_is_over_when_it_is_released(terminal, broken):
    hang = answers.Hang()
    desk, told = broken(hang), []
    thread = threading.Thread(target=lambda: told.append(desk.terminal.account_info()))
    thread.start()
    assert hang.entered.wait(10)
    assert told == []
    assert terminal.positions_get() == ()  # another way to the same terminal is free
    hang.released.set()
    thread.join(10)
    assert told == [None]


def test_a_call_can_hang_after_the_order_was_executed(terminal, broken):
    hang = answers.Hang(executed=True, after=0)
    desk = broken(hang)
    hang.released.set()
    assert desk.open().retcode == 10009
    assert terminal.positions_total() == 1


def test_a_delay_is_told_to_who_waits(broken):
    waited = []
    desk = broken(answers.Delay(seconds=7.5, pause=waited.append))
    assert desk.open().retcode == 10009
    assert waited == [7.5]


@pytest.mark.parametrize(
    ("fault", "code", "times"),
    [
        (refusals.RequoteStorm(), 10004, 8),
        (refusals.TooManyRequests(), 10024, 3),
        (refusals.Refusal(code=10018), 10018, 1),
        (refusals.StopRefused(with_orders=True, times=5), 10016, 5),
    ],
)
def test_a_refusal_sends_nothing(terminal, broken, fault, code, times):
    desk = broken(fault)
    sl = round(terminal.symbol_info_tick("EURUSD").bid - 0.01, 5)
    for _ in range(times):
        answer = desk.open(sl=sl)
        assert (answer.retcode, answer.deal, answer.order) == (code, 0, 0)
        assert bool(answer.ask) == (code == 10004)
    assert terminal.positions_total() == 0
    assert desk.open(sl=sl).retcode == 10009
    assert desk.open(volume=1) is None  # malformed stays malformed


def test_a_stop_can_be_refused_for_ever_while_orders_pass(terminal, broken):
    desk = broken(refusals.StopRefused())
    sl = round(terminal.symbol_info_tick("EURUSD").bid - 0.01, 5)
    ticket = desk.open().order
    assert {desk.stops(ticket, sl=sl).retcode for _ in range(50)} == {10016}
    assert desk.close(ticket).retcode == 10009


def test_a_market_can_close_for_closings_only(broken):
    desk = broken(refusals.ClosedWhileClosing(times=2))
    ticket = desk.open().order
    assert [desk.close(ticket).retcode for _ in range(3)] == [10018, 10018, 10009]


def test_openings_and_closings_can_be_done_in_part(terminal, broken):
    desk = broken(refusals.PartialFill(), refusals.PartialClose(share=0.4))
    done = desk.open(volume=0.11)
    assert (done.retcode, done.volume, done.request.volume) == (10010, 0.05, 0.11)
    closed = desk.close(done.order)
    assert (closed.retcode, closed.volume) == (10010, 0.02)
    assert terminal.positions_get()[0].volume == 0.03
    assert desk.open(volume=0.01).retcode == 10009


def test_a_restarted_terminal_answers_nothing_until_it_is_initialized(terminal, broken, desk):
    desk.open()
    faulty = broken(broker.Restart()).terminal
    assert faulty.account_info() is None
    assert faulty.last_error()[0] == -10002
    assert faulty.positions_get() is None
    assert faulty.last_error()[0] == -10004
    assert faulty.initialize()
    assert len(faulty.positions_get()) == 1


def test_a_slow_terminal_refuses_some_times(broken):
    faulty = broken(broker.RefusedConnection(times=3)).terminal
    assert faulty.account_info() is None
    assert [faulty.initialize() for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(broker.BrokerDown(), 10031), (broker.AlgoOff(), 10027), (broker.InvestorLogin(), 10017)],
)
def test_a_condition_refuses_orders_until_it_is_healed(broken, fault, code):
    desk = broken(fault)
    assert desk.open().retcode == code
    info = desk.terminal.terminal_info()
    assert info.connected is (code != 10031)
    assert info.trade_allowed is (code != 10027)
    assert desk.terminal.account_info().trade_allowed is (code != 10017)
    fault.heal()
    assert desk.open().retcode == 10009


def test_an_account_can_change_between_check_and_order(broken):
    fault = broker.SwitchedAccount()
    faulty = broken(fault).terminal
    own = faulty.account_info().login
    assert faulty.order_check({"action": 1, "symbol": "EURUSD", "volume": 0.1}).retcode == 0
    assert faulty.account_info().login == fault.login != own
    fault.heal()
    assert faulty.account_info().login == own


def test_a_renamed_symbol_has_another_size_and_the_old_name_is_gone(terminal, broken):
    faulty = broken(broker.RenamedSymbol()).terminal
    assert faulty.symbol_info_tick("XAUUSD") is None
    assert terminal.symbol_info("XAUUSD") is None
    assert terminal.symbol_info("XAUUSD.new").trade_contract_size == 10.0
    assert terminal.symbol_info_tick("XAUUSD.new").bid > 0


def test_a_renamed_symbol_that_is_held_only_closes(terminal, broken, desk):
    ticket = desk.open("XAUUSD", 0.01).order
    assert broken(broker.RenamedSymbol()).terminal.symbol_info_tick("XAUUSD").bid > 0
    assert desk.open("XAUUSD", 0.01).retcode == 10044
    assert desk.close(ticket).retcode == 10009


def test_credit_comes_and_goes_without_touching_the_balance(broken):
    faulty = broken(broker.CreditRemoved()).terminal
    given, taken = faulty.account_info(), faulty.account_info()
    assert (given.credit, given.equity, given.balance) == (500.0, 10_500.0, 10_000.0)
    assert (taken.credit, taken.equity, taken.balance) == (0.0, 10_000.0, 10_000.0)


def test_spreads_explode_and_are_narrow_again(terminal, broken):
    fault = broker.SpreadExplosion()
    faulty = broken(fault).terminal
    tick = faulty.symbol_info_tick("EURUSD")
    assert tick.ask - tick.bid == pytest.approx(60e-5)
    fault.heal()
    assert terminal.symbol_info("EURUSD").spread == 2


def test_a_clock_is_set_wrong_by_whoever_owns_it(broken):
    jumps = []
    faulty = broken(broker.ClockJump(jump=jumps.append), broker.ClockBack(jump=jumps.append)).terminal
    faulty.account_info()
    faulty.account_info()
    assert jumps == [61.0, -86_400.0]


def drive(terminal, plan, desk_of):
    """Trade on and on behind a plan; say what was answered."""
    faulty = FaultyApi(terminal, plan)
    desk, told = desk_of(faulty), []
    for step in range(120):
        faulty.initialize()
        try:
            tick = faulty.symbol_info_tick("EURUSD")
            faulty.order_check({"action": 1, "symbol": "EURUSD", "volume": 0.02})
            answer = desk.open(volume=0.02) if step % 2 else None
            held = faulty.positions_get() or ()
            for row in held[:1]:
                answer = desk.close(row.ticket)
            told.append((tick, answer and answer[:7], len(held)))
        except (EOFError, IndexError, TypeError) as error:
            told.append(repr(error))
    return told, dict(plan.counts)


@pytest.mark.parametrize("seed", range(20))
def test_the_same_seed_breaks_the_same_things(make_terminal, desk_of, seed):
    first, second = (
        drive(make_terminal(), random_plan(seed, count=8, within=200), desk_of) for _ in range(2)
    )
    assert first == second
    assert sum(first[1].values()) >= 3


def test_different_seeds_break_different_things(make_terminal, desk_of):
    found = {str(sorted(drive(make_terminal(), random_plan(seed), desk_of)[1].items())) for seed in range(6)}
    assert len(found) >= 4


def test_a_plan_of_named_kinds_has_only_those():
    plan = random_plan(1, kinds=["refusal", "algo_off"], count=30)
    assert {fault.kind for fault in plan.faults} == {"refusal", "algo_off"}
    hands = {"hang", "delay", "clock_ahead", "clock_back"}
    assert {fault.kind for fault in random_plan(1, count=400).faults} == KINDS.keys() - hands


def test_a_plan_can_grow_and_be_cleared(broken):
    faulty = broken().terminal
    faulty.plan.add(answers.NoneWithCode(times=99))
    assert faulty.positions_get() is None
    faulty.plan.clear()
    assert faulty.positions_get() == ()
