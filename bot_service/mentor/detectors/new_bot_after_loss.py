"""`count` bots were made soon after a loss on their symbol, with more risk than the trade that lost.

It fires when a bot is made within 30 minutes of a loss on the same symbol and risks at least 1.25 times as
much; `symbol`, `minutes`, `ticket` and `factor` are the first one's. Not in an account's first 30 days, when
everything is new.

Sources: re-entry within minutes with 1.25 times the size and more, as public code measures it; the hard words
of those sources for it are never used.
"""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Finding, Severity
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.day import DayFacts, History, rounded
from bot_service.mentor.past import told
from bot_service.mentor.thresholds import NEW_BOT_ACCOUNT_AGE, NEW_BOT_AFTER_LOSS, NEW_BOT_RISK_FACTOR

CODE = "new_bot_after_loss"
RANK = 26
FIELDS = ("count", "symbol", "minutes", "ticket", "factor")
WATCH = True
STEP = "step_wait"


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the bots of the day that were made after a loss with more risk."""
    made = [act for act in day.acts if act.kind is ActKind.CREATE and _grown_up(act, history)]
    found = [(act, loss, factor) for act in made for loss, factor in _answered(act, day, history)]
    if not found:
        return None
    act, loss, factor = found[0]
    numbers = {
        "count": str(len(found)),
        "symbol": act.symbol,
        "minutes": str(int((act.at - loss.closed_at).total_seconds() // 60)),
        "ticket": str(loss.position_id),
        "factor": rounded(factor),
    }
    evidence = [
        line for one, lost, _ in found for line in (told(one, history.account), f"#{lost.position_id}")
    ]
    return Finding(CODE, Severity.FACT, numbers, tuple(dict.fromkeys(evidence)), len(found))


def _grown_up(act: Act, history: History) -> bool:
    return history.account_since is not None and act.at - history.account_since >= NEW_BOT_ACCOUNT_AGE


def _answered(act: Act, day: DayFacts, history: History) -> list[tuple[ClosedTrade, Decimal]]:
    earlier = (trade for trade in (*history.trades[-20:], *day.trades) if _lost_before(trade, act))
    rated = [(trade, _factor(act, trade, day)) for trade in earlier]
    return [(trade, factor) for trade, factor in rated if factor is not None][-1:]


def _lost_before(trade: ClosedTrade, act: Act) -> bool:
    since = (act.at - trade.closed_at).total_seconds()
    return trade.net < 0 and trade.symbol == act.symbol and 0 <= since <= NEW_BOT_AFTER_LOSS.total_seconds()


def _factor(act: Act, trade: ClosedTrade, day: DayFacts) -> Decimal | None:
    if act.risk_after is None or not trade.planned_risk or day.books is None or day.books.opening <= 0:
        return None
    factor = act.risk_after / (trade.planned_risk * 100 / day.books.opening)
    return factor if factor >= NEW_BOT_RISK_FACTOR else None
