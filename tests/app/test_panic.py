"""The brake on the machine itself, on the paper terminal: beside a running service and without one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from bot_service.app.brake import run_panic, stop_all
from bot_service.app.house import House
from bot_service.app.locking import only_service
from bot_service.app.panic import Panic
from bot_service.cli import cli
from bot_service.domain.bots import BotSettings, SizingMethod, magic_of
from bot_service.domain.events import ClosingOrdered, PositionClosed, StoppedFromConsole
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor, Role
from bot_service.domain.trading import ExitCause, Intent, IntentState, OrderRequest, Purpose, Side
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import offline_settings
from bot_service.storage.database import SqlDatabase

LOTS = Decimal("0.02")
CROSSER = BotSettings(
    name="Crosser",
    symbol="EURUSD",
    broker_symbol="",
    strategy="MA_CROSSOVER",
    timeframe=Timeframe.H4,
    sizing=SizingMethod.FIXED_LOT,
    size=Decimal("0.02"),
)


@pytest.fixture
def settings(tmp_path):
    return offline_settings(data_dir=tmp_path / "data", language="en", watch_interval_s=0.2, owner_id=1001)


def opened(house):
    """Give a bot and a hand one position each, and return their tickets."""
    account_id = next(iter(house.terminals))
    actor = Actor(1001, 1001, Role.OWNER, datetime.now(UTC))
    bot = house.services.control.create(actor, CROSSER)
    with house.database.write() as uow:
        account = uow.accounts.get(account_id)
        intent = uow.intents.add(
            Intent(
                0, "", account.id, bot.id, magic_of(account.magic_block, bot.id), Purpose.OPEN, "EURUSD",
                Side.BUY, LOTS, IntentState.PENDING, datetime.now(UTC), house.market.clock.now(),
                strategy="MA_CROSSOVER",
            )
        )  # fmt: skip
        uow.commit()
    house.services.control.start(actor, [bot.id])
    bots_order = OrderRequest("EURUSD", Side.BUY, LOTS, intent.magic, intent.ref)
    own_order = OrderRequest("EURUSD", Side.SELL, LOTS, 0, "by hand")
    results = [
        house.lanes.ask(account_id, lambda terminal, order=order: terminal.place(order))
        for order in (bots_order, own_order)
    ]
    until(lambda: len(house.services.closing.preview().lines) == 1)
    until(lambda: len(house.services.closing.preview().manual) == 1)
    return [result.order_ticket for result in results]


def until(true):
    end = datetime.now(UTC).timestamp() + 20
    while not true():
        assert datetime.now(UTC).timestamp() < end


def events(settings, *kinds):
    with SqlDatabase(settings.url, SystemClock()).read() as uow:
        return [event for _, _, event in uow.history(limit=1000) if isinstance(event, kinds)]


def still_open(settings):
    house = House(settings, count_restarts=False)
    house.open()
    try:
        account_id = next(iter(house.terminals))
        return [item.ticket for item in house.lanes.ask(account_id, lambda terminal: terminal.positions())]
    finally:
        house.close()


@pytest.fixture
def dead(settings):
    """Return the tickets of a service that is dead."""
    house = House(settings)
    house.open()
    try:
        return opened(house)
    finally:
        house.close()


def test_without_a_service_the_terminal_is_opened_and_the_chat_is_told_later(settings, dead, capsys):
    own, manual = dead
    assert run_panic(settings, yes=True, manual=False) == 0
    shown = capsys.readouterr().out
    assert "Bots stopped: 1" in shown
    assert "not running" in shown
    assert re.search(rf"✅ #{own}", shown)
    assert "--manual" in shown
    assert still_open(settings) == [manual]
    (closed,) = events(settings, PositionClosed)
    assert (closed.cause, closed.actor) == (ExitCause.OPERATOR, None)
    (ordered,) = events(settings, ClosingOrdered)
    assert (ordered.panic, ordered.actor) == (True, None)
    with SqlDatabase(settings.url, SystemClock()).read() as uow:
        assert uow.outbox.pending() >= 3
    assert len(events(settings, StoppedFromConsole)) == 1


def test_manual_positions_are_closed_only_by_their_own_word(settings, dead):
    assert run_panic(settings, yes=True, manual=True) == 0
    assert still_open(settings) == []


@pytest.mark.parametrize("typed", [["n", "n"], ["", ""], []])
def test_the_bots_stop_whatever_is_answered_and_a_yes_is_needed_to_close(settings, dead, capsys, typed):
    answers = iter(typed)

    def read(_question):
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    stop_all(settings)
    assert Panic(settings, yes=False, manual=False, read=read).run() == 0
    assert "Nothing is closed" in capsys.readouterr().out
    assert len(events(settings, StoppedFromConsole)) == 1
    assert sorted(still_open(settings)) == sorted(dead)


def test_beside_a_running_service_the_order_is_written_and_the_service_acts(settings, capsys):
    with only_service(settings.data_dir):
        house = House(settings)
        house.open()
        try:
            _, manual = opened(house)
            asked = []

            def read(question):
                asked.append(question)
                return "y" if len(asked) == 1 else "n"

            stop_all(settings)
            assert Panic(settings, yes=False, manual=False, read=read).run() == 0
            account_id = next(iter(house.terminals))
            left = house.lanes.ask(account_id, lambda terminal: terminal.positions())
            assert [item.ticket for item in left] == [manual]
            assert len(asked) == 2
        finally:
            house.close()
    shown = capsys.readouterr().out
    assert "service is running" in shown
    assert "Closed: 1 of 1" in shown


def test_a_service_that_does_not_answer_leaves_the_order_standing(settings, dead, capsys):
    with only_service(settings.data_dir):
        stop_all(settings)
        assert Panic(settings, yes=True, manual=False, wait_s=0.1).run() == 1
    assert "stays queued" in capsys.readouterr().out
    until(lambda: dead[0] not in still_open(settings))


def test_the_command_is_there():
    assert "--yes" in re.sub(r"\x1b\[[0-9;]*m", "", CliRunner().invoke(cli, ["panic", "--help"]).output)
