from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.alert_settings import AlertSettings
from bot_service.domain.events import (
    AccessEnded,
    BotFlat,
    ClockSkewed,
    PositionClosed,
    ServiceResumed,
    TelegramRestored,
)
from bot_service.domain.late_reply import LateReply
from bot_service.domain.people import Actor, ChatGroup, Member, Role
from bot_service.domain.trading import ExitCause, Side
from bot_service.scheduling.clocks import StepClock
from bot_service.services.alerts import Alerts
from bot_service.services.delivery import Delivery, Digest, Letter
from bot_service.storage.database import SqlDatabase
from bot_service.storage.migrations import upgrade

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWNER = Actor(7, 7, Role.OWNER, NOON)


@pytest.fixture
def clock() -> StepClock:
    return StepClock(NOON)


@pytest.fixture
def database(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'digests.db'}"
    upgrade(url, clock)
    found = SqlDatabase(url, clock)
    with found.write() as uow:
        uow.people.add(Member(7, 7, Role.OWNER, "id", "Asia/Jakarta"))
        uow.commit()
    yield found
    found.close()


@pytest.fixture
def delivery(database, clock) -> Delivery:
    return Delivery(database, clock)


@pytest.fixture
def capped(database, clock) -> Delivery:
    return Delivery(database, clock, per_hour=3)


def record(database, *events) -> None:
    with database.write() as uow:
        for event in events:
            uow.record(event)
        uow.commit()


def flat(name="Gold") -> BotFlat:
    return BotFlat(happened_at=NOON, name=name)


def skewed() -> ClockSkewed:
    return ClockSkewed(happened_at=NOON, skew_s=9)


def closed() -> PositionClosed:
    return PositionClosed(
        happened_at=NOON,
        name="Gold",
        ticket=5,
        position_id=5,
        symbol="XAUUSD",
        side=Side.BUY,
        lots=Decimal("0.01"),
        price_open=Decimal(1900),
        price=Decimal(1901),
        opened_at=NOON,
        cause=ExitCause.STOP_LOSS,
        net=Decimal(1),
        r=None,
        currency="USD",
    )


def names(post) -> list[str]:
    letters = post.letters if isinstance(post, Digest) else (post,)
    return [getattr(letter.event, "name", letter.event.code) for letter in letters]


def test_alerts_go_one_by_one_while_they_are_fresh(database, delivery):
    record(database, flat("First"), flat("Second"))
    assert isinstance(delivery.next_post(7), Letter)


def test_after_an_outage_there_is_one_digest_critical_first(database, delivery, clock):
    record(database, flat("First"), closed(), skewed(), flat("Last"))
    clock.advance(37 * MINUTE)
    digest = delivery.next_post(7)
    assert names(digest) == ["clock_skewed", "First", "Gold", "Last"]
    assert digest.away == 37 * MINUTE
    delivery.digest_sent(digest, 99)
    assert delivery.next_post(7) is None
    assert delivery.chats_due() == ()


def test_a_digest_takes_the_fresh_ones_along(database, delivery, clock):
    record(database, flat("Old"))
    clock.advance(10 * MINUTE)
    record(database, flat("Fresh"))
    assert names(delivery.next_post(7)) == ["Old", "Fresh"]


def test_a_single_old_alert_is_no_digest(database, delivery, clock):
    record(database, flat("Old"))
    clock.advance(60 * MINUTE)
    assert isinstance(delivery.next_post(7), Letter)


def test_a_fresh_critical_alert_does_not_wait_for_the_digest(database, delivery, clock):
    record(database, flat("Old"), flat("Older"))
    clock.advance(10 * MINUTE)
    record(database, skewed())
    assert names(delivery.next_post(7)) == ["clock_skewed"]


def test_a_digest_that_could_not_be_sent_comes_whole_again(database, delivery, clock):
    record(database, flat("First"), closed(), flat("Second"))
    clock.advance(10 * MINUTE)
    digest = delivery.next_post(7)
    # Nothing of it is taken a second time while it is on its way.
    assert delivery.next_post(7) is None
    delivery.retry(digest.row_ids, MINUTE, "NetworkError")
    assert delivery.next_post(7) is None
    clock.advance(MINUTE)
    record(database, flat("Third"))
    assert names(delivery.next_post(7)) == ["First", "Gold", "Second", "Third"]


def test_the_news_that_telegram_is_back_is_not_told_twice(database, delivery, clock):
    record(database, flat("First"), flat("Second"))
    clock.advance(30 * MINUTE)
    delivery.digest_sent(delivery.next_post(7), 99)
    record(database, TelegramRestored(happened_at=NOON, lost_s=1800))
    assert delivery.next_post(7) is None
    assert delivery.chats_due() == ()
    clock.advance(60 * MINUTE)
    record(database, TelegramRestored(happened_at=NOON, lost_s=120))
    assert names(delivery.next_post(7)) == ["telegram_restored"]


def test_what_a_restart_brings_to_light_comes_with_its_news(database, delivery, clock):
    resumed = ServiceResumed(happened_at=NOON, resumed=(), positions=0, without_stop=0, down_s=2220)
    record(database, resumed)
    assert delivery.next_post(7) is None
    clock.advance(timedelta(seconds=10))
    record(database, flat("After"))
    clock.advance(timedelta(seconds=6))
    digest = delivery.next_post(7)
    assert names(digest) == ["service_resumed", "After"]
    assert digest.away == timedelta(seconds=2220)


