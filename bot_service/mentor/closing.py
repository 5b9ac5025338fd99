"""The closing line of a report, chosen by the facts in this order; the codes say what holds for the day.

closing_so_far            the day still runs
closing_books             look at the books first: the broker's balance and the deals differ
closing_stop_out          the broker closed positions for lack of margin
closing_loss_beyond_plan  a loss went well beyond its plan, even if the day has won
closing_promise_broken    a promise of his own was broken, whatever the day has won
closing_limit_lifted      a limit of the account was lifted
closing_risk_raised       risk grew after a loss: by more per trade or by a new bot
closing_unplanned         a bot's trade had no known planned risk
closing_quiet             no position closed
closing_promise_kept      a promise was tested and kept
closing_by_hand_noted     a person closed bots' positions, and wrote something down that day
closing_by_hand           a person closed bots' positions: worth a note why; no judgement
closing_loss_inside_plan  lost, and every loss stayed inside its plan: not your fault
closing_loss              lost; a loss was somewhat beyond its plan (1.1 to 1.5 R) or had no bot's plan
closing_steady            did not lose; every trade had a plan and every loss kept to it; no word about money
closing_open_plan         did not lose; not every trade had a bot's plan, or a loss went a bit beyond
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot_service.domain.findings import Finding
from bot_service.domain.promises import PromiseMark
from bot_service.mentor.day import DayFacts
from bot_service.mentor.score import breaks_a_rule


def _lost_inside(day: DayFacts) -> bool:
    return day.net < 0 and day.losses_inside_plan


def _steady(day: DayFacts) -> bool:
    return day.losses_inside_plan and all(trade.r is not None for trade in day.trades)


def _promises(day: DayFacts, mark: PromiseMark) -> bool:
    return any(occasion.mark is mark for occasion in day.occasions)


_RAISED = frozenset({"risk_raised_after_loss", "new_bot_after_loss"})


@dataclass(frozen=True)
class _Seen:
    day: DayFacts
    codes: frozenset[str]
    noted: bool


_RULES: tuple[tuple[str, Callable[[_Seen], bool]], ...] = (
    ("closing_so_far", lambda seen: not seen.day.finished),
    ("closing_books", lambda seen: seen.day.books_differ),
    ("closing_stop_out", lambda seen: bool(seen.day.stopped_out)),
    ("closing_loss_beyond_plan", lambda seen: bool(seen.day.beyond_plan)),
    ("closing_promise_broken", lambda seen: _promises(seen.day, PromiseMark.BROKEN)),
    ("closing_limit_lifted", lambda seen: breaks_a_rule(seen.day)),
    ("closing_risk_raised", lambda seen: bool(seen.codes & _RAISED)),
    ("closing_unplanned", lambda seen: bool(seen.day.unplanned)),
    ("closing_quiet", lambda seen: not seen.day.trades),
    ("closing_promise_kept", lambda seen: _promises(seen.day, PromiseMark.KEPT)),
    ("closing_by_hand_noted", lambda seen: bool(seen.day.closed_by_person) and seen.noted),
    ("closing_by_hand", lambda seen: bool(seen.day.closed_by_person)),
    ("closing_loss_inside_plan", lambda seen: _lost_inside(seen.day)),
    ("closing_loss", lambda seen: seen.day.net < 0),
    ("closing_steady", lambda seen: _steady(seen.day)),
    ("closing_open_plan", lambda _: True),
)

CLOSING_CODES: tuple[str, ...] = tuple(code for code, _ in _RULES)


def closing_code(day: DayFacts, found: Iterable[Finding] = (), *, noted: bool = False) -> str:
    """Return the code of the line that ends the day's report; `noted`: its reader wrote something down."""
    seen = _Seen(day, frozenset(finding.code for finding in found), noted)
    return next(code for code, holds in _RULES if holds(seen))
