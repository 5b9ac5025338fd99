"""Back-tests in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot_service.domain.backtests import BackTestReport, BackTestTrouble
from bot_service.domain.bots import Bot
from bot_service.domain.errors import BackTestFailed, BackTestRunning, StrategyBroken
from bot_service.domain.performance import Performance
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import BackTestView
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Message, do
from bot_service.telegram_bot.render.parts import lines, table, tag
from bot_service.telegram_bot.render.registry import renders

FEW_TRADES = 30
NEARLY = timedelta(days=4)
"""A weekend and a day: what a span may lack before it is worth a word."""


def progress(bot: Bot, days: int, t: Translator) -> Message:
    """Return what is shown while a back-test runs."""
    text = t.html(
        _(
            "⏳ Backtest of <b>{name}</b> (ID {id}), {span}, is running next to your bots. It takes at most "
            "3 minutes; the result appears here."
        ),
        name=bot.settings.name,
        id=bot.id,
        span=t.plural("last {n} day", "last {n} days", n=days),
    )
    return Message(text)


def done(bot: Bot, t: Translator) -> Html:
    """Return what the progress message says at the end."""
    return t.html(
        _("✅ Backtest of <b>{name}</b> (ID {id}) is done, see below."), name=bot.settings.name, id=bot.id
    )


@renders(BackTestView)
def back_test(view: BackTestView, t: Translator) -> Message:
    """Return the numbers of a back-test, with and without weekends, and what they are worth."""
    report, bot = view.report, view.bot
    head = t.html(_("🧪 <b>Backtest of {name}</b> (ID {id})"), name=bot.settings.name, id=bot.id)
    what = t.html(
        "{symbol} {timeframe} · {strategy}",
        symbol=report.symbol,
        timeframe=bot.settings.timeframe.value,
        strategy=bot.settings.strategy,
    )
    span = t.html(
        _("{since} to {until} · candles: {bars}"),
        since=_day(report.since, t),
        until=_day(report.until, t),
        bars=t.number(report.bars),
    )
    money = t.html(
        _("Practice account of {balance}, practice costs. “Flat”: no position over weekends."),
        balance=t.money(report.start_balance, report.currency),
    )
    buttons = (
        do(t.text(_("🔄 Again")), f"backtest {bot.id} {view.days}"),
        do(t.text(_("Show the bot")), f"bot {bot.id}"),
    )
    text = lines(f"{tag(view.tag)}{head}", what, span, _table(report, t), money, *_doubts(view, t))
    return Message(text, (buttons,))


def _table(report: BackTestReport, t: Translator) -> Html:
    rows: list[tuple[str, Callable[[Performance], str]]] = [
        (_("Net"), lambda p: t.short_money(p.net, report.currency, sign=True)),
        (_("Trades"), lambda p: t.number(p.trades)),
        (_("Win rate"), lambda p: _percent(p.win_rate, t)),
        (_("Profit factor"), lambda p: _number(p.profit_factor, t)),
        (_("Expectancy"), lambda p: _multiple(p.expectancy_r, t)),
        (_("Max drawdown"), lambda p: t.short_money(p.max_drawdown, report.currency)),
        (_("Drawdown %"), lambda p: _percent(p.max_drawdown_percent, t)),
        (_("Exposure"), lambda p: _percent(p.exposure, t)),
    ]
    cells = [[report.currency, t.text(_("Live")), t.text(_("Flat"))]]
    cells += [[t.text(title), show(report.holding), show(report.flat)] for title, show in rows]
    return table(cells, "<>>")


def _doubts(view: BackTestView, t: Translator) -> list[Html]:
    report, told = view.report, []
    if report.open_profit:
        floating = t.money(report.open_profit, report.currency, sign=True)
        told.append(t.html(_("Still open at the end, not counted: {floating}"), floating=floating))
    if report.since - (report.until - timedelta(days=view.days)) > NEARLY:
        told.append(t.html(_("There are not enough candles, so it covers less than you asked for.")))
    if report.holding.trades < FEW_TRADES:
        told.append(t.html(_("Fewer than 30 trades: chance matters more than the strategy.")))
    told.append(
        t.html(_("⚠️ A backtest is no promise: it only knows the past. The market ahead will be different."))
    )
    return told


def _day(at: datetime, t: Translator) -> str:
    local = at.astimezone(ZoneInfo(t.zone)).date()
    return f"{t.day(local)} {local.year}"


def _percent(value: float | None, t: Translator) -> str:
    return "-" if value is None else t.percent(value, 1)


def _number(value: float | None, t: Translator) -> str:
    return "-" if value is None else t.number(value, 2)


def _multiple(value: float | None, t: Translator) -> str:
    return "-" if value is None else t.r(Decimal(str(value)))


@renders(BackTestRunning)
def back_test_running(_error: BackTestRunning, t: Translator) -> Message:
    """Ask for a little patience."""
    return Message(t.html(_("A backtest is already running. Please wait for its result, then ask again.")))


@renders(BackTestFailed)
def back_test_failed(error: BackTestFailed, t: Translator) -> Message:
    """Say why there is no result; bots and positions were not touched."""
    trouble = next((item for item in BackTestTrouble if item == error.cause), BackTestTrouble.BROKEN)
    text = lines(
        t.html(_("No backtest result: {why}"), why=t.text(words.BACK_TEST_TROUBLES[trouble])),
        t.html(_("Your bots and positions were not touched.")),
    )
    if not error.bot_id:
        return Message(text)
    return Message(text, ((do(t.text(_("Show the bot")), f"bot {error.bot_id}"),),))


@renders(StrategyBroken)
def strategy_broken(error: StrategyBroken, t: Translator) -> Message:
    """Name the strategy and what its code raised."""
    text = t.html(
        _("The code of strategy <b>{key}</b> fails: <code>{reason}</code>"),
        key=error.key[:64],
        reason=error.reason,
    )
    return Message(text)
