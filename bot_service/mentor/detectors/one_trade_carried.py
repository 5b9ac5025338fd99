"""Trade `ticket` made `trade_net`, more than the whole day's `net`; the others together made `others_net`."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets
from bot_service.mentor.thresholds import ONE_TRADE_MIN_TRADES

CODE = "one_trade_carried"
RANK = 100
INSTEAD_OF = ("one_bot_carried",)
FIELDS = ("ticket", "trade_net", "others_net", "net")


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the trade without which a day with a profit would have none."""
    if len(day.trades) < ONE_TRADE_MIN_TRADES or day.net <= 0:
        return None
    best = max(day.trades, key=lambda trade: trade.net)
    if best.net <= day.net:
        return None
    numbers = {
        "ticket": str(best.position_id),
        "trade_net": text(best.net),
        "others_net": text(day.net - best.net),
        "net": text(day.net),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets((best,)), len(day.trades))
