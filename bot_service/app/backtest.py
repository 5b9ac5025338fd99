"""`bot-service backtest`: replay a bot on files of bars, with the live cycle and the paper terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pandas as pd

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings, BotStatus
from bot_service.domain.errors import InvalidValue
from bot_service.domain.jobs import Job, ReconcileJob
from bot_service.domain.market import Bars, TradeMode
from bot_service.domain.measuring import measure
from bot_service.domain.performance import Performance
from bot_service.domain.quotes import RiskLimits
from bot_service.ports import Database, Terminal
from bot_service.scheduling.clocks import StepClock
from bot_service.scheduling.lanes import InlineLanes
from bot_service.scheduling.paced import PacedTicker
from bot_service.services.backtest import Outcome, Replay, prepare, run
from bot_service.services.closings import BEFORE_ALL
from bot_service.services.desk import Desk
from bot_service.services.drafts import settings_from_words
from bot_service.services.looks import bars_needed
from bot_service.storage.memory import MemoryDatabase
from bot_service.terminals.paper import PaperTerminal, history_start
from bot_service.terminals.terminal import Mt5Terminal

ALL_BARS = 1_000_000
CURRENCY = "USD"
LABEL = "Backtest"


@dataclass(frozen=True)
class BacktestOptions:
    """What a person may choose; `since` and `until` are UTC, None means as far as the bars reach."""

    strategy: str
    symbol: str
    history: Path
    timeframe: str
    parameters: Mapping[str, str]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class BacktestResult:
    """One back-test: what was asked, the span it covers, and how it went with and without weekends."""

    settings: BotSettings
    since: datetime
    until: datetime
    currency: str
    holding: Performance
    flat: Performance
    outcome: Outcome
    flat_outcome: Outcome
    bars: Bars


def run_backtest(options: BacktestOptions, *, as_json: bool) -> int:
    """Replay and print the result.

    Raises:
        UserError: strategy, symbol, timeframe or a parameter is unknown.
        ValueError: the history can't be read.
    """
    result = backtest(options)
    text = json.dumps(to_json(result)) if as_json else _table(result)
    sys.stdout.write(text + "\n")
    return 0


def backtest(options: BacktestOptions, limits: RiskLimits | None = None) -> BacktestResult:
    """Replay one bot with fresh money, once as live and once flat over weekends."""
    words = {"symbol": options.symbol, "strategy": options.strategy, "timeframe": options.timeframe}
    settings = settings_from_words({**words, **options.parameters}, None)
    since = max(_utc(options.since) or BEFORE_ALL, history_start(options.history))
    return replay_settings(settings, options.history, since, _utc(options.until), limits)


def replay_settings(
    settings: BotSettings,
    history: Path,
    since: datetime,
    until: datetime | None,
    limits: RiskLimits | None = None,
) -> BacktestResult:
    """Replay a bot's settings from a moment on, but not before its indicators exist or a replay begins.

    Raises:
        InvalidValue: no bar lies between the two moments.
        SymbolRefused: the folder has no file of the symbol.
    """
    start = history_start(history)
    bars, replay, end = _foresee(settings, history, start)
    warm = bars.index[min(bars_needed(settings), len(bars) - 1)].to_pydatetime()
    first, last = max(since, min(start, warm)), min(until or end, end)
    span = bars.loc[(bars.index >= first) & (bars.index + settings.timeframe.duration <= last)]
    if not first < last or span.empty:
        raise InvalidValue("until", f"{last:%Y-%m-%d}", "empty", f"> {first:%Y-%m-%d}")
    rules = limits or RiskLimits()
    holding = _live(settings, history, replay, first, last, rules)
    flat = _live(settings, history, replay.flat_on_weekends(settings.timeframe), first, last, rules)
    duration = pd.Timedelta(settings.timeframe.duration)
    return BacktestResult(
        settings,
        first,
        last,
        CURRENCY,
        measure(holding.trades, span["close"], duration, holding.start_balance),
        measure(flat.trades, span["close"], duration, flat.start_balance),
        holding,
        flat,
        span,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _foresee(settings: BotSettings, history: Path, start: datetime) -> tuple[Bars, Replay, datetime]:
    clock = StepClock(start)
    api = PaperTerminal(clock=clock.now, history=history, start=start)
    end = api.ends_at
    if end is None:
        raise ValueError(f"{history} has no end")
    clock.set(end)
    terminal = Mt5Terminal(api, clock=clock, trade_mode_override=TradeMode.PAPER)
    terminal.connect()
    try:
        instrument = terminal.resolve(settings.symbol)
        bars = terminal.closed_bars(instrument.symbol, settings.timeframe, ALL_BARS)
        return bars, prepare(settings, instrument, bars), end
    finally:
        api.close_book()


def _live(
    settings: BotSettings, history: Path, replay: Replay, since: datetime, until: datetime, limits: RiskLimits
) -> Outcome:
    clock = StepClock(since)
    api = PaperTerminal(clock=clock.now, history=history, start=since)
    terminal = Mt5Terminal(api, clock=clock, trade_mode_override=TradeMode.PAPER)
    terminal.connect()
    try:
        desk = open_desk(clock, terminal)
        bot = start_bot(desk, replace(settings, broker_symbol=terminal.resolve(settings.symbol).symbol))
        return run(desk, limits, bot, replay, clock.jump_to, until)
    finally:
        api.close_book()


def open_desk(clock: StepClock, terminal: Terminal, database: Database | None = None) -> Desk:
    """Return a desk with one account on the terminal; its database lives in memory unless one is given."""
    if database is None:
        # The cycle asks for neither people nor outbox, and so this one has none.
        database = cast("Database", MemoryDatabase(clock))
    state, identity = terminal.account(), terminal.identity()
    with database.write() as uow:
        account = uow.accounts.add(
            Account(
                id=0,
                label=LABEL,
                identity=identity,
                currency=state.currency,
                margin_mode=state.margin_mode,
                leverage=state.leverage,
                time_zone="UTC",
                magic_block=1,
                server_offset_s=int(terminal.server_offset().total_seconds()),
            )
        )
        uow.commit()
    terminals = {account.id: terminal}
    lanes = InlineLanes(terminals, {ReconcileJob.kind: _no_answer})
    ticker = PacedTicker(lanes, clock, spread=False)
    return Desk(database, ticker, lanes, terminals, clock, clock, spread=False)


def start_bot(desk: Desk, settings: BotSettings) -> Bot:
    """Store a running bot that has not seen any bar yet."""
    now = desk.market.now()
    with desk.database.write() as uow:
        bot = uow.bots.add(next(iter(desk.terminals)), settings, now)
        bot = uow.bots.save(replace(bot, status=BotStatus.ACTIVE, due_at=now, started_at=now))
        uow.commit()
    return bot


def _no_answer(job: Job) -> None:
    raise RuntimeError(f"the paper terminal left an order without an outcome: {job}")


def to_json(result: BacktestResult) -> dict[str, object]:
    """Return the result as it is printed with `--json`: numbers, percents 0 to 100, null where unknown."""
    return {
        "strategy": result.settings.strategy,
        "symbol": result.settings.symbol,
        "timeframe": result.settings.timeframe.value,
        "parameters": dict(result.settings.parameters),
        "from": f"{result.since:%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{result.until:%Y-%m-%dT%H:%M:%SZ}",
        "bars": len(result.bars),
        "currency": result.currency,
        "start_balance": float(result.outcome.start_balance),
        "open_profit": float(result.outcome.open_profit),
        "denied": dict(result.outcome.denied),
        **_numbers(result.holding),
        "flat_on_weekends": _numbers(result.flat),
    }


def _numbers(performance: Performance) -> dict[str, object]:
    values = asdict(performance).items()
    return {name: _plain(value) for name, value in values}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return round(value, 4) if isinstance(value, float) else value


def _table(result: BacktestResult) -> str:
    head = to_json(result)
    flat = cast("dict[str, object]", head.pop("flat_on_weekends"))
    lines = [f"{name:22} {value}" for name, value in head.items() if name not in flat]
    lines.append(f"{'':22} {'as live':>14} {'flat weekends':>14}")
    lines.extend(f"{name:22} {head[name]!s:>14} {value!s:>14}" for name, value in flat.items())
    return "\n".join(lines)
