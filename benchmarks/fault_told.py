"""Watch over the chat: each alert when it is told, and at the end that each was told exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import fault_told_denials
import fault_told_orders
import fault_told_positions
import fault_told_service
from fault_account import Account, Stored
from fault_books import LOST_ALERT, UNTRUE, Finding
from fault_scene import CHECKS, Scene
from fault_world import Told, World, key_of

from bot_service.domain import events
from bot_service.domain.events import Event
from bot_service.domain.trading import IntentState, Purpose

__all__ = ["Watcher", "fault_told_denials", "fault_told_orders", "fault_told_positions", "fault_told_service"]


class Watcher:
    """Look at each alert when it is told, and at all of them at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.findings: list[Finding] = []
        world.on_told = self.look
        world.on_step = self.step

    def look(self, told: Told) -> None:
        """Compare one alert with what is true now."""
        event = told.event
        if event is None:
            self.findings.append(Finding(UNTRUE, f"nobody can read this alert: {told.text}"))
            return
        check = CHECKS.get(type(event))
        if check is None:
            self.findings.append(Finding(UNTRUE, f"nothing here can check a {type(event).__name__}"))
            return
        for complaint in check(Scene(self.world, told), event):
            self.findings.append(
                Finding(UNTRUE, f"{type(event).__name__} at {told.at:%H:%M:%S}: {complaint}")
            )

    def step(self) -> None:
        """Ask that a link that broke is told as lost."""
        with self.world.storage.read() as uow:
            lost = uow.accounts.get(self.world.account.id).link_lost_at
        lost_told = self._last_link()
        if (lost is not None) != isinstance(lost_told, (events.LinkLost, events.OtherAccount)) and not (
            self._queued()
        ):
            said = type(lost_told).__name__
            self.findings.append(Finding(LOST_ALERT, f"the link is lost since {lost}, last said: {said}"))

    def _last_link(self) -> Event | None:
        kinds = (events.LinkLost, events.LinkRestored, events.OtherAccount)
        return next((one.event for one in reversed(self.world.told) if isinstance(one.event, kinds)), None)

    def _queued(self) -> bool:
        with self.world.storage.read() as uow:
            return uow.outbox.pending() > 0

    def finish(self, account: Account, stored: Stored) -> list[Finding]:
        """Return what was found on the way and what is found at the end."""
        return [
            *self.findings,
            *_each_once(self.world, stored),
            *_openings(account, stored),
            *_closings(account, stored),
            *_restarts(self.world, stored),
            *_not_sent(stored),
        ]


def _each_once(world: World, stored: Stored) -> Iterator[Finding]:
    rows = Counter(told.row_id for told in world.told)
    twice = [row for row, count in rows.items() if count > 1]
    if len(twice) > len(world.deaths) or any(count > 2 for count in rows.values()):
        yield Finding(LOST_ALERT, f"{len(twice)} alerts came twice, {len(world.deaths)} deaths")
    once = {told.row_id: told.event for told in world.told}
    said = Counter(key_of(event) for event in once.values() if event is not None)
    happened = Counter(key_of(event) for event in stored.history if event.actor is None)
    for key, count in (happened - said).items():
        yield Finding(LOST_ALERT, f"{count} times not told: {key}")
    for key, count in (said - happened).items():
        yield Finding(LOST_ALERT, f"{count} times told too often: {key}")
    if stored.waiting:
        yield Finding(LOST_ALERT, f"{stored.waiting} alerts still wait")


def _openings(account: Account, stored: Stored) -> Iterator[Finding]:
    orders = Counter({deal.order: 1 for deal in account.opened})
    told = Counter(one.ticket for one in stored.history if isinstance(one, events.OrderFilled))
    yield from _differences("opening", orders, told)


def _closings(account: Account, stored: Stored) -> Iterator[Finding]:
    ended = Counter(dict.fromkeys(account.closed(), 1))
    told = Counter(one.position_id for one in stored.history if isinstance(one, events.PositionClosed))
    yield from _differences("closing", ended, told)


def _differences(name: str, true: Counter[int], told: Counter[int]) -> Iterator[Finding]:
    for ticket, count in (true - told).items():
        yield Finding(LOST_ALERT, f"the {name} of #{ticket} was not told ({count})")
    for ticket, count in (told - true).items():
        yield Finding(LOST_ALERT, f"the {name} of #{ticket} was told {count} times too often")


def _restarts(world: World, stored: Stored) -> Iterator[Finding]:
    told = sum(isinstance(one, events.ServiceResumed) for one in stored.history)
    if not len(world.starts) <= told <= world.tries:  # who dies while starting may have told it
        yield Finding(LOST_ALERT, f"{len(world.starts)} starts of {world.tries}, {told} told")


def _not_sent(stored: Stored) -> Iterator[Finding]:
    vain: dict[tuple[int, Purpose], list[int]] = {}
    for one in stored.intents:
        if one.state is IntentState.ABANDONED:
            vain.setdefault((one.bot_id, one.purpose), []).append(one.position_id or -one.id)
    events_of = [one for one in stored.history if isinstance(one, events.OrderNeverSent)]
    told = Counter((one.bot_id, one.purpose) for one in events_of)
    # Told as delayed: it is tried while its signal is fresh, and that it was not is no second alert.
    late = Counter(
        (one.bot_id, one.purpose) for one in stored.history if isinstance(one, events.OrderDelayed)
    )
    for place in vain.keys() | told.keys():
        orders = vain.get(place, [])
        # One exit may be tried in vain again and again; it is told the first time.
        if not len(set(orders)) <= told[place] + late[place] or told[place] > len(orders):
            yield Finding(LOST_ALERT, f"{place}: given up {orders}, told {told[place]} times")
