"""Every button of the limits and of their alerts, pressed in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.bots import Held
from bot_service.domain.events import (
    BotRunaway,
    CopyRestored,
    DailyLossHit,
    DailyLossNear,
    EntryDenied,
    GuardClosing,
    GuardLifted,
    LimitsChanged,
    MachineShort,
    MarginLow,
)
from bot_service.domain.guards import DailyLoss, GuardAction, GuardEnd, GuardRules
from bot_service.domain.risk import DenialReason
from bot_service.domain.trading import Side
from bot_service.services import guard_rules, guards, holds
from bot_service.services.holds import Hold

CLOSES = GuardRules(daily=DailyLoss(action=GuardAction.CLOSE))
WAITS = GuardRules(daily=DailyLoss(until=GuardEnd.OWNER))
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(params=["en", "id"])
def language(request, world):
    world.services.chats.set_language(world.actor(), request.param)
    return request.param


@pytest.fixture
def account_id(world):
    with world.house.database.read() as uow:
        return uow.accounts.all()[0].id


@pytest.fixture
def rules(world, account_id):
    """Return a function that sets the limits, and without an argument returns them."""

    def found(new=None):
        if new is not None:
            with world.house.database.write() as uow:
                guard_rules.save(uow, account_id, new)
                uow.commit()
        with world.house.database.read() as uow:
            return guard_rules.of_account(uow, account_id)

    yield found
    found(GuardRules())


@pytest.fixture
def hit(world, account_id):
    """Hold the account's entries as a hit limit does."""
    hold = Hold(Held.GUARD, world.house.wall.now(), source=guards.SOURCE)
    with world.house.database.write() as uow:
        holds.put(uow, account_id, hold)
        uow.commit()
    yield
    with world.house.database.write() as uow:
        holds.lift(uow, account_id, Held.GUARD, source=guards.SOURCE)
        uow.commit()


def button(message, words):
    rows = message["reply_markup"]["inline_keyboard"]
    return next(item["callback_data"] for row in rows for item in row if words in item["text"])


def shown(talk, language):
    return talk.say({"en": "/limits", "id": "/batas"}[language])


@pytest.mark.parametrize(
    ("label", "told", "amount"),
    [
        ({"en": "3% a day", "id": "3%/hari"}, {"en": "Limits are set", "id": "Batas disimpan"}, 3),
        ({"en": "4% a day", "id": "4%/hari"}, {"en": "Limits are set", "id": "Batas disimpan"}, 4),
        ({"en": "✓ 5% a day", "id": "✓ 5%/hari"}, {"en": "already set", "id": "Sudah begitu"}, 5),
    ],
)
def test_a_smaller_daily_limit_counts_at_one_tap(talk, language, rules, label, told, amount):
    message = shown(talk, language)
    assert told[language] in talk.press(message, button(message, label[language]))["text"]
    assert rules().daily.amount == amount


@pytest.mark.parametrize(
    ("before", "label", "question", "field", "value"),
    [
        (
            GuardRules(),
            {"en": "At the limit: close all", "id": "Saat tercapai: tutup semua"},
            {"en": "all positions would be closed", "id": "semua posisi ditutup"},
            "action",
            GuardAction.CLOSE,
        ),
        (
            CLOSES,
            {"en": "At the limit: only hold", "id": "Saat tercapai: tahan saja"},
            {"en": "Less protection", "id": "Perlindungan berkurang"},
            "action",
            GuardAction.HOLD,
        ),
        (
            WAITS,
            {"en": "Until the reset", "id": "Sampai reset"},
            {"en": "Less protection", "id": "Perlindungan berkurang"},
            "until",
            GuardEnd.RESET,
        ),
        (
            GuardRules(daily=DailyLoss(Decimal(2))),
            {"en": "3% a day", "id": "3%/hari"},
            {"en": "Less protection", "id": "Perlindungan berkurang"},
            "amount",
            Decimal(3),
        ),
    ],
)
def test_what_protects_less_or_closes_is_asked_and_no_leaves_it(
    talk, language, rules, before, label, question, field, value
):
    rules(before)
    message = shown(talk, language)
    asked = talk.press(message, button(message, label[language]))
    assert question[language] in asked["text"]
    talk.press(asked, button(asked, {"en": "No", "id": "Tidak"}[language]))
    assert rules() == before
    message = shown(talk, language)
    asked = talk.press(message, button(message, label[language]))
    talk.press(asked, button(asked, {"en": "Yes, change it", "id": "Ya, ubah"}[language]))
    assert getattr(rules().daily, field) == value


