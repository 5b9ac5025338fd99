"""A broker's books for tests of the mentor: deals as they come, and a watch that has seen them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.closing import closed_trade
from bot_service.domain.events import ReportReady
from bot_service.domain.market import AccountIdentity, AccountState, MarginMode, Timeframe, TradeMode
from bot_service.domain.people import Actor, Role
from bot_service.domain.trading import (
    Deal,
    DealEntry,
    DealKind,
    Intent,
    IntentState,
    Purpose,
    Side,
    Snapshot,
)

DAY = date(2026, 11, 18)
MORNING = datetime(2026, 11, 17, 23, 0, tzinfo=UTC)  # 06:00 in Jakarta
DUE = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)  # 06:30 of the next day
ONE = timedelta(days=1)
HOUR = timedelta(hours=1)
ZERO = Decimal(0)
ME = Actor(11, 11, Role.OWNER, MORNING)
SETTINGS = BotSettings(
    name="EUR pagi",
    symbol="EURUSD",
    broker_symbol="EURUSD",
    strategy="ma_crossover",
    timeframe=Timeframe.M5,
    sizing=SizingMethod.RISK_PERCENT,
    size=Decimal(1),
)
LOGINS = count(1)


class SetClock:
    def __init__(self, moment):
        self.moment = moment

    def now(self):
        return self.moment


class Broker:
    """Books deals as a broker does; the service hears of them when the watch looks."""

    def __init__(self, database, zone="Asia/Jakarta"):
        self.database = database
        self.tickets = count(1)
        self.balance = ZERO
        with database.write() as uow:
            login = next(LOGINS)
            identity = AccountIdentity("Paper", login, TradeMode.PAPER)
            fresh = Account(0, "paper", identity, "USD", MarginMode.HEDGING, 100, zone, magic_block=login)
            self.account = uow.accounts.add(fresh)
            self.bot = uow.bots.add(self.account.id, SETTINGS, MORNING)
            uow.commit()

    def book(self, at, kind, entry, money, position=0, commission="0", reason="sl", *, told=True):
        ticket = next(self.tickets)
        deal = Deal(
            ticket=ticket,
            order=ticket,
            time=at,
            kind=kind,
            entry=entry,
            reason=reason,
            symbol="EURUSD" if position else "",
            side=Side.BUY,
            lots=Decimal("0.1") if position else ZERO,
            price=Decimal("1.1"),
            profit=Decimal(money),
            commission=Decimal(commission),
            swap=ZERO,
            fee=ZERO,
            magic=0,
            position_id=position,
            comment="",
        )
        self.balance += deal.net if kind is not DealKind.CREDIT else 0
        if told:
            with self.database.write() as uow:
                uow.books.add_deals(self.account.id, [deal])
                uow.commit()
        return deal

    def deposit(self, at, money, *, told=True):
        return self.book(at, DealKind.BALANCE, DealEntry.IN, money, told=told)

    def open(self, at, planned="10", commission="-0.50"):
        deal = self.book(at, DealKind.TRADE, DealEntry.IN, "0", next(self.tickets), commission, "expert")
        with self.database.write() as uow:
            if planned is not None:
                draft = self.draft(at, planned, deal.position_id)
                intent = replace(uow.intents.add(draft), state=IntentState.FILLED, order_ticket=deal.order)
                uow.intents.settle(intent)
            uow.commit()
        return deal.position_id

    def draft(self, at, planned, position=None):
        return Intent(
            id=0,
            ref="",
            account_id=self.account.id,
            bot_id=self.bot.id,
            magic=7_000_001,
            purpose=Purpose.OPEN,
            symbol="EURUSD",
            side=Side.BUY,
            lots=Decimal("0.1"),
            state=IntentState.PENDING,
            created_at=at,
            bar_time=at,
            planned_risk=Decimal(planned),
            strategy="ma_crossover",
            position_id=position,
        )

    def close(self, at, position, money, commission="-0.50", reason="sl"):
        self.book(at, DealKind.TRADE, DealEntry.OUT, money, position, commission, reason)
        with self.database.write() as uow:
            deals = uow.books.deals_of(self.account.id, position)
            uow.books.add_trade(
                closed_trade(self.account.id, deals, uow.intents.of_position(self.account.id, position))
            )
            uow.commit()

    def trade(self, at, money, planned="10", reason="sl"):
        position = self.open(at, planned)
        self.close(at + HOUR, position, money, reason=reason)
        return position

    def seen(self, at, balance=None):
        money = self.balance if balance is None else balance
        state = AccountState(money, money, ZERO, ZERO, ZERO, money, None, "USD", 100, MarginMode.HEDGING)
        with self.database.write() as uow:
            uow.accounts.save_snapshot(Snapshot(self.account.id, at, at, state, ()))
            uow.commit()


def look(broker, market, at):
    """Let the market be at a moment, and the watch have seen it."""
    market.moment = at
    broker.seen(at)


def told(database):
    with database.read() as uow:
        events = [event for _, _, event in uow.history(limit=100)]
    return [event for event in reversed(events) if isinstance(event, ReportReady)]
