"""What the mentor has found, in one sentence each: the words of every code, with its numbers in them.

More of them stand in the files `finding_words_*.py` beside this one, each with a table `OBSERVATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path

from bot_service.domain.findings import Finding, Mood
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.mentor.codes import FIELD_KINDS
from bot_service.telegram_bot.render import words

OBSERVATIONS: Mapping[str, str] = {
    "books_differ": _(
        "The broker's balance and the deals differ by {difference}. Have a look at deposits, fees or "
        "corrections in MT5."
    ),
    "stop_out": _("The broker closed {count} positions because the margin ran out ({net})."),
    "loss_beyond_plan": _(
        "Trade #{ticket} lost {worst_r} ({net}, planned {planned}). Losses of {limit_r} or worse: {count}. "
        "A look at its stop and the spread then is worth it."
    ),
    "unplanned_trades": _(
        "{count} of {trades} bot trades ({net}) have no known planned risk, so R says nothing about them."
    ),
    "disciplined_loss": _(
        "A losing day ({net}), and no loss went beyond {limit_r}; the largest was {worst_r}. "
        "The plan was kept."
    ),
    "closed_by_hand": _(
        "{count} of {trades} positions were closed by hand ({net}). Neither good nor bad, worth a note why."
    ),
    "drawdown_day": _(
        "From its best point the day's result fell by {drawdown}: {drawdown_percent} of the opening "
        "balance of {opening}."
    ),
    "costs_share": _(
        "Costs took {costs}: {share_percent} of the {gross} won before costs, in {trades} trades."
    ),
    "one_bot_carried": _("{bot} made {bot_net}; all others together made {others_net}."),
    "one_trade_carried": _("Trade #{ticket} made {trade_net}; all others together made {others_net}."),
    "losing_streak": _("The last {length} trades lost ({streak_net}). It says nothing about the next trade."),
    "busy_day": _("A busy day: {trades} trades; usually it is {usual} (median of {days} days)."),
    "quiet_day": _("No position closed. Deals that opened or added: {opened}."),
    "plain_day": _("{wins} won, {losses} lost, and nothing stands out in these {trades} trades."),
}

CLOSINGS: Mapping[str, str] = {
    "closing_so_far": _("The day still runs; this is how it looks so far."),
    "closing_books": _("Look at the books first, then at the trades."),
    "closing_stop_out": _("Smaller lots give the stop loss room to do its work before the margin does."),
    "closing_loss_beyond_plan": _(
        "One loss went well beyond its plan. That matters more than the day's sum."
    ),
    "closing_promise_broken": _("Your own promise weighs more than the day's sum. Tomorrow it begins anew."),
    "closing_promise_kept": _("You kept your word when it counted. That is what stays of a day."),
    "closing_limit_lifted": _("A limit only helps while it stands. Tonight, look at why it was lifted."),
    "closing_risk_raised": _("Risk grew after a loss. Whatever the day made, that is the part to look at."),
    "closing_by_hand_noted": _("You wrote down what was on your mind. That is worth more than the result."),
    "closing_unplanned": _("Every trade deserves a planned risk; then the result can be judged."),
    "closing_quiet": _("A quiet day is a trading day too."),
    "closing_loss_inside_plan": _("Not your fault: every loss stayed inside its plan."),
    "closing_by_hand": _("A short note why you closed by hand helps you later: /note"),
    "closing_loss": _("A losing day. Look at what was outside the plan, not at the money."),
    "closing_steady": _("Every trade had a plan and kept to it. Keep doing that."),
    "closing_open_plan": _("Check whether each loss had a plan before it began."),
}


Figure = Callable[[str, Translator], str]
_SIGNED = frozenset({"net", "difference", "bot_net", "trade_net", "others_net", "streak_net"})


@cache
def observations() -> Mapping[str, str]:
    """Return the sentence of every finding's code."""
    found = dict(OBSERVATIONS)
    for path in sorted(Path(__file__).parent.glob(f"{Path(__file__).stem}_*.py")):
        found |= import_module(f"{__package__}.{path.stem}").OBSERVATIONS
    return found


def observation(finding: Finding, currency: str, t: Translator) -> Html:
    """Return a finding as a sentence that carries its numbers."""
    figures = {name: _figure(name, text, currency, t) for name, text in finding.numbers.items()}
    return t.html(observations()[finding.code], **figures)


def _figure(name: str, text: str, currency: str, t: Translator) -> str:
    kind = FIELD_KINDS[name]
    if kind == "money":
        return t.money(Decimal(text), currency, sign=name in _SIGNED)
    return FIGURES[kind](text, t)


FIGURES: Mapping[str, Figure] = {
    "ticket": lambda text, _t: text,
    "name": lambda text, _t: text,
    "r": lambda text, t: t.r(Decimal(text)),
    "percent": lambda text, t: t.percent(Decimal(text), 1),
    "count": lambda text, t: t.number(Decimal(text)),
    "factor": lambda text, t: f"{t.number(Decimal(text), 1)}×",  # noqa: RUF001  # times
    "duration": lambda text, t: t.duration(float(text)),
    "mood": lambda text, t: t.text(words.MOODS[Mood(text)][1]),
    "strategy": lambda text, t: t.text(words.STRATEGIES[text][0]) if text in words.STRATEGIES else text,
}
"""How the number of each kind but money is written; `FIELD_KINDS` tells the kinds."""
