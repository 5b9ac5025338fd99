"""The interventions: what a hand did, against what the bot's rule made of the same bars."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import DayReport, Intervention, Tally
from bot_service.domain.trading import ExitCause
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _

MOST = 4
EVEN = Decimal("0.05")
"""A difference below this many R is none: spread and slippage are larger."""

ACTS: Mapping[ActKind, str] = {
    ActKind.CLOSE: _("you closed at {actual}"),
    ActKind.PANIC: _("panic closed at {actual}"),
    ActKind.MOVE_STOP: _("with the SL that you moved: {actual}"),
    ActKind.REMOVE_STOP: _("without the SL that you removed: {actual}"),
    ActKind.MOVE_TARGET: _("with the TP that you moved: {actual}"),
    ActKind.PAUSE: _("the bot was paused"),
    ActKind.STOP: _("the bot was stopped"),
}
SKIPPED = frozenset({ActKind.PAUSE, ActKind.STOP})
OTHER_ACT = _("by hand: {actual}")

RULES: Mapping[ExitCause, str] = {
    ExitCause.STOP_LOSS: _("its SL was hit {after} later"),
    ExitCause.TAKE_PROFIT: _("its TP was hit {after} later"),
    ExitCause.SIGNAL: _("the bot's signal would have closed it {after} later"),
}
OTHER_RULE = _("by the bot's rule")


def ledger(day: DayReport, t: Translator) -> list[str]:
    """Return the block of interventions: the day's, earlier ones whose end is known now, the month's sum."""
    acts = (*day.interventions, *day.settled)
    told: list[str] = [line(item, t) for item in acts[:MOST]]
    left = len(acts) - MOST
    if left > 0:
        told.append(t.plural("and {n} more", "and {n} more", n=left))
    if day.month is not None and day.month.count:
        told.append(month(day.month, t))
    return [t.html(_("✋ <b>By your hand</b>")), *told] if told else []


def line(item: Intervention, t: Translator) -> Html:
    """Return one intervention: what was done, what the rule would have made, and what that means."""
    what = t.html(ACTS.get(item.kind, OTHER_ACT), actual=t.r(item.actual_r))
    if item.pending:
        sentence = _("{which}: {what}; how the bot's rule ends is not known yet.")
        return t.html(sentence, which=_which(item, t), what=what)
    if item.kind in SKIPPED:
        what = t.plural(
            "{n} entry skipped while the bot rested",
            "{n} entries skipped while the bot rested",
            n=item.trades,
        )
    sentence = _("{which}: {what}; {rule} ({result}): {verdict}.")
    if item.approximate:
        sentence = _("{which}: {what}; {rule} ({result}): {verdict} (an estimate).")
    return t.html(
        sentence,
        which=_which(item, t),
        what=what,
        rule=_rule(item, t),
        result=t.r(item.rule_r),
        verdict=_verdict(item.difference_r, t),
    )


def month(tally: Tally, t: Translator) -> Html:
    """Return the sum of a month."""
    told = t.plural(
        "This month you stepped in {n} time: {helped} helped ({helped_r}), {hurt} hurt ({hurt_r})",
        "This month you stepped in {n} times: {helped} helped ({helped_r}), {hurt} hurt ({hurt_r})",
        n=tally.count,
        helped=tally.helped,
        helped_r=t.r(tally.helped_r),
        hurt=tally.hurt,
        hurt_r=t.r(tally.hurt_r),
    )
    even = tally.count - tally.helped - tally.hurt - tally.pending
    if even > 0:
        told = t.html(_("{told}, {even} made no difference"), told=told, even=even)
    if tally.pending:
        told = t.html(_("{told}, {pending} not judged yet"), told=told, pending=tally.pending)
    return t.html(_("{told}."), told=told)


def _which(item: Intervention, t: Translator) -> str:
    number = f"#{item.position_id}" if item.position_id is not None else t.when(item.at)
    return f"{number} {item.symbol}" if item.symbol else number


def _rule(item: Intervention, t: Translator) -> str:
    sentence = None if item.rule_cause is None else RULES.get(item.rule_cause)
    if sentence is None or item.rule_at is None:
        return t.text(OTHER_RULE)
    return t.text(sentence, after=t.duration((item.rule_at - item.at).total_seconds()))


def _verdict(difference: Decimal, t: Translator) -> Html:
    if abs(difference) < EVEN:
        return t.html(_("no difference"))
    if difference > 0:
        return t.html(_("a good decision, {difference}"), difference=t.r(difference))
    return t.html(_("it cost {difference}"), difference=t.r(difference))
