from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.errors import BotNotFound, OutcomePending, StopNotMoved, VersionConflict
from bot_service.domain.events import (
    BotDeleted,
    BotFlat,
    ClosingDone,
    PositionChanged,
    PositionClosed,
    StopMissing,
    StopMoved,
    StopRemoved,
)
from bot_service.domain.trading import ExitCause

UP = 101
SECONDS = timedelta(seconds=3)


@pytest.fixture
def held(world):
    """Return a running bot and the ticket of its position."""
    bot_id = world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    return bot_id, ticket


def version(world, bot_id):
    return world.read(bot_id).version


def is_deleted(world, bot_id):
    with world.database.read() as uow:
        try:
            uow.bots.get(bot_id)
        except BotNotFound:
            return True
    return False


def test_close_then_delete(world, held):
    bot_id, _ = held
    world.services.farewells.close(world.actor(), bot_id, version(world, bot_id))
    assert world.terminal.held == {}
    world.watch()
    assert is_deleted(world, bot_id)
    assert [told.cause for told in world.events(PositionClosed)] == [ExitCause.OPERATOR]
    assert [told.actor for told in world.events(BotDeleted)] == [1001]


def test_close_then_delete_survives_a_closed_market_and_a_restart(world, held):
    bot_id, ticket = held
    world.terminal.open = False
    world.terminal.script = ["reject:10018:closed"]
    world.services.farewells.close(world.actor(), bot_id, version(world, bot_id))
    world.watch()
    assert ticket in world.terminal.held
    assert not is_deleted(world, bot_id)
    after = world.again()
    after.terminal.open = True
    for _ in range(15):
        after.advance(SECONDS)
        after.watch()
    assert after.terminal.held == {}
    assert is_deleted(after, bot_id)


@pytest.mark.parametrize("stopped", [True, False])
def test_exit_only_then_delete(world, held, stopped):
    bot_id, _ = held
    if stopped:
        world.stop(bot_id)
    world.services.farewells.exit_only(world.actor(), bot_id, version(world, bot_id))
    world.watch()
    assert not is_deleted(world, bot_id)
    (ticket,) = world.terminal.held
    world.terminal.hit(ticket, "sl", "99")
    world.watch()
    world.watch()
    assert len(world.events(BotFlat)) == 1
    assert is_deleted(world, bot_id)


def test_starting_again_calls_the_deletion_off(world, held):
    bot_id, ticket = held
    world.services.farewells.exit_only(world.actor(), bot_id, version(world, bot_id))
    world.start(bot_id)
    world.watch()
    world.stop(bot_id)
    world.terminal.hit(ticket, "sl", "99")
    world.watch()
    world.watch()
    assert not is_deleted(world, bot_id)


def test_a_released_position_stays_open_is_watched_and_closed_by_its_ticket(world, held):
    bot_id, ticket = held
    world.services.farewells.release(world.actor(), bot_id, version(world, bot_id))
    assert is_deleted(world, bot_id)
    world.terminal.by_hand(ticket, stop_loss=None)
    world.watch()
    assert world.events(StopRemoved, StopMissing)
    (line,) = world.services.closing.chosen([str(ticket)]).manual
    world.services.closing.order(world.actor(), [line.item])
    assert world.terminal.held == {}
    assert [told.cause for told in world.events(PositionClosed)] == [ExitCause.OPERATOR]
    assert world.events(ClosingDone) == []


def test_a_bot_that_was_changed_meanwhile_goes_no_way(world, held):
    bot_id, _ = held
    farewells = world.services.farewells
    for way in (farewells.close, farewells.exit_only, farewells.release):
        with pytest.raises(VersionConflict):
            way(world.actor(), bot_id, 99)
    assert not is_deleted(world, bot_id)


def test_a_bot_with_an_unknown_outcome_is_not_released(world, held):
    bot_id, ticket = held
    world.terminal.script = ["unknown_lost"]
    (line,) = world.services.closing.chosen([str(ticket)]).lines
    world.services.closing.order(world.actor(), [line.item])
    with pytest.raises(OutcomePending):
        world.services.farewells.release(world.actor(), bot_id, version(world, bot_id))


def test_a_stop_goes_to_the_entry_and_nobody_else_is_blamed(world, held):
    _, ticket = held
    world.terminal.price = Decimal(105)
    receipt = world.services.entry_stops.move(world.actor(), world.account.id, ticket)
    entry = world.terminal.held[ticket].price_open
    assert receipt.event.stop_loss == world.terminal.held[ticket].stop_loss == entry
    world.watch()
    (told,) = world.events(StopMoved)
    assert told.actor == 1001
    assert world.events(PositionChanged, StopRemoved) == []
    with pytest.raises(StopNotMoved) as better:
        world.services.entry_stops.move(world.actor(), world.account.id, ticket)
    assert better.value.reason == "better"


@pytest.mark.parametrize(
    ("price", "fate", "reason"),
    [
        (Decimal(90), "set", "in_loss"),
        (Decimal(105), "reject:10016:invalid_stops", "invalid_stops"),
        (Decimal(105), "unknown_lost", "unknown"),
    ],
)
def test_a_stop_that_can_not_go_to_the_entry_says_why(world, held, price, fate, reason):
    _, ticket = held
    before = world.terminal.held[ticket].stop_loss
    world.terminal.price = price
    world.terminal.stop_script = [fate]
    with pytest.raises(StopNotMoved) as refused:
        world.services.entry_stops.move(world.actor(), world.account.id, ticket)
    assert refused.value.reason == reason
    assert world.terminal.held[ticket].stop_loss == before


def test_a_position_that_is_gone_has_no_stop_to_move(world, held):
    _, ticket = held
    world.terminal.hit(ticket, "sl", "99")
    with pytest.raises(StopNotMoved) as refused:
        world.services.entry_stops.move(world.actor(), world.account.id, ticket)
    assert refused.value.reason == "position_gone"
