"""Which entries of the intervention ledger speak of exits: judged ones, neither near a close nor in panic."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Intervention
from bot_service.mentor.day import rounded
from bot_service.mentor.ledger import tally

EXIT_FIELDS = ("count", "helped", "helped_r", "hurt", "hurt_r", "difference_r")
EXITS = frozenset({ActKind.CLOSE, ActKind.MOVE_STOP, ActKind.REMOVE_STOP, ActKind.MOVE_TARGET})


def judged(interventions: Iterable[Intervention], acts: Iterable[Act]) -> tuple[Intervention, ...]:
    """Return the exits by hand whose end is known, in the order of time."""
    excused = {_key(act) for act in acts if act.near_close or act.kind is ActKind.PANIC}
    found = (one for one in interventions if one.kind in EXITS and not one.pending)
    return tuple(sorted((one for one in found if _key(one) not in excused), key=lambda one: one.at))


def exit_numbers(found: Iterable[Intervention]) -> dict[str, str]:
    """Return how many of some exits helped and hurt, and by how much R; both findings of exits tell these."""
    added = tally(found)
    return {
        "count": str(added.count),
        "helped": str(added.helped),
        "helped_r": rounded(added.helped_r),
        "hurt": str(added.hurt),
        "hurt_r": rounded(added.hurt_r),
        "difference_r": rounded(added.helped_r + added.hurt_r),
    }


def _key(one: Act | Intervention) -> tuple[object, ...]:
    return one.at, one.position_id
