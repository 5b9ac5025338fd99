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
    "risk_raised_after_loss": _(
        "A larger size after a loss makes the next loss larger too, at a time when the last one still hurts. "
        "Sizes are best chosen on a calm day and left alone on others."
    ),
    "guard_overridden": _(
        "A limit is a decision that you made in calm for a moment that would not be. Lifting it in that "
        "moment asks the wrong one of the two."
    ),
    "exit_by_hand": _(
        "Single exits by hand prove nothing. The sum of all of them, against what the rule would have made, "
        "shows whether your hand or the rule knows more."
    ),
    "new_bot_after_loss": _(
        "A new bot is a new plan, and plans are better made when nothing has to be won back. A day later the "
        "same idea still exists."
    ),
    "busy_human": _(
        "Whoever changes several things at once never learns which of them helped. One change, then time, "
        "then a look at its trades."
    ),
    "frequent_checking": _(
        "A bot trades the same whether it is watched or not. Each look at an open position tempts "
        "to act, and most of what moves is noise."
    ),
    "strategy_hopping": _(
        "Every method has bad stretches. Whoever leaves each one in its bad stretch collects only those."
    ),
    "missing_stop": _(
        "Without an SL a position has no planned end. The market doesn't know at which point you would "
        "have had enough."
    ),
    "risk_above_limit": _(
        "Risk per trade decides how long a bad stretch can be survived. It is the one number that is "
        "entirely in your hand."
    ),
    "one_direction": _(
        "Positions on different symbols can be one and the same bet. When they all lean on one currency, "
        "their stops tend to be hit together."
    ),
    "kept_promise": _(
        "Keeping a promise to yourself in a bad moment is practice for the next one. It counts whatever the "
        "day has made."
    ),
    "broken_promise": _(
        "A promise that breaks often may be the wrong one. A smaller one that holds is worth more."
    ),
    "streak": _(
        "Runs of losses belong to every win rate below certainty. They look like a message and are none."
    ),
}
