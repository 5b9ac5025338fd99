from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from bot_service.domain.market import AccountIdentity, TradeMode
from bot_service.domain.trading import OrderRequest, Outcome, Side
from bot_service.terminals.orders import filling_candidates
from bot_service.terminals.retcodes import CLASSES, RetcodeClass, class_of

OURS = AccountIdentity("Broker-Demo", 77, TradeMode.DEMO)


def order(**changes):
    fields = {
        "symbol": "EURUSD", "side": Side.BUY, "lots": Decimal("0.10"), "magic": 5000001, "ref": "b1-abc",
        "stop_loss": Decimal("1.07"), "take_profit": Decimal("1.09"),
    }  # fmt: skip
    return OrderRequest(**(fields | changes))


def test_the_request_carries_floats_the_reference_and_the_magic(terminal, api):
    terminal.place(order())

    (sent,) = api.sent()
    assert sent == {
        "action": 1, "symbol": "EURUSD", "volume": 0.1, "type": 0, "price": 1.0802, "sl": 1.07, "tp": 1.09,
        "deviation": 1080, "magic": 5000001, "comment": "b1-abc", "type_time": 0, "type_filling": 1,
    }  # fmt: skip
    assert all(isinstance(sent[name], float) for name in ("volume", "price", "sl", "tp"))


def test_a_whole_lot_is_still_a_float(terminal, api):
    terminal.place(order(lots=Decimal(1), stop_loss=Decimal(1)))

    assert isinstance(api.sent()[0]["volume"], float)
    assert isinstance(api.sent()[0]["sl"], float)


def test_closing_names_the_position_and_sells_at_the_bid(terminal, api):
    terminal.place(order(side=Side.SELL, position_ticket=900, stop_loss=None, take_profit=None))

    (sent,) = api.sent()
    assert (sent["type"], sent["price"], sent["position"]) == (1, 1.08, 900)
    assert "sl" not in sent
    assert "tp" not in sent


def test_a_done_order_is_filled_with_its_tickets(terminal):
    result = terminal.place(order())

    assert result.outcome is Outcome.FILLED
    assert (result.order_ticket, result.deal_ticket, result.lots) == (401, 501, Decimal("0.1"))
    assert str(result.price) == "1.08020"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"retcode": 10009, "volume": 0.04}, Outcome.PARTIAL),
        ({"retcode": 10010, "volume": 0.04}, Outcome.PARTIAL),
        ({"retcode": 10009, "volume": 0.0}, Outcome.UNKNOWN),
        ({"retcode": 10008, "deal": 0}, Outcome.UNKNOWN),
        ({"retcode": 10008}, Outcome.FILLED),
    ],
)
def test_what_was_executed_decides(terminal, api, make, changes, outcome):
    api.script["order_send"] = make.answer(**changes)

    result = terminal.place(order())

    assert result.outcome is outcome
    assert result.reject_class == ""
    if outcome is Outcome.UNKNOWN:
        assert result.order_ticket == 401


@pytest.mark.parametrize("code", sorted(set(CLASSES) - {10008, 10009, 10010, 10030}))
def test_every_refusal_has_its_class_and_is_sent_once(terminal, api, make, code):
    api.script["order_send"] = make.answer(retcode=code, deal=0, order=0, volume=0.0, price=0.0)

    result = terminal.place(order())

    assert len(api.sent()) == 1
    assert result.retcode == code
    if code in (10011, 10012, 10031):
        assert result.outcome is Outcome.UNKNOWN
    else:
        assert result.outcome is Outcome.REJECTED
        assert result.reject_class == CLASSES[code].value


