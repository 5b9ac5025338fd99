from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.codec import from_json, to_json
from bot_service.domain.findings import Books, CheckIn, DayReport, Mood
from bot_service.domain.trading import ExitCause
from bot_service.mentor.codes import CLOSING_CODES, OBSERVATION_CODES
from bot_service.mentor.day import NO_CONTEXT, DayContext, History
from bot_service.mentor.facts import day_report

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
NAMES = {1: "EUR pagi", 2: "Emas"}


def report(account, trades=(), check_ins=(), notes=(), books=None, history=None, context=NO_CONTEXT):
    known = history or History()
    return day_report(account, DAY, True, trades, NAMES, check_ins, notes, books, known, context=context)


def test_r_speaks_only_of_trades_with_a_planned_risk(account, trade):
    made = report(account, [trade("20", "10"), trade("-5", "10", minute=1), trade("7", minute=2)])
    assert (made.r, made.r_trades, made.expectancy_r) == (Decimal("1.5"), 2, Decimal("0.75"))
    assert (made.trades, made.net) == (3, Decimal(22))
    without = report(account, [trade("7")])
    assert (without.r, without.r_trades, without.expectancy_r) == (None, 0, None)


def test_a_trade_at_zero_is_neither_won_nor_lost(account, trade):
    made = report(account, [trade("0", "10"), trade("1", "10", minute=1), trade("-1", "10", minute=2)])
    assert (made.wins, made.losses, made.zeros) == (1, 1, 1)


def test_a_profit_that_costs_eat_up_is_a_loss(account, trade):
    made = report(account, [trade("-0.50", "10", costs="-2.50")])
    assert (made.losses, made.costs, made.net) == (1, Decimal("-2.50"), Decimal("-0.50"))


def test_bots_are_listed_by_their_net_and_other_trades_have_no_bot(account, trade):
    made = report(account, [trade("1"), trade("5", bot=2, minute=1), trade("3", bot=None, minute=2)])
    assert [(line.bot_id, line.name, line.net) for line in made.bots] == [
        (2, "Emas", Decimal(5)),
        (None, "", Decimal(3)),
        (1, "EUR pagi", Decimal(1)),
    ]


def test_exits_are_counted_by_cause_the_most_frequent_first(account, trade):
    causes = [ExitCause.STOP_LOSS, ExitCause.SIGNAL, ExitCause.TAKE_PROFIT, ExitCause.SIGNAL]
    made = report(account, [trade("1", minute=at, cause=cause) for at, cause in enumerate(causes)])
    assert list(made.exits.items()) == [
        (ExitCause.SIGNAL, 2),
        (ExitCause.STOP_LOSS, 1),
        (ExitCause.TAKE_PROFIT, 1),
    ]


def test_a_mood_is_early_only_before_the_first_close(account, trade):
    minutes = [-1, 0, 30]
    check_ins = [CheckIn(NOON + timedelta(minutes=at), Mood.CALM, before_close=True) for at in minutes]
    flags = [item.before_close for item in report(account, [trade("1")], check_ins).moods]
    assert flags == [True, False, False]
    assert all(item.before_close for item in report(account, [], check_ins).moods)


@st.composite
def days(draw, make):
    count = draw(st.integers(0, 12))
    cents = st.integers(-100_000, 100_000)
    made = []
    for at in range(count):
        planned = draw(st.none() | st.integers(1, 50_000))
        made.append(
            make(
                Decimal(draw(cents)) / 100,
                None if planned is None else Decimal(planned) / 100,
                position=at + 1,
                minute=draw(st.integers(0, 600)),
                bot=draw(st.none() | st.integers(1, 3)),
                cause=draw(st.sampled_from(ExitCause)),
                costs=Decimal(draw(st.integers(-500, 100))) / 100,
            )
        )
    return made


def test_the_picture_of_a_first_day_begins_with_the_money(account, trade, operation):
    start, _ = account.day_bounds(DAY)
    paid = operation(start + timedelta(hours=3), "1000")
    trades = [trade(Decimal(-5), minute=400)]
    first = Books(Decimal(0), Decimal(-5), Decimal(1000), Decimal(995))
    made = report(account, trades, books=first, context=DayContext(operations=(paid,)))
    assert made.equity_curve == ((paid.time, Decimal(1000)), (trades[0].closed_at, Decimal(995)))
    later = Books(Decimal(200), Decimal(-5), Decimal(1000), Decimal(1195))
    made = report(account, trades, books=later, context=DayContext(operations=(paid,)))
    assert made.equity_curve == ((start, Decimal(200)), (trades[0].closed_at, Decimal(195)))


@given(data=st.data())
def test_a_report_adds_up_whatever_the_day_was(account, trade, data):
    trades = data.draw(days(trade))
    made = report(account, trades)
    assert made.net == sum((item.net for item in trades), Decimal(0))
    assert made.net == sum((line.net for line in made.bots), Decimal(0))
    assert made.wins + made.losses + made.zeros == made.trades == len(trades)
    assert sum(made.exits.values()) == made.trades
    assert made.equity_curve[-1][1] == made.net
    assert made.observation.code in OBSERVATION_CODES
    assert made.closing in CLOSING_CODES
    assert from_json(DayReport, to_json(made)) == made
    assert report(account, data.draw(st.permutations(trades))) == made
