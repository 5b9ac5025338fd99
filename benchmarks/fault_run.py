"""One world through a chain of faults: trade, break, mend, trade again, compare."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fault_account import Account, Stored
from fault_books import STUCK, Finding, compare
from fault_cases import Case
from fault_kinds import CASES
from fault_told import Watcher
from fault_world import MINUTE, World

from bot_service.domain import events
from bot_service.domain.bots import Held, magic_of
from bot_service.services import holds

WARM_UP = 25 * MINUTE
PATIENCE = 14 * MINUTE
RECOVERY = 90 * MINUTE
TAIL = timedelta(seconds=75)


@dataclass
class Outcome:
    """What one world has shown."""

    seed: int
    chain: tuple[str, ...]
    mode: str = ""
    broker: str = ""
    struck: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    orders: int = 0
    alerts: int = 0
    market: timedelta = timedelta(0)
    cpu_s: float = 0.0


def run_chain(chain: Sequence[str], seed: int, empty: Path, directory: Path | None = None) -> Outcome:
    """Let faults happen to a world one after another, and compare it with its account at the end."""
    begun = time.process_time()
    outcome = Outcome(seed, tuple(chain))
    with TemporaryDirectory(dir=directory) as home:
        world = World(Path(home), empty, seed)
        try:
            _live(world, chain, outcome)
        finally:
            world.close()
    outcome.cpu_s = time.process_time() - begun
    return outcome


def _live(world: World, chain: Sequence[str], outcome: Outcome) -> None:
    watcher = Watcher(world)
    outcome.mode, outcome.broker = world.mode, world.broker
    begun = world.true.now()
    found = outcome.findings
    if not world.run(WARM_UP, lambda: not _idle(world, begun)):
        found.append(Finding(STUCK, f"before any fault {_idle(world, begun)} did not trade"))
    struck = []
    for name in () if found else chain:
        case = CASES[name](world, Random(f"{world.seed} {name}"))
        if _happen(world, case, found):
            struck.append(name)
        if any(finding.key == STUCK for finding in found):
            break  # what stands still says nothing about the next fault
    _settle(world)
    account, stored = Account(world), Stored(world)
    found.extend(compare(world, account, stored))
    found.extend(watcher.finish(account, stored))
    found.extend(Finding(STUCK, f"{count} x a job failed: {text}") for text, count in _failures(world))
    outcome.struck = tuple(struck)
    outcome.orders, outcome.alerts = len(account.opened), len(world.told)
    outcome.market = world.true.now() - begun


def _failures(world: World) -> list[tuple[str, int]]:
    return list(Counter(world.failures).items())


def _happen(world: World, case: Case, found: list[Finding]) -> bool:
    case.begin()
    struck = world.run(PATIENCE, lambda: case.struck)
    if struck:
        world.run(case.lasts())
    case.heal()
    healed = world.true.now()
    if case.hand:
        _ask_for_help(world, case, found)
        healed = world.true.now()
    if _too_many_restarts(world):
        world.process.services.restarts.are_fine(world.actor)
        healed = world.true.now()
    if not world.run(RECOVERY, lambda: not _idle(world, healed)):
        text = f"{_idle(world, healed)} did not trade for {RECOVERY} after {case.name} was over"
        found.append(Finding(STUCK, f"{text}; {_states(world)}"))
    return struck


def _too_many_restarts(world: World) -> bool:
    # Kills of several cases add up; the owner reads it and lets entries go on.
    with world.storage.read() as uow:
        held = any(hold.reason is Held.RESTARTS for hold in holds.of_account(uow, world.account.id))
    return held and any(isinstance(told.event, events.RestartsHeld) for told in world.told)


def _ask_for_help(world: World, case: Case, found: list[Finding]) -> None:
    silent = [bot_id for bot_id in _standing(world) if not _said(world, case, bot_id)]
    if silent:
        found.append(Finding(STUCK, f"bots {silent} stand still after {case.name} and nobody was told"))
    case.help()


def _standing(world: World) -> list[int]:
    with world.storage.read() as uow:
        return [bot.id for bot in uow.bots.all() if not bot.running or bot.held is not None]


def _said(world: World, case: Case, bot_id: int) -> bool:
    return any(
        isinstance(told.event, case.says) and told.event.bot_id in (bot_id, None) for told in world.told
    )


def _idle(world: World, since: datetime) -> list[str]:
    """Return the bots that have opened nothing since a moment."""
    traded = {
        sent.magic
        for sent in world.notes.sent
        if sent.at >= since and sent.deals and "position" not in sent.request
    }
    block = world.account.magic_block
    return [one.name for bot_id, one in world.wanted.items() if magic_of(block, bot_id) not in traded]


def _states(world: World) -> str:
    with world.storage.read() as uow:
        bots = uow.bots.all()
        lost = uow.accounts.get(world.account.id).link_cause
    shown = [f"{bot.settings.name}: {bot.status} {bot.waiting} {bot.held} {bot.fault}" for bot in bots]
    return f"link {lost}; " + ", ".join(shown)


def _settle(world: World) -> None:
    world.control.stop(world.actor, None)
    world.run(TAIL)
