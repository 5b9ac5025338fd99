from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.accounts import Account
from bot_service.domain.events import ReportReady, report_subject
from bot_service.domain.findings import Books, DayReport, Finding, Severity
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.telegram_bot import outbox
from bot_service.telegram_bot.post import laid_out
from bot_service.telegram_bot.render import Message, units
from bot_service.telegram_bot.render.message import CAPTION_LIMIT

DAYS = iter(date(2026, 1, 5) + timedelta(days=ahead) for ahead in range(100))
AT = datetime(2026, 1, 5, 3, tzinfo=UTC)
TOKEN = "1234567:" + "A" * 35
PNG = b"\x89PNG"


@pytest.fixture(autouse=True)
def english(world):
    world.services.chats.set_language(world.actor(), "en")


def account_of(world) -> int:
    """Return an account that nobody watches: no round mends what these tests write."""
    with world.house.database.write() as uow:
        known = [one.id for one in uow.accounts.all() if one.label == "reports"]
        if not known:
            identity = AccountIdentity("Paper", 990, TradeMode.PAPER)
            fresh = Account(0, "reports", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 990)
            known = [uow.accounts.add(fresh).id]
            uow.commit()
    return known[0]


def made(world, **changes) -> DayReport:
    curve = tuple((AT + timedelta(hours=hour), Decimal(10_000 - hour)) for hour in range(4))
    report = DayReport(
        account_id=account_of(world), day=next(DAYS), finished=True, currency="USD",
        trades=3, wins=0, losses=3, net=Decimal(-3), costs=Decimal(0), r=None, r_trades=0, expectancy_r=None,
        bots=(), exits={}, books=Books(Decimal(10_000), Decimal(-3), Decimal(0), Decimal(9997)), moods=(),
        notes=("a long note " * 20,) * 5, best=None, worst=None,
        observation=Finding("plain_day", Severity.FACT, {"trades": "3", "wins": "0", "losses": "3"}),
        closing="closing_loss", equity_curve=curve, lesson="disciplined_loss",
    )  # fmt: skip
    return replace(report, **changes)


def tell(world, report):
    with world.house.database.write() as uow:
        uow.journal.save_report(report, AT)
        uow.record(ReportReady(happened_at=AT, account_id=report.account_id, day=report.day.isoformat()))
        uow.commit()


def mend(world, report):
    with world.house.database.write() as uow:
        uow.journal.save_report(report, AT)
        uow.outbox.edit(report_subject(report.account_id, report.day.isoformat()))
        uow.commit()


def settled(talk):
    """Return what the bot has said once nothing waits any more."""
    end = time.monotonic() + 15
    while talk.alerts_pending() and time.monotonic() < end:
        time.sleep(0.05)
    assert not talk.alerts_pending()
    return talk.silence(0.2)


def test_the_headline_stands_below_the_picture_and_the_rest_below_that(world, talk):
    tell(world, made(world))
    picture, text = talk.answers(2)
    assert picture["photo"]
    assert "-$3.00" in picture["caption"]
    assert "reply_markup" not in picture
    assert "Net" not in text["text"]
    assert "Look at what was outside the plan" in text["text"]
    assert text["reply_markup"]


def test_a_changed_report_takes_the_place_of_picture_and_text(world, talk):
    report = made(world)
    tell(world, report)
    picture, text = settled(talk)
    mend(world, replace(report, trades=4, net=Decimal(-9), closing="closing_by_hand"))
    again = {item["message_id"]: item for item in settled(talk)}
    assert set(again) == {picture["message_id"], text["message_id"]}
    assert all(item["edit_date"] for item in again.values())
    assert "-$9.00" in again[picture["message_id"]]["caption"]
    assert "Updated" in again[picture["message_id"]]["caption"]
    assert "/note" in again[text["message_id"]]["text"]
    mend(world, replace(report, trades=5, net=Decimal(-11)))
    assert {item["message_id"] for item in settled(talk)} == set(again)


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 502}, {"kind": "drop_after"}])
def test_an_edit_that_stumbles_is_tried_again_and_says_nothing_twice(world, talk, fault):
    report = made(world)
    tell(world, report)
    ids = {item["message_id"] for item in settled(talk)}
    talk.fault(method="editMessageText", times=1, **fault)
    mend(world, replace(report, net=Decimal(-9), closing="closing_by_hand"))
    said = settled(talk)
    assert {item["message_id"] for item in said} == ids
    assert any("/note" in item.get("text", "") for item in said)


def test_a_report_whose_message_was_deleted_is_not_told_again(world, talk):
    report = made(world)
    tell(world, report)
    picture, text = settled(talk)
    for item in (picture, text):
        talk.post(f"/bot{TOKEN}/deleteMessage", {"chat_id": 1001, "message_id": item["message_id"]})
    mend(world, replace(report, net=Decimal(-9)))
    assert settled(talk) == []


def test_a_report_that_has_become_longer_goes_on_in_a_further_message(world, talk, monkeypatch):
    report = made(world)
    monkeypatch.setattr(outbox, "post_message", lambda *_args: Message("head\nshort", headline="head"))
    tell(world, report)
    (first,) = settled(talk)
    long = Message("head\n" + "long line\n" * 600, headline="head")
    monkeypatch.setattr(outbox, "post_message", lambda *_args: long)
    mend(world, report)
    edited, *more = settled(talk)
    assert edited["message_id"] == first["message_id"]
    assert len({item["message_id"] for item in more} - {first["message_id"]}) == len(more)
    monkeypatch.setattr(outbox, "post_message", lambda *_args: Message("head\nshort again", headline="head"))
    mend(world, report)
    assert first["message_id"] in {item["message_id"] for item in settled(talk)}


def test_a_short_text_is_the_caption_itself():
    picture, texts = laid_out(Message("head\nbody", photo=PNG, headline="head"))
    assert (picture.text, texts) == ("head\nbody", ())


def test_a_long_text_leaves_its_headline_below_the_picture():
    body = "word " * 900
    picture, texts = laid_out(Message(f"head\n\n{body}", photo=PNG, headline="head"))
    assert picture.text == "head"
    assert "".join(part.text for part in texts).startswith("word")
    picture, texts = laid_out(Message(body, photo=PNG))
    assert picture.text == ""
    assert units(texts[0].text) <= 4096


def test_a_headline_too_long_for_a_caption_stays_with_the_text():
    head = "x" * (CAPTION_LIMIT + 1)
    picture, texts = laid_out(Message(f"{head}\nbody", photo=PNG, headline=head))
    assert picture.text == ""
    assert texts[0].text.startswith("xx")
