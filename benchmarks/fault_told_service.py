"""Alerts of links, bots and the service itself against what was really so."""

from __future__ import annotations

from collections.abc import Iterator

from fault_line import BROKER_DOWN
from fault_scene import CLOCK, Scene, checks
from fault_told_orders import REFUSALS
from fault_world import START, key_of

from bot_service.domain import events
from bot_service.domain.bots import Fault
from bot_service.domain.market import LinkCause
from bot_service.terminals.paper import constants as c

CAUSES = {
    0: LinkCause.NO_ANSWER,
    BROKER_DOWN: LinkCause.BROKER_DOWN,
    -6: LinkCause.NOT_LOGGED_IN,
    -8: LinkCause.ALGO_OFF,
    -10000: LinkCause.NO_ANSWER,
    -10001: LinkCause.NO_ANSWER,
    -10002: LinkCause.NO_ANSWER,
    -10003: LinkCause.TERMINAL_CLOSED,
    -10004: LinkCause.TERMINAL_CLOSED,
    -10005: LinkCause.TIMEOUT,
    -20003: LinkCause.TIMEOUT,
}
DISABLED = frozenset(code for code, name in REFUSALS.items() if name == "disabled")


@checks(events.LinkLost)
def _lost(scene: Scene, event: events.LinkLost) -> Iterator[str]:
    broken = [one for one in scene.world.notes.broken if abs(scene.then.at - one.at) <= CLOCK]
    causes = {CAUSES.get(one.error) for one in broken}
    if event.cause not in causes:
        yield f"says {event.cause}, what broke was {[(one.name, one.error) for one in broken]}"
    with scene.world.storage.read() as uow:
        running = sum(bot.running for bot in uow.bots.all())
    if event.waiting_bots != running:
        yield f"says {event.waiting_bots} bots wait, {running} run"
    if event.seen_at is not None:
        looks = [one for one in scene.world.notes.looks if one.at + scene.then.wrong <= event.seen_at]
        newest = [one.positions for one in looks if one.at == looks[-1].at]
        really = {(len(seen), sum(not one.sl for one in seen)) for seen in newest}
        if (event.open_positions, event.without_stop) not in really:
            yield f"says {event.open_positions} positions at {event.seen_at}, saw {really}"
    yield from scene.says(waiting=str(running))


@checks(events.LinkRestored)
def _restored(scene: Scene, event: events.LinkRestored) -> Iterator[str]:
    told = scene.world.told
    kinds = (events.LinkLost, events.OtherAccount)
    last = next((one for one in reversed(told[:-1]) if isinstance(one.event, kinds)), None)
    if last is None:
        yield "no loss was told before"
        return
    length = (scene.then.at - scene.world.moments[key_of(last.event)].at).total_seconds()
    if abs(event.lost_s - length) > 2 + abs(scene.world.computer.wrong.total_seconds()):
        yield f"says {event.lost_s} s, were {length:.0f}"
    terms = scene.then.terms
    if not terms.connected or terms.login != scene.world.account.identity.login:
        yield f"the terminal is not back: {scene.then}"


@checks(events.OtherAccount)
def _other_account(scene: Scene, event: events.OtherAccount) -> Iterator[str]:
    login, own = scene.then.terms.login, scene.world.account.identity
    if login == own.login:
        yield f"the terminal is on our own account {login}"
    if str(login) not in event.actual or str(own.login) not in event.expected:
        yield f"says {event.expected} and {event.actual}, true is {own.login} and {login}"
    yield from scene.says(actual=event.actual, expected=event.expected)


@checks(events.BotFaulted)
def _faulted(scene: Scene, event: events.BotFaulted) -> Iterator[str]:
    world = scene.world
    if event.fault == Fault.SYMBOL_GONE:
        with world.storage.read() as uow:
            symbol = uow.bots.get(event.bot_id).settings.broker_symbol
        spec = world.truth.spec(symbol)
        if spec is not None and spec.trade_mode == c.SYMBOL_TRADE_MODE_FULL:
            yield f"{symbol} is there and can be traded"
    elif event.fault == Fault.TRADING_DISABLED:
        answers = scene.sent()
        if not answers or answers[0].retcode not in DISABLED:
            yield f"the last answer was {answers[:1]}"
    else:
        yield f"nothing here can check the fault {event.fault}"
    held = [one for one in scene.then.positions if one.magic == scene.magic]
    true = (held[0].ticket, held[0].sl) if held else (None, 0.0)
    if (event.ticket, float(event.stop_loss or 0)) != true:
        yield f"says #{event.ticket} with SL {event.stop_loss}, true is {true}"


