from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.mentor.day import DayFacts

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)  # 12:00 in Jakarta


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


def make_trade(net, planned=None, *, position=None, minute=0, bot=1, cause=ExitCause.STOP_LOSS, costs="0"):
    closed = NOON + timedelta(minutes=minute)
    return ClosedTrade(
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
