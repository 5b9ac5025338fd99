from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from shutil import copyfile

import pandas as pd
import pytest

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.entering import GateRules
from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.guards import GuardRules
from bot_service.domain.jobs import CloseJob, CloseUnknownJob, ReconcileJob, TickJob, WatchJob
from bot_service.domain.market import (
    AccountIdentity,
    AccountState,
    Instrument,
    LinkCause,
    MarginMode,
    SymbolTerms,
    Tick,
    Timeframe,
    TradeLock,
    TradeMode,
)
from bot_service.domain.people import Actor, Member, Role
from bot_service.domain.protection import StopOutcome, StopPolicy, StopRequest, StopResult
from bot_service.domain.symbols import offers, search
from bot_service.domain.trading import (
    Deal,
    DealEntry,
    DealKind,
    OrderRequest,
    OrderResult,
    Outcome,
    Position,
    Side,
)
from bot_service.scheduling.clocks import StepClock
from bot_service.scheduling.lanes import InlineLanes
from bot_service.scheduling.paced import PacedTicker
from bot_service.services import guard_rules
from bot_service.services.facade import open_services
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade
from bot_service.terminals.paper import PaperTerminal
from bot_service.terminals.paper.faults import FaultyApi
from bot_service.terminals.terminal import Mt5Terminal

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GATES = GateRules()
IDENTITY = AccountIdentity("Scripted-Server", 7001, TradeMode.DEMO)
HALF_SPREAD = Decimal("0.05")
LOT_VALUE = Decimal(10)  # account currency per lot and 1.0 of price
COMMISSION = Decimal("-0.35")

FAST = BotSettings(
    name="Fast",
    symbol="EURUSD",
    broker_symbol="",
    strategy="MA_CROSSOVER",
    timeframe=Timeframe.M1,
    sizing=SizingMethod.FIXED_LOT,
    size=Decimal("0.10"),
    parameters={"fast_period": 2, "slow_period": 3},
)


