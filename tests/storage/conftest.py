from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.market import AccountIdentity, MarginMode, Timeframe, TradeMode
from bot_service.domain.people import Member, Role
from bot_service.domain.trading import (
    ClosedTrade,
    Deal,
    DealEntry,
    DealKind,
    ExitCause,
    Intent,
    IntentState,
    Purpose,
    Side,
)
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class StandingClock:
    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> datetime:
        self.moment += timedelta(**by)
        return self.moment


class Make:
    """Domain values with sensible fields; tests name only what they are about."""

    noon = NOON

    def settings(self, **fields: Any) -> BotSettings:
        base = BotSettings(
            name="Kijang",
            symbol="EURUSD",
            broker_symbol="EURUSD.m",
            strategy="ma_cross",
            timeframe=Timeframe.M5,
            sizing=SizingMethod.RISK_PERCENT,
            size=Decimal("0.50"),
            parameters={"fast": 9, "factor": 2.0, "strict": True},
        )
        return replace(base, **fields)

    def account(self, **fields: Any) -> Account:
        base = Account(
            id=0,
            label="paper",
            identity=AccountIdentity("Paper", 5_000_000_001, TradeMode.PAPER),
            currency="USD",
            margin_mode=MarginMode.HEDGING,
            leverage=100,
            time_zone="Asia/Jakarta",
            magic_block=812,
        )
        return replace(base, **fields)

    def intent(self, bot: Bot, **fields: Any) -> Intent:
        base = Intent(
            id=0,
            ref="",
            account_id=bot.account_id,
            bot_id=bot.id,
            magic=812_000_000 + bot.id,
            purpose=Purpose.OPEN,
            symbol="EURUSD.m",
            side=Side.BUY,
            lots=Decimal("0.10"),
            state=IntentState.PENDING,
            created_at=NOON,
            bar_time=NOON,
            stop_loss=Decimal("1.08200"),
            planned_risk=Decimal("10.07"),
            strategy="ma_cross",
        )
        return replace(base, **fields)

    def deal(self, ticket: int, **fields: Any) -> Deal:
        base = Deal(
            ticket=ticket,
            order=ticket,
            time=NOON,
            kind=DealKind.TRADE,
            entry=DealEntry.OUT,
            reason="sl",
            symbol="EURUSD.m",
            side=Side.SELL,
            lots=Decimal("0.10"),
            price=Decimal("1.08200"),
            profit=Decimal("-10.00"),
            commission=Decimal("-0.35"),
            swap=Decimal("-0.07"),
            fee=Decimal(0),
            magic=812_000_001,
            position_id=70,
            comment="",
        )
        return replace(base, **fields)

    def trade(self, account_id: int, position_id: int, **fields: Any) -> ClosedTrade:
        base = ClosedTrade(
            account_id=account_id,
            position_id=position_id,
            bot_id=None,
            strategy="",
            symbol="EURUSD.m",
            side=Side.BUY,
            lots=Decimal("0.10"),
            price_open=Decimal("1.08300"),
            price_close=Decimal("1.08200"),
            opened_at=NOON,
            closed_at=NOON + timedelta(hours=1),
            profit=Decimal("-10.00"),
            commission=Decimal("-0.70"),
            swap=Decimal(0),
            fee=Decimal(0),
            cause=ExitCause.STOP_LOSS,
        )
        return replace(base, **fields)

    def member(self, user_id: int = 1001, role: Role = Role.OWNER, **fields: Any) -> Member:
        return replace(Member(user_id, user_id, role, "id", "Asia/Jakarta"), **fields)


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture
def wall() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    upgrade(path)
    return path


@pytest.fixture
def path(empty_database: Path, tmp_path: Path) -> Path:
    target = tmp_path / "service.db"
    copyfile(empty_database, target)
    return target


@pytest.fixture
def database(path: Path, wall: StandingClock) -> Iterator[SqlDatabase]:
    opened = SqlDatabase(path, wall)
    yield opened
    opened.close()


@pytest.fixture
def account(database: SqlDatabase, make: Make) -> Account:
    with database.write() as uow:
        stored = uow.accounts.add(make.account())
        uow.commit()
    return stored


@pytest.fixture
def new_bot(database: SqlDatabase, account: Account, make: Make) -> Callable[..., Bot]:
    """Store a bot; with a status other than stopped it runs since noon and is due then."""

    def add(status: BotStatus = BotStatus.STOPPED, **fields: Any) -> Bot:
        with database.write() as uow:
            bot = uow.bots.add(account.id, make.settings(), NOON)
            if status is not BotStatus.STOPPED:
                bot = uow.bots.save(replace(bot, status=status, started_at=NOON, due_at=NOON, **fields))
            uow.commit()
        return bot

    return add
