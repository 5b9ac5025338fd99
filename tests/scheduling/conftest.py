from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode

START = datetime(2026, 3, 4, 10, 0, 30, tzinfo=UTC)


class Seconds:
    """A monotonic clock that only tests move."""

    def __init__(self):
        self.value = 1000.0

    def __call__(self):
        return self.value

    def pass_by(self, seconds):
        self.value += seconds


class Recorder:
    """Remembers which jobs ran, in order; `gate` may hold them up, `faults` make them fail."""

    def __init__(self):
        self.jobs = []
        self.gate = None
        self.started = threading.Event()
        self.faults = set()

    def __call__(self, job):
        self.started.set()
        if self.gate is not None:
            assert self.gate.wait(5)
        self.jobs.append(job)
        if getattr(job, "bot_id", None) in self.faults:
            raise ValueError(job.bot_id)

    @property
    def bots(self):
        return [job.bot_id for job in self.jobs if hasattr(job, "bot_id")]

    @property
    def handlers(self):
        return dict.fromkeys(("tick", "watch", "reconcile", "report"), self)


@pytest.fixture
def start():
    return START


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def new_recorder():
    return Recorder


@pytest.fixture
def account():
    identity = AccountIdentity("Paper-Demo", 1, TradeMode.PAPER)
    return Account(1, "paper", identity, "USD", MarginMode.HEDGING, 100, "UTC", 5)


@pytest.fixture
def new_bot():
    def make(bot_id, timeframe=Timeframe.M1, **changes):
        settings = BotSettings(
            f"bot {bot_id}",
            "EURUSD",
            "EURUSD",
            "x",
            timeframe,
            SizingMethod.FIXED_LOT,
            Decimal("0.01"),
            **changes,
        )
        return Bot(bot_id, 1, settings, BotStatus.ACTIVE, 1, START)

    return make
