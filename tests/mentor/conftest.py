from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.trading import ClosedTrade, Deal, DealEntry, DealKind, ExitCause, Side
from bot_service.mentor.day import DayFacts, History, in_order
from bot_service.mentor.past import together
from bot_service.mentor.registry import detector_of

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)  # 12:00 in Jakarta
NO_HISTORY = History()


@pytest.fixture(scope="session")
def account():
    return make_account()


@pytest.fixture(scope="session")
def new_account():
    return make_account


@pytest.fixture(scope="session")
def trade():
    return make_trade


@pytest.fixture(scope="session")
def facts():
    return make_facts


@pytest.fixture(scope="session")
def act():
    return make_act


@pytest.fixture(scope="session")
def operation():
    return make_operation


@pytest.fixture(scope="session")
def history(account):
    """Return the history of an account that has been known for long; keywords are its fields."""

    def made(*trades, **fields):
        ordered = in_order(trades)
        usual = {"account_since": NOON - timedelta(days=400), "account": account}
        return History(trades=ordered, **{**usual, **fields})

    return made


@pytest.fixture(scope="session")
def find():
    """Return what one daily detector finds; what it brings must be what its file names."""

    def found(code, day, history=NO_HISTORY):
        return _checked(detector_of(code), detector_of(code).detect(day, history))

    return found


@pytest.fixture(scope="session")
def weigh():
    """Return what one pattern detector finds at the end of a day."""

    def found(code, day, history=NO_HISTORY):
        return _checked(detector_of(code), detector_of(code).weigh(together(day, history)))

    return found


def _checked(detector, finding):
    if finding is not None:
        assert finding.code == detector.CODE
        assert tuple(finding.numbers) == detector.FIELDS
        assert finding.sample > 0
        assert finding.evidence
    return finding


def make_account(zone="Asia/Jakarta", **changes):
    identity = AccountIdentity("Paper", 1234, TradeMode.PAPER)
    fields = {
        "id": 1,
        "label": "paper",
        "identity": identity,
        "currency": "USD",
        "margin_mode": MarginMode.HEDGING,
        "leverage": 100,
        "time_zone": zone,
        "magic_block": 7,
    }
    return Account(**{**fields, **changes})


def make_trade(
    net, planned=None, *, position=None, minute=0, bot=1, cause=ExitCause.STOP_LOSS, costs="0", **more
):
    closed = NOON + timedelta(minutes=minute)
    made = ClosedTrade(
        account_id=1,
        position_id=100 + minute if position is None else position,
        bot_id=bot,
        strategy="ma_crossover",
        symbol="EURUSD",
        side=Side.BUY,
        lots=Decimal("0.1"),
        price_open=Decimal("1.1"),
        price_close=Decimal("1.2"),
        opened_at=closed - timedelta(hours=1),
        closed_at=closed,
        profit=Decimal(net) - Decimal(costs),
        commission=Decimal(costs),
        swap=Decimal(0),
        fee=Decimal(0),
        cause=cause,
        planned_risk=None if planned is None else Decimal(planned),
    )
    return replace(made, **more)


def make_act(kind, minute=0, **fields):
    """Return an act so many minutes after noon in Jakarta."""
    decimals = {
        name: Decimal(fields[name]) for name in ("risk_before", "risk_after") if fields.get(name) is not None
    }
    usual = {"bot_id": 1, "command": kind.value}
    return Act(NOON + timedelta(minutes=minute), kind, **{**usual, **fields, **decimals})


def make_operation(at, amount="500"):
    """Return a deposit or withdrawal."""
    return Deal(
        ticket=1,
        order=0,
        time=at,
        kind=DealKind.BALANCE,
        entry=DealEntry.IN,
        reason="client",
        symbol="",
        side=Side.BUY,
        lots=Decimal(0),
        price=Decimal(0),
        profit=Decimal(amount),
        commission=Decimal(0),
        swap=Decimal(0),
        fee=Decimal(0),
        magic=0,
        position_id=0,
        comment="",
    )


def make_facts(*trades, **changes):
    fields = {
        "account_id": 1,
        "day": date(2026, 11, 18),
        "finished": True,
        "currency": "USD",
        "trades": tuple(trades),
        "names": {1: "EUR pagi", 2: "Emas"},
    }
    return DayFacts(**{**fields, **changes})
