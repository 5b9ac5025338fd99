"""Open the paper market that the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot_service.ports import Clock
from bot_service.scheduling.clocks import PacedClock, SystemClock
from bot_service.settings import Settings
from bot_service.terminals import paper


@dataclass(frozen=True)
class PaperMarket:
    """A paper terminal and the clock that drives it; `paced` is set when it does not run with the wall."""

    api: paper.PaperTerminal
    clock: Clock
    paced: PacedClock | None


def open_paper_market(settings: Settings) -> PaperMarket:
    """Return the paper terminal of the data directory; its time goes on where it stood.

    Raises:
        PaperMismatch: the directory belongs to another market.
        ValueError: the history can't be read.
    """
    directory = settings.data_dir / "paper"
    directory.mkdir(parents=True, exist_ok=True)
    start = _start(settings, directory)
    paced = None if start is None else PacedClock(start, settings.paper_speed)
    clock: Clock = paced or SystemClock()
    api = paper.PaperTerminal(
        clock=clock.now,
        seed=settings.paper_seed,
        data_dir=directory,
        history=settings.paper_history,
        sessions=settings.paper_sessions,
        start=start,
    )
    return PaperMarket(api, clock, paced)


def _start(settings: Settings, directory: Path) -> datetime | None:
    wanted = settings.paper_start
    if wanted is None and settings.paper_history is not None:
        wanted = paper.history_start(settings.paper_history)
    if wanted is None and settings.paper_speed == 1:
        return None
    return paper.stored_market_time(directory) or wanted or SystemClock().now()