class ScriptedTerminal:
    """A hedging account at a price that tests set; its answers can be broken on purpose.

    `script` holds what becomes of the next orders: "fill" (the default), "partial", "unknown_done" (executed,
    no answer), "unknown_lost" (never arrived), "hidden" (answered, deals not visible yet), "refused_done"
    (executed, answered with a requote), "reject:<retcode>:<class>" or "requote:<new price>"; `stop_script`
    the same for changes of stops ("set" is the default). With `strips` positions are opened without their
    stops, `slip` makes fills worse. `broken` maps a method's name to the error it raises; `meanwhile` runs
    before an order is looked at. `terms` are what differs in a symbol's contract.
    """

    def __init__(self, clock: StepClock) -> None:
        self._clock = clock
        self.logged_in = IDENTITY
        self.currency = "USD"
        self.margin_mode = MarginMode.HEDGING
        self.fifo_close = False
        self.trade_lock: TradeLock | None = None
        self.balance = Decimal(10000)
        self.closes: list[float] = [100.0] * 300
        self.first_open = clock.now() - 300 * MINUTE
        self.price = Decimal(100)
        self.half_spread = HALF_SPREAD
        self.script: list[str] = []
        self.stop_script: list[str] = []
        self.stop_requests: list[StopRequest] = []
        self.strips = False
        self.broken: dict[str, Exception] = {}
        self.open = True
        self.known = {"EURUSD", "GBPUSD", "XAUUSD"}
        self.terms: dict[str, dict] = {
            "GBPUSD": {"currency_base": "GBP"},
            "XAUUSD": {"currency_base": "XAU"},
        }
        self.requests: list[OrderRequest] = []
        self.held: dict[int, Position] = {}
        self.book: list[Deal] = []
        self.invisible: set[int] = set()
        self.keeps_comments = True
        self.connects = 0
        self.filling: int | None = None
        self.slip = Decimal(0)
        self.meanwhile: Callable[[], None] | None = None
        self._tickets = iter(range(500, 10**9))
        self._deposit()

    # --- what tests do to it

    def add_bar(self, close: float) -> None:
        self.closes.append(close)
        self.price = Decimal(str(close))

    def hit(self, position_id: int, reason: str, price: str) -> None:
        self._end(self.held[position_id], self.held[position_id].lots, Decimal(price), reason, 0, "")

    def enter_by_hand(self, side: Side, lots: str, magic: int = 0) -> int:
        return self._begin(side, Decimal(lots), magic, "by hand", None, None, "client").position_id

    def by_hand(self, ticket: int, **changes) -> None:
        self.held[ticket] = replace(self.held[ticket], **changes)

    def close_part(self, ticket: int, lots: str, reason: str = "mobile") -> None:
        position = self.held[ticket]
        self._end(position, Decimal(lots), self._exit_price(position.side), reason, 0, "")

    def add_by_hand(self, position_id: int, lots: str) -> None:
        """Make a netting position larger."""
        position, added = self.held[position_id], Decimal(lots)
        self.held[position_id] = replace(position, lots=position.lots + added)
        side, order = position.side, next(self._tickets)
        price = self.price + side.sign * HALF_SPREAD
        self._note(order, DealEntry.IN, "client", side, added, price, Decimal(0), 0, position.identifier, "")

    def turn_by_hand(self, position_id: int, lots: str) -> int:
        """Close a netting position and open the other side with the rest; return the new ticket."""
        position, traded = self.held.pop(position_id), Decimal(lots)
        side, order, price = position.side.opposite, next(self._tickets), self._exit_price(position.side)
        profit = self.profit(position.side, "EURUSD", position.lots, position.price_open, price)
        rest = traded - position.lots
        self.held[order] = replace(position, ticket=order, side=side, lots=rest, price_open=price, magic=0)
        self._note(order, DealEntry.INOUT, "client", side, traded, price, profit, 0, position.identifier, "")
        return order

    def cut(self, cause: LinkCause = LinkCause.TERMINAL_CLOSED) -> None:
        for name in (
            "identity",
            "positions",
            "account",
            "closed_bars",
            "deals",
            "deals_of",
            "connect",
            "tick",
        ):
            self.broken[name] = TerminalUnavailable(cause)

    # --- the port

    def connect(self) -> None:
        self._maybe("connect")
        self.connects += 1

    def close(self) -> None:
        pass

    def identity(self) -> AccountIdentity:
        self._maybe("identity")
        return self.logged_in

    def server_offset(self) -> timedelta:
        return timedelta(0)

    def account(self) -> AccountState:
        self._maybe("account")
        profit = sum((position.profit for position in self.positions()), Decimal(0))
        margin = Decimal(10) * len(self.held)
        return AccountState(
            balance=self.balance,
            equity=self.balance + profit,
            credit=Decimal(0),
            profit=profit,
            margin=margin,
            free_margin=self.balance + profit - margin,
            margin_level=None if not margin else (self.balance + profit) * 100 / margin,
            currency=self.currency,
            leverage=100,
            margin_mode=self.margin_mode,
            trade_lock=self.trade_lock,
            fifo_close=self.fifo_close,
        )

    def positions(self) -> tuple[Position, ...]:
        self._maybe("positions")
        return tuple(self._marked(position) for position in self.held.values())

    def resolve(self, symbol: str) -> Instrument:
        return self.instrument(symbol)

    def instrument(self, symbol: str) -> Instrument:
        self._maybe("instrument")
        if symbol not in self.known:
            raise SymbolRefused(symbol, "gone", self.offers(symbol))
        return self.contract(symbol)

    def contract(self, symbol: str) -> Instrument:
        plain = Instrument(
            symbol=symbol,
            digits=2,
            point=Decimal("0.01"),
            tick_size=Decimal("0.01"),
            tick_value=LOT_VALUE / 100,
            contract_size=Decimal(100_000),
            volume_min=Decimal("0.01"),
            volume_max=Decimal(100),
            volume_step=Decimal("0.01"),
            stops_level=0,
            currency_base="EUR",
            currency_profit="USD",
            path="Forex\\EURUSD",
        )
        return replace(plain, **self.terms.get(symbol, {}))

    def symbols(self, text: str) -> tuple[SymbolTerms, ...]:
        return search(text, [self.contract(name).terms for name in sorted(self.known)])

    def offers(self, symbol: str) -> tuple[SymbolTerms, ...]:
        return offers(symbol, [self.contract(name).terms for name in sorted(self.known)])

    def tick(self, symbol: str) -> Tick:
        self._maybe("tick")
        return Tick(symbol, self._clock.now(), self.price - self.half_spread, self.price + self.half_spread)

    def closed_bars(self, symbol: str, timeframe: Timeframe, count: int) -> pd.DataFrame:
        self._maybe("closed_bars")
        times = [self.first_open + place * timeframe.duration for place in range(len(self.closes))]
        rows = [
            (at, close, close + 0.5, close - 0.5, close, 10.0)
            for at, close in zip(times, self.closes, strict=True)
            if at + timeframe.duration <= self._clock.now()
        ]
        if not rows:
            raise MarketDataMissing(symbol, timeframe)
        frame = pd.DataFrame(rows, columns=["time", "open", "high", "low", "close", "volume"])
        return frame.set_index("time").iloc[-count:]

    def market_open(self, symbol: str) -> bool:
        self._maybe("market_open")
        return self.open

    def profit(
        self, side: Side, symbol: str, lots: Decimal, price_open: Decimal, price_close: Decimal
    ) -> Decimal:
        self._maybe("profit")
        return _worth(side, lots, price_open, price_close)

    def margin(self, side: Side, symbol: str, lots: Decimal, price: Decimal) -> Decimal:
        return Decimal(100) * lots

    def deals(self, since: datetime) -> tuple[Deal, ...]:
        self._maybe("deals")
        return tuple(deal for deal in self.book if deal.time >= since and deal.ticket not in self.invisible)

    def deals_of(self, position_id: int) -> tuple[Deal, ...]:
        self._maybe("deals_of")
        return tuple(
            deal
            for deal in self.book
            if deal.position_id == position_id and deal.ticket not in self.invisible
        )

    def place(self, request: OrderRequest) -> OrderResult:
        self.requests.append(request)
        fate = self.script.pop(0) if self.script else "fill"
        if self.meanwhile is not None:
            self.meanwhile()
        refusal = self._slipped(request) or self._refused(fate)
        if refusal is not None:
            return refusal
        if fate == "raise":
            raise TerminalUnavailable(LinkCause.TIMEOUT)
        lots = request.lots / 2 if fate == "partial" else request.lots
        comment = request.ref if self.keeps_comments else ""
        deal = self._execute(request, lots, comment)
        if fate in ("hidden", "unknown_hidden"):
            self.invisible.add(deal.ticket)
        if fate == "refused_done":
            return OrderResult(Outcome.REJECTED, 10004, reject_class="requote")
        if fate in ("unknown_done", "unknown_hidden"):
            return OrderResult(Outcome.UNKNOWN, 10012)
        outcome = Outcome.PARTIAL if fate == "partial" else Outcome.FILLED
        return OrderResult(outcome, 10009, deal.order, deal.ticket, lots, deal.price, filling=self.filling)

    def _slipped(self, request: OrderRequest) -> OrderResult | None:
        price = self.price + request.side.sign * HALF_SPREAD
        if request.worst_price is None or request.side.sign * (price - request.worst_price) <= 0:
            return None
        return OrderResult(Outcome.REJECTED, None, price=price, reject_class="slipped")

    def _refused(self, fate: str) -> OrderResult | None:
        word, _, rest = fate.partition(":")
        if word == "requote":
            self.price = Decimal(rest)
            return OrderResult(Outcome.REJECTED, 10004, reject_class="requote")
        if word == "reject":
            retcode, kind = rest.split(":")
            return OrderResult(Outcome.REJECTED, int(retcode), reject_class=kind)
        return OrderResult(Outcome.UNKNOWN, 10012) if word == "unknown_lost" else None

    def change_stops(self, request: StopRequest) -> StopResult:
        self.stop_requests.append(request)
        fate = self.stop_script.pop(0) if self.stop_script else "set"
        if fate.startswith("reject"):
            _, retcode, kind = fate.split(":")
            return StopResult(StopOutcome.REFUSED, int(retcode), kind)
        if fate == "unknown_lost":
            return StopResult(StopOutcome.UNKNOWN, 10012)
        position = self.held.get(request.ticket)
        if position is None:
            return StopResult(StopOutcome.REFUSED, reject_class="state")
        if (
            request.stop_loss
            and position.side.sign * (self._exit_price(position.side) - request.stop_loss) <= 0
        ):
            return StopResult(StopOutcome.REFUSED, reject_class="past")
        self.by_hand(request.ticket, stop_loss=request.stop_loss or position.stop_loss)
        self.by_hand(request.ticket, take_profit=request.take_profit or position.take_profit)
        if fate in ("unknown_done", "unknown_hidden"):
            return StopResult(StopOutcome.UNKNOWN, 10012)
        now = self.held[request.ticket]
        return StopResult(StopOutcome.DONE, 10009, "", "", now.stop_loss, now.take_profit)

    def _execute(self, request: OrderRequest, lots: Decimal, comment: str) -> Deal:
        if request.position_ticket is None:
            stops = (None, None) if self.strips else (request.stop_loss, request.take_profit)
            return self._begin(request.side, lots, request.magic, comment, *stops, "expert")
        position = self.held[request.position_ticket]
        return self._end(position, lots, self._exit_price(position.side), "expert", request.magic, comment)

    def _begin(self, side, lots, magic, comment, stop_loss, take_profit, reason) -> Deal:
        order = next(self._tickets)
        price = self.price + side.sign * (self.half_spread + self.slip)
        now = self._clock.now()
        self.held[order] = Position(
            order,
            order,
            "EURUSD",
            side,
            lots,
            price,
            price,
            stop_loss,
            take_profit,
            Decimal(0),
            Decimal(0),
            magic,
            comment,
            now,
        )
        return self._note(order, DealEntry.IN, reason, side, lots, price, Decimal(0), magic, order, comment)

    def _end(self, position, lots, price, reason, magic, comment) -> Deal:
        profit = _worth(position.side, lots, position.price_open, price)
        if lots == position.lots:
            del self.held[position.ticket]
        else:
            self.held[position.ticket] = replace(position, lots=position.lots - lots)
        side = position.side.opposite
        order = next(self._tickets)
        return self._note(
            order, DealEntry.OUT, reason, side, lots, price, profit, magic, position.ticket, comment
        )

    def _note(self, order, entry, reason, side, lots, price, profit, magic, position_id, comment) -> Deal:
        deal = Deal(
            next(self._tickets),
            order,
            self._clock.now(),
            DealKind.TRADE,
            entry,
            reason,
            "EURUSD",
            side,
            lots,
            price,
            profit,
            COMMISSION,
            Decimal(0),
            Decimal(0),
            magic,
            position_id,
            comment,
        )
        self.balance += deal.net
        self.book.append(deal)
        return deal

    def _deposit(self) -> None:
        self.book.append(
            Deal(
                1,
                0,
                self._clock.now() - timedelta(days=200),
                DealKind.BALANCE,
                DealEntry.IN,
                "client",
                "",
                Side.BUY,
                Decimal(0),
                Decimal(0),
                self.balance,
                Decimal(0),
                Decimal(0),
                Decimal(0),
                0,
                0,
                "deposit",
            )
        )

    def _marked(self, position: Position) -> Position:
        price = self._exit_price(position.side)
        profit = _worth(position.side, position.lots, position.price_open, price)
        return replace(position, price_current=price, profit=profit)

    def _exit_price(self, side: Side) -> Decimal:
        return self.price - side.sign * self.half_spread

    def _maybe(self, name: str) -> None:
        if name in self.broken:
            raise self.broken[name]