def test_to_wait_for_the_owner_counts_at_one_tap(talk, language, rules):
    message = shown(talk, language)
    talk.press(message, button(message, {"en": "Until I lift it", "id": "Sampai saya angkat"}[language]))
    assert rules().daily.until is GuardEnd.OWNER


def test_refresh_and_status_lead_where_they_say(talk, language, rules):
    message = shown(talk, language)
    rules(GuardRules(entries_a_day=7))
    again = talk.press(message, button(message, {"en": "Refresh", "id": "Segarkan"}[language]))
    assert {"en": "7 entries a day", "id": "7 entry per hari"}[language] in again["text"]
    status = talk.press(again, button(again, {"en": "Status", "id": "Ringkasan"}[language]))
    assert {"en": "balance", "id": "saldo"}[language] in status["text"]


@pytest.mark.usefixtures("hit", "rules")
def test_a_hit_limit_is_lifted_by_its_button_after_a_question(world, talk, language, account_id):
    message = shown(talk, language)
    assert {"en": "The limit is hit", "id": "Batas tercapai"}[language] in message["text"]
    asked = talk.press(
        message, button(message, {"en": "Lift the daily limit", "id": "Angkat batas"}[language])
    )
    assert {"en": "before the next reset", "id": "sebelum reset"}[language] in asked["text"]
    done = talk.press(asked, button(asked, {"en": "Yes, lift it", "id": "Ya, angkat"}[language]))
    with world.house.database.read() as uow:
        assert not guards.is_held(uow, account_id)
    limits = talk.press(done, button(done, {"en": "Limits", "id": "Batas"}[language]))
    assert {"en": "Daily loss", "id": "Rugi harian"}[language] in limits["text"]
    rows = limits["reply_markup"]["inline_keyboard"]
    assert not any("🔓" in item["text"] for row in rows for item in row)


@pytest.mark.usefixtures("hit")
def test_closing_at_a_limit_that_is_hit_already_says_that_it_closes_now(talk, language, rules):
    message = shown(talk, language)
    label = {"en": "At the limit: close all", "id": "Saat tercapai: tutup semua"}[language]
    asked = talk.press(message, button(message, label))
    now = {"en": "all positions are closed at once", "id": "semua posisi langsung ditutup"}[language]
    assert now in asked["text"]
    assert rules().daily.action is GuardAction.HOLD


@pytest.mark.usefixtures("rules")
def test_to_lift_what_holds_nothing_is_told_at_once(talk, language):
    told = talk.say({"en": "/limits lift", "id": "/batas angkat"}[language])["text"]
    assert {"en": "no longer held", "id": "Tidak ada lagi entry yang ditahan"}[language] in told


def used(kind, **more):
    return kind(
        happened_at=NOW,
        account_id=1,
        loss=Decimal(410),
        limit=Decimal(500),
        currency="USD",
        ends_at=NOW + timedelta(hours=9),
        **more,
    )


