"""Open the paper markets that the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot_service.ports import Clock
from bot_service.scheduling.clocks import PacedClock, SystemClock
from bot_service.settings import Settings
from bot_service.terminals import paper
from bot_service.terminals.paper.profile import house


@dataclass(frozen=True)
class PaperMarket:
    """A paper terminal and the clock that drives it; `paced` is set when it does not run with the wall."""

    api: paper.PaperTerminal
    clock: Clock
    paced: PacedClock | None
    start: datetime | None


@dataclass(frozen=True)
class PaperPlace:
    """One of several paper accounts: its folder's name, its own number, and the clock they share."""

    label: str
    login: int
    start: datetime | None
    paced: PacedClock | None


def open_paper_market(settings: Settings, place: PaperPlace | None = None) -> PaperMarket:
    """Return the paper terminal of the data directory; its time goes on where it stood.

    Raises:
        PaperMismatch: the directory belongs to another market.
        ValueError: the history can't be read.
    """
    directory = paper_directory(settings, "" if place is None else place.label)
    directory.mkdir(parents=True, exist_ok=True)
    if place is None:
        start = paper_start(settings, (directory,))
        paced = paper_clock(settings, start)
    else:
        start, paced = place.start, place.paced
    clock: Clock = paced or SystemClock()
    api = paper.PaperTerminal(
        clock=clock.now,
        seed=settings.paper_seed,
        data_dir=directory,
        history=settings.paper_history,
        sessions=settings.paper_sessions,
        start=start,
        profile=None if place is None else _house_of(place),
    )
    return PaperMarket(api, clock, paced, start)


def paper_directory(settings: Settings, label: str) -> Path:
    """Return where a paper account's book is."""
    return settings.data_dir / (f"paper-{label.lower()}" if label else "paper")


def paper_clock(settings: Settings, start: datetime | None) -> PacedClock | None:
    """Return the clock of a market that begins at a moment, None where the wall's will do."""
    return None if start is None else PacedClock(start, settings.paper_speed)


def paper_start(settings: Settings, directories: Sequence[Path]) -> datetime | None:
    """Return where the market's time goes on, the latest of all books; None means with the wall."""
    wanted = settings.paper_start
    if wanted is None and settings.paper_history is not None:
        wanted = paper.history_start(settings.paper_history)
    if wanted is None and settings.paper_speed == 1:
        return None
    stored = [at for directory in directories if (at := paper.stored_market_time(directory)) is not None]
    return max(stored, default=None) or wanted or SystemClock().now()


def _house_of(place: PaperPlace) -> paper.BrokerProfile:
    own = house()
    return replace(own, conditions=replace(own.conditions, login=place.login, name=place.label))
