"""Five typical days, made by the mentor's own code from trades, acts and moods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot_service.domain.accounts import Account
from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Books, CheckIn, DayReport, Intervention, MarketCondition, Mood, Tally
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.mentor.day import DayContext, History
from bot_service.mentor.facts import day_report
from bot_service.mentor.whole import whole
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render.report import ReportView

DAY = date(2026, 11, 18)
NAMES = {1: "EUR pagi", 2: "Emas harian", 3: "Indeks NY"}
SYMBOLS = {1: "EURUSD", 2: "XAUUSD", 3: "US500", None: "XAUUSD"}
RISK = Decimal(20)
OPENING = Decimal(10000)
ACCOUNT = Account(
    1, "Utama", AccountIdentity("Contoh", 12_345_678, TradeMode.DEMO), "USD", MarginMode.HEDGING, 100,
    "Asia/Jakarta", 7,
)  # fmt: skip
TAG = AccountTag(TradeMode.DEMO, 12_345_678)
SL, TP, SIGNAL, HAND = ExitCause.STOP_LOSS, ExitCause.TAKE_PROFIT, ExitCause.SIGNAL, ExitCause.OPERATOR
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Example:
    """A day with its title in both languages."""

    name: str
    titles: dict[str, str]
    view: ReportView


def begin_of(day: date) -> datetime:
    """Return the first moment of a trading day."""
    return ACCOUNT.day_bounds(day)[0]


def trade(
    day: date, minute: int, bot: int | None, net: str, cause: ExitCause, *, planned: Decimal | None = RISK
) -> ClosedTrade:
    """Return a closed trade, `minute` minutes into its day, with a commission of a dollar in it."""
    closed = begin_of(day) + minute * _MINUTE
    return ClosedTrade(
        account_id=1, position_id=44_000 + (day - date(2026, 10, 1)).days * 100 + minute // 15, bot_id=bot,
        strategy="MA_CROSSOVER", symbol=SYMBOLS[bot], side=Side.BUY, lots=Decimal("0.10"),
        price_open=Decimal("1.1"), price_close=Decimal("1.1"), opened_at=closed - timedelta(hours=2),
        closed_at=closed, profit=Decimal(net) + 1, commission=Decimal(-1), swap=Decimal(0), fee=Decimal(0),
        cause=cause, planned_risk=planned,
    )  # fmt: skip


def made(
    day: date,
    trades: Sequence[ClosedTrade],
    earlier: Sequence[DayReport],
    *,
    past: Sequence[ClosedTrade] = (),
    moods: Sequence[CheckIn] = (),
    notes: Sequence[str] = (),
    deposit: Decimal = Decimal(0),
    context: DayContext = DayContext(),  # noqa: B008  # frozen
) -> DayReport:
    """Return the report of a day after the days before it."""
    opening = earlier[-1].books.closing if earlier and earlier[-1].books else OPENING
    net = sum((one.net for one in trades), Decimal(0))
    books = Books(opening, net, deposit, opening + net + deposit)
    history = History.of(ACCOUNT, past, account_since=begin_of(day) - timedelta(days=200))
    report = day_report(ACCOUNT, day, True, trades, NAMES, moods, notes, books, history, len(trades), context)
    return whole(report, earlier)


def past_days() -> tuple[list[DayReport], list[ClosedTrade]]:
    """Return a month of plain days before the examples."""
    rng = Random(5)  # noqa: S311  # an example, not a secret
    reports: list[DayReport] = []
    trades: list[ClosedTrade] = []
    for back in range(30, 0, -1):
        day = DAY - timedelta(days=back)
        if day.weekday() > 4:  # noqa: PLR2004  # the weekend
            continue
        today = [
            trade(day, 200 + 75 * number, 1 + number % 3, net, SL if net.startswith("-") else TP)
            for number in range(rng.randrange(2, 5))
            for net in [rng.choice(["-20.60", "-20.40", "-20.20", "31.80", "38.40", "24.20"])]
        ]
        reports.append(made(day, today, reports, past=trades))
        trades.extend(today)
    return reports, trades


def _mood(minute: int, mood: Mood) -> CheckIn:
    return CheckIn(begin_of(DAY) + minute * _MINUTE, mood)


def _edit(minute: int, bot: int, before: str, after: str) -> Act:
    return Act(
        begin_of(DAY) + minute * _MINUTE, ActKind.EDIT, 1001, bot, symbol=SYMBOLS[bot],
        changes={"size": (before, after)}, risk_before=Decimal(before), risk_after=Decimal(after),
        command="edit_bot", reference=812,
    )  # fmt: skip


def _hand(
    minute: int,
    position: int,
    actual: str,
    rule: str,
    cause: ExitCause,
    hours: int,
    kind: ActKind = ActKind.CLOSE,
) -> Intervention:
    at = begin_of(DAY) + minute * _MINUTE
    return Intervention(
        at, kind, Decimal(actual), Decimal(rule), "EURUSD", 1, position, cause, at + timedelta(hours=hours)
    )


def examples() -> tuple[Example, ...]:
    """Return the five days."""
    earlier, past = past_days()
    market = (
        MarketCondition("EURUSD", False, Decimal("0.8")),
        MarketCondition("XAUUSD", True, Decimal("1.4")),
    )

    def day(trades: Sequence[ClosedTrade], **more: object) -> DayReport:
        context = more.pop("context", DayContext())
        return made(DAY, trades, earlier, past=past, context=replace(context, market=market), **more)  # type: ignore[arg-type, type-var]

    inside = day(
        [
            trade(DAY, 200, 1, "-20.60", SL),
            trade(DAY, 260, 2, "-20.40", SL),
            trade(DAY, 420, 1, "14.20", SIGNAL),
            trade(DAY, 610, 3, "-20.90", SL),
        ],
        moods=[_mood(130, Mood.CALM)],
    )
    raised = day(
        [
            trade(DAY, 200, 2, "-20.60", SL),
            trade(DAY, 330, 2, "58.40", TP, planned=RISK * 2),
            trade(DAY, 500, 1, "31.80", TP),
        ],
        moods=[_mood(140, Mood.CONFIDENT), _mood(240, Mood.FRUSTRATED)],
        context=DayContext(acts=(_edit(222, 2, "0.20", "0.40"),)),
    )
    by_hand = day(
        [
            trade(DAY, 240, 1, "8.20", HAND),
            trade(DAY, 300, 1, "-27.90", HAND),
            trade(DAY, 480, 2, "38.40", TP),
        ],
        moods=[_mood(235, Mood.ANXIOUS)],
        notes=["Tutup EURUSD karena takut berita jam delapan."],
        context=DayContext(
            interventions=(
                _hand(240, 48_816, "0.41", "-1.02", SL, 2),
                _hand(290, 48_820, "-1.40", "0.95", TP, 5, ActKind.MOVE_STOP),
            ),
            month=Tally(12, 4, Decimal("2.1"), 8, Decimal("-5.3")),
        ),
    )
    quiet = day([], moods=[_mood(400, Mood.BORED)])
    paid_in = day(
        [
            trade(DAY, 230, 3, "52.40", TP),
            trade(DAY, 300, 1, "-20.20", SL),
            trade(DAY, 640, 3, "6.10", SIGNAL),
        ],
        deposit=Decimal(500),
        moods=[_mood(150, Mood.NEUTRAL)],
    )
    return (
        _example("inside", "Rugi, tapi sesuai rencana", "Lost, and inside the plan", inside),
        _example("raised", "Profit, dengan risiko yang naik setelah rugi", "Won, with risk raised", raised),
        _example("by-hand", "Turun tangan", "By hand", by_hand),
        _example("quiet", "Hari yang tenang", "A quiet day", quiet),
        _example("paid-in", "Deposit, dan terlambat", "A deposit, and late", paid_in, late=True),
    )


def _example(name: str, indonesian: str, english: str, report: DayReport, *, late: bool = False) -> Example:
    return Example(name, {"id": indonesian, "en": english}, ReportView(TAG, report, late))
