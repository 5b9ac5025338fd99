from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.findings import DayReport, Finding, Severity
from bot_service.i18n import Translator
from bot_service.telegram_bot import charts
from bot_service.telegram_bot.pictures import with_picture
from bot_service.telegram_bot.render import Message

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
CURVE = tuple((NOON + timedelta(hours=hour), Decimal(10000 - hour * 7)) for hour in range(5))


def report(curve) -> DayReport:
    plain = Finding("plain_day", Severity.FACT)
    return DayReport(
        1, date(2026, 3, 3), True, "USD", 0, 0, 0, Decimal(0), Decimal(0), None, 0, None, (), {}, None,
        (), (), None, None, plain, "closing_quiet", curve,
    )  # fmt: skip


def test_a_curve_becomes_a_png():
    picture = charts.equity_picture(CURVE, Translator("id"), "USD")
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5000


def test_one_point_is_no_curve():
    with pytest.raises(ValueError, match="two points"):
        charts.equity_picture(CURVE[:1], Translator(), "USD")
    assert with_picture(Message("x"), report(CURVE[:1]), Translator()).photo is None


def test_a_report_without_its_picture_is_still_sent(monkeypatch):
    def broken(*_args):
        raise OSError("no font")

    monkeypatch.setattr(charts, "equity_picture", broken)
    assert with_picture(Message("words"), report(CURVE), Translator()) == Message("words")


def test_a_report_with_a_curve_gets_its_picture():
    assert with_picture(Message("words"), report(CURVE), Translator()).photo.startswith(b"\x89PNG")