LIMITS = {"en": "Limits", "id": "Batas"}, {"en": "Daily loss", "id": "Rugi harian"}
POSITIONS = {"en": "Positions", "id": "Posisi"}, {"en": "position", "id": "posisi"}
ALERTS = [
    (used(DailyLossNear), {"en": "$410.00 of $500.00", "id": "$410,00 dari $500,00"}, (LIMITS, POSITIONS)),
    (
        used(DailyLossNear, closes=True, until_owner=True),
        {"en": "until the owner lifts it.", "id": "sampai pemilik mengangkatnya."},
        (LIMITS,),
    ),
    (
        used(DailyLossHit, positions=2),
        {"en": "Daily limit hit", "id": "Batas harian tercapai"},
        (LIMITS, POSITIONS),
    ),
    (
        GuardClosing(happened_at=NOW, account_id=1, closed=1, left=2, tickets=(7, 8), why="closed"),
        {"en": "positions still open: 2", "id": "masih 2 posisi terbuka"},
        (LIMITS, POSITIONS),
    ),
    (GuardLifted(happened_at=NOW, account_id=1), {"en": "A new day", "id": "Hari baru"}, (LIMITS, POSITIONS)),
    (
        MarginLow(happened_at=NOW, account_id=1, percent=Decimal(250), limit=Decimal(300), near_call=False),
        {"en": "Margin level 250%", "id": "Margin level 250%"},
        (LIMITS, POSITIONS),
    ),
    (
        LimitsChanged(happened_at=NOW, account_id=1, weaker=True, lines=(("open_risk", "6", "9"),)),
        {"en": "less protection", "id": "perlindungan berkurang"},
        (LIMITS,),
    ),
    (
        EntryDenied(
            happened_at=NOW,
            account_id=1,
            bot_id=1,
            name="Busy",
            symbol="EURUSD",
            side=Side.BUY,
            reason=DenialReason.TOO_MANY_ENTRIES,
            numbers={"entries": "10", "most": "10"},
        ),
        {"en": "10 entries today already", "id": "hari ini sudah 10 entry"},
        (LIMITS,),
    ),
    (
        MachineShort(happened_at=NOW, resource="disk", disk_free_mb=900, memory_percent=40, lane_lag_s=0),
        {"en": "disk is nearly full", "id": "disk hampir penuh"},
        (({"en": "Health check", "id": "Cek kondisi"}, {"en": "Database works", "id": "Database"}),),
    ),
    (
        CopyRestored(happened_at=NOW),
        {"en": "restored from a copy", "id": "dipulihkan dari salinan"},
        (({"en": "Held entries", "id": "Entry"}, {"en": "No entries are held", "id": "Tidak ada entry"}),),
    ),
]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(("event", "words", "ways"), ALERTS, ids=lambda value: type(value).__name__)
def test_each_alert_of_a_guard_says_what_is_and_its_buttons_lead_on(
    world, talk, language, event, words, ways
):
    talk.forget()
    world.record(event)
    (alert, *_) = (item for item in talk.answers() if words[language] in item["text"])
    for label, answer in ways:
        assert answer[language] in talk.press(alert, button(alert, label[language]))["text"]


def test_a_bot_gone_astray_is_shown_stopped_or_let_go_on_by_its_alert(world, talk, language, account_id):
    bot_id = world.new_bot(f"Astray {language}")
    world.services.control.start(world.actor(), [bot_id])
    hold = Hold(Held.RUNAWAY, world.house.wall.now(), bot_id=bot_id, source="losses")
    with world.house.database.write() as uow:
        holds.put(uow, account_id, hold)
        uow.commit()
    talk.forget()
    world.record(
        BotRunaway(
            happened_at=NOW, account_id=account_id, bot_id=bot_id, name="Astray", cause="losses", times=5
        )
    )
    (alert, *_) = (item for item in talk.answers() if "✋" in item["text"])
    assert {"en": "5 losses in a row", "id": "5 kali rugi beruntun"}[language] in alert["text"]
    card = talk.press(alert, button(alert, {"en": "Show the bot", "id": "Lihat bot"}[language]))
    assert f"Astray {language}" in card["text"]
    goes = talk.press(alert, button(alert, {"en": "Let it continue", "id": "Lanjutkan"}[language]))
    assert {"en": "may enter again", "id": "boleh entry lagi"}[language] in goes["text"]
    assert world.services.queries.bot(bot_id).bot.held is None
    talk.press(alert, button(alert, {"en": "Stop the bot", "id": "Hentikan bot"}[language]))
    assert world.status(bot_id) == "stopped"
