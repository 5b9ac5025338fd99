"""Trades opened at `hours` make `mean_r` on average (`trades` of them), all others `others_r` (`others`).

It warns when a block of four hours (account's zone, by the time of entry) is proved to be worse than all
other hours, and loses. Compared are means in R, so a bot's own geometry (many small wins, few large losses)
is no difference; what one day did in one block is one value.

Sources: TradeOnyx speaks of 10 points between buckets of 5 trades; that is false for 87 % of honest traders
with 20 trades. Hence the proof.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Unproved
from bot_service.mentor.cells import BUCKET_FIELDS, Bucket, bucket_finding, bucket_unproved
from bot_service.mentor.past import Past, local
from bot_service.mentor.thresholds import HOURS_BLOCK

CODE = "time_of_day"
RANK = 25
FIELDS = ("hours", *BUCKET_FIELDS)
STEP = "step_hours"

_BLOCKS = tuple(f"{begin:02}:00-{begin + HOURS_BLOCK:02}:00" for begin in range(0, 24, HOURS_BLOCK))


def weigh(past: Past) -> Finding | None:
    """Return the hours that are proved to lose."""
    return bucket_finding(CODE, "hours", past, _hours(past))


def unproved(past: Past) -> Unproved | None:
    """Return how many trades can be told apart by their hour."""
    return bucket_unproved(CODE, past, _hours(past))


def _hours(past: Past) -> Bucket:
    return lambda trade: _BLOCKS[local(past.account, trade.opened_at).hour // HOURS_BLOCK]
