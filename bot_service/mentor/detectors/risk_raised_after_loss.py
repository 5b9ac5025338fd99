"""`count` raises of the risk came within `within` minutes after a loss; the first after loss `ticket`.

It fires when a person raises a bot's risk after a loss of the same bot, or after any loss on a day that
stands at -2R or worse. Not within a day of a deposit or withdrawal, not when the lot only keeps up with
equity or ATR, not on the way back to an older version, not when it was announced or planned. One act is a
fact and no diagnosis; `risk_after_loss_pattern` weighs many.

Sources: journals look at trades within 5 to 60 minutes and 1.1 to 1.5 times the size (TradeOnyx and public
code); to look at the acts of the one who runs bots is an own design.
"""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.domain.trading import ClosedTrade
from bot_service.mentor.day import ZERO, DayFacts, History, rounded
from bot_service.mentor.past import day_of, done, told
from bot_service.mentor.raises import Losses, raises
from bot_service.mentor.thresholds import AFTER_LOSS

CODE = "risk_raised_after_loss"
RANK = 22
FIELDS = ("count", "risk_before", "risk_after", "minutes", "ticket", "within")
WATCH = True
STEP = "step_wait"


def detect(day: DayFacts, history: History) -> Finding | None:
    """Return the raises of the day that followed a loss."""
    if not any(act.raises_risk for act in day.acts):
        return None
    raised = raises(history.acts + done(day.acts), history.operations + day.operations)
    trades = _recent(day, history)
    losses = Losses(trades, [day_of(history.account, trade.closed_at) for trade in trades])
    found = [(act, losses.before(act)) for act in raised if act in day.acts]
    after = [(act, loss) for act, loss in found if loss is not None]
    if not after:
        return None
    act, loss = after[0]
    evidence = [line for one, lost in after for line in (told(one, history.account), f"#{lost.position_id}")]
    numbers = {
        "count": str(len(after)),
        "risk_before": rounded(act.risk_before or ZERO),
        "risk_after": rounded(act.risk_after or ZERO),
        "minutes": str(int((act.at - loss.closed_at).total_seconds() // 60)),
        "ticket": str(loss.position_id),
        "within": str(int(AFTER_LOSS.total_seconds() // 60)),
    }
    return Finding(CODE, Severity.FACT, numbers, tuple(dict.fromkeys(evidence)), len(after))


def _recent(day: DayFacts, history: History) -> tuple[ClosedTrade, ...]:
    begin = min(act.at for act in day.acts) - AFTER_LOSS
    earlier = (trade for trade in reversed(history.trades[-200:]) if trade.closed_at >= begin)
    return (*tuple(earlier)[::-1], *day.trades)
