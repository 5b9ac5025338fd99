"""Closing over the local chat, as a person taps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.close_tasks import CloseTask, TaskState
from bot_service.domain.people import Role
from bot_service.domain.trading import Side
from bot_service.services import ordered
from bot_service.services.acts import acts_of
from tests.telegram_bot.traders import Trader, data_of

VIEWER = 90_502


@pytest.fixture
def trader(world, talk):
    world.services.chats.set_language(world.actor(), "en")
    found = Trader(world, talk)
    yield found
    view = found.preview()
    world.services.closing.order(None, [line.item for line in (*view.lines, *view.manual)])
    found.until(lambda: not found.open())
    world.services.control.stop(world.actor(), None)
    found.until(lambda: not (found.preview().lines or found.preview().manual))
    talk.forget()


@pytest.mark.parametrize(
    ("language", "typed", "asked", "button", "stopped", "done"),
    [
        (
            "en",
            "/close {bot}",
            "Close 1 position?",
            "Close + stop the bot",
            "1 bot stopped",
            "Closed: 1 of 1",
        ),
        ("id", "/tutup t{ticket}", "Tutup 1 posisi?", "Tutup + hentikan bot", "1 bot", "Tertutup: 1 dari 1"),
    ],
)
def test_a_position_is_closed_and_its_bot_stopped_by_the_first_button(
    world, trader, labels, language, typed, asked, button, stopped, done
):
    world.services.chats.set_language(world.actor(), language)
    bot_id, ticket = trader.with_bot()
    question = trader.talk.say(typed.format(bot=bot_id, ticket=ticket))
    assert asked in question["text"]
    assert f"#{ticket}" in question["text"]
    assert button in labels(question)[0]
    assert ticket in trader.open()
    trader.talk.forget()
    trader.tap(question, button)
    assert trader.told(stopped)
    trader.told(done)
    assert ticket not in trader.open()
    assert world.status(bot_id) == "stopped"


def test_orders_to_close_are_acts_of_who_pressed(world, trader):
    _, plain = trader.with_bot()
    question = trader.talk.say(f"/close #{plain}")
    trader.talk.forget()
    trader.tap(question, "Close only")
    trader.told("Closed: 1 of 1")
    bot_id, panicked = trader.with_bot()
    trader.talk.forget()
    trader.talk.write("/panic")
    question = trader.told("Close 1 position of the bots?")
    trader.talk.forget()
    trader.tap(question, "Yes, close all 1")
    trader.told("Closed: 1 of 1")
    now = world.house.market.clock.now()
    with world.house.database.read() as uow:
        account = uow.accounts.get(trader.account_id)
        found = acts_of(uow, account, now - timedelta(hours=1), now + timedelta(minutes=1))
    closed = {act.position_id: act for act in found if act.kind in (ActKind.CLOSE, ActKind.PANIC)}
    assert (closed[plain].kind, closed[panicked].kind) == (ActKind.CLOSE, ActKind.PANIC)
    assert closed[panicked].bot_id == bot_id
    assert closed[plain].command == closed[panicked].command == "close"
    assert None not in {closed[plain].reference, closed[panicked].reference, closed[plain].user_id}


def test_close_only_lets_the_bot_run(world, trader):
    bot_id, ticket = trader.with_bot()
    question = trader.talk.say(f"/close #{ticket}")
    trader.talk.forget()
    trader.tap(question, "Close only")
    trader.told("Closed: 1 of 1")
    assert ticket not in trader.open()
    assert world.status(bot_id) == "active"


def test_half_of_a_position_is_closed_by_its_button(trader):
    _, ticket = trader.with_bot("0.04")
    question = trader.talk.say(f"/close {ticket}")
    trader.talk.forget()
    trader.tap(question, "½ Close")
    trader.told("closed by your command", "Still open")
    assert trader.lots(ticket) == Decimal("0.02")


def test_manual_positions_are_closed_only_by_their_own_button(trader, labels):
    _, own = trader.with_bot()
    manual = trader.by_hand()
    question = trader.talk.say("/close_all")
    assert "Not from a bot, closed only by their own button" in question["text"]
    assert [label.split()[0] for label in labels(question)] == ["❌", "Close", "✋", "No,"]
    trader.talk.forget()
    trader.tap(question, "stop the bots")
    trader.told("Closed: 1 of 1")
    assert manual in trader.open()
    assert own not in trader.open()
    alone = trader.talk.say(f"/close {manual}")
    assert "that no bot opened" in alone["text"]
    trader.talk.forget()
    trader.tap(alone, "Close 1 manual")
    trader.told("Closed: 1 of 1")
    assert manual not in trader.open()


@pytest.mark.parametrize("typed", ["/panic", "darurat", "🆘 Panic"])
def test_panic_stops_at_once_and_closes_after_the_second_tap(world, trader, typed):
    bot_id, ticket = trader.with_bot(stop=False)
    trader.talk.forget()
    trader.talk.write(typed)
    question = trader.told("Close 1 position of the bots?", "Without SL")
    assert world.status(bot_id) == "stopped"
    assert ticket in trader.open()
    trader.talk.forget()
    trader.tap(question, "Yes, close all 1")
    trader.told("Closed: 1 of 1")
    assert ticket not in trader.open()


def test_a_no_keeps_everything_open(world, trader):
    bot_id, ticket = trader.with_bot()
    trader.talk.forget()
    trader.talk.write("/panic")
    question = trader.told("Close 1 position of the bots?")
    trader.talk.press(question, data_of(question, "No, keep them open"))
    assert ticket in trader.open()
    assert world.status(bot_id) == "stopped"


def test_a_confirmation_closes_once(trader):
    _, ticket = trader.with_bot("0.04")
    question = trader.talk.say(f"/close {ticket}")
    trader.talk.forget()
    trader.tap(question, "½ Close")
    trader.tap(question, "½ Close")
    trader.told("closed by your command")
    trader.talk.silence()
    assert trader.lots(ticket) == Decimal("0.02")


def test_a_viewer_closes_nothing(world, trader):
    _, ticket = trader.with_bot()
    world.add_member(VIEWER, Role.VIEWER)
    for line in (f"/close {ticket}", "/close_all", "/panic", "/cancel_close"):
        assert "role doesn't allow" in trader.talk.say(line, user_id=VIEWER)["text"]
    assert ticket in trader.open()


def test_an_order_that_waits_shows_everywhere_and_is_taken_back(world, trader, labels):
    bot_id, ticket = trader.with_bot()
    task = CloseTask(
        ticket,
        ticket,
        "EURUSD",
        Side.BUY,
        Decimal("0.02"),
        "waits",
        datetime.now(UTC),
        bot_id=bot_id,
        state=TaskState.MARKET_CLOSED,
        tried_at=datetime.now(UTC) + timedelta(hours=1),
        not_before=datetime.now(UTC) + timedelta(hours=1),
        reject_class="closed",
    )
    with world.house.database.write() as uow:
        ordered.add(uow, trader.account_id, [task], datetime.now(UTC))
        uow.commit()
    assert "being closed or waiting to be: 1" in trader.talk.say("/status")["text"]
    shown = trader.talk.say("/positions")
    assert "closes when the market opens" in shown["text"]
    answer = trader.talk.press(shown, data_of(shown, f"Don't close #{ticket}"))
    assert "They stay open" in answer["text"]
    assert "No close order" in trader.talk.say("/cancel_close")["text"]
    assert ticket in trader.open()


def test_deleting_with_a_position_offers_the_ways_on(world, trader, labels):
    bot_id, ticket = trader.with_bot()
    asked = trader.talk.say(f"/delete_bot {bot_id}")
    assert f"#{ticket}" in asked["text"]
    assert [label[0] for label in labels(asked)] == ["❌", "🟡", "🤝", "N"]
    trader.talk.forget()
    trader.tap(asked, "I keep the position")
    trader.told("Its position is yours now")
    assert ticket in trader.open()
    assert "no bot" in trader.talk.say(f"/bot {bot_id}")["text"]


def test_a_bot_is_deleted_when_its_position_was_closed(trader):
    bot_id, ticket = trader.with_bot()
    asked = trader.talk.say(f"/delete_bot {bot_id}")
    trader.talk.forget()
    trader.tap(asked, "Close, then delete")
    trader.told("was deleted")
    assert ticket not in trader.open()


def test_positions_and_the_card_offer_to_close(trader, buttons):
    bot_id, ticket = trader.with_bot()
    for line in ("/positions", f"/bot {bot_id}", "/close"):
        shown = trader.talk.say(line)
        (label,) = [
            button["text"] for button in buttons(shown) if button["callback_data"] == f"do:close t{ticket}"
        ]
        assert label.startswith("❌ ")
