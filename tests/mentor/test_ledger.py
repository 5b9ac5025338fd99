"""The ledger against calculations by hand: each case has its arithmetic as plain numbers.

All positions risk 100 money: 1 lot, one price step of 1.0 is worth 100 money, stop 1.0 away. So a price step
of 0.1 is 0.1 R, and costs of 4 money are 0.04 R.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.acts import ActKind
from bot_service.domain.trading import ExitCause, Side
from bot_service.mentor.ledger import Life, Touch, as_known, interventions, tally
from bot_service.mentor.replay import Course, End, Levels, end_of

TEN = datetime(2026, 3, 3, 10, tzinfo=UTC)
BAR = timedelta(minutes=5)
D = Decimal


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def bars(*rows, first=0):
    """Return five-minute bars from (open, high, low, close)."""
    index = pd.DatetimeIndex([at(first) + place * BAR for place in range(len(rows))])
    return pd.DataFrame([(*row, 1.0) for row in rows], index, ["open", "high", "low", "close", "volume"])


def life(*touches, side=Side.BUY, stop="99", target="102", **more):
    """Return a position opened at 100 at 09:30."""
    opened = at(-30)
    return Life(
        position_id=77,
        bot_id=3,
        symbol="EURUSD",
        side=side,
        lots=D(1),
        price_open=D(100),
        opened_at=opened,
        planned_risk=D(100),
        value=D(100),
        levels=Levels(stop and D(stop), target and D(target), opened),
        touches=touches,
        **more,
    )


def closed(minutes, price, lots="1"):
    return Touch(at(minutes), ActKind.CLOSE, 11, None, D(lots), D(price))


def moved(minutes, stop, target="102", kind=ActKind.MOVE_STOP):
    return Touch(at(minutes), kind, 11, Levels(stop and D(stop), target and D(target), at(minutes)))


def booked(position, *rows, first=0, nights=0, **course):
    known = Course(bars(*rows, first=first), BAR, **course)
    return interventions(
        position,
        lambda levels, since: end_of(position.side, levels, known, since),
        lambda _since, _until: nights,
    )


FLAT = (100.4, 100.5, 100.3, 100.4)


def test_a_winner_closed_by_hand_before_its_stop_was_hit_helped():
    # Closed at 100.40: 0.40 x 100 = +40, costs -4: +36 of 100 = +0.36 R.
    # The rule: stop 99 hit in the third bar: -1.00 x 100 = -100, costs -4: -104 = -1.04 R.
    # Better by 0.36 + 1.04 = 1.40 R.
    position = life(closed(2, "100.40"), costs=D(-4), result_r=D("0.36"))
    (one,) = booked(position, FLAT, FLAT, (100, 100.1, 98.8, 99))
    assert (one.actual_r, one.rule_r, one.difference_r) == (D("0.36"), D("-1.04"), D("1.40"))
    assert (one.rule_cause, one.rule_at, one.approximate) == (ExitCause.STOP_LOSS, at(10), False)
    assert (one.decided_at, one.pending) == (at(15), False)


def test_a_winner_closed_by_hand_before_its_target_was_hit_hurt():
    # Closed at 100.40 for +0.40 R; the rule: target 102: +2.00 R. Worse by 1.60 R.
    position = life(closed(2, "100.40"), result_r=D("0.40"))
    (one,) = booked(position, FLAT, (101, 102.3, 100.9, 102))
    assert (one.actual_r, one.rule_r, one.difference_r) == (D("0.40"), D(2), D("-1.60"))
    assert one.rule_cause is ExitCause.TAKE_PROFIT


def test_stop_and_target_in_one_bar_assume_the_stop_and_say_so():
    # Closed at 99.50: -0.50 R. The next bar spans 98.9 to 102.5: stop 99 assumed: -1.00 R. Better by 0.50 R.
    position = life(closed(2, "99.50"), result_r=D("-0.50"))
    (one,) = booked(position, FLAT, (99.5, 102.5, 98.9, 101))
    assert (one.rule_r, one.difference_r, one.approximate) == (D(-1), D("0.50"), True)
    assert one.rule_cause is ExitCause.STOP_LOSS


def test_a_short_is_stopped_by_the_ask():
    # Sold at 100, stop 101, spread 0.20. Closed at 100.30: -0.30 R.
    # High 100.85 is an ask of 101.05: stopped at 101: -1.00 R. Better by 0.70 R.
    position = life(closed(2, "100.30"), side=Side.SELL, stop="101", target="98", result_r=D("-0.30"))
    calm = (100.1, 100.2, 100.0, 100.1)
    (one,) = booked(position, calm, (100.3, 100.85, 100.2, 100.4), spread=D("0.20"))
    assert (one.rule_r, one.difference_r) == (D(-1), D("0.70"))
    # Without the spread the bar would not have reached it.
    (open_still,) = booked(position, calm, (100.3, 100.85, 100.2, 100.4))
    assert open_still.pending


def test_a_gap_over_the_stop_fills_at_the_open():
    # The bar after opens at 98.20, 0.80 beyond the stop of 99: -1.80 R. Closed at 99.90: -0.10 R. Better by
    # 1.70 R.
    position = life(closed(2, "99.90"), result_r=D("-0.10"))
    (one,) = booked(position, FLAT, (98.2, 98.5, 98, 98.3))
    assert (one.rule_r, one.difference_r, one.approximate) == (D("-1.80"), D("1.70"), False)


def test_a_signal_to_leave_fills_at_the_open_of_the_next_bar():
    # Closed at 100.40: +0.40 R. The bot leaves on the bar that closes at 10:10; the next opens at 101.10:
    # +1.10 R. Worse by 0.70 R. The target in the same bar comes later.
    position = life(closed(2, "100.40"), result_r=D("0.40"))
    (one,) = booked(position, FLAT, (100.4, 101, 100.4, 101), (101.1, 102.5, 101, 102), leave_long=(at(10),))
    assert (one.rule_r, one.difference_r) == (D("1.10"), D("-0.70"))
    assert (one.rule_cause, one.rule_at) == (ExitCause.SIGNAL, at(10))


def test_a_stop_moved_away_that_was_hit_later_hurt():
    # Stop 99 moved to 98: the position ended there at -2.00 R. The old stop was hit in the second bar: -1.00
    # R. Worse by 1.00 R.
    ended = End(at(15), at(20), D(98), ExitCause.STOP_LOSS)
    position = life(moved(2, "98"), result_r=D(-2), ended=ended)
    (one,) = booked(position, FLAT, (99.5, 99.6, 98.7, 98.8))
    assert (one.actual_r, one.rule_r, one.difference_r) == (D(-2), D(-1), D(-1))
    assert one.decided_at == at(20)


def test_a_stop_removed_that_would_have_been_hit_before_the_target_helped():
    # Stop 99 removed; the target 102 came: +2.00 R. The stop would have been hit: -1.00 R. Better by 3.00 R.
    ended = End(at(30), at(35), D(102), ExitCause.TAKE_PROFIT)
    position = life(moved(2, None, kind=ActKind.REMOVE_STOP), result_r=D(2), ended=ended)
    (one,) = booked(position, FLAT, (99.5, 99.6, 98.7, 98.8))
    assert (one.kind, one.difference_r) == (ActKind.REMOVE_STOP, D(3))


def test_two_acts_on_one_position_add_up_to_what_both_made():
    # 10:02 stop 99 moved to 98, 10:12 closed at 98.50: -1.50 R.
    # Untouched: stop 99 hit in the bar of 10:05: -1.00 R. With the stop at 98 alone: hit in the bar of 10:15:
    # -2.00 R. The move made -2.00 against -1.00: worse by 1.00 R. The close made -1.50 against -2.00: better
    # by 0.50 R. Together -0.50 R: what was made (-1.50) against the rule (-1.00).
    position = life(moved(2, "98"), closed(12, "98.50"), result_r=D("-1.50"))
    first, second = booked(
        position, FLAT, (99.5, 99.6, 98.7, 98.8), (98.6, 98.7, 98.4, 98.5), (98.3, 98.4, 97.9, 98)
    )
    assert (first.actual_r, first.rule_r) == (D(-2), D(-1))
    assert (second.actual_r, second.rule_r) == (D("-1.50"), D(-2))
    assert first.difference_r + second.difference_r == D("-1.50") - D(-1)


def test_a_part_closed_by_hand_counts_for_its_lots_only():
    # 0.4 of 1.0 lots closed at 100.50: 0.4 x 0.50 = +0.20 R. The rest reached the target 102, so the rule
    # would have made 0.4 x 2.00 = +0.80 R of these lots. Worse by 0.60 R. No bar is needed: the rule did end
    # the rest. The whole: 0.20 + 0.6 x 2.00 = 1.40 R.
    ended = End(at(30), at(35), D(102), ExitCause.TAKE_PROFIT)
    position = life(closed(2, "100.50", "0.4"), result_r=D("1.40"), ended=ended)
    (one,) = booked(position)
    assert (one.actual_r, one.rule_r, one.difference_r) == (D("0.20"), D("0.80"), D("-0.60"))
    assert one.rule_at == at(30)


def test_a_longer_hold_pays_its_swap():
    # Closed the same day at 100.40: +0.40 R. The rule held three charged nights at -5 to the target: 200 - 15
    # = 185: +1.85 R. Worse by 1.45 R.
    position = life(closed(2, "100.40"), result_r=D("0.40"), swap_a_night=D(-5))
    (one,) = booked(position, FLAT, (101, 102.3, 100.9, 102), nights=3)
    assert (one.rule_r, one.difference_r, one.approximate) == (D("1.85"), D("-1.45"), False)


def test_nights_that_cost_nobody_knows_what_make_it_approximate():
    position = life(closed(2, "100.40"), result_r=D("0.40"), swap_a_night=None)
    (one,) = booked(position, FLAT, (101, 102.3, 100.9, 102), nights=1)
    assert (one.rule_r, one.approximate) == (D(2), True)


def test_a_target_moved_by_hand_is_judged_like_a_stop():
    # Target 102 moved to 101 and hit: +1.00 R. The old target came two bars later: +2.00 R. Worse by 1.00 R.
    ended = End(at(5), at(10), D(101), ExitCause.TAKE_PROFIT)
    position = life(moved(2, "99", "101", ActKind.MOVE_TARGET), result_r=D(1), ended=ended)
    (one,) = booked(position, FLAT, (100.9, 101.2, 100.8, 101), (101, 102.1, 100.9, 102))
    assert (one.kind, one.difference_r) == (ActKind.MOVE_TARGET, D(-1))


def test_what_is_not_over_yet_is_pending_and_makes_no_difference():
    (one,) = booked(life(closed(2, "100.40"), result_r=D("0.40")), FLAT, FLAT)
    assert (one.pending, one.actual_r, one.difference_r, one.decided_at) == (True, D("0.40"), 0, None)
    (open_still,) = booked(life(moved(2, "98")), FLAT, (99.5, 99.6, 98.7, 98.8))
    assert (open_still.pending, open_still.difference_r) == (True, 0)


def test_what_the_bar_of_the_act_touches_came_after_it():
    # The position was open at 10:02, so the low of the bar 10:00 to 10:05 came later.
    position = life(closed(2, "99.20"), result_r=D("-0.80"))
    (one,) = booked(position, (100, 100, 98.9, 99))
    assert (one.rule_r, one.rule_at, one.approximate) == (D(-1), at(2), False)


def test_levels_that_are_younger_than_the_bar_are_only_assumed_to_be_met():
    # Moved to 99.8 at 10:01 and closed at 10:02, both in one bar: whether its low came after that nobody
    # knows.
    position = life(moved(1, "99.8"), closed(2, "99.9"), result_r=D("-0.10"))
    first, second = booked(position, (100, 100, 98.9, 99))
    assert (second.rule_r, second.approximate) == (D("-0.20"), True)
    assert (first.actual_r, first.rule_r) == (D("-0.20"), D(-1))
    assert first.approximate


def test_a_stop_that_opens_in_profit_beyond_the_target_takes_the_better_price():
    position = life(closed(2, "100.40"), result_r=D("0.40"))
    (one,) = booked(position, FLAT, (102.6, 102.9, 98.5, 99))
    assert (one.rule_r, one.rule_cause, one.approximate) == (D("2.60"), ExitCause.TAKE_PROFIT, False)


def test_a_month_counts_what_helped_hurt_and_made_no_difference():
    made = [D("0.40"), D("-1.00"), D("0.04"), D("-0.50")]
    template = booked(life(closed(2, "100"), result_r=D(0)), FLAT, (99, 99, 98, 98))[0]
    month = [replace(template, actual_r=r, rule_r=D(0)) for r in made]
    month.append(replace(template, pending=True, actual_r=D(9), rule_r=D(9)))
    counted = tally(month)
    assert (counted.count, counted.pending) == (5, 1)
    assert (counted.helped, counted.helped_r) == (1, D("0.40"))
    assert (counted.hurt, counted.hurt_r) == (2, D("-1.50"))


def test_what_was_decided_after_a_moment_was_pending_at_it():
    position = life(closed(2, "100.40"), result_r=D("0.40"))
    judged = booked(position, FLAT, (101, 102.3, 100.9, 102))
    assert as_known(judged, at(10)) == judged
    (before,) = as_known(judged, at(9))
    assert (before.pending, before.difference_r, before.rule_cause) == (True, 0, None)


@given(
    stops=st.lists(st.integers(9700, 9990), min_size=1, max_size=4),
    walk=st.lists(st.integers(-60, 60), min_size=30, max_size=60),
    close=st.booleans(),
)
def test_the_differences_of_a_position_add_up_to_what_all_hands_made(stops, walk, close):
    price, rows = 10000, []
    for step in walk:
        high, low = max(price, price + step) + 10, min(price, price + step) - 10
        rows.append((price / 100, high / 100, low / 100, (price + step) / 100))
        price += step
    rows.append((price / 100, price / 100, 90.0, 90.0))
    course = Course(bars(*rows), BAR)
    touches = [moved(1 + place, str(D(stop) / 100)) for place, stop in enumerate(stops)]
    final = D("-0.37")
    if close:
        touches.append(closed(1 + len(stops), "99.63"))
        ended = None
    else:
        ended = End(at(400), at(405), D("99.63"), ExitCause.OTHER)
    position = life(*touches, result_r=final, ended=ended)

    def replay(levels, since):
        return end_of(Side.BUY, levels, course, since)

    acts = interventions(position, replay, lambda _a, _b: 0)
    untouched = replay(position.levels, touches[0].at)
    assert sum(one.difference_r for one in acts) == pytest.approx(
        final - position.r_at(untouched.price, untouched.at, lambda _a, _b: 0), abs=D("0.0005")
    )
