"""All stops together may lose only so much, and what has no stop may lose anything."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.exposure import AccountRisk, Exposure
from bot_service.domain.risk import DenialReason, Denied

PLACES = Decimal("0.01")


class Gate:
    """Closed while the account's stops, this entry's among them, would lose too much."""

    order: ClassVar[int] = 60

    @staticmethod
    def refusal(entry: Entry, rules: GateRules) -> Denied | None:  # noqa: ARG004  # every gate has this shape
        """Return what is open and what may be, in percent of the sizing base."""
        known = entry.account_risk
        if known is None or (known.open_percent is None and known.currency_percent is None):
            return None
        naked = known.exposure.without_stop
        if naked and known.open_percent is not None:
            first = naked[0]
            return Denied(DenialReason.NO_STOP_OPEN, {"symbol": first.symbol, "ticket": f"#{first.ticket}"})
        if known.planned is None or known.base <= 0:
            return None
        return _total(known) or _by_currency(known)


def _total(known: AccountRisk) -> Denied | None:
    after = _with_planned(known).total
    if known.open_percent is None or after * 100 <= known.open_percent * known.base:
        return None
    return Denied(DenialReason.OPEN_RISK, _numbers(known, known.exposure.total, after, known.open_percent))


def _by_currency(known: AccountRisk) -> Denied | None:
    if known.currency_percent is None or known.planned is None:
        return None
    before, after = known.exposure.by_currency, _with_planned(known).by_currency
    for bet in known.planned.bets:
        if after[bet] * 100 > known.currency_percent * known.base:
            numbers = _numbers(known, before.get(bet, Decimal(0)), after[bet], known.currency_percent)
            return Denied(DenialReason.CURRENCY_RISK, {**numbers, "currency": bet[0]})
    return None


def _with_planned(known: AccountRisk) -> Exposure:
    planned = () if known.planned is None else (known.planned,)
    return Exposure((*known.exposure.stakes, *planned))


def _numbers(known: AccountRisk, before: Decimal, after: Decimal, cap: Decimal) -> dict[str, str]:
    shares = {"percent": before * 100 / known.base, "after_percent": after * 100 / known.base}
    rounded = {name: f"{share.quantize(PLACES, ROUND_HALF_UP):f}" for name, share in shares.items()}
    return {**rounded, "cap_percent": f"{cap:f}"}
