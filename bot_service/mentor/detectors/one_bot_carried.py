"""Bot `bot` made `bot_net`, more than the whole day's `net`; everything else together made `others_net`."""

from __future__ import annotations

from bot_service.domain.findings import Finding, Severity
from bot_service.mentor.day import DayFacts, History, text, tickets, total

CODE = "one_bot_carried"
RANK = 90
FIELDS = ("bot", "bot_net", "others_net", "net")


def detect(day: DayFacts, _history: History) -> Finding | None:
    """Return the bot without which a day with a profit, of two bots or more, would have none."""
    bots = sorted({trade.bot_id for trade in day.trades if trade.bot_id is not None})
    if len(bots) < 2 or day.net <= 0:  # noqa: PLR2004  # one bot has nobody to be compared with
        return None
    best = max(bots, key=lambda bot: total(trade for trade in day.trades if trade.bot_id == bot))
    own = tuple(trade for trade in day.trades if trade.bot_id == best)
    if total(own) <= day.net:
        return None
    numbers = {
        "bot": day.names.get(best, f"#{best}"),
        "bot_net": text(total(own)),
        "others_net": text(day.net - total(own)),
        "net": text(day.net),
    }
    return Finding(CODE, Severity.FACT, numbers, tickets(own), len(day.trades))
