from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain import guards
from bot_service.domain.errors import AmbiguousNumber, InvalidValue
from bot_service.domain.exposure import Exposure, Stake
from bot_service.domain.guards import (
    DailyLoss,
    GuardAction,
    GuardEnd,
    GuardPeriod,
    GuardRules,
    LimitKind,
    Reference,
)
from bot_service.domain.limit_words import changed
from bot_service.domain.trading import Deal, DealEntry, DealKind, Side

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONEY = st.decimals(min_value=-5000, max_value=5000, places=2)
ZONES = ["", "Asia/Jakarta", "Europe/Prague", "America/New_York", "Australia/Lord_Howe"]
RULES = st.builds(
    DailyLoss,
    reset_at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
OFFSETS = st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(hours=3), timedelta(hours=-5)])


def deal(net, kind=DealKind.TRADE, **costs):
    costs = {"commission": Decimal(0), "swap": Decimal(0), "fee": Decimal(0)} | costs
    return Deal(
        ticket=1,
        order=1,
        time=NOON,
        kind=kind,
        entry=DealEntry.OUT,
        reason="client",
        symbol="EURUSD",
        side=Side.BUY,
        lots=Decimal(1),
        price=Decimal(1),
        profit=Decimal(net),
        magic=0,
        position_id=1,
        comment="",
        **costs,
    )


def period(balance, equity):
    return GuardPeriod(1, NOON, NOON + DAY, Decimal(balance), Decimal(equity), Decimal(0), "USD")


@given(
    balance=st.decimals(min_value=1, max_value=100_000, places=2),
    floating_then=MONEY,
    floating_now=MONEY,
    trades=st.lists(st.tuples(MONEY, MONEY), max_size=5),
    paid=st.lists(MONEY, max_size=4),
    reference=st.sampled_from(Reference),
)
def test_a_days_loss_is_what_trades_and_open_positions_cost_whatever_was_paid_in_or_out(
    balance, floating_then, floating_now, trades, paid, reference
):
    rule = DailyLoss(reference=reference)
    began = period(balance, balance + floating_then)
    deals = [deal(profit, commission=cost) for profit, cost in trades]
    deals += [deal(amount, DealKind.BALANCE) for amount in paid]
    deals += [deal(amount, DealKind.CREDIT) for amount in paid]
    equity = balance + guards.booked(deals) + floating_now
    look = guards.look(began, rule, equity, guards.operations_of(deals), "USD")
    result = sum((item.net for item in deals if item.kind is DealKind.TRADE), Decimal(0)) + floating_now
    given_back = {"balance": Decimal(0), "equity": floating_then, "higher": max(Decimal(0), floating_then)}
    assert look.loss == given_back[reference] - result


def test_charges_are_costs_and_what_the_broker_gives_is_no_profit():
    charged, bonus = deal(-7, DealKind.OTHER), deal(50, DealKind.OTHER)
    assert guards.operations_of([charged, bonus]) == 50


@given(rule=RULES, at=MOMENTS, offset=OFFSETS)
def test_every_moment_lies_between_a_reset_and_the_next_also_when_clocks_change(rule, at, offset):
    last = guards.last_reset(at, rule, offset)
    assert last <= at < last + timedelta(hours=26)
    following = guards.next_reset(last, rule, offset)
    assert timedelta(hours=20) <= following - last <= timedelta(hours=26)


@given(rule=RULES, at=MOMENTS, offset=OFFSETS)
def test_resets_follow_each_other_and_none_is_left_out(rule, at, offset):
    moment = guards.last_reset(at, rule, offset)
    days = set()
    zone = ZoneInfo(rule.zone) if rule.zone else UTC
    for _ in range(10):
        local = (moment if rule.zone else moment + offset).astimezone(zone)
        days.add(local.date())
        moment = guards.next_reset(moment, rule, offset)
    assert len(days) == 10


