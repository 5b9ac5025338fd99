"""Lessons of a minute: general and without numbers, for the day has brought those."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

LESSONS: Mapping[str, str] = {
    "books_differ": _(
        "A balance also moves through deposits, fees, swap and corrections. Only when all of them are "
        "known does a result say something about trading."
    ),
    "stop_out": _(
        "A stop out comes when equity no longer carries the margin. Whoever risks little per trade is "
        "taken out by his SL long before the broker does it."
    ),
    "loss_beyond_plan": _(
        "An SL is an order, not a promise: over a gap or in fast news it is filled at the next price. "
        "Smaller lots before news cost little and save much."
    ),
    "unplanned_trades": _(
        "R is the result divided by what you were ready to lose. Without an SL there is no such amount, "
        "and good and bad trades look alike."
    ),
    "disciplined_loss": _(
        "Losses inside the plan are the cost of the method, like rent for a shop. What ruins accounts is "
        "the one loss that nobody planned."
    ),
    "closed_by_hand": _(
        "A bot's results come from all of its trades together. If only its winners are cut short by hand, "
        "the rest can't carry the losses."
    ),
    "drawdown_day": _(
        "A fall hurts twice: to get back, the smaller account must earn a larger share than it lost. "
        "That is why the day has a limit."
    ),
    "costs_share": _(
        "Spread and commission are paid on every trade, swap every night. A strategy with small targets "
        "pays them out of a small profit."
    ),
    "one_bot_carried": _(
        "When one bot carries the day, the day says little about the others. Judge each by its own trades, "
        "over weeks."
    ),
    "one_trade_carried": _(
        "Trend methods live on few large winners. Cutting one of them short costs more than many small "
        "losses."
    ),
    "losing_streak": _(
        "Streaks belong to chance. A coin has them as well, and it knows nothing about its last throw."
    ),
    "busy_day": _(
        "Many trades in a day are the market's doing when bots trade: it moved more often through their "
        "conditions. Raising or lowering anything because of it is rarely needed."
    ),
}
