"""Short names of what the mentor looks for, for lists and buttons."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

DETECTORS: Mapping[str, str] = {
    "books_differ": _("Balance and deals differ"),
    "broken_promise": _("Promise not kept"),
    "busy_day": _("Busy day"),
    "busy_human": _("Many changes by you"),
    "closed_by_hand": _("Closed by hand"),
    "costs_share": _("Costs"),
    "disciplined_loss": _("Loss within the plan"),
    "drawdown_chance": _("How rare a fall was"),
    "drawdown_day": _("Fall within the day"),
    "exit_by_hand": _("Closing by hand, judged"),
    "exit_by_hand_pattern": _("Pattern: closing by hand"),
    "frequent_checking": _("Many look-ups"),
    "guard_overridden": _("Limit lifted"),
    "held_losers": _("Pattern: losers held longer"),
    "kept_promise": _("Promise kept"),
    "losing_streak": _("Run of losses"),
    "loss_beyond_plan": _("Loss beyond its plan"),
    "missing_stop": _("Position without SL"),
    "mood_and_acts": _("Pattern: mood and stepping in"),
    "mood_and_result": _("Pattern: mood and result"),
    "new_bot_after_loss": _("New bot after a loss"),
    "one_bot_carried": _("One bot carried the day"),
    "one_direction": _("All on one currency"),
    "one_trade_carried": _("One trade carried the day"),
    "plain_day": _("Plain day"),
    "quiet_day": _("Quiet day"),
    "risk_above_limit": _("Risk above the limit"),
    "risk_after_loss_pattern": _("Pattern: risk after losses"),
    "risk_raised_after_loss": _("Risk raised after a loss"),
    "size_after_loss": _("Pattern: size after losses"),
    "stop_out": _("Stop out"),
    "strategy": _("Pattern: strategy"),
    "strategy_hopping": _("Strategy changed often"),
    "streak": _("How usual a run is"),
    "symbol": _("Pattern: symbol"),
    "time_of_day": _("Pattern: time of day"),
    "unplanned_trades": _("Trades without a planned risk"),
}
