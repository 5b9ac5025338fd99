"""Pictures of results: as large as a phone needs, not empty, in both themes; words alone where they fail."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.market import Timeframe, TradeMode
from bot_service.domain.results import summarise
from bot_service.domain.tastes import Theme
from bot_service.domain.trading import ClosedTrade, ExitCause, Position, Side
from bot_service.i18n import Translator
from bot_service.services.views import (
    AccountTag,
    ChartView,
    CurrencyResult,
    Grouping,
    PerformanceView,
    ResultLine,
    TodayAccount,
    TodayView,
)
from bot_service.telegram_bot import charts
from bot_service.telegram_bot.pictures import get_ready, with_performance_picture, with_today_picture
from bot_service.telegram_bot.render import Message

NOON = datetime(2026, 3, 3, 5, tzinfo=UTC)
TAG = AccountTag(TradeMode.PAPER, 1)


def trade(number: int, net: str) -> ClosedTrade:
    at = NOON - timedelta(days=20) + timedelta(hours=14 * number)
    return ClosedTrade(
        1, number, 1, "MA_CROSSOVER", "EURUSD", Side.BUY, Decimal("0.1"), Decimal(1), Decimal(2), at, at,
        Decimal(net), Decimal(0), Decimal(0), Decimal(0), ExitCause.SIGNAL, Decimal(10),
    )  # fmt: skip


def account(label: str = "Paper", factor: int = 1, currency: str = "USD") -> TodayAccount:
    moves = (0, 12, 5, 31, 24, 40)
    curve = tuple(
        (NOON + timedelta(hours=2 * hour), Decimal(10_000 + factor * move)) for hour, move in enumerate(moves)
    )
    return TodayAccount(
        TAG, label, date(2026, 3, 3), currency, summarise([trade(1, "40")]), Decimal(16), 3, curve
    )


def day(*accounts: TodayAccount) -> TodayView:
    return TodayView(accounts or (account(),), (), 0, 1)


def result(currency: str = "USD", bots: int = 5) -> CurrencyResult:
    nets = [str(7 * (-1) ** (number // 2) * (number % 5 + 1)) for number in range(30)]
    trades = [trade(number, net) for number, net in enumerate(nets)]
    curve = tuple(
        (item.closed_at, sum((t.net for t in trades[: n + 1]), Decimal(0))) for n, item in enumerate(trades)
    )
    lines = tuple(
        ResultLine(f"Bot $ number {number}", number, currency, summarise([trade(1, str(60 - 31 * number))]))
        for number in range(bots)
    )
    return CurrencyResult(currency, summarise(trades), curve, lines)


def performance(*totals: CurrencyResult) -> PerformanceView:
    return PerformanceView(TAG, 30, Grouping.BOT, totals or (result(),), (), 0, 1)


def size_and_colours(png: bytes) -> tuple[int, int, int, tuple[int, ...]]:
    """Return width, height, how many rows differ, and the corner's colour, read without a library."""
    assert png[:4] == b"\x89PNG"
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data, place = b"", 8
    while place < len(png):
        length, name = struct.unpack(">I4s", png[place : place + 8])
        if name == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw, row = zlib.decompress(data), 1 + 4 * width
    rows = {raw[number * row + 1 : (number + 1) * row] for number in range(height)}
    return width, height, len(rows), tuple(raw[1:4])


def chart() -> ChartView:
    index = pd.date_range(NOON, periods=80, freq="h", name="time")
    close = 1.1 + np.random.default_rng(1).normal(0, 0.0006, 80).cumsum()
    first = np.concatenate([[1.1], close[:-1]])
    bars = pd.DataFrame(
        {
            "open": first,
            "high": np.maximum(first, close) + 0.0004,
            "low": np.minimum(first, close) - 0.0004,
            "close": close,
            "volume": 1.0,
        },
        index=index,
    ).round(5)
    made = trade(1, "12")
    trades = tuple(
        replace(
            made,
            side=side,
            opened_at=index[begin].to_pydatetime(),
            closed_at=index[end].to_pydatetime(),
            price_open=Decimal(str(round(close[begin], 5))),
            price_close=Decimal(str(round(close[end], 5))),
            profit=Decimal(net),
        )
        for side, begin, end, net in ((Side.BUY, 8, 22, 12), (Side.SELL, 30, 44, -9))
    )
    now = Decimal(str(round(close[60], 5)))
    position = Position(
        7, 7, "EURUSD", Side.BUY, Decimal("0.1"), now, now, now - Decimal("0.0030"), now + Decimal("0.0045"),
        Decimal(4), Decimal(0), 1, "", index[60].to_pydatetime(),
    )  # fmt: skip
    settings = BotSettings(
        "Crosser", "EURUSD", "EURUSD", "MA_CROSSOVER", Timeframe.H1, SizingMethod.FIXED_LOT, Decimal("0.1")
    )
    bot = Bot(3, 1, settings, BotStatus.ACTIVE, 1, NOON)
    lines = {f"SMA {length}": bars["close"].rolling(length).mean() for length in (10, 30)}
    return ChartView(TAG, bot, bars, trades, position, lines, "USD")


PICTURES = {
    "chart": lambda theme: charts.candle_picture(chart(), Translator("id"), theme),
    "small chart": lambda theme: charts.candle_picture(chart(), Translator("id"), theme, small=True),
    "today": lambda theme: charts.today_picture(day(), Translator("id"), theme),
    "today of two": lambda theme: charts.today_picture(
        day(account(), account("Prop", -3, "IDR")), Translator("id"), theme
    ),
    "performance": lambda theme: charts.performance_picture(
        performance().totals, 30, Translator("id"), theme
    ),
    "performance of two": lambda theme: charts.performance_picture(
        (result(), result("IDR", 9)), 30, Translator("en"), theme
    ),
    "backtest": lambda theme: charts.backtest_picture(account().curve, Translator("id"), "USD", theme),
}


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fits_a_phone_and_shows_something(name, theme):
    width, height, different, corner = size_and_colours(PICTURES[name](theme))
    assert 900 <= width <= 1280
    assert 450 <= height <= 2 * 1280
    assert width + height <= 10_000
    assert different > 40
    assert (sum(corner) > 600) is (theme is Theme.LIGHT)


def test_without_a_line_to_draw_the_words_stand_alone():
    bare = TodayAccount(TAG, "Paper", date(2026, 3, 3), "USD", summarise([]), None, None, account().curve[:1])
    assert with_today_picture(Message("x"), day(bare), Translator()).photo is None
    nothing = PerformanceView(TAG, 30, Grouping.BOT, (), (), 0, 1)
    assert with_performance_picture(Message("x"), nothing, Translator()).photo is None


def test_a_picture_that_fails_leaves_the_words(monkeypatch):
    def broken(*_args):
        raise OSError("no font")

    monkeypatch.setattr(charts, "performance_picture", broken)
    monkeypatch.setattr(charts, "today_picture", broken)
    assert with_performance_picture(Message("words"), performance(), Translator()) == Message("words")
    assert with_today_picture(Message("words"), day(), Translator()) == Message("words")


def test_words_get_their_picture():
    assert with_performance_picture(Message("words"), performance(), Translator()).photo is not None
    assert with_today_picture(Message("words"), day(), Translator(), Theme.DARK).photo is not None


def test_what_draws_can_be_loaded_before_anybody_asks(monkeypatch):
    get_ready()

    def broken():
        raise OSError("no font")

    monkeypatch.setattr(charts, "get_ready", broken)
    get_ready()
