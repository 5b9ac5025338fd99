"""Which entries of the intervention ledger speak of exits: judged ones, neither near a close nor in panic."""

from __future__ import annotations

from collections.abc import Iterable

from bot_service.domain.acts import Act, ActKind
from bot_service.domain.findings import Intervention
from bot_service.mentor.day import rounded
from bot_service.mentor.ledger import tally

EXIT_FIELDS = ("count", "helped", "helped_r", "hurt", "hurt_r", "difference_r")
MOVES = frozenset({ActKind.MOVE_STOP, ActKind.REMOVE_STOP, ActKind.MOVE_TARGET})
EXITS = MOVES | {ActKind.CLOSE}


def judged(interventions: Iterable[Intervention], acts: Iterable[Act]) -> tuple[Intervention, ...]:
    """Return the exits by hand whose end is known, in the order of time."""
    by_position: dict[int | None, list[Act]] = {}
    for act in acts:
        by_position.setdefault(act.position_id, []).append(act)
    found = (one for one in interventions if one.kind in EXITS and not one.pending)
    counted = (one for one in found if not _is_excused(one, by_position.get(one.position_id, ())))
    return tuple(sorted(counted, key=lambda one: one.at))


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


def _is_excused(one: Intervention, acts: Iterable[Act]) -> bool:
    # An order to close comes before the deal that the ledger counts, by moments or by a closed market.
    moved = one.kind in MOVES
    before = [act for act in acts if act.at <= one.at and (act.kind in MOVES) == moved]
    act = max(before, key=lambda act: act.at, default=None)
    return act is not None and (act.near_close or act.kind is ActKind.PANIC)
