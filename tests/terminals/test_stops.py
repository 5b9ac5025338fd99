from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from bot_service.domain.market import AccountIdentity, TradeMode
from bot_service.domain.protection import StopOutcome, StopRequest
from bot_service.terminals.retcodes import CLASSES, RetcodeClass

OURS = AccountIdentity("Broker-Demo", 77, TradeMode.DEMO)
LONG, SHORT = 0, 1


@pytest.fixture
def held(api):
    """One long position whose levels a change writes, as a server does."""
    position = SimpleNamespace(ticket=900, symbol="EURUSD", type=LONG, sl=0.0, tp=1.09)
    api.retcode = 10009

    def send(order):
        if api.retcode == 10009:
            position.sl, position.tp = order["sl"], order["tp"]
        return SimpleNamespace(retcode=api.retcode, comment="")

    api.script["positions_get"] = lambda ticket: (position,) if ticket == 900 else ()
    api.script["order_send"] = send
    return position


def stop(level="1.07", ticket=900, **more):
    return StopRequest(ticket, None if level is None else Decimal(level), **more)


def test_a_stop_is_set_and_the_target_stays(terminal, api, held):
    result = terminal.change_stops(stop())

    assert (result.outcome, result.stop_loss) == (StopOutcome.DONE, Decimal("1.07"))
    assert api.sent() == [{"action": 6, "symbol": "EURUSD", "position": 900, "sl": 1.07, "tp": 1.09}]


def test_a_target_is_moved_and_the_stop_stays(terminal, api, held):
    held.sl = 1.05
    terminal.change_stops(stop(None, take_profit=Decimal("1.10")))

    assert (held.sl, held.tp) == (1.05, 1.10)


@pytest.mark.parametrize(
    ("side", "asked", "sent"),
    [(LONG, "1.070013", 1.07002), (SHORT, "1.090017", 1.09001), (LONG, "1.07", 1.07)],
)
def test_a_stop_comes_onto_the_tick_grid_on_the_side_of_the_smaller_loss(
    terminal, api, held, side, asked, sent
):
    held.type, held.tp = side, 0.0
    terminal.change_stops(stop(asked))

    assert api.sent()[0]["sl"] == sent


@pytest.mark.parametrize(
    ("side", "level"), [(LONG, "1.08"), (LONG, "1.0801"), (SHORT, "1.0802"), (SHORT, "1.07")]
)
def test_a_stop_that_the_price_has_passed_is_not_sent(terminal, api, held, side, level):
    held.type, held.tp = side, 0.0
    result = terminal.change_stops(stop(level))

    assert (result.outcome, result.reject_class) == (StopOutcome.REFUSED, RetcodeClass.PAST)
    assert api.sent() == []


def test_another_account_gets_nothing(terminal, api, held):
    result = terminal.change_stops(stop(expected=AccountIdentity("Broker-Demo", 78, TradeMode.DEMO)))

    assert result.reject_class == RetcodeClass.OTHER_ACCOUNT
    assert api.sent() == []


def test_the_right_account_is_asked(terminal, held):
    assert terminal.change_stops(stop(expected=OURS)).outcome is StopOutcome.DONE


def test_a_position_that_is_gone_is_a_refusal(terminal, api, held):
    result = terminal.change_stops(stop(ticket=901))

    assert (result.outcome, result.reject_class) == (StopOutcome.REFUSED, RetcodeClass.STATE)
    assert api.sent() == []


def test_no_changes_is_success_when_the_position_has_the_stop(terminal, api, held):
    held.sl, api.retcode = 1.07, 10025

    assert terminal.change_stops(stop()).outcome is StopOutcome.DONE


@pytest.mark.parametrize("retcode", sorted(set(CLASSES) - {10008, 10009, 10010, 10011, 10012, 10025, 10031}))
def test_every_other_described_code_is_a_refusal_of_its_class(terminal, api, held, retcode):
    api.retcode = retcode
    result = terminal.change_stops(stop())

    kind = RetcodeClass.INVALID_STOPS if retcode == 10016 else CLASSES[retcode]
    assert (result.outcome, result.retcode, result.reject_class) == (StopOutcome.REFUSED, retcode, kind)


@pytest.mark.parametrize("retcode", [10008, 10011, 10012, 10031, 10999])
def test_a_code_that_proves_nothing_is_unknown(terminal, api, held, retcode):
    api.retcode = retcode

    assert terminal.change_stops(stop()).outcome is StopOutcome.UNKNOWN


def test_a_done_that_the_position_does_not_show_is_unknown(terminal, api, held):
    api.script["order_send"] = SimpleNamespace(retcode=10009, comment="")

    assert terminal.change_stops(stop()).outcome is StopOutcome.UNKNOWN


@pytest.mark.parametrize("broken", [TimeoutError(), RuntimeError("gone"), SimpleNamespace(retcode="?")])
def test_a_lost_or_unreadable_answer_is_unknown(terminal, api, held, broken):
    api.script["order_send"] = broken

    assert terminal.change_stops(stop()).outcome is StopOutcome.UNKNOWN


def test_a_none_whose_error_proves_that_nothing_left_is_a_refusal(terminal, api, held):
    api.script["order_send"] = lambda _order: None
    api.errors["order_send"] = (-10004, "No IPC connection")
    assert terminal.change_stops(stop()).reject_class == RetcodeClass.NOT_SENT

    api.errors["order_send"] = (-10001, "IPC send failed")
    assert terminal.change_stops(stop()).outcome is StopOutcome.UNKNOWN


def test_a_link_that_breaks_before_is_not_sent_and_after_is_unknown(terminal, api, held):
    api.script["positions_get"] = RuntimeError("gone")
    assert terminal.change_stops(stop()).reject_class == RetcodeClass.NOT_SENT

    answers = iter([(held,)])
    api.script["positions_get"] = lambda **_: next(answers)
    assert terminal.change_stops(stop()).outcome is StopOutcome.UNKNOWN


def test_a_position_that_ends_while_it_is_changed_is_a_refusal(terminal, api, held):
    answers = iter([(held,), ()])
    api.script["positions_get"] = lambda **_: next(answers)

    assert terminal.change_stops(stop()).reject_class == RetcodeClass.STATE
