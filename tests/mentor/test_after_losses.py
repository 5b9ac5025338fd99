"""What follows a loss: raised risk, lifted stops, new bots; and when it says nothing of the kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Books, Severity

HOUR = timedelta(hours=1)
RICH = Books(Decimal(1000), Decimal(0), Decimal(0), Decimal(1000))


@pytest.fixture
def raised(act):
    def made(minute=20, before="1", after="2", **fields):
        return act(ActKind.EDIT, minute, risk_before=before, risk_after=after, **fields)

    return made


def test_a_raise_after_a_loss_of_the_same_bot_is_a_fact(trade, facts, history, raised, find):
    found = find("risk_raised_after_loss", facts(trade("-9", "10"), acts=(raised(),)), history())
    assert found.severity is Severity.FACT
    assert found.numbers == {
        "count": "1",
        "risk_before": "1.00",
        "risk_after": "2.00",
        "minutes": "20",
        "ticket": "100",
        "within": "60",
    }
    assert found.evidence == ("12:20 edit", "#100")


@pytest.mark.parametrize(
    ("losses", "what"),
    [
        ([("-9", {"minute": -41})], "61 minutes ago"),
        ([("9", {})], "it won"),
        ([("-9", {"bot": 2})], "another bot's, on a day that stands at -0.9 R"),
        ([("-9", {"minute": 30})], "the loss came later"),
        ([("-25", {"minute": -90, "bot": 2})], "a bad day, but its loss is long ago"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_raise_that_follows_no_loss_says_nothing(trade, facts, history, raised, find, losses, what):
    trades = [trade(net, "10", **more) for net, more in losses]
    assert find("risk_raised_after_loss", facts(*trades, acts=(raised(),)), history()) is None


def test_on_a_day_at_minus_two_r_the_loss_of_any_bot_counts(trade, facts, history, raised, find):
    trades = (trade("-10", "10", bot=2, minute=-200), trade("-10", "10", bot=2))
    found = find("risk_raised_after_loss", facts(*trades, acts=(raised(),)), history())
    assert found.numbers["ticket"] == "100"


def test_a_loss_late_on_the_evening_before_counts_too(trade, facts, history, raised, find):
    earlier = trade("-9", "10", minute=-10, position=7)
    found = find("risk_raised_after_loss", facts(acts=(raised(),)), history(earlier))
    assert found.numbers["ticket"] == "7"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ActKind.UNDO},
        {"planned": True},
        {"risk_after": Decimal("0.5")},
        {"risk_after": Decimal("1.05")},
        {"risk_before": None},
    ],
    ids=["back to an older version", "planned", "lowered", "rounding", "unknown"],
)
def test_no_raise_is_made_of_what_is_none(trade, facts, history, raised, find, change):
    day = facts(trade("-9", "10"), acts=(replace(raised(), **change),))
    assert find("risk_raised_after_loss", day, history()) is None


@pytest.mark.parametrize("hours", [-23, 23])
def test_near_a_deposit_or_withdrawal_lots_are_set_anew(
    trade, facts, history, raised, find, operation, hours
):
    act = raised()
    near = operation(act.at + hours * HOUR)
    far = operation(act.at - 25 * HOUR)
    day = facts(trade("-9", "10"), acts=(act,))
    assert find("risk_raised_after_loss", day, history(operations=(near,))) is None
    assert find("risk_raised_after_loss", day, history(operations=(far,))) is not None


def test_a_lot_that_keeps_up_with_equity_is_not_raised(trade, facts, history, raised, act, find):
    made = act(ActKind.CREATE, -9_000, risk_after="2")
    lowered = act(ActKind.EDIT, -5_000, risk_before="2", risk_after="1")
    day = facts(trade("-9", "10"), acts=(raised(),))
    assert find("risk_raised_after_loss", day, history(acts=(made,))) is None
    assert find("risk_raised_after_loss", day, history(acts=(made, lowered))) is not None


@pytest.fixture
def stopped(act):
    def made(stop_minute=10, start_minute=30, lifted="own_stop"):
        return (
            act(ActKind.STOP, stop_minute, command="stop_bot"),
            act(ActKind.START, start_minute, lifted=lifted, command="start_bot"),
        )

    return made


def test_a_start_that_lifts_an_own_stop_after_a_loss_is_a_fact(trade, facts, history, stopped, find):
    found = find("guard_overridden", facts(trade("-9", "10"), acts=stopped()), history())
    assert (found.severity, found.numbers) == (Severity.FACT, {"count": "1", "limits": "0", "stops": "1"})
    assert found.evidence == ("12:30 start_bot (own_stop)",)


def test_an_own_stop_without_a_loss_before_it_was_no_guard(trade, facts, history, stopped, find):
    day = facts(trade("9", "10"), trade("-9", "10", minute=20), acts=stopped())
    assert find("guard_overridden", day, history()) is None


def test_an_own_stop_of_another_day_is_no_guard_any_more(trade, facts, history, stopped, find):
    stop, start = stopped()
    day = facts(trade("-9", "10"), acts=(start,))
    assert find("guard_overridden", day, history(acts=(stop,))) is None


def test_a_lifted_limit_counts_once_for_all_bots_of_one_command(facts, history, act, find):
    starts = tuple(act(ActKind.START, 30, bot_id=bot, lifted="daily_loss") for bot in (1, 2, 3))
    later = act(ActKind.START, 90, bot_id=1, lifted="daily_loss")
    found = find("guard_overridden", facts(acts=(*starts, later)), history())
    assert found.numbers == {"count": "2", "limits": "2", "stops": "0"}


@pytest.mark.parametrize("lifted", ["", "reentry"])
def test_maintenance_lifts_nothing(trade, facts, history, stopped, find, lifted):
    assert find("guard_overridden", facts(trade("-9", "10"), acts=stopped(lifted=lifted)), history()) is None


@pytest.fixture
def new_bot(act):
    def made(minute=20, risk="2.0", symbol="EURUSD"):
        return act(ActKind.CREATE, minute, risk_after=risk, symbol=symbol, bot_id=9, command="new_bot")

    return made


def test_a_new_bot_after_a_loss_on_its_symbol_with_more_risk_is_a_fact(trade, facts, history, new_bot, find):
    day = facts(trade("-9", "10"), acts=(new_bot(),), books=RICH)
    found = find("new_bot_after_loss", day, history())
    assert found.severity is Severity.FACT
    assert found.numbers == {
        "count": "1",
        "symbol": "EURUSD",
        "minutes": "20",
        "ticket": "100",
        "factor": "2.00",
    }
    assert found.evidence == ("12:20 new_bot", "#100")


@pytest.mark.parametrize(
    "other",
    [{"minute": 31}, {"risk": "1.24"}, {"symbol": "GBPUSD"}, {"risk": None}],
    ids=["later", "not much more", "another symbol", "risk unknown"],
)
def test_other_new_bots_are_none_of_it(trade, facts, history, new_bot, find, other):
    day = facts(trade("-9", "10"), acts=(new_bot(**other),), books=RICH)
    assert find("new_bot_after_loss", day, history()) is None


def test_in_an_accounts_first_month_new_bots_are_usual(trade, facts, history, new_bot, find):
    made = new_bot()
    day = facts(trade("-9", "10"), acts=(made,), books=RICH)
    young = history(account_since=made.at - timedelta(days=29))
    assert find("new_bot_after_loss", day, young) is None
    assert find("new_bot_after_loss", day, replace(young, account_since=None)) is None
