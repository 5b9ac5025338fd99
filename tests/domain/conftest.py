from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.market import AccountState, Instrument, MarginMode, Tick, Timeframe
from bot_service.domain.quotes import Quote
from bot_service.domain.trading import Side


def d(number):
    return Decimal(str(number))


@pytest.fixture(scope="session")
def eurusd():
    return Instrument(
        symbol="EURUSD",
        digits=5,
        point=d("0.00001"),
        tick_size=d("0.00001"),
        tick_value=d(1),
        contract_size=d(100_000),
        volume_min=d("0.01"),
        volume_max=d(50),
        volume_step=d("0.01"),
        stops_level=0,
        currency_base="EUR",
        currency_profit="USD",
        path="Forex\\EURUSD",
    )


@pytest.fixture(scope="session")
def tick():
    return Tick("EURUSD", datetime(2025, 3, 3, 9, tzinfo=UTC), d("1.10000"), d("1.10002"))


@pytest.fixture(scope="session")
def make_account():
    def make(balance=10_000, equity=None, credit=0, margin=0, **changes):
        equity = balance if equity is None else equity
        state = AccountState(
            balance=d(balance),
            equity=d(equity),
            credit=d(credit),
            profit=d(equity) - d(balance) - d(credit),
            margin=d(margin),
            free_margin=d(equity) - d(margin),
            margin_level=None,
            currency="USD",
            leverage=100,
            margin_mode=MarginMode.HEDGING,
        )
        return replace(state, **changes)

    return make


@pytest.fixture(scope="session")
def make_settings():
    def make(size, sizing=SizingMethod.RISK_PERCENT, **changes):
        return BotSettings(
            name="bot",
            symbol="EURUSD",
            broker_symbol="EURUSD",
            strategy="MA_CROSSOVER",
            timeframe=Timeframe.H1,
            sizing=sizing,
            size=d(size),
            **changes,
        )

    return make


@pytest.fixture(scope="session")
def make_quote(eurusd, tick, make_account):
    """Build a buying quote; at the stop, `distance` points below the ask, one lot loses as many USD."""

    def make(distance=100, account=None, margin=1_100, commission=7, instrument=None, **changes):
        instrument = instrument or eurusd
        quote = Quote(
            instrument=instrument,
            tick=tick,
            account=account or make_account(),
            side=Side.BUY,
            entry=tick.ask,
            stop_loss=tick.ask - distance * instrument.point,
            take_profit=tick.ask + 2 * distance * instrument.point,
            loss_per_lot=d(distance) * instrument.point / instrument.tick_size * instrument.tick_value,
            margin_per_lot=d(margin),
            commission_per_lot=d(commission),
        )
        return replace(quote, **changes)

    return make