@checks(events.ServiceResumed)
def _resumed(scene: Scene, event: events.ServiceResumed) -> Iterator[str]:
    world = scene.world
    with world.storage.read() as uow:
        running = tuple(bot.id for bot in uow.bots.all() if bot.running)
    if event.resumed != running:
        yield f"says {event.resumed} go on, {running} run"
    held = scene.then.positions
    if event.positions != len(held) or event.without_stop != sum(not one.sl for one in held):
        shown = [(one.ticket, one.symbol, one.sl) for one in held]
        yield f"says {event.positions} positions, {event.without_stop} bare; true is {shown}"
    # Who dies again while starting has not looked in between: the time since any of those deaths is true.
    started = max((at for at in world.starts if at < scene.then.at), default=START)
    deaths = [at for at in world.deaths if started <= at < scene.then.at] or [started]
    away = [(scene.then.at - at).total_seconds() for at in deaths]
    wrong = abs(world.computer.wrong.total_seconds())
    if not min(away) - 2 <= event.down_s <= max(away) + 15 + wrong:
        yield f"says away for {event.down_s} s, were {away}"


@checks(events.ClockSkewed)
def _skewed(scene: Scene, event: events.ClockSkewed) -> Iterator[str]:
    wrong = -scene.world.computer.wrong.total_seconds()
    if abs(event.skew_s - wrong) > 1:
        yield f"says {event.skew_s} s, true is {wrong}"


@checks(events.BotsStarted)
def _started(scene: Scene, event: events.BotsStarted) -> Iterator[str]:
    yield from scene.says(bots=scene.world.wanted[event.bot_ids[0]].name)


@checks(events.BotsStopping)
def _stopping(scene: Scene, event: events.BotsStopping) -> Iterator[str]:
    yield from scene.says(bots=scene.world.wanted[event.bot_ids[0]].name)


@checks(events.BotStopped)
def _stopped(scene: Scene, event: events.BotStopped) -> Iterator[str]:
    with scene.world.storage.read() as uow:
        if uow.bots.get(event.bot_id).running:
            yield f"{event.name} runs"


@checks(events.BotsOverdue)
def _overdue(scene: Scene, event: events.BotsOverdue) -> Iterator[str]:
    with scene.world.storage.read() as uow:
        idle = [bot.id for bot in uow.bots.all() if not bot.running]
    if set(event.bot_ids) & set(idle):
        yield f"says {event.bot_ids} are late, {idle} don't run"
    if event.late_s < 60:
        yield f"says {event.late_s} s late"


@checks(events.BotEdited)
def _edited(scene: Scene, event: events.BotEdited) -> Iterator[str]:
    yield from scene.says(bot=event.name)


@checks(events.RestartsHeld)
def _restarts(scene: Scene, event: events.RestartsHeld) -> Iterator[str]:
    if event.restarts > scene.world.tries + 1:
        yield f"says {event.restarts} restarts, were {scene.world.tries}"


@checks(events.SymbolTrouble)
def _symbol(scene: Scene, event: events.SymbolTrouble) -> Iterator[str]:
    spec = scene.world.truth.spec(event.symbol)
    if spec is not None and spec.trade_mode == c.SYMBOL_TRADE_MODE_FULL:
        yield f"{event.symbol} is there and can be traded"
    held = {one.ticket: one.sl for one in scene.then.positions if one.symbol == event.symbol}
    left = {one.ticket: float(one.stop_loss or 0) for one in event.left_open}
    if left != held:
        yield f"says {left} are open, true is {held}"
    yield from scene.says(symbol=event.symbol)
