"""Examples of every event as life makes them, several where they read differently; used by tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from bot_service.domain import events as e
from bot_service.domain.bots import Fault
from bot_service.domain.check_ins import PromptCause
from bot_service.domain.market import LinkCause, SymbolTerms, TradeLock
from bot_service.domain.people import Role
from bot_service.domain.protection import StopPolicy
from bot_service.domain.risk import DenialReason
from bot_service.domain.trading import ExitCause, Purpose, Side

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
OWNER = 1001
NAMES = MappingProxyType({3: "Gold RSI", 5: "Euro Trend"})
DENIAL_NUMBERS: Mapping[DenialReason, dict[str, str]] = MappingProxyType(
    {
        DenialReason.BELOW_MINIMUM_LOT: {
            "lots": "0.004",
            "minimum": "0.01",
            "risk": "12.5",
            "percent": "2.5",
        },
        DenialReason.ABOVE_MAXIMUM_LOT: {"lots": "120", "maximum": "50"},
        DenialReason.INVALID_LOT: {"lots": "0.015", "step": "0.01", "nearest": "0.01"},
        DenialReason.RISK_ABOVE_CAP: {"lots": "0.5", "risk": "310", "percent": "3.1", "cap_percent": "2"},
        DenialReason.NO_ATR: {},
        DenialReason.STOP_TOO_NEAR: {"distance": "0.0004", "needed": "0.001"},
        DenialReason.TICK_VALUE_DOUBTFUL: {"computed": "100", "expected": "130"},
        DenialReason.NOT_ENOUGH_MARGIN: {"needed": "250", "free": "180.4"},
        DenialReason.MARGIN_LEVEL_LOW: {"level": "240", "minimum_level": "300"},
        DenialReason.NOT_TRADABLE: {},
        DenialReason.NO_MONEY: {"base": "0"},
        DenialReason.PRICE_MOVED: {
            "asked_price": "3004.69",
            "price_now": "3006.10",
            "dearer": "1.41",
            "allowed": "0.64",
        },
        DenialReason.PAUSED: {"until": "2026-03-03T13:00:00+00:00"},
        DenialReason.PAUSE_DAY: {"name": "Nyepi", "until": "2026-03-03T17:00:00+00:00"},
        DenialReason.PAUSE_HOURS: {"until": "2026-03-03T14:30:00+00:00"},
        DenialReason.REENTRY: {"side": "BUY"},
        DenialReason.JUST_OPENED: {"until": "2026-03-03T12:10:00+00:00"},
        DenialReason.ABOUT_TO_CLOSE: {"closes": "2026-03-03T12:10:00+00:00"},
        DenialReason.LONG_CLOSE_AHEAD: {
            "closes": "2026-03-03T13:10:00+00:00",
            "opens": "2026-03-05T22:00:00+00:00",
        },
        DenialReason.SPREAD_WIDE: {"percent": "34", "cap_percent": "20"},
        DenialReason.SPREAD_UNUSUAL: {"times": "5.2", "most": "3"},
        DenialReason.SPREAD_AFTER_CLOSE: {"times": "3.4", "most": "1.5"},
        DenialReason.OPEN_RISK: {"percent": "5.2", "after_percent": "6.4", "cap_percent": "6"},
        DenialReason.CURRENCY_RISK: {"percent": "3.1", "after_percent": "4.3", "cap_percent": "4"},
        DenialReason.NO_STOP_OPEN: {"symbol": "XAUUSD", "ticket": "#1000077"},
        DenialReason.TOO_MANY_ENTRIES: {"entries": "10", "most": "10"},
    }
)
GOLD = SymbolTerms("XAUUSD", Decimal(100), 2, "XAU", "USD", "Gold vs US Dollar")
SMALL_GOLD = SymbolTerms("XAUUSDm", Decimal(10), 2, "XAU", "USD", "Gold, small")
_ABOUT = {"happened_at": AT, "account_id": 1}
_BOT = {**_ABOUT, "bot_id": 3, "name": "Gold RSI"}
_TRADE = {**_BOT, "symbol": "XAUUSD", "side": Side.BUY}
_ORDER = {**_TRADE, "lots": Decimal("0.01")}
_OPEN = {**_ORDER, "ticket": 1000002, "position_id": 1000002, "currency": "USD"}
_FACTS = {
    **_ABOUT,
    "ticket": 1000077,
    "symbol": "XAUUSD",
    "side": Side.SELL,
    "lots": Decimal("0.03"),
}


def _bots() -> list[e.Event]:
    return [
        e.BotCreated(**_BOT),
        e.BotEdited(**_BOT, version=2, changes={"size": ("0.5", "1")}),
        e.BotDeleted(**_BOT),
        e.BotsStarted(**_ABOUT, bot_ids=(3,), actor=OWNER),
        e.BotsStarted(**_ABOUT, bot_ids=(3, 5), actor=OWNER),
        e.BotsStopping(**_ABOUT, bot_ids=(3,), actor=OWNER),
        e.BotsStopping(**_ABOUT, bot_ids=(3, 5), busy=(5,), actor=OWNER),
        e.BotStopped(**_BOT),
        e.BotsExitOnly(**_ABOUT, bot_ids=(3, 5)),
        e.BotFlat(**_BOT),
        *(e.BotFaulted(**_BOT, fault=fault) for fault in Fault),
        e.BotFaulted(**_BOT, fault=Fault.SYMBOL_GONE, ticket=1000002, stop_loss=Decimal("2998.39")),
        e.BotFaulted(**_BOT, fault=Fault.SYMBOL_GONE, ticket=1000002),
        e.DueReset(**_BOT, was=AT + timedelta(days=2)),
        e.StoppedFromConsole(**_ABOUT, bot_ids=(3, 5)),
    ]


def _orders() -> list[e.Event]:
    filled = {
        **_OPEN,
        "price": Decimal("3004.69"),
        "stop_loss": Decimal("2998.39"),
        "take_profit": Decimal("3017.28"),
        "planned_risk": Decimal("6.38"),
        "strategy": "RSI_CROSSOVER",
    }
    closed = {
        **_OPEN,
        "price_open": Decimal("3004.69"),
        "price": Decimal("2998.31"),
        "opened_at": AT - timedelta(minutes=37),
        "net": Decimal("-6.43"),
        "r": Decimal("-1.01"),
    }
    return [
        e.OrderFilled(**filled),
        e.OrderFilled(**filled | {"stop_loss": None, "take_profit": None, "planned_risk": None}),
        e.OrderFilled(**filled, partial=True, asked_lots=Decimal("0.03")),
        e.OrderFilled(**filled, slippage=Decimal("1.2")),
        e.OrderFilled(**filled, slippage=Decimal("3.2"), beyond_limit=True),
        *(
            e.EntryDenied(**_TRADE, reason=reason, numbers={**numbers, "currency": "USD"})
            for reason, numbers in DENIAL_NUMBERS.items()
        ),
        e.OrderRejected(**_ORDER, purpose=Purpose.OPEN, retcode=10019, reject_class="funds"),
        e.OrderRejected(**_ORDER, purpose=Purpose.CLOSE, retcode=10006, reject_class="reject"),
        e.OrderDelayed(**_ORDER, purpose=Purpose.OPEN, retcode=10004, reject_class="requote"),
        e.OrderDelayed(**_ORDER, purpose=Purpose.CLOSE, retcode=10021, reject_class="no_quotes"),
        e.MarketClosed(**_ORDER, purpose=Purpose.OPEN),
        e.MarketClosed(**_ORDER, purpose=Purpose.CLOSE),
        e.OrderUnknown(**_ORDER, purpose=Purpose.OPEN),
        e.OrderUnknown(**_ORDER, purpose=Purpose.CLOSE),
        e.OrderNeverSent(**_ORDER, purpose=Purpose.OPEN),
        e.OrderNeverSent(**_ORDER, purpose=Purpose.CLOSE),
        e.SignalStale(**_TRADE, bar_time=AT - timedelta(hours=1), late_s=421),
        *(e.PositionClosed(**closed, cause=cause) for cause in ExitCause),
        e.PositionClosed(**closed | {"bot_id": None, "name": "", "r": None}, cause=ExitCause.BY_HAND),
    ]


def _stops() -> list[e.Event]:
    stop = Decimal("2998.39")
    changed = {
        **_OPEN,
        "lots_before": Decimal("0.01"),
        "stop_before": stop,
        "stop_loss": stop,
        "target_before": Decimal("3017.28"),
        "take_profit": Decimal("3017.28"),
        "result_before": Decimal("-6.38"),
        "result": Decimal("-6.38"),
    }
    return [
        e.StopMissing(**_OPEN, wanted=stop, policy=StopPolicy.CLOSE),
        e.StopMissing(**_OPEN, wanted=stop, policy=StopPolicy.ALERT),
        e.StopRestored(**_OPEN, stop_loss=stop, wanted=stop, result=Decimal("-6.38")),
        e.StopRestored(
            **_OPEN, stop_loss=Decimal("3000.10"), wanted=stop, result=Decimal("-4.60"), actor=OWNER
        ),
        e.StopUnmended(**_OPEN, wanted=stop, cause="invalid_stops", closing=False, missing_s=34),
        e.StopUnmended(**_OPEN, wanted=stop, cause="", closing=True, missing_s=64),
        e.StopRemoved(**_OPEN, stop_before=stop, result_before=Decimal("-6.38"), removal=1),
        e.StopRemoved(
            **_OPEN,
            stop_before=stop,
            result_before=Decimal("-6.38"),
            removal=2,
            last_seen_at=AT - timedelta(hours=2),
        ),
        e.PositionChanged(**changed | {"stop_loss": Decimal("2990.10"), "result": Decimal("-14.59")}),
        e.PositionChanged(**changed | {"take_profit": None}),
        e.PositionChanged(**changed | {"lots_before": Decimal("0.02")}, by=ExitCause.BY_HAND),
        e.PositionChanged(**changed | {"lots_before": Decimal("0.02")}, by=ExitCause.STOP_OUT),
        e.StopMoved(**_OPEN, stop_loss=Decimal("3004.69"), before=stop),
    ]


def _closing() -> list[e.Event]:
    return [
        e.ClosingOrdered(**_ABOUT, tickets=(1000002,), actor=OWNER),
        e.ClosingOrdered(**_ABOUT, tickets=(1000002, 1000005), panic=True, actor=OWNER),
        e.ClosingOrdered(**_ABOUT, tickets=(1000002, 1000005), panic=True),
        e.ClosingDone(**_OPEN, left=Decimal(0), net=Decimal("4.20")),
        e.ClosingDone(**_OPEN, left=Decimal("0.02"), net=None),
        e.ClosingChanged(**_OPEN, confirmed=Decimal("0.02")),
        e.ClosingChanged(**_OPEN | {"lots": Decimal(0)}, confirmed=Decimal("0.02")),
        e.ClosingRefused(**_OPEN, retcode=10006, reject_class="reject", again=True),
        e.ClosingRefused(**_OPEN, retcode=10006, reject_class="reject", again=False),
        e.ClosingWaits(**_OPEN, opens=AT + timedelta(hours=40)),
        e.ClosingWaits(**_OPEN, opens=None),
        e.ClosingUnknown(**_OPEN),
        e.ClosingCancelled(**_ABOUT, tickets=(1000002, 1000005), actor=OWNER),
    ]


def _symbols() -> list[e.Event]:
    trouble = {"happened_at": AT, "account_id": 1, "symbol": "XAUUSD", "bot_ids": (3, 5), "before": GOLD}
    left = (e.LeftOpen(1000002, Decimal("2998.39")), e.LeftOpen(1000005, None))
    return [
        e.SymbolTrouble(**trouble, reason="gone", offers=(SMALL_GOLD,), left_open=left),
        e.SymbolTrouble(**trouble, reason="not_tradable"),
        e.SymbolTrouble(**trouble, reason="changed", now=SymbolTerms("XAUUSD", Decimal(10), 3, "XAU", "USD")),
        e.SymbolReplaced(**_ABOUT, bot_ids=(3, 5), symbol="XAUUSD", now=SMALL_GOLD, before=GOLD, actor=OWNER),
    ]


def _service() -> list[e.Event]:
    lost = {"cause": LinkCause.TERMINAL_CLOSED, "waiting_bots": 2}
    line = e.GapLine(
        1000002, Side.BUY, Decimal("3004.69"), Decimal("3001.10"), Decimal("2998.39"), Decimal(-57)
    )
    bare = e.GapLine(1000005, Side.SELL, Decimal("1.0412"), Decimal("1.0391"), None, None)
    away = e.GapLine(1000007, Side.SELL, Decimal("1.0412"), Decimal("1.0391"), Decimal("1.05"), Decimal(24))
    resumed = {**_ABOUT, "resumed": (3, 5)}
    return [
        *(e.LinkLost(**_ABOUT, cause=cause, waiting_bots=2) for cause in LinkCause),
        e.LinkLost(**_ABOUT, **lost, open_positions=0, seen_at=AT),
        e.LinkLost(**_ABOUT, **lost, open_positions=2, seen_at=AT),
        e.LinkLost(**_ABOUT, **lost, open_positions=2, without_stop=1, seen_at=AT),
        e.LinkRestored(**_ABOUT, lost_s=754),
        e.OtherAccount(**_ABOUT, expected="5000001 Paper-Demo", actual="7000002 Other-Live"),
        e.ServiceResumed(**resumed, positions=0, without_stop=0, down_s=360),
        e.ServiceResumed(**resumed, positions=2, without_stop=0, down_s=360),
        e.ServiceResumed(**resumed, positions=2, without_stop=1, down_s=360),
        e.ClockSkewed(happened_at=AT, skew_s=47),
        e.MarketEnded(**_ABOUT),
        e.ReportReady(**_ABOUT, day="2026-03-02"),
        e.ReportCorrected(
            **_ABOUT,
            day=AT.date() - timedelta(days=1),
            trades_before=3,
            trades=4,
            net_before=Decimal("-6.20"),
            net=Decimal("-9.85"),
            currency="USD",
        ),
        e.BotsOverdue(**_ABOUT, bot_ids=(3, 5), late_s=640),
        e.ScheduleStalled(happened_at=AT, silent_s=1820),
        e.MarketReopened(**_ABOUT, symbol="XAUUSD", positions=(line, bare, away)),
        e.EntriesPaused(happened_at=AT, cause="pause", until=AT + timedelta(hours=1), actor=OWNER),
        e.EntriesPaused(
            happened_at=AT, cause="pause", until=AT + timedelta(hours=1), bot_ids=(3, 5), actor=OWNER
        ),
        e.EntriesPaused(happened_at=AT, cause="pause_day", until=AT + timedelta(hours=9), name="Nyepi"),
        e.EntriesPaused(happened_at=AT, cause="pause_day", until=AT + timedelta(hours=9)),
        e.EntriesResumed(happened_at=AT, cause="pause"),
        e.EntriesResumed(happened_at=AT, cause="pause", bot_ids=(3, 5)),
        e.EntriesResumed(happened_at=AT, cause="pause_day", name="Nyepi"),
        e.PausesChanged(happened_at=AT, added=True, what="2026-03-19", actor=OWNER),
        e.PausesChanged(happened_at=AT, added=False, what="19:00-21:30", actor=OWNER),
        e.ReentryAllowed(**_BOT, side=Side.BUY, actor=OWNER),
        e.RestartsHeld(happened_at=AT, restarts=3, within_s=480),
        e.RestartsOver(happened_at=AT, actor=OWNER),
    ]


def _guards() -> list[e.Event]:
    day = {
        **_ABOUT,
        "limit": Decimal(500),
        "currency": "USD",
        "ends_at": AT + timedelta(hours=10),
        "closes": False,
    }
    short = {"happened_at": AT, "disk_free_mb": 640, "memory_percent": 93, "lane_lag_s": 21}
    return [
        e.DailyLossNear(**day, loss=Decimal("412.30"), until_owner=False),
        e.DailyLossHit(**day, loss=Decimal("503.10"), until_owner=False, positions=0),
        e.DailyLossHit(**day | {"closes": True}, loss=Decimal("503.10"), until_owner=True, positions=2),
        e.GuardLifted(**_ABOUT),
        e.GuardLifted(**_ABOUT, actor=OWNER),
        e.GuardClosing(**_ABOUT, closed=2, left=0, tickets=(), why=""),
        e.GuardClosing(**_ABOUT, closed=1, left=1, tickets=(1000002,), why="no_quotes"),
        e.MarginLow(**_ABOUT, percent=Decimal(262), limit=Decimal(300), near_call=False, call=Decimal(100)),
        e.MarginLow(**_ABOUT, percent=Decimal(131), limit=Decimal(150), near_call=True, call=Decimal(100)),
        e.MarginFine(**_ABOUT, percent=Decimal(420)),
        e.LimitsChanged(**_ABOUT, weaker=True, lines=(("open_risk", "6", "8"),), actor=OWNER),
        *(e.BotRunaway(**_BOT, cause=cause, times=5) for cause in ("rejections", "losses")),
        e.BotGoesOn(**_BOT, actor=OWNER),
        *(e.MachineShort(**short, resource=resource) for resource in ("disk", "memory", "lane")),
        e.MachineFine(happened_at=AT, resource="disk"),
        e.CopyRestored(happened_at=AT),
        e.CopyRestoredOver(happened_at=AT, actor=OWNER),
    ]


def _truth() -> list[e.Event]:
    return [
        e.UnknownPosition(**_FACTS, position_id=1000077),
        *(
            e.UnknownPositionClosed(**_FACTS, outcome=outcome, reject_class=why, retcode=code)
            for outcome, why, code in (
                ("filled", "", 0),
                ("partial", "", 0),
                ("rejected", "reject", 10006),
                ("unknown", "", 0),
            )
        ),
        e.SecondCopyTrades(**_FACTS, deals=3),
        e.SecondCopyListens(happened_at=AT, lasting_s=75),
        e.SecondCopyOver(happened_at=AT),
        e.SecondCopyOver(happened_at=AT, actor=OWNER),
        e.TelegramRestored(happened_at=AT, lost_s=905),
        e.PositionMissing(**_FACTS, bot_id=3, name="Gold RSI"),
        e.PositionFound(**_FACTS, bot_id=3, name="Gold RSI", is_open=True),
        e.PositionFound(**_FACTS, bot_id=3, name="Gold RSI", is_open=False),
        e.PositionShared(**_FACTS, bot_id=3, name="Gold RSI", own_lots=Decimal("0.01")),
        e.PositionUnshared(**_BOT, symbol="XAUUSD"),
        *(e.TradingLocked(**_ABOUT, lock=lock, waiting_bots=2, open_positions=1) for lock in TradeLock),
        e.TradingLocked(**_ABOUT, lock=TradeLock.READ_ONLY, waiting_bots=2, open_positions=0),
        e.TradingUnlocked(**_ABOUT, locked_s=312),
        e.CurrencyChanged(**_ABOUT, before="USD", now="USC"),
        e.CurrencySettled(**_ABOUT, currency="USC", actor=OWNER),
        e.CurrencySettled(**_ABOUT, currency="USD"),
    ]


def _people() -> list[e.Event]:
    somebody = {"happened_at": AT, "user_id": 1002, "name": "Budi"}
    return [
        e.StrangerKnocked(**somebody),
        e.MemberUnreachable(happened_at=AT, user_id=1002),
        e.OwnerPaired(happened_at=AT, user_id=1002),
        e.MemberInvited(happened_at=AT, role=Role.VIEWER, expires_at=AT + timedelta(hours=24), actor=OWNER),
        e.InvitationRevoked(happened_at=AT, role=Role.VIEWER, actor=OWNER),
        e.MemberJoined(**somebody, role=Role.OPERATOR),
        e.AccessGranted(happened_at=AT, role=Role.VIEWER),
        e.RoleChanged(**somebody, before=Role.VIEWER, after=Role.OPERATOR, actor=OWNER),
        e.MemberRemoved(**somebody, role=Role.VIEWER, actor=OWNER),
        e.AccessEnded(happened_at=AT, user_id=1002),
        e.GroupConnected(happened_at=AT, chat_id=-5, title="Tim Emas", actor=OWNER),
        e.GroupDisconnected(happened_at=AT, chat_id=-5, title="Tim Emas", actor=OWNER),
        e.GroupDisconnected(happened_at=AT, chat_id=-5, title="Tim Emas"),
        *(e.CheckInDue(happened_at=AT, user_id=OWNER, prompt_id=7, cause=cause) for cause in PromptCause),
        e.WaitOver(happened_at=AT, user_id=OWNER, act_id=3),
        e.WeeklyLetterReady(happened_at=AT, user_id=OWNER, week=AT.date()),
    ]


def examples() -> dict[str, list[e.Event]]:
    """Return the examples by the code of their event."""
    found: dict[str, list[e.Event]] = defaultdict(list)
    for family in (_bots, _orders, _stops, _closing, _symbols, _service, _guards, _truth, _people):
        for event in family():
            found[event.code].append(event)
    return dict(found)
