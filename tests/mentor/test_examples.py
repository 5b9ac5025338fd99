"""Five typical days with all that is said about them; the pages about the mentor show these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot_service.domain.findings import CheckIn, Mood
from bot_service.domain.trading import ExitCause
from bot_service.mentor.books import day_books
from bot_service.mentor.day import History, total
from bot_service.mentor.facts import day_report

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
NAMES = {1: "EUR pagi", 2: "Emas", 3: "Indeks"}
SL, TP, SIGNAL, HAND = (
    ExitCause.STOP_LOSS,
    ExitCause.TAKE_PROFIT,
    ExitCause.SIGNAL,
    ExitCause.BY_HAND,
)


@dataclass(frozen=True)
class Example:
    """A day: trades as (minute, bot, net, planned risk, exit), and what the report says of it."""

    name: str
    trades: tuple[tuple[int, int | None, str, str | None, ExitCause], ...]
    mood: Mood
    says: dict[str, Any]


EXAMPLES = (
    Example(
        "a losing day inside its plan",
        (
            (0, 1, "-20.40", "20.00", SL),
            (45, 2, "-19.10", "20.00", SL),
            (120, 1, "14.20", "20.00", SIGNAL),
            (300, 2, "-20.90", "20.00", SL),
        ),
        Mood.CALM,
        {
            "net": "-46.20",
            "r": "-2.31",
            "observation": "disciplined_loss",
            "numbers": {"net": "-46.20", "losses": "3", "worst_r": "-1.05", "limit_r": "-1.1"},
            "closing": "closing_loss_inside_plan",
        },
    ),
    Example(
        "a winning day with a loss far beyond its plan",
        (
            (0, 2, "61.00", "20.00", TP),
            (90, 1, "-44.00", "20.00", SL),
            (200, 2, "38.00", "20.00", TP),
        ),
        Mood.CONFIDENT,
        {
            "net": "55.00",
            "r": "2.75",
            "observation": "loss_beyond_plan",
            "numbers": {
                "ticket": "190",
                "worst_r": "-2.20",
                "net": "-44.00",
                "planned": "20.00",
                "count": "1",
                "limit_r": "-1.5",
            },
            "closing": "closing_loss_beyond_plan",
        },
    ),
    Example(
        "a day that one bot carried",
        (
            (0, 3, "52.00", "20.00", TP),
            (30, 1, "-19.00", "20.00", SL),
            (60, 2, "-20.00", "20.00", SL),
            (400, 3, "6.00", "20.00", SIGNAL),
        ),
        Mood.NEUTRAL,
        {
            "net": "19.00",
            "r": "0.95",
            "observation": "one_bot_carried",
            "numbers": {"bot": "Indeks", "bot_net": "58.00", "others_net": "-39.00", "net": "19.00"},
            "closing": "closing_steady",
        },
    ),
    Example(
        "a day with a hand on it",
        (
            (0, 1, "8.00", "20.00", HAND),
            (50, 1, "12.00", "20.00", SIGNAL),
            (70, None, "-35.00", None, HAND),
        ),
        Mood.ANXIOUS,
        {
            "net": "-15.00",
            "r": "1",
            "observation": "closed_by_hand",
            "numbers": {"count": "1", "trades": "3", "net": "8.00"},
            "closing": "closing_by_hand",
        },
    ),
    Example(
        "a quiet day",
        (),
        Mood.BORED,
        {
            "net": "0",
            "r": None,
            "observation": "quiet_day",
            "numbers": {"opened": "0"},
            "closing": "closing_quiet",
        },
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_a_typical_day_is_told_as_the_pages_show_it(account, trade, example):
    trades = [
        trade(net, planned, minute=minute, bot=bot, cause=cause)
        for minute, bot, net, planned, cause in example.trades
    ]
    books = day_books(Decimal(10_000), (), ()) if not trades else None
    mood = CheckIn(NOON - timedelta(hours=1), example.mood)
    made = day_report(account, date(2026, 11, 18), True, trades, NAMES, [mood], [], books, History())
    said = {
        "net": format(made.net, "f"),
        "r": None if made.r is None else format(made.r.normalize(), "f"),
        "observation": made.observation.code,
        "numbers": made.observation.numbers,
        "closing": made.closing,
    }
    assert said == example.says
    assert made.net == total(trades)
    assert made.moods[0].before_close
