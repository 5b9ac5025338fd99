"""`count` exits and moved levels by hand are judged: `helped` made it better, `hurt` worse, against the rule.

It tells what became known in the day: what the bot's own rule made of the bars that followed (the ledger),
in R, both ways. Not what was done at most two hours before a close of the market, no panic, and nothing that
is still open. A fact; `exit_by_hand_pattern` weighs many.

Sources: the intervention ledger is an own design; early exits as the journals measure them (Edgewonk).
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, rounded
from bot_service.mentor.ledger_view import EXIT_FIELDS, exit_numbers, judged

CODE = "exit_by_hand"
RANK = 48
FIELDS = EXIT_FIELDS
INSTEAD_OF = ("closed_by_hand",)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return how the exits by hand went that are judged in this day."""
    found = judged((*day.settled, *day.interventions), (*history.acts, *day.acts))
    if not found:
        return None
    evidence = tuple(f"#{one.position_id} {rounded(one.difference_r)}R" for one in found)
    return Finding(CODE, Severity.FACT, exit_numbers(found), evidence, len(found))
