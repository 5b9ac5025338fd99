"""`count` exits and moved levels by hand are judged: `helped` made it better, `hurt` worse, against the rule.

It tells what became known in the day: what the bot's own rule made of the bars that followed (the ledger),
in R, both ways. Not what was done at most two hours before a close of the market, no panic, and nothing that
is still open. A fact; `exit_by_hand_pattern` weighs many.

Sources: the intervention ledger is an own design; early exits as the journals measure them (Edgewonk).
"""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import ZERO, DayFacts, History, rounded
from bot_service.mentor.ledger_view import judged

CODE = "exit_by_hand"
RANK = 48
FIELDS = ("count", "helped", "helped_r", "hurt", "hurt_r", "difference_r")
INSTEAD_OF = ("closed_by_hand",)


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return how the exits by hand went that are judged in this day."""
    found = judged((*day.settled, *day.interventions), (*history.acts, *day.acts))
    if not found:
        return None
    helped = [one.difference_r for one in found if one.difference_r > 0]
    hurt = [one.difference_r for one in found if one.difference_r < 0]
    numbers = {
        "count": str(len(found)),
        "helped": str(len(helped)),
        "helped_r": _sum(helped),
        "hurt": str(len(hurt)),
        "hurt_r": _sum(hurt),
        "difference_r": _sum([*helped, *hurt]),
    }
    evidence = tuple(f"#{one.position_id} {rounded(one.difference_r)}R" for one in found)
    return Finding(CODE, Severity.FACT, numbers, evidence, len(found))


def _sum(values: list[Decimal]) -> str:
    return rounded(sum(values, ZERO))
