"""All use cases, built once by the composition root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot_service.domain.entering import GateRules
from bot_service.domain.protection import StopPolicy
from bot_service.domain.quotes import RiskLimits
from bot_service.ports import (
    BackTester,
    Clock,
    Database,
    Lanes,
    LogBook,
    NoLogBook,
    Terminal,
    Ticker,
    Wording,
    Writer,
)
from bot_service.services.accounts import Accounts
from bot_service.services.alerts import Alerts
from bot_service.services.aside import Aside
from bot_service.services.asking import Asking
from bot_service.services.auditing import Auditing
from bot_service.services.backtests import BackTests
from bot_service.services.changes import Changes
from bot_service.services.charting import Charting
from bot_service.services.chats import Chats
from bot_service.services.check_ins import CheckIns
from bot_service.services.closer import Closer
from bot_service.services.closing import Closing
from bot_service.services.closings import Closings
from bot_service.services.contracts import Contracts
from bot_service.services.control import Control
from bot_service.services.copies import Copies
from bot_service.services.cycle import Cycle, no_checkpoint
from bot_service.services.delivery import Delivery
from bot_service.services.desk import Desk
from bot_service.services.entry_stops import EntryStops
from bot_service.services.explaining import Explaining
from bot_service.services.exporting import Exporting
from bot_service.services.exposures import Exposures
from bot_service.services.farewells import Farewells
from bot_service.services.flattening import Flattening
from bot_service.services.groups import ChatGroups
from bot_service.services.guards import Guards
from bot_service.services.holding import Holding
from bot_service.services.hours import Hours
from bot_service.services.limits import Limits
from bot_service.services.link import Link
from bot_service.services.looks import Looks
from bot_service.services.membership import Membership
from bot_service.services.mentor_hub import MentorHub
from bot_service.services.mentor_rounds import MentorRounds
from bot_service.services.mentoring import LATE_AFTER, Mentoring
from bot_service.services.orders import Checkpoint, Orders
from bot_service.services.overdue import Overdue
from bot_service.services.pausing import Pausing
from bot_service.services.phrasing import Phrasing, WriterRules
from bot_service.services.preferences import Preferences
from bot_service.services.promising import Promising
from bot_service.services.prompting import Prompting
from bot_service.services.queries import Queries
from bot_service.services.rebuilding import Rebuilding
from bot_service.services.reconcile import Reconcile
from bot_service.services.resources import Resources
from bot_service.services.restarts import Restarts
from bot_service.services.restored import Restored
from bot_service.services.results import Results
from bot_service.services.runaways import Runaways
from bot_service.services.second_looks import SecondLooks
from bot_service.services.stops import Stops
from bot_service.services.strangers import Strangers
from bot_service.services.symbols import Symbols
from bot_service.services.tastes import Tastes
from bot_service.services.watch import Watch
from bot_service.services.weekly import Weekly
from bot_service.services.wishes import Wishes
from bot_service.services.wizard import Wizard


@dataclass(frozen=True)
class Services:
    """Every use case that the edge and the lanes call."""

    control: Control
    pausing: Pausing
    queries: Queries
    results: Results
    accounts: Accounts
    asking: Asking
    charting: Charting
    tastes: Tastes
    symbols: Symbols
    backtests: BackTests
    chats: Chats
    membership: Membership
    auditing: Auditing
    exporting: Exporting
    groups: ChatGroups
    mentoring: Mentoring
    check_ins: CheckIns
    promising: Promising
    mentor_rounds: MentorRounds
    hub: MentorHub
    explaining: Explaining
    wishes: Wishes
    delivery: Delivery
    preferences: Preferences
    alerts: Alerts
    cycle: Cycle
    watch: Watch
    stops: Stops
    closing: Closing
    closer: Closer
    entry_stops: EntryStops
    farewells: Farewells
    rebuilding: Rebuilding
    reconcile: Reconcile
    overdue: Overdue
    copies: Copies
    strangers: Strangers
    holding: Holding
    restarts: Restarts
    phrasing: Phrasing
    wizard: Wizard
    limits: Limits
    runaways: Runaways
    restored: Restored
    resources: Resources


def open_services(
    database: Database,
    ticker: Ticker,
    lanes: Lanes,
    terminals: Mapping[int, Terminal],
    market: Clock,
    wall: Clock,
    limits: RiskLimits | None = None,
    random: Random | None = None,
    checkpoint: Checkpoint = no_checkpoint,
    language: str = "id",
    time_zone: str = "Asia/Jakarta",
    *,
    spread: bool = True,
    late_after: timedelta = LATE_AFTER,
    tester: BackTester | None = None,
    broken_strategies: Iterable[tuple[str, str]] = (),
    log_book: LogBook | None = None,
    stop_policy: StopPolicy = StopPolicy.CLOSE,
    gates: GateRules | None = GateRules(),  # noqa: B008  # frozen
    alerts_per_hour: int = 0,
    pace: float = 1.0,
    wording: Wording | None = None,
    writer: Writer | None = None,
    writer_rules: WriterRules = WriterRules(),  # noqa: B008  # frozen
) -> Services:
    """Build the use cases on their ports.

    `checkpoint` is called after each numbered step of a tick; a report later than `late_after` (market
    time) says so; `broken_strategies` come as source and reason; `stop_policy` says what becomes of
    a position whose stop can't be set. Without `gates` nothing but money holds an
    entry back: only replays of history want that. `pace` is how many seconds of market pass in
    one of life.
    A `writer` says the sentences of `wording` more warmly.
    """
    desk = Desk(database, ticker, lanes, terminals, market, wall, spread)
    risk_limits = limits or RiskLimits()
    link, looks, closings = Link(desk), Looks(desk), Closings(desk)
    contracts = Contracts(desk)
    pausing = Pausing(desk)
    queries = Queries(database, wall, market, broken_strategies)
    reconcile = Reconcile(desk, link, looks, closings)
    changes = Changes(desk, stop_policy)
    orders = Orders(desk, looks, closings, checkpoint)
    stops = Stops(desk, looks, orders, stop_policy, checkpoint)
    closing = Closing(desk)
    control = Control(database, ticker, lanes, terminals, market, wall, risk_limits, random, spread=spread)
    farewells = Farewells(desk, control, closing)
    closer = Closer(desk, link, looks, closings, orders, checkpoint)
    watches_limits = gates is not None
    flattening = Flattening(desk, looks, orders)
    guards = Guards(desk, looks, closings, Exposures(), flattening, on=watches_limits)
    runaways = Runaways(desk, on=watches_limits)
    mentoring = Mentoring(database, market, wall, late_after, Aside(desk), risk_limits.trade_cap_percent)
    promising = Promising(desk)
    return Services(
        control=control,
        pausing=pausing,
        queries=queries,
        accounts=Accounts(desk, queries),
        asking=Asking(desk),
        results=Results(database, wall, market),
        charting=Charting(desk),
        tastes=Tastes(database),
        symbols=Symbols(desk),
        backtests=BackTests(desk, tester),
        chats=Chats(database, wall, language, time_zone),
        membership=Membership(database, wall, language, time_zone),
        auditing=Auditing(database, market, wall, log_book or NoLogBook()),
        exporting=Exporting(database, wall),
        groups=ChatGroups(database, wall),
        mentoring=mentoring,
        mentor_rounds=MentorRounds(Prompting(desk), promising, mentoring, Weekly(desk)),
        promising=promising,
        check_ins=CheckIns(desk),
        hub=MentorHub(desk),
        explaining=Explaining(desk),
        wishes=Wishes(desk),
        delivery=Delivery(database, wall, alerts_per_hour),
        alerts=Alerts(database, wall),
        preferences=Preferences(database, wall),
        cycle=Cycle(
            desk,
            link,
            looks,
            closings,
            contracts,
            risk_limits,
            checkpoint,
            gates=gates,
            runaways=runaways,
        ),
        watch=Watch(
            desk,
            link,
            looks,
            closings,
            reconcile,
            changes,
            stops,
            contracts,
            pausing,
            (closer, farewells, guards, runaways, Hours(desk), SecondLooks(desk)),
        ),
        stops=stops,
        closing=closing,
        closer=closer,
        entry_stops=EntryStops(desk, looks),
        farewells=farewells,
        rebuilding=Rebuilding(database, market, wall),
        reconcile=reconcile,
        overdue=Overdue(desk),
        copies=(copies := Copies(database, wall, market)),
        strangers=Strangers(desk, link, looks),
        holding=Holding(desk, copies),
        restarts=Restarts(desk),
        phrasing=Phrasing(database, market, wall, wording, writer, writer_rules),
        wizard=Wizard(database, wall),
        limits=Limits(desk, guards),
        runaways=runaways,
        restored=Restored(database, wall, market),
        resources=Resources(desk, pace),
    )
