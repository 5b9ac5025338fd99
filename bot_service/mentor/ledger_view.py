"""Which entries of the intervention ledger speak of exits: judged ones, neither near a close nor in panic."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Intervention

EXITS = frozenset({ActKind.CLOSE, ActKind.MOVE_STOP, ActKind.REMOVE_STOP, ActKind.MOVE_TARGET})


def judged(interventions: Iterable[Intervention], acts: Iterable[Act]) -> tuple[Intervention, ...]:
    """Return the exits by hand whose end is known, in the order of time."""
    excused = {_key(act) for act in acts if act.near_close or act.kind is ActKind.PANIC}
    found = (one for one in interventions if one.kind in EXITS and not one.pending)
    return tuple(sorted((one for one in found if _key(one) not in excused), key=lambda one: one.at))


def _key(one: Act | Intervention) -> tuple[object, ...]:
    return one.at, one.position_id
