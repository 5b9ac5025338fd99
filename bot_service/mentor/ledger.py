"""The ledger of interventions: what people did by hand, against what the bot's rule made of it, in R.

A position may be touched several times. Each act is judged against the levels that stood just before it, as
if nobody had touched the position again; what an act made is then what the next one is judged against. So
the differences of a position add up to what all hands together made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Intervention, Tally
from bot_service.domain.trading import ExitCause, Side
from bot_service.mentor.replay import End, Levels
from bot_service.mentor.thresholds import EVEN_R

ZERO = Decimal(0)
ONE = Decimal(1)
R_PLACES = Decimal("0.0001")
RULES_OWN = frozenset({ExitCause.STOP_LOSS, ExitCause.TAKE_PROFIT, ExitCause.SIGNAL})
"""Ends that are the rule's own."""

Replay = Callable[[Levels, datetime], End | None]
"""Return how levels end a position that was open at a moment, None while nobody knows."""

Nights = Callable[[datetime, datetime], int]
"""Return how many nights are charged between two moments."""


@dataclass(frozen=True)
class Touch:
    """One act on a position: the `levels` after it, or, without any, the `lots` it closed at `price`."""

    at: datetime
    kind: ActKind
    user_id: int | None = None
    levels: Levels | None = None
    lots: Decimal = ZERO
    price: Decimal = ZERO


@dataclass(frozen=True)
class Life:
    """A position as the ledger counts it, from its opening to its end.

    `value` is the money of a price step of 1 for all its lots; `costs` are commission and fee of its whole
    life, `swap_a_night` what holding it costs, all as booked. `result_r` is its whole result and `ended` how
    its last lots ended; both None while it is open.
    """

    position_id: int
    bot_id: int | None
    symbol: str
    side: Side
    lots: Decimal
    price_open: Decimal
    opened_at: datetime
    planned_risk: Decimal
    value: Decimal
    levels: Levels
    touches: tuple[Touch, ...]
    costs: Decimal = ZERO
    swap_a_night: Decimal | None = ZERO
    result_r: Decimal | None = None
    ended: End | None = None

    def r_at(self, price: Decimal, at: datetime, nights: Nights) -> Decimal:
        """Return the result of the whole position if it ended at a price, costs included."""
        swap = (self.swap_a_night or ZERO) * nights(self.opened_at, at)
        gained = self.side.sign * (price - self.price_open) * self.value
        return (gained + self.costs + swap) / self.planned_risk


def interventions(life: Life, replay: Replay, nights: Nights) -> tuple[Intervention, ...]:
    """Return each act on a position with what it made and what the rule would have made."""
    book = _Book(life, replay, nights)
    return tuple(book.booked(place) for place in range(len(life.touches)))


class _Book:
    def __init__(self, life: Life, replay: Replay, nights: Nights) -> None:
        self._life = life
        self._nights = nights
        self._ends = [self._rule_end(replay, place) for place in range(len(life.touches))]

    def booked(self, place: int) -> Intervention:
        life, touch, rule = self._life, self._life.touches[place], self._ends[place]
        share = self._share(touch) if touch.levels is None else self._share_after(place)
        made = self._made(place, share)
        known = rule is not None and made is not None
        booked = Intervention(
            at=touch.at,
            kind=touch.kind,
            actual_r=ZERO if made is None else _r(made[0]),
            rule_r=ZERO,
            symbol=life.symbol,
            bot_id=life.bot_id,
            position_id=life.position_id,
            user_id=touch.user_id,
        )
        if not known or rule is None or made is None:
            return replace(booked, pending=True, rule_r=booked.actual_r)
        return replace(
            booked,
            rule_r=_r(share * self._r(rule)),
            rule_cause=rule.cause,
            rule_at=rule.at,
            approximate=rule.approximate or made[2] or self._unknown_nights(rule),
            decided_at=max(rule.known_at, made[1]),
        )

    def _made(self, place: int, share: Decimal) -> tuple[Decimal, datetime, bool] | None:
        """Return what an act made, from when on that was known, and whether it is approximate."""
        life, touch = self._life, self._life.touches[place]
        if touch.levels is None:
            if life.result_r is not None and self._is_last_lots(place):
                rest = life.result_r - sum((self._closed_r(other) for other in self._closes(place)), ZERO)
                return rest, touch.at, False
            return self._closed_r(touch), touch.at, False
        if place + 1 < len(life.touches):
            end = self._ends[place + 1]
            return None if end is None else (share * self._r(end), end.known_at, end.approximate)
        if life.result_r is None or life.ended is None:
            return None
        parts = sum((self._closed_r(other) for other in self._closes(place)), ZERO)
        return life.result_r - parts, life.ended.known_at, False

    def _rule_end(self, replay: Replay, place: int) -> End | None:
        life, touch = self._life, self._life.touches[place]
        changed = [other.levels for other in life.touches[:place] if other.levels is not None]
        goes_on = all(other.levels is None for other in life.touches[place:])
        if goes_on and life.ended is not None and life.ended.cause in RULES_OWN:
            # Nobody touched the levels any more and the rule did end the rest: that is the truth.
            return life.ended
        return replay(changed[-1] if changed else life.levels, touch.at)

    @property
    def _ended_by_touch(self) -> bool:
        closed = sum((touch.lots for touch in self._life.touches), ZERO)
        return closed >= self._life.lots

    def _is_last_lots(self, place: int) -> bool:
        later = any(touch.levels is None for touch in self._life.touches[place + 1 :])
        return self._ended_by_touch and not later

    def _closes(self, place: int) -> list[Touch]:
        return [touch for touch in self._life.touches[:place] if touch.levels is None]

    def _share_after(self, place: int) -> Decimal:
        closed = sum((touch.lots for touch in self._closes(place)), ZERO)
        return ONE - closed / self._life.lots

    def _share(self, touch: Touch) -> Decimal:
        return touch.lots / self._life.lots

    def _closed_r(self, touch: Touch) -> Decimal:
        return self._share(touch) * self._life.r_at(touch.price, touch.at, self._nights)

    def _r(self, end: End) -> Decimal:
        return self._life.r_at(end.price, end.at, self._nights)

    def _unknown_nights(self, end: End) -> bool:
        return self._life.swap_a_night is None and self._nights(self._life.opened_at, end.at) > 0


def tally(booked: Iterable[Intervention]) -> Tally:
    """Add interventions up; a difference of almost nothing neither helped nor hurt."""
    every = tuple(booked)
    judged = [one.difference_r for one in every if not one.pending]
    helped = [r for r in judged if r >= EVEN_R]
    hurt = [r for r in judged if r <= -EVEN_R]
    return Tally(
        count=len(every),
        helped=len(helped),
        helped_r=sum(helped, ZERO),
        hurt=len(hurt),
        hurt_r=sum(hurt, ZERO),
        pending=sum(one.pending for one in every),
    )


def as_known(booked: Sequence[Intervention], at: datetime) -> tuple[Intervention, ...]:
    """Return interventions as they were known at a moment: what was decided later is pending."""
    return tuple(
        _pending(one) if one.decided_at is not None and one.decided_at > at else one for one in booked
    )


def _pending(one: Intervention) -> Intervention:
    return replace(
        one,
        pending=True,
        rule_r=one.actual_r,
        rule_cause=None,
        rule_at=None,
        decided_at=None,
        approximate=False,
    )


def _r(number: Decimal) -> Decimal:
    return number.quantize(R_PLACES)
