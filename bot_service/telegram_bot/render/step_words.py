"""The one step for tomorrow, and the one that is asked back: one act, in words that read well as both."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

STEPS: Mapping[str, str] = {
    "step_books": _("Compare the account's history in MT5 with /deals and find the difference."),
    "step_smaller": _("Make the lots of the next trades smaller, so that the margin has room."),
    "step_stop_loss": _("Give every open position its SL."),
    "step_within_limit": _("Bring the risk per trade back below your limit before the next start."),
    "step_promise": _("Read your promise before you change anything: /promise"),
    "step_wait": _("After a loss wait an hour before you change a bot's risk."),
    "step_guard": _("When a limit has stopped the bots, let them rest until it lifts itself."),
    "step_let_rule": _("Let the bots close the next positions themselves, and compare."),
    "step_fewer_changes": _("Choose one change for the day and leave the rest."),
    "step_fewer_looks": _("Choose the hours at which you look at the status, and keep to them."),
    "step_one_version": _("Leave one strategy unchanged for a week, so that its trades can be judged."),
    "step_exit_first": _("Write down before the entry at which price you would be wrong."),
    "step_hours": _("Let the bots take no entries in the hours that stood out: /pause"),
    "step_symbol": _("Halve the risk on the symbol that stood out, and watch it for a week."),
    "step_strategy": _("Halve the risk of the strategy that stood out, and watch it for a week."),
    "step_mood": _("When the mood from the report comes back, wait for half an hour before any change."),
    "step_one_side": _("Look in /positions at what leans to one side, before you add to it."),
    "step_look_at_stop": _("Look at that trade's SL and the spread then: /history"),
    "step_costs": _("Look at how often the bots trade: a longer timeframe pays fewer costs."),
    "step_check_in": _("Say how you feel before the first trade closes: /mood"),
    "step_note": _("Write one note before you close a bot's position by hand: /note"),
    "step_keep": _("Leave everything as it is; the plan does its work."),
}
