"""What is proved of a person's habits, in one sentence each, and what can't be spoken of yet."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain.findings import Unproved
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _

OBSERVATIONS: Mapping[str, str] = {
    "risk_after_loss_pattern": _(
        "Of {acts} raises of the risk {after} came within {within} minutes after a loss. By chance it would "
        "be about {usual}."
    ),
    "exit_by_hand_pattern": _(
        "Of {count} exits by hand {helped} helped ({helped_r}) and {hurt} hurt ({hurt_r}): together "
        "{difference_r} against the bots' own rules. That is more than luck."
    ),
    "size_after_loss": _(
        "After a loss the sizes you choose are {factor} the usual ({sizes} times), otherwise {others_factor} "
        "({others} times)."
    ),
    "held_losers": _(
        "You hold losing trades by hand {factor} as long as winning ones: {losers_time} ({losers} trades) "
        "against {winners_time} ({winners} trades)."
    ),
    "time_of_day": _(
        "Trades opened at {hours} make {mean_r} on average ({trades} trades), all others {others_r} "
        "({others} trades)."
    ),
    "symbol": _(
        "Trades on {symbol} make {mean_r} on average ({trades} trades), all others {others_r} "
        "({others} trades)."
    ),
    "strategy": _(
        "Trades of {strategy} make {mean_r} on average ({trades} trades), all others {others_r} "
        "({others} trades)."
    ),
    "mood_and_acts": _(
        "On days that began “{mood}” you stepped in {mean_acts} times on average ({days} days), on all "
        "others {others_acts} times ({others} days)."
    ),
    "mood_and_result": _(
        "Days that began “{mood}” made {mean_r} on average ({days} days), all others {others_r} "
        "({others} days). It tells what comes together, not why."
    ),
}

HABITS: Mapping[str, str] = {
    "risk_after_loss_pattern": _("raising the risk after a loss"),
    "exit_by_hand_pattern": _("exits by hand against the bots' rules"),
    "size_after_loss": _("larger sizes after a loss"),
    "held_losers": _("holding losers longer than winners"),
    "time_of_day": _("hours of the day"),
    "symbol": _("symbols"),
    "strategy": _("strategies"),
    "mood_and_acts": _("moods and acts by hand"),
    "mood_and_result": _("moods and results"),
}
"""What each pattern is about, for people who ask why nothing is said of it."""


def unproved(item: Unproved, t: Translator) -> Html:
    """Return how far the evidence of a pattern is."""
    habit = t.text(HABITS[item.code])
    if item.sample < item.needed:
        return t.html(
            _("Not enough evidence yet: {habit}, n={n} of at least {needed}."),
            habit=habit,
            n=item.sample,
            needed=item.needed,
        )
    return t.html(_("Looked at, nothing proved: {habit}, n={n}."), habit=habit, n=item.sample)
