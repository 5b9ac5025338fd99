from __future__ import annotations

import itertools

import pytest

from bot_service.domain.events import LinkLost, LinkRestored
from bot_service.domain.people import Role
from bot_service.telegram_bot import outbox
from bot_service.telegram_bot.render import Message, post_message

POSITIONS = itertools.count(1)


def texts(messages):
    return [item.get("text", "") for item in messages]


@pytest.fixture(autouse=True)
def english(world):
    world.services.chats.set_language(world.actor(), "en")


def test_an_alert_arrives_in_the_readers_language(world, talk):
    world.add_member(4001, Role.VIEWER, "id")
    talk.say("/help", user_id=4001)
    talk.forget()
    world.record(world.filled(next(POSITIONS)))
    said = {item["chat"]["id"]: item["text"] for item in talk.answers(2)}
    world.house.services.chats.unreachable(4001)
    assert "filled at 1.1" in said[1001]
    assert "masuk di 1.1" in said[4001]
    assert said[1001].startswith("[PAPER]")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 1},
        {"kind": "status", "status": 502},
        {"kind": "drop_before"},
    ],
    ids=["429", "502", "drop_before"],
)
def test_a_fault_delays_an_alert_and_never_loses_or_doubles_it(world, talk, fault):
    name = f"Faulty {next(POSITIONS)}"
    talk.fault(method="sendMessage", times=1, **fault)
    world.record(world.filled(next(POSITIONS), name))
    said = [talk.told(name)["text"]]
    said += [text for text in texts(talk.silence(0.5)) if name in text]
    assert len(said) == 1


def test_an_answer_lost_on_its_way_doubles_an_alert_at_most_once(world, talk):
    name = f"Dropped {next(POSITIONS)}"
    talk.fault(method="sendMessage", kind="drop_after", times=1)
    world.record(world.filled(next(POSITIONS), name))
    said = [text for text in texts(talk.answers(2, patience=15)) if name in text]
    assert 1 <= len(said) <= 2
    talk.forget()
    assert not talk.alerts_pending()


def test_alerts_of_a_chat_keep_their_order_through_faults(world, talk):
    names = [f"Row {number}" for number in range(8)]
    talk.fault(method="sendMessage", kind="status", status=502, times=2)
    world.record(*[world.filled(next(POSITIONS), name) for name in names])
    said = texts(talk.answers(len(names)))
    assert [name for text in said for name in names if f"{name}:" in text] == names


def test_a_critical_alert_overtakes(world, talk):
    talk.fault(method="sendMessage", kind="status", status=429, retry_after=1, times=1)
    account = next(iter(world.house.terminals))
    trade = world.filled(next(POSITIONS), "Later")
    lost = LinkLost(happened_at=trade.happened_at, account_id=account, cause="timeout", waiting_bots=2)
    world.record(trade, lost)
    said = texts(talk.answers(2))
    assert "Connection to the account lost" in said[0]
    assert "Later" in said[1]


def test_the_last_word_about_a_link_is_the_newest(world, talk):
    talk.fault(method="sendMessage", kind="status", status=429, retry_after=1, times=1)
    now, account = world.house.market.clock.now(), next(iter(world.house.terminals))
    back = LinkRestored(happened_at=now, account_id=account, lost_s=40)
    lost = LinkLost(happened_at=now, account_id=account, cause="timeout", waiting_bots=2)
    world.record(back, lost)
    said = texts(talk.answers(2))
    assert "Connection is back" in said[0]
    assert "Connection to the account lost" in said[1]


def test_alerts_about_a_position_reply_to_its_opening(world, talk):
    position = next(POSITIONS)
    world.record(world.filled(position, "First"))
    opening = talk.answers(1)[0]
    world.record(world.filled(position, "Second"))
    following = talk.answers(1)[0]
    assert following["reply_to_message"]["message_id"] == opening["message_id"]


def test_html_that_telegram_refuses_is_sent_as_plain_text(world, talk, monkeypatch):
    monkeypatch.setattr(outbox, "post_message", lambda *_args: Message("<b>broken <i>& loud"))
    world.record(world.filled(next(POSITIONS)))
    assert talk.answers(1)[0]["text"] == "broken & loud"


def test_an_alert_without_words_is_told_as_such_and_holds_nothing_back(world, talk, monkeypatch):
    def stumbles(letter, t, now):
        if letter.event is not None and letter.event.name == "Poison":
            raise KeyError("distance")
        return post_message(letter, t, now)

    monkeypatch.setattr(outbox, "post_message", stumbles)
    world.record(world.filled(next(POSITIONS), "Poison"), world.filled(next(POSITIONS), "Sound"))
    said = texts(talk.answers(2))
    assert "can't read" in said[0]
    assert "Sound" in said[1]


def test_an_alert_of_another_version_holds_nothing_back(world, talk):
    later = world.filled(next(POSITIONS), "Behind")
    unfit = {"event": later.code, "v": 1, "price": "a field that is no more"}
    with world.house.database.write() as uow:
        uow.outbox.add_message(1001, 1001, unfit, later.happened_at)
        uow.commit()
    world.record(later)
    assert "Behind" in talk.told("Behind")["text"]
    assert "Behind" in talk.say("/alerts")["text"]


def test_a_member_who_blocked_the_bot_is_switched_off_and_the_owner_is_told(world, talk):
    world.add_member(4002, Role.VIEWER)
    talk.say("/help", user_id=4002)
    talk.forget()
    # The owner's row comes first, the member's second.
    talk.fault(method="sendMessage", kind="blocked", times=1)
    with world.house.database.write() as uow:
        uow.outbox.add_message(4002, 4002, world.filled(next(POSITIONS)).to_json(), world.house.wall.now())
        uow.commit()
    told = texts(talk.answers(1))
    assert any("4002" in text and "blocked" in text for text in told)
    assert world.services.chats.member(4002) is None


def test_a_blocked_owner_stays_the_owner(world, talk):
    talk.fault(method="sendMessage", kind="blocked", times=1)
    world.record(world.filled(next(POSITIONS)))
    talk.forget()
    assert world.services.chats.member(1001).role is Role.OWNER
    assert "Equity" in talk.say("/status")["text"]


def test_a_reply_survives_faults_too(talk):
    talk.fault(method="sendMessage", kind="status", status=429, retry_after=1, times=1)
    assert "Equity" in talk.say("/status")["text"]


def test_polling_goes_on_after_faults(talk):
    talk.fault(method="getUpdates", kind="status", status=502, times=1)
    talk.write("/help")
    talk.silence(1.5)
    assert "Equity" in talk.say("/status")["text"]


def test_telegram_being_down_at_the_start_is_waited_for(quiet_world):
    quiet_world.talk.fault(method="getMe", kind="status", status=502, times=1)
    quiet_world.connect()
    assert "Hello" in quiet_world.talk.say("/start")["text"]
