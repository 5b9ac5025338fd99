"""The closing line of a report, chosen by the facts in this order; the codes say what holds for the day.

closing_so_far            the day still runs
closing_books             look at the books first: the broker's balance and the deals differ
closing_stop_out          the broker closed positions for lack of margin
closing_loss_beyond_plan  a loss went well beyond its plan, even if the day has won
closing_promise_broken    a promise of his own was broken, whatever the day has won
closing_limit_lifted      a limit of the account was lifted
closing_unplanned         a bot's trade had no known planned risk
closing_quiet             no position closed
closing_promise_kept      a promise was tested and kept
closing_by_hand           a person closed bots' positions: worth a note why; no judgement
closing_loss_inside_plan  lost, and every loss stayed inside its plan: not your fault
closing_loss              lost; a loss was somewhat beyond its plan (1.1 to 1.5 R) or had no bot's plan
closing_steady            did not lose; every trade had a plan and every loss kept to it; no word about money
closing_open_plan         did not lose; not every trade had a bot's plan, or a loss went a bit beyond
"""

from __future__ import annotations

from collections.abc import Callable

from bot_service.domain.promises import PromiseMark
from bot_service.mentor.day import DayFacts
from bot_service.mentor.score import breaks_a_rule


def _lost_inside(day: DayFacts) -> bool:
    return day.net < 0 and day.losses_inside_plan


def _steady(day: DayFacts) -> bool:
    return day.losses_inside_plan and all(trade.r is not None for trade in day.trades)


def _promises(day: DayFacts, mark: PromiseMark) -> bool:
    return any(occasion.mark is mark for occasion in day.occasions)


_RULES: tuple[tuple[str, Callable[[DayFacts], bool]], ...] = (
    ("closing_so_far", lambda day: not day.finished),
    ("closing_books", lambda day: day.books_differ),
    ("closing_stop_out", lambda day: bool(day.stopped_out)),
    ("closing_loss_beyond_plan", lambda day: bool(day.beyond_plan)),
    ("closing_promise_broken", lambda day: _promises(day, PromiseMark.BROKEN)),
    ("closing_limit_lifted", breaks_a_rule),
    ("closing_unplanned", lambda day: bool(day.unplanned)),
    ("closing_quiet", lambda day: not day.trades),
    ("closing_promise_kept", lambda day: _promises(day, PromiseMark.KEPT)),
    ("closing_by_hand", lambda day: bool(day.closed_by_person)),
    ("closing_loss_inside_plan", _lost_inside),
    ("closing_loss", lambda day: day.net < 0),
    ("closing_steady", _steady),
    ("closing_open_plan", lambda _: True),
)

CLOSING_CODES: tuple[str, ...] = tuple(code for code, _ in _RULES)


def closing_code(day: DayFacts) -> str:
    """Return the code of the line that ends the day's report."""
    return next(code for code, holds in _RULES if holds(day))
