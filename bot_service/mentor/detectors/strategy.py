"""Trades of `strategy` make `mean_r` on average (`trades` of them), all others `others_r` (`others`).

It warns when a strategy is proved to be worse than all others, and loses. Compared are means in R, so a bot's
own geometry (SL and TP far or near) is no difference; what one strategy did in one day is one value.

Sources: reports by bucket as in Tradervue; the proof is own, for buckets of few trades differ by luck.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Unproved
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.cells import BUCKET_FIELDS, bucket_finding, bucket_unproved
from bot_service.mentor.past import Past

CODE = "strategy"
RANK = 27
FIELDS = ("strategy", *BUCKET_FIELDS)
STEP = "step_strategy"


def weigh(past: Past) -> Finding | None:
    """Return the strategy that is proved to lose."""
    return bucket_finding(CODE, "strategy", past, _bucket)


def unproved(past: Past) -> Unproved | None:
    """Return how many trades can be told apart by it."""
    return bucket_unproved(CODE, past, _bucket)


def _bucket(trade: ClosedTrade) -> str:
    return trade.strategy
