from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import magic_of
from bot_service.domain.events import UnknownPosition
from bot_service.domain.trading import Side
from bot_service.i18n import Translator
from bot_service.services import holds
from bot_service.telegram_bot.render import tell

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOTS = Decimal("0.1")


def data_of(message, label: str) -> str:
    buttons = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in buttons if label in item["text"])


def account_of(world):
    with world.house.database.read() as uow:
        return uow.accounts.all()[0]


@pytest.fixture
def english(world):
    world.services.chats.set_language(world.actor(), "en")


@pytest.mark.usefixtures("english")
def test_the_owner_lets_entries_go_on_when_the_other_copy_is_off(world, talk):
    world.services.copies.listens(world.house.wall.now() - timedelta(seconds=61))
    shown = talk.say("/lift")
    assert "a second copy may be running" in shown["text"]
    assert "Another program reads" in talk.say("/health")["text"]
    answer = talk.press(shown, data_of(shown, "The other copy is off"))
    assert "Entries resume" in answer["text"]
    with world.house.database.read() as uow:
        assert holds.of_account(uow, account_of(world).id) == ()
    assert "No entries are held" in talk.say("/lift")["text"]


@pytest.mark.usefixtures("english")
def test_the_owner_lets_entries_go_on_after_many_restarts(world, talk):
    bot_id = world.new_bot("Restarted")
    world.services.control.start(world.actor(), [bot_id])
    talk.forget()
    assert [world.services.restarts.note() for _ in range(3)] == [False, False, True]
    alert = talk.told("started 3 times")
    shown = talk.press(alert, data_of(alert, "Held entries"))
    assert "restarted again and again" in shown["text"]
    answer = talk.press(shown, data_of(shown, "The cause is fixed"))
    assert "Entries resume" in answer["text"]
    with world.house.database.read() as uow:
        assert uow.bots.get(bot_id).held is None
    assert not world.services.restarts.note()
    world.services.control.stop(world.actor(), [bot_id])


@pytest.mark.usefixtures("english")
def test_the_owner_confirms_the_currency_that_was_shown(world, talk):
    account = account_of(world)
    world.house.market.api.change_conditions(currency="USC")
    try:
        alert = talk.told("currency is now USC")
        shown = talk.press(alert, data_of(alert, "Held entries"))
        answer = talk.press(shown, data_of(shown, "USC is right"))
        assert "USC" in answer["text"]
        assert account_of(world).currency == "USC"
    finally:
        world.house.market.api.change_conditions(currency="USD")
        with world.house.database.write() as uow:
            uow.accounts.set_currency(account.id, "USD")
            uow.commit()


@pytest.mark.usefixtures("english")
def test_an_unknown_position_is_closed_from_its_alert_after_a_question(world, talk):
    account = account_of(world)
    magic = magic_of(account.magic_block, 1)
    api = world.house.market.api
    request = {"action": 1, "symbol": "EURUSD", "volume": 0.01, "type": 0, "magic": magic, "type_filling": 1}
    ticket = api.order_send(request).order
    alert = talk.told(f"#{ticket}")
    question = talk.press(alert, data_of(alert, "Close it"))
    assert "now?" in question["text"]
    talk.post(
        "/sim/press",
        {"message_id": question["message_id"], "data": data_of(question, "Yes, close it")},
    )
    told = [item["text"] for item in talk.answers(count=2)]
    assert any("being closed" in text for text in told)
    assert any("was closed" in text for text in told)
    assert not api.positions_get(ticket=ticket)


def test_an_old_alert_without_identifier_offers_no_closing():
    event = UnknownPosition(
        happened_at=NOW, account_id=1, ticket=5, symbol="EURUSD", side=Side.BUY, lots=LOTS
    )
    telling = tell(event, Translator("en"), {})
    assert [button.data for row in telling.keyboard for button in row] == ["do:positions"]


@pytest.mark.usefixtures("english")
def test_the_owner_lets_entries_go_on_when_the_old_machine_is_off(world, talk):
    world.services.restored.hold()
    shown = talk.say("/lift")
    answer = talk.press(shown, data_of(shown, "The old computer is off"))
    assert "Entries resume" in answer["text"]
    with world.house.database.read() as uow:
        assert holds.of_account(uow, account_of(world).id) == ()