def test_the_day_on_which_clocks_go_forward_has_its_reset_too():
    rule = DailyLoss(reset_at=time(2, 30), zone="Europe/Prague")  # 02:30 doesn't exist on 29 March 2026
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert guards.last_reset(at, rule, timedelta(0)) == at


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        (DailyLoss(), 500),
        (DailyLoss(amount=None), None),
        (DailyLoss(Decimal(4), LimitKind.INITIAL, initial=Decimal(20_000)), 800),
        (DailyLoss(Decimal(200), LimitKind.MONEY, "USD"), 200),
        (DailyLoss(Decimal(200), LimitKind.MONEY, "EUR"), 500),  # never compared: the usual limit stands in
    ],
)
def test_a_limit_is_a_share_of_the_reset_of_the_beginning_or_money_of_its_currency(rule, limit):
    assert guards.limit_of(rule, Decimal(10_000), "USD") == limit


def test_an_account_that_was_filled_today_has_its_limit_from_that():
    look = guards.look(period(0, 0), DailyLoss(), Decimal(9990), Decimal(10_000), "USD")
    assert (look.loss, look.limit, look.near) == (10, 500, False)


BASE = GuardRules()


@pytest.mark.parametrize(
    ("typed", "is_weaker"),
    [
        ("daily 6", True),
        ("daily off", True),
        ("daily 4", False),
        ("daily 200 usd", True),
        ("open 7", True),
        ("open 5", False),
        ("open off", True),
        ("currency 3", False),
        ("margin 200", True),
        ("margin 400", False),
        ("entries 11", True),
        ("entries 5", False),
        ("rejections 4", True),
        ("losses off", True),
        ("losses 3", False),
        ("reset 05:00 Asia/Jakarta", True),
        ("reference balance", True),
        ("action close", True),
        ("until owner", False),
    ],
)
def test_what_protects_less_is_known_before_it_is_set(typed, is_weaker):
    assert guards.weaker(BASE, changed(BASE, typed.split())) is is_weaker


def test_both_languages_change_the_same_limit():
    for english, indonesian in [
        ("daily 4", "harian 4"),
        ("open 5", "terbuka 5"),
        ("until owner", "sampai saya"),
        ("action close", "tindakan tutup"),
        ("reference equity", "acuan ekuitas"),
        ("losses 3", "rugi 3"),
    ]:
        assert changed(BASE, english.split()) == changed(BASE, indonesian.split()) != BASE


def test_a_number_of_the_owner_is_read_as_people_write_it_or_asked_back():
    assert changed(BASE, ["daily", "4,5"]).daily.amount == Decimal("4.5")
    assert changed(BASE, ["daily", "5", "initial", "10000"]).daily.initial == 10_000
    with pytest.raises(AmbiguousNumber):
        changed(BASE, ["daily", "1.500", "usd"])
    for wrong in ("daily 0", "daily 101", "open x", "entries 1,5", "nothing 1", "daily"):
        with pytest.raises(InvalidValue):
            changed(BASE, wrong.split())


def test_the_rules_keep_their_kind_when_another_part_changes():
    rules = changed(changed(BASE, ["daily", "200", "usd"]), ["until", "owner"])
    assert rules.daily == replace(
        BASE.daily,
        amount=Decimal(200),
        kind=LimitKind.MONEY,
        currency="USD",
        until=GuardEnd.OWNER,
        action=GuardAction.HOLD,
    )


def test_bets_on_one_side_of_a_currency_add_up():
    euro = Stake("EURUSD", Side.BUY, "EUR", "USD", Decimal(100))
    pound = Stake("GBPUSD", Side.BUY, "GBP", "USD", Decimal(50))
    yen = Stake("USDJPY", Side.BUY, "USD", "JPY", Decimal(30))
    index = Stake("US500", Side.BUY, "USD", "USD", Decimal(10))
    found = Exposure((euro, pound, yen, index))
    assert found.total == 190
    assert found.by_currency["USD", -1] == 160
    assert found.by_currency["USD", 1] == 30
    assert found.by_currency["US500", 1] == 10
