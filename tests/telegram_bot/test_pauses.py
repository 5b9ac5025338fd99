from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot_service.domain import holiday_calendar
from bot_service.domain.events import EntryDenied, GapLine, MarketReopened, PositionClosed
from bot_service.domain.trading import ExitCause, Side
from bot_service.i18n import Translator
from bot_service.telegram_bot.render import plain, tell

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOON_PRICE = Decimal(2400)
CLOSED = PositionClosed(
    happened_at=NOON,
    account_id=1,
    bot_id=3,
    name="Gold",
    ticket=78,
    position_id=77,
    symbol="XAUUSD",
    side=Side.BUY,
    lots=Decimal("0.01"),
    price_open=Decimal("2345.60"),
    price=Decimal("2335.60"),
    opened_at=NOON - timedelta(hours=1),
    cause=ExitCause.STOP_LOSS,
    net=Decimal("-10.35"),
    r=Decimal(-1),
    currency="USD",
)
ENGLISH, INDONESIAN = Translator("en"), Translator("id", "Asia/Jakarta")


def feast():
    """Return the next holiday whose date is an estimate."""
    today = date.today() + timedelta(days=2)  # noqa: DTZ011  # any day will do
    return next(item for item in holiday_calendar.upcoming(today, "en") if item.estimated)


def pressed(message, text):
    buttons = [item for row in message["reply_markup"]["inline_keyboard"] for item in row]
    return next(item["callback_data"] for item in buttons if text in item["text"])


def test_an_estimated_date_counts_only_after_its_button(world, talk):
    day = feast()
    asked = talk.say(f"/pause_days {day.first} {day.last}")
    assert "estimate" in asked["text"]
    assert world.services.pausing.view().plan.days == ()
    shown = talk.press(asked, pressed(asked, "Yes"))
    assert day.name in shown["text"]
    (kept,) = world.services.pausing.view().plan.days
    assert (kept.first, kept.last) == (day.first, day.last)
    talk.press(shown, f"do:pause_days off {kept.id}")
    assert world.services.pausing.view().plan.days == ()


def test_the_buttons_of_a_pause_begin_and_end_it(world, talk):
    shown = talk.say("/pause")
    begun = talk.press(shown, pressed(shown, "1 hour"))
    assert "No entries until" in begun["text"]
    ended = talk.press(begun, pressed(begun, "End the pause"))
    assert "No timed pause" in ended["text"]
    assert world.services.pausing.view().plan.empty


def told(event, t):
    telling = tell(event, t, {3: "Gold"})
    return plain("\n".join(telling.lines)), [item for row in telling.keyboard for item in row]


def test_a_close_by_hand_says_what_waits_and_offers_to_allow_it():
    hand = replace(CLOSED, cause=ExitCause.BY_HAND)
    text, buttons = told(hand, INDONESIAN)
    assert "Entry BUY baru menunggu sampai sinyalnya sempat hilang dulu." in text
    assert ("✅ Izinkan BUY sekarang", "do:allow_entry 3") in [(one.label, one.data) for one in buttons]
    assert "signal" not in told(CLOSED, ENGLISH)[0]


def test_a_wide_spread_is_told_as_a_share_of_the_stop():
    denied = EntryDenied(
        happened_at=NOON,
        account_id=1,
        bot_id=3,
        name="Gold",
        symbol="XAUUSD",
        side=Side.BUY,
        reason="spread_wide",
        numbers={"percent": "34.2", "cap_percent": "20"},
    )
    assert "spread 34,2% dari jarak SL (batas 20%)" in told(denied, INDONESIAN)[0]


def test_a_close_ahead_is_told_in_the_readers_zone():
    numbers = {"closes": "2026-03-06T21:00:00+00:00", "opens": "2026-03-08T22:00:00+00:00"}
    denied = EntryDenied(
        happened_at=NOON,
        account_id=1,
        bot_id=3,
        name="Gold",
        symbol="XAUUSD",
        side=Side.BUY,
        reason="long_close_ahead",
        numbers=numbers,
    )
    assert "pasar tutup 7 Mar 04:00 WIB dan baru buka 9 Mar 05:00 WIB" in told(denied, INDONESIAN)[0]


def test_mondays_jump_is_told_against_the_stop():
    line = GapLine(7, Side.BUY, NOON_PRICE, NOON_PRICE - 3, NOON_PRICE - 10, share=-NOON_PRICE / 80)
    event = MarketReopened(happened_at=NOON, account_id=1, symbol="XAUUSD", positions=(line,))
    assert "#7 BUY: 2400 → 2397 · 30% dari jarak ke SL" in told(event, INDONESIAN)[0]