@pytest.mark.parametrize("code", [0, 10005, 10037, 10099, -1])
def test_a_code_that_nobody_described_is_unknown(terminal, api, make, code):
    assert class_of(code) is RetcodeClass.UNKNOWN
    api.script["order_send"] = make.answer(retcode=code, deal=0)

    assert terminal.place(order()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("code", [-10001, -10002, -10005, -10000, -1, 1])
def test_no_answer_leaves_the_outcome_unknown(terminal, api, code):
    api.script["order_send"] = None
    api.errors["order_send"] = (code, "")

    result = terminal.place(order())

    assert result.outcome is Outcome.UNKNOWN
    assert len(api.sent()) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [(-10004, "not_sent"), (-10003, "not_sent"), (-6, "not_sent"), (-2, "config"), (-8, "algo_off")],
)
def test_no_answer_that_proves_nothing_left_is_a_reject(terminal, api, code, kind):
    api.script["order_send"] = None
    api.errors["order_send"] = (code, "")

    result = terminal.place(order())

    assert (result.outcome, result.reject_class, result.retcode) == (Outcome.REJECTED, kind, code)


@pytest.mark.parametrize("broken", [RuntimeError("pickle"), TimeoutError("30 s"), EOFError()])
def test_an_exception_while_sending_leaves_the_outcome_unknown(terminal, api, broken):
    api.script["order_send"] = broken
    assert terminal.place(order()).outcome is Outcome.UNKNOWN


def test_an_answer_that_can_not_be_read_leaves_the_outcome_unknown(terminal, api):
    api.script["order_send"] = ("what",)
    assert terminal.place(order()).outcome is Outcome.UNKNOWN


def test_on_another_account_nothing_is_sent(terminal, api):
    result = terminal.place(order(expected=AccountIdentity("Broker-Demo", 78, TradeMode.DEMO)))

    assert (result.outcome, result.reject_class) == (Outcome.REJECTED, "other_account")
    assert api.sent() == []


def test_on_the_expected_account_the_identity_is_read_in_the_same_call(terminal, api):
    assert terminal.place(order(expected=OURS)).outcome is Outcome.FILLED
    assert api.names().index("account_info") < api.names().index("order_send")


@pytest.mark.parametrize("function", ["account_info", "symbol_info", "symbol_info_tick", "order_check"])
@pytest.mark.parametrize("broken", [None, RuntimeError("gone")])
def test_what_fails_before_sending_is_never_unknown(terminal, api, function, broken):
    api.script[function] = broken
    api.errors[function] = (-10004, "No IPC connection")

    result = terminal.place(order(expected=OURS))

    assert (result.outcome, result.reject_class) == (Outcome.REJECTED, "not_sent")
    assert api.sent() == []


def test_a_check_that_says_no_sends_nothing(terminal, api, make):
    api.script["order_check"] = make.answer(retcode=10019, comment="No money")

    result = terminal.place(order())

    assert (result.outcome, result.reject_class, result.retcode) == (Outcome.REJECTED, "funds", 10019)
    assert api.sent() == []


@pytest.mark.parametrize("code", [10011, 10012, 10031])
def test_a_check_without_its_server_is_no_refusal_by_the_broker(terminal, api, make, code):
    api.script["order_check"] = make.answer(retcode=code)

    result = terminal.place(order())

    assert api.sent() == []
    assert (result.outcome, result.reject_class) == (Outcome.REJECTED, "not_sent")


def test_a_check_never_holds_up_a_closing(terminal, api, make):
    api.script["order_check"] = make.answer(retcode=10019)

    assert terminal.place(order(side=Side.SELL, position_ticket=900)).outcome is Outcome.FILLED


@pytest.mark.parametrize(
    ("flags", "execution", "modes"),
    [
        (3, 2, [1, 0]),
        (1, 2, [0]),
        (2, 2, [1]),
        (0, 2, [2, 0, 1]),
        (3, 1, [1, 0, 2]),
        (4, 3, [2, 0, 1]),
    ],
)
def test_filling_flags_are_a_mask_and_filling_modes_an_enumeration(flags, execution, modes):
    assert filling_candidates(flags, execution) == modes


