from __future__ import annotations

import pytest

from bot_service.domain.bots import magic_of
from bot_service.domain.errors import PositionGone
from bot_service.domain.events import LinkLost, SecondCopyTrades, UnknownPosition, UnknownPositionClosed
from bot_service.domain.trading import Outcome, Side

UP = 101


@pytest.fixture
def stranger(world):
    """Return a position with our number that the service has told as unknown."""
    bot_id = world.running()
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.5", magic_of(world.account.magic_block, bot_id))
    world.watch()
    (told,) = world.events(UnknownPosition)
    assert told.position_id == ticket
    return ticket


def close(world, position_id):
    return world.services.strangers.close(world.actor(), world.account.id, position_id)


def test_an_unknown_position_is_closed_when_somebody_wants_it(world, stranger):
    close(world, stranger)
    (request,) = world.terminal.requests
    assert (request.position_ticket, request.side, str(request.lots)) == (stranger, Side.SELL, "0.5")
    (closed,) = world.events(UnknownPositionClosed)
    assert (closed.outcome, closed.actor) == (Outcome.FILLED, 1001)
    assert world.terminal.held == {}


def test_closing_an_unknown_position_is_no_act_of_another_copy(world, stranger):
    close(world, stranger)
    world.watch()
    assert world.terminal.requests[0].magic == 0
    assert world.events(SecondCopyTrades) == []


def test_an_unknown_position_that_is_gone_is_not_closed_again(world, stranger):
    close(world, stranger)
    world.watch()
    with pytest.raises(PositionGone):
        close(world, stranger)
    assert len(world.terminal.requests) == 1


def test_a_position_of_a_bot_is_never_closed_as_unknown(world):
    world.running()
    world.bar(UP)
    world.watch()
    (ticket,) = world.terminal.held
    with pytest.raises(PositionGone):
        close(world, ticket)


def test_a_position_by_hand_is_never_closed_as_unknown(world):
    ticket = world.terminal.enter_by_hand(Side.BUY, "0.5")
    world.watch()
    with pytest.raises(PositionGone):
        close(world, ticket)


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [
        ("reject:10018:closed", Outcome.REJECTED),
        ("unknown_lost", Outcome.UNKNOWN),
        ("raise", Outcome.UNKNOWN),
    ],
)
def test_a_closing_that_failed_is_told_and_not_tried_again(world, stranger, fate, outcome):
    world.terminal.script = [fate]
    close(world, stranger)
    world.watch()
    (told,) = world.events(UnknownPositionClosed)
    assert told.outcome == outcome
    assert len(world.terminal.requests) == 1


def test_a_terminal_that_is_away_closes_nothing_and_is_told(world, stranger):
    world.terminal.cut()
    close(world, stranger)
    assert len(world.events(LinkLost)) == 1
    assert world.terminal.requests == []


def test_an_unknown_position_that_is_left_alone_is_not_told_again(world, stranger):
    world.services.strangers.leave(world.account.id, stranger)
    world.watch()
    assert len(world.events(UnknownPosition)) == 1
    assert stranger in world.terminal.held