def _worth(side: Side, lots: Decimal, price_open: Decimal, price_close: Decimal) -> Decimal:
    return side.sign * (price_close - price_open) * LOT_VALUE * lots


class World:
    """A whole service on real storage, with inline lanes and a market that tests step."""

    def __init__(
        self,
        database: SqlDatabase,
        clock: StepClock,
        terminal,
        *,
        checkpoint=None,
        random=None,
        spread=True,
        stop_policy=StopPolicy.CLOSE,
        gates: GateRules | None = GATES,
    ) -> None:
        self.database = database
        self.clock = clock
        self.terminal = terminal
        self.passed: list[str] = []
        self.checkpoint: Callable[[str], None] = checkpoint or self.passed.append
        self.handlers: dict = {}
        self.terminals: dict = {}
        self.lanes = InlineLanes(self.terminals, self.handlers)
        self.ticker = PacedTicker(self.lanes, clock, spread=spread)
        self.services = open_services(
            database,
            self.ticker,
            self.lanes,
            self.terminals,
            clock,
            clock,
            random=random or Random(1),
            checkpoint=self._passes,
            spread=spread,
            stop_policy=stop_policy,
            gates=gates,
        )
        self.handlers |= {
            TickJob.kind: self.services.cycle.run,
            WatchJob.kind: self.services.watch.run,
            ReconcileJob.kind: self.services.reconcile.run,
            CloseUnknownJob.kind: self.services.strangers.run,
            CloseJob.kind: self.services.closer.run,
        }
        terminal.connect()
        self.account = self.services.control.ensure_account(
            terminal.identity(), terminal.account(), "main", "Asia/Jakarta", terminal
        )
        self.terminals[self.account.id] = terminal

    def _passes(self, step: str) -> None:
        self.checkpoint(step)

    @property
    def control(self):
        return self.services.control

    def actor(self, sent_at: datetime | None = None) -> Actor:
        return Actor(1001, 1001, Role.OWNER, sent_at or self.clock.now())

    def owner(self) -> None:
        with self.database.write() as uow:
            uow.people.add(Member(1001, 1001, Role.OWNER, "en", "UTC"))
            uow.commit()

    def make(self, settings: BotSettings = FAST, **changes) -> int:
        return self.control.create(self.actor(), replace(settings, **changes)).id

    def limits(self, **rules) -> None:
        """Set the account's limits; what is not named stays usual."""
        with self.database.write() as uow:
            guard_rules.save(uow, self.account.id, GuardRules(**rules))
            uow.commit()

    def running(self, settings: BotSettings = FAST, **changes) -> int:
        bot_id = self.make(settings, **changes)
        assert self.start(bot_id).outcomes[0].done
        return bot_id

    def start(self, *bot_ids: int):
        return self.control.start(self.actor(), bot_ids)

    def stop(self, *bot_ids: int, sent_at: datetime | None = None):
        return self.control.stop(self.actor(sent_at), bot_ids or None)

    def bar(self, close: float) -> None:
        """Let one M1 bar close and its tick happen."""
        self.terminal.add_bar(close)
        self.ticker.advance(self.newest_close() + MINUTE + timedelta(seconds=5))

    def newest_close(self) -> datetime:
        return self.clock.now().replace(second=0, microsecond=0)

    def bars(self, *closes: float) -> None:
        for close in closes:
            self.bar(close)

    def advance(self, delta: timedelta) -> None:
        self.ticker.advance(self.clock.now() + delta)

    def tick(self, bot_id: int, due: datetime | None = None) -> None:
        self.lanes.submit(TickJob(self.account.id, bot_id, due or self.clock.now()))

    def bot(self, bot_id: int):
        with self.database.read() as uow:
            return uow.bots.get(bot_id)

    def watch(self) -> None:
        self.lanes.submit(WatchJob(self.account.id))

    def reconcile(self) -> None:
        self.lanes.submit(ReconcileJob(self.account.id))

    def read(self, bot_id: int):
        with self.database.read() as uow:
            return uow.bots.get(bot_id, deleted=True)

    def stored_account(self):
        with self.database.read() as uow:
            return uow.accounts.get(self.account.id)

    def intents(self, bot_id: int | None = None):
        with self.database.read() as uow:
            opened = uow.intents.open_positions(self.account.id).values()
            return [*uow.intents.unsettled(), *opened]

    def unsettled(self):
        with self.database.read() as uow:
            return uow.intents.unsettled()

    def trades(self):
        with self.database.read() as uow:
            return uow.books.trades(None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

    def value(self, key: str) -> str | None:
        with self.database.read() as uow:
            return uow.get_value(key)

    def events(self, *kinds: type) -> list:
        """Return events in the order in which they happened; of bulk events one per bot is kept."""
        with self.database.read() as uow:
            rows = uow.history(limit=100_000)
        found = []
        for _, _, event in reversed(rows):
            if (not kinds or isinstance(event, kinds)) and event not in found:
                found.append(event)
        return found

    def codes(self) -> list[str]:
        return [event.code for event in self.events()]

    def again(self, *, checkpoint=None, **options) -> World:
        """Return a fresh service on the same database and terminal, as after a restart."""
        return World(self.database, self.clock, self.terminal, checkpoint=checkpoint, **options)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("services") / "empty.sqlite3"
    upgrade(path)
    return path


@pytest.fixture
def clock() -> StepClock:
    return StepClock(TUESDAY)


@pytest.fixture
def open_database(empty_database, tmp_path, clock):
    opened: list[SqlDatabase] = []

    def build(
        name: str = "service.sqlite3",
        own_clock: StepClock | None = None,
        busy_timeout: timedelta = timedelta(seconds=5),
    ) -> SqlDatabase:
        path = tmp_path / name
        if not path.exists():
            copyfile(empty_database, path)
        database = SqlDatabase(path, own_clock or clock, busy_timeout=busy_timeout)
        opened.append(database)
        return database

    yield build
    for database in opened:
        database.close()


@pytest.fixture
def terminal(clock) -> ScriptedTerminal:
    return ScriptedTerminal(clock)


@pytest.fixture
def world(open_database, clock, terminal) -> World:
    return World(open_database(), clock, terminal)


@pytest.fixture
def make_world(open_database):
    """Return worlds on their own clock, for property tests that need many of them."""

    def build(
        name: str,
        start: datetime = TUESDAY,
        *,
        spread: bool = True,
        checkpoint=None,
        gates: GateRules | None = GATES,
        **of_database,
    ) -> World:
        own = StepClock(start)
        database = open_database(name, own, **of_database)
        return World(database, own, ScriptedTerminal(own), spread=spread, checkpoint=checkpoint, gates=gates)

    return build


@pytest.fixture
def make_paper_world(open_database, tmp_path):
    """Return a service on the paper terminal; the same name means the same files."""
    terminals: list[PaperTerminal] = []

    def build(
        name: str = "paper",
        start: datetime = TUESDAY,
        clock=None,
        checkpoint=None,
        plan=None,
        gates: GateRules | None = GATES,
        **options,
    ) -> World:
        own = clock or StepClock(start)
        directory = tmp_path / name
        directory.mkdir(exist_ok=True)
        api = PaperTerminal(clock=own.now, data_dir=directory, start=own.now(), **options)
        terminals.append(api)
        line = api if plan is None else FaultyApi(api, plan)
        mt5 = Mt5Terminal(line, clock=own, trade_mode_override=TradeMode.PAPER)
        world = World(open_database(f"{name}.sqlite3", own), own, mt5, checkpoint=checkpoint, gates=gates)
        world.api = api
        return world

    yield build
    for api in terminals:
        api.close_book()


@pytest.fixture
def fast() -> BotSettings:
    return FAST