def test_an_unsupported_filling_falls_through_to_the_next_and_is_remembered(terminal, api, make):
    def check(request):
        return make.answer(retcode=0 if request["type_filling"] == 0 else 10030)

    api.script["order_check"] = check

    first = terminal.place(order())
    assert first.outcome is Outcome.FILLED
    assert [sent["type_filling"] for sent in api.sent()] == [0]

    api.calls.clear()
    assert terminal.place(order(filling=first.filling)).filling == first.filling
    assert api.names().count("order_check") == 1


def test_a_remembered_filling_that_the_symbol_lost_is_not_tried(terminal, api, make):
    api.info["EURUSD"] = make.symbol("EURUSD", filling_mode=2)

    assert terminal.place(order(filling=0)).filling == 1
    assert [sent["type_filling"] for sent in api.sent()] == [1]


def test_a_remembered_filling_that_is_refused_gives_way_to_another(terminal, api, make):
    api.script["order_send"] = lambda request: make.answer(
        retcode=10009 if request["type_filling"] == 1 else 10030, volume=request["volume"]
    )

    assert terminal.place(order(filling=0)).filling == 1


@pytest.mark.parametrize(
    ("side", "worst", "deviation"),
    [
        (Side.BUY, "1.08032", 12),
        (Side.BUY, "1.080209", 0),
        (Side.BUY, "1.08020", 0),
        (Side.SELL, "1.07990", 10),
    ],
)
def test_the_deviation_is_what_is_left_of_the_limit(terminal, api, side, worst, deviation):
    result = terminal.place(order(side=side, worst_price=Decimal(worst)))

    assert result.outcome is Outcome.FILLED
    assert [sent["deviation"] for sent in api.sent()] == [deviation]


@pytest.mark.parametrize(("side", "worst"), [(Side.BUY, "1.08019"), (Side.SELL, "1.08001")])
def test_a_price_beyond_the_limit_sends_nothing_and_is_named(terminal, api, side, worst):
    result = terminal.place(order(side=side, worst_price=Decimal(worst)))

    assert (result.outcome, result.reject_class) == (Outcome.REJECTED, "slipped")
    assert result.price == (Decimal("1.0802") if side is Side.BUY else Decimal("1.08"))
    assert api.sent() == []


def test_the_account_is_looked_at_after_the_check_and_right_before_the_order(terminal, api, make):
    def check_then_switch(_request):
        api.script["account_info"] = make.account(login=78)
        return make.answer(retcode=0)

    api.script["order_check"] = check_then_switch

    assert terminal.place(order(expected=OURS)).reject_class == "other_account"
    assert api.sent() == []


def test_an_answer_to_another_order_leaves_the_outcome_unknown(terminal, api, make):
    echo = SimpleNamespace(comment="b9-other")
    api.script["order_send"] = make.answer(request_id=3, request=echo)

    result = terminal.place(order())

    assert (result.outcome, result.order_ticket) == (Outcome.UNKNOWN, 0)


def test_an_answer_given_twice_leaves_the_second_outcome_unknown(terminal, api, make):
    api.script["order_send"] = make.answer(retcode=10004, request_id=7, deal=0)

    assert terminal.place(order()).reject_class == "requote"
    assert terminal.place(order()).outcome is Outcome.UNKNOWN


def test_the_server_may_refuse_a_filling_that_the_check_allowed(terminal, api, make):
    api.script["order_send"] = lambda request: make.answer(
        retcode=10009 if request["type_filling"] == 0 else 10030, volume=request["volume"]
    )

    assert terminal.place(order()).outcome is Outcome.FILLED
    assert [sent["type_filling"] for sent in api.sent()] == [1, 0]


def test_when_no_filling_fits_the_order_is_rejected(terminal, api, make):
    api.script["order_check"] = make.answer(retcode=10030)

    result = terminal.place(order())

    assert (result.outcome, result.reject_class, result.retcode) == (Outcome.REJECTED, "filling", 10030)
