"""What a person did in the day, in one sentence each: facts, without a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

OBSERVATIONS: Mapping[str, str] = {
    "risk_raised_after_loss": _(
        "Risk was raised {count}× within {within} minutes after a loss; the first time from {risk_before} to "  # noqa: RUF001  # times
        "{risk_after}, {minutes} minutes after #{ticket}."
    ),
    "guard_overridden": _(
        "What had stopped the bots was lifted {count}×: a limit {limits}×, your own stop after a loss "  # noqa: RUF001  # times
        "{stops}×."  # noqa: RUF001  # times
    ),
    "exit_by_hand": _(
        "{count} exits by hand can be judged now: {helped} helped ({helped_r}), {hurt} hurt ({hurt_r}) "
        "against the bot's own rule, together {difference_r}."
    ),
    "new_bot_after_loss": _(
        "New bots soon after a loss on their symbol: {count}. {symbol}: {minutes} minutes after #{ticket}, "
        "with {factor} its risk."
    ),
    "busy_human": _(
        "You made {changes} changes (new bots, starts, shorter timeframes); usually it is {usual} a day "
        "(median of {days} days)."
    ),
    "frequent_checking": _(
        "{looks} look-ups within an hour from {clock}; even your busiest hours usually have {usual}."
    ),
    "strategy_hopping": _(
        "{bot} got another strategy {changes}× within {days} days. Trades in between: {per_version}."  # noqa: RUF001  # times
    ),
    "missing_stop": _("{count} of {positions} open positions have no SL. Nothing bounds their loss."),
    "risk_above_limit": _(
        "{count} open positions risk more than your limit of {limit_percent}; the most is #{ticket} with "
        "{risk_percent}."
    ),
    "one_direction": _(
        "{positions} open positions all bet the same way on {currency}. If all their SL are hit it costs "
        "{risk_percent} of the balance."
    ),
    "kept_promise": _("Your promise was tested {count}×, and you kept it."),  # noqa: RUF001  # times
    "broken_promise": _("Tested promises that were not kept: {count} of {tested}."),
    "streak": _(
        "The last {length} trades lost ({streak_net}). At your win rate of {win_percent} such a run comes in "
        "{chance_percent} of all stretches of {stretch} trades. It says nothing about the next trade."
    ),
    "drawdown_chance": _(
        "From its best point the day's result fell by {drawdown} ({drawdown_percent} of the opening "
        "balance). With your trades that happens on {chance_percent} of days with {trades} trades."
    ),
}