def test_a_short_restart_is_told_at_once(database, delivery):
    resumed = ServiceResumed(happened_at=NOON, resumed=(), positions=0, without_stop=0, down_s=20)
    record(database, resumed)
    assert names(delivery.next_post(7)) == ["service_resumed"]


def send_all(delivery) -> list[list[str]]:
    told = []
    while (post := delivery.next_post(7)) is not None:
        told.append(names(post))
        delivery.sent(post.row_ids, 100 + post.row_ids[0])
    return told


def test_more_than_the_cap_are_bundled_and_critical_ones_are_not(database, capped, clock):
    record(database, *[flat(f"N{number}") for number in range(6)])
    assert send_all(capped) == [["N0"], ["N1"], ["N2"]]
    record(database, skewed())
    assert send_all(capped) == [["clock_skewed"]]
    clock.advance(10 * MINUTE)
    bundle = capped.next_post(7)
    assert names(bundle) == ["N3", "N4", "N5"]
    assert bundle.away is None
    capped.sent(bundle.row_ids, 500)
    clock.advance(60 * MINUTE)
    record(database, flat("Calm again"))
    assert send_all(capped) == [["Calm again"]]


def test_a_late_answer_and_a_last_word_stand_alone(database, delivery, clock):
    delivery.answer_later(OWNER, LateReply("Saldo", ((("Status", "do:status"),),)))
    with database.write() as uow:
        uow.outbox.add_message(7, 7, AccessEnded(happened_at=NOON, user_id=7).to_json(), NOON)
        uow.commit()
    record(database, flat("A"), flat("B"))
    clock.advance(10 * MINUTE)
    first = delivery.next_post(7)
    assert first.late == LateReply("Saldo", ((("Status", "do:status"),),))
    delivery.sent(first.row_ids, 1)
    ended = delivery.next_post(7)
    assert isinstance(ended.event, AccessEnded)
    delivery.sent(ended.row_ids, 2)
    assert names(delivery.next_post(7)) == ["A", "B"]


def test_dead_letters_are_seen_and_sent_again(database, delivery, clock):
    alerts = Alerts(database, clock)
    record(database, flat("Lost"), flat("Sent"))
    delivery.dead(delivery.next_post(7).row_ids, "Bad Request: chat not found")
    delivery.sent(delivery.next_post(7).row_ids, 3)
    view = alerts.view(OWNER)
    assert [line.line.state for line in view.lines] == ["sent", "dead"]
    assert view.dead == 1
    clock.advance(60 * MINUTE)
    assert alerts.resend(OWNER).count == 1
    again = delivery.next_post(7)
    assert again.event.name == "Lost"
    delivery.sent(again.row_ids, 4)
    assert alerts.resend(OWNER).count == 0


def test_the_owner_sees_what_others_never_got_and_they_see_their_own(database, delivery, clock):
    with database.write() as uow:
        uow.people.add(Member(8, 8, Role.VIEWER, "en", "UTC", name="Budi"))
        uow.commit()
    record(database, flat("Both"))
    delivery.dead(delivery.next_post(8).row_ids, "Forbidden")
    alerts = Alerts(database, clock)
    assert {line.reader for line in alerts.view(OWNER).lines} == {"", "Budi"}
    assert len(alerts.view(Actor(8, 8, Role.VIEWER, NOON)).lines) == 1
    assert alerts.resend(OWNER).count == 1


def test_only_the_last_fifty_are_listed_on_pages_of_ten(database, clock):
    record(database, *[flat(f"N{number}") for number in range(60)])
    view = Alerts(database, clock).view(OWNER, 4)
    assert view.pages == 5
    assert view.lines[-1].event.name == "N10"


def test_topics_of_a_group_are_never_mixed_in_one_digest(database, delivery, clock):
    with database.write() as uow:
        uow.groups.bind(ChatGroup(-5, "Desk", "en", "UTC", 7, NOON))
        for name, topic in (("Gold", 1), ("Euro", 2), ("More gold", 1), ("More euro", 2)):
            uow.outbox.add_message(-5, -5, flat(name).to_json(), NOON, thread_id=topic)
        uow.commit()
    clock.advance(10 * MINUTE)
    gold = delivery.next_post(-5)
    assert names(gold) == ["Gold", "More gold"]
    delivery.digest_sent(gold, 50)
    euro = delivery.next_post(-5)
    assert names(euro) == ["Euro", "More euro"]
    assert {letter.thread_id for letter in euro.letters} == {2}


def test_what_follows_an_opening_in_a_digest_replies_to_the_digest(database, delivery, clock):
    record(database, closed(), flat())
    clock.advance(10 * MINUTE)
    delivery.digest_sent(delivery.next_post(7), 77)
    record(database, closed())
    assert delivery.next_post(7).reply_to == 77


def test_a_digest_sounds_if_one_of_its_alerts_does(database, delivery, clock):
    with database.write() as uow:
        uow.people.set_alerts(7, AlertSettings(muted_until=NOON + 60 * MINUTE))
        uow.commit()
    record(database, flat("A"), flat("B"))
    clock.advance(10 * MINUTE)
    quiet = delivery.next_post(7)
    assert quiet.silent
    delivery.digest_sent(quiet, 1)
    record(database, flat("C"), skewed())
    clock.advance(10 * MINUTE)
    assert not delivery.next_post(7).silent
