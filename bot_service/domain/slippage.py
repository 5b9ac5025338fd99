"""How far a fill may lie from the price of the decision, and what the difference costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from bot_service.domain.market import Instrument
from bot_service.domain.trading import Intent, Side

WORTH_TELLING = Decimal("0.1")
"""The share of the planned risk above which slippage is told."""


def worst_price(
    side: Side, entry: Decimal, stop_loss: Decimal, percent: Decimal, instrument: Instrument
) -> Decimal:
    """Return the worst price of a fill that adds at most `percent` of the stop distance to the loss."""
    room = abs(entry - stop_loss) * percent / 100
    ticks = (room / instrument.tick_size).to_integral_value(ROUND_FLOOR)
    return instrument.round_price(entry + side.sign * ticks * instrument.tick_size)


def cost(intent: Intent, price: Decimal, commission_per_lot: Decimal = Decimal(0)) -> Decimal | None:
    """Return what `price` instead of the decided one costs an opening at its stop; negative is a gain.

    None where nobody decided on a price or a risk.
    """
    if intent.price is None or intent.stop_loss is None or intent.planned_risk is None:
        return None
    distance = abs(intent.price - intent.stop_loss)
    if not distance:
        return None
    # The commission is part of the planned risk and the same at every price.
    at_stop = intent.planned_risk - commission_per_lot * intent.lots
    return at_stop * intent.side.sign * (price - intent.price) / distance


def with_slippage(intent: Intent, commission_per_lot: Decimal, digits: int = 2) -> Intent:
    """Return an executed opening whose planned risk is the loss at its stop from the true fill price."""
    if intent.fill_price is None:
        return intent
    exact = cost(intent, intent.fill_price, commission_per_lot)
    if not exact or intent.planned_risk is None:
        return intent
    slipped = exact.quantize(Decimal(1).scaleb(-digits))
    # Beyond its own stop a fill has no risk left to plan with; the asked one stays the measure.
    risk = intent.planned_risk + slipped
    return replace(intent, slippage=slipped, planned_risk=risk if risk > 0 else intent.planned_risk)


def worth_telling(intent: Intent) -> Decimal | None:
    """Return what slippage has cost the executed part, if that is above a tenth of its planned risk.

    A fill beyond the limit of its order is always told.
    """
    slipped, risk = intent.slippage, intent.planned_risk
    if slipped is None or slipped <= 0 or risk is None:
        return None
    asked = risk - slipped
    if slipped <= asked * WORTH_TELLING and not beyond_limit(intent):
        return None
    share = Decimal(1) if intent.filled_lots is None else intent.filled_lots / intent.lots
    return slipped * share


def beyond_limit(intent: Intent) -> bool:
    """Tell whether an opening was filled worse than its order allowed."""
    if intent.fill_price is None or intent.worst_price is None:
        return False
    return intent.side.sign * (intent.fill_price - intent.worst_price) > 0
