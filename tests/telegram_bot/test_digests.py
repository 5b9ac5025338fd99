from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot_service.domain.events import BotFlat, LinkLost, SignalStale
from bot_service.domain.trading import Side
from bot_service.telegram_bot import late_replies

NUMBERS = itertools.count(1)


@pytest.fixture(params=["en", "id"])
def spoken(world, request):
    """Let the owner read one language after the other; return a chooser between two words."""
    world.services.chats.set_language(world.actor(), request.param)
    return lambda english, indonesian: english if request.param == "en" else indonesian


def data_of(message, part):
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return next(b["callback_data"] for row in rows for b in row if part in b["callback_data"])


def waited(world, age, *events):
    """Queue alerts as if they had waited for a while."""
    at = datetime.now(UTC) - age
    with world.house.database.write() as uow:
        for event in events:
            rows = [{"chat_id": 1001, "user_id": 1001, "level": event.level, "payload": event.to_json()}]
            uow.outbox.queue([row | {"recorded_at": at} for row in rows])
        uow.commit()


def stale():
    return SignalStale(
        happened_at=datetime.now(UTC),
        name="Gold",
        symbol="XAUUSD",
        side=Side.BUY,
        bar_time=datetime.now(UTC),
        late_s=900,
    )


def test_an_outage_is_one_message_with_what_was_not_done(world, talk, spoken):
    talk.forget()
    lost = LinkLost(
        happened_at=datetime.now(UTC),
        account_id=next(iter(world.house.terminals)),
        cause="timeout",
        waiting_bots=2,
    )
    flat = BotFlat(happened_at=datetime.now(UTC), name="Gold")
    waited(world, timedelta(minutes=37), flat, stale(), stale(), lost)
    said = talk.silence(1.5)
    assert len(said) == 1
    text = said[0]["text"]
    assert text.startswith(spoken("🔌 Offline for 37 min: 4 events", "🔌 37 mnt terputus: 4 kejadian"))
    assert spoken("2 signals missed", "2 sinyal terlewat, tidak dikejar") in text
    assert text.index("[PAPER]") < text.index("Gold")
    assert text.count("WIB") >= 4


def test_dead_letters_are_listed_and_sent_again(world, talk, spoken):
    name = f"Dead {next(NUMBERS)}"
    talk.forget()
    talk.fault(method="sendMessage", kind="status", status=400, times=1)
    world.record(BotFlat(happened_at=datetime.now(UTC), name=name))
    talk.forget()
    listed = talk.say(spoken("/alerts", "/pemberitahuan"))
    assert "❌" in listed["text"]
    assert name in listed["text"]
    talk.forget()
    talk.post("/sim/press", {"message_id": listed["message_id"], "data": data_of(listed, "resend")})
    said = [item["text"] for item in talk.answers(2)]
    assert any(spoken("being resent now", "dikirim ulang sekarang") in text for text in said)
    assert any(name in text and "🔁" not in text for text in said)


def test_an_answer_that_cannot_be_sent_for_a_minute_comes_late_with_its_age(world, talk, spoken, monkeypatch):
    monkeypatch.setattr(late_replies, "PATIENCE_S", 0.5)
    talk.forget()
    talk.fault(method="sendMessage", kind="status", status=502, times=2)
    talk.write("/status")
    told = talk.answers(1)[0]["text"]
    assert told.startswith(spoken("🕐 This answer was delayed", "🕐 Jawaban ini tertahan"))
    assert spoken("Equity", "Ekuitas") in told


def test_a_restart_does_not_lose_the_answer_that_it_cut_off(quiet_world, monkeypatch):
    talk = quiet_world.talk
    quiet_world.connect()
    talk.say("/status")
    monkeypatch.setattr(late_replies, "PATIENCE_S", 60.0)
    talk.fault(method="sendMessage", kind="status", status=429, retry_after=30, times=1)
    talk.write("/status")
    talk.silence(1.0)
    quiet_world.disconnect()
    talk.post("/sim/fault", {}, method="DELETE")
    talk.forget()
    quiet_world.connect()
    assert "was delayed" in talk.answers(1)[0]["text"]
