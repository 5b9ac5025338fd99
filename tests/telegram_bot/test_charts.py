from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bot_service.domain.findings import BotLine, DayPoint, DayReport, Finding, Severity
from bot_service.domain.tastes import Theme
from bot_service.i18n import LANGUAGES, Translator
from bot_service.telegram_bot import charts
from bot_service.telegram_bot.charts import report as report_charts
from bot_service.telegram_bot.charts.batik import CLOTHS, TILE
from bot_service.telegram_bot.charts.canvas import DPI
from bot_service.telegram_bot.pictures import with_picture, with_share_picture
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.render.report import ReportView

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 3)
CURVE = tuple((NOON + timedelta(hours=hour), Decimal(10000 - hour * 7)) for hour in range(5))
LINE = tuple(
    DayPoint(DAY - timedelta(days=back), Decimal(back * 5 - 40), Decimal(back - 8) / 10)
    for back in range(15, -1, -1)
)
BOTS = tuple(
    BotLine(bot, name, 2, Decimal(net), Decimal(net) / 20)
    for bot, name, net in ((1, "EUR pagi", "31.40"), (2, "Emas $ cepat", "-12.10"), (None, "", "-3"))
)


def report(curve=CURVE, **changes) -> DayReport:
    plain = Finding("plain_day", Severity.FACT)
    made = DayReport(
        1, DAY, True, "USD", 0, 0, 0, Decimal(0), Decimal(0), None, 0, None, (), {}, None,
        (), (), None, None, plain, "closing_quiet", curve,
    )  # fmt: skip
    return replace(made, **changes)


FULL = report(line=LINE, bots=BOTS, r=Decimal("0.82"), r_trades=4, trades=6)


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("reports", [(FULL,), (FULL, report()), (report(CURVE[:1], line=LINE),), (report(),)])
def test_a_report_becomes_a_picture_of_a_phones_size(reports, theme, language):
    high, wide, _ = pixels(charts.report_picture(reports, Translator(language), theme)).shape
    assert 900 <= wide <= 1280
    assert 400 <= high <= 2 * 1280


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("draw", [charts.report_picture, charts.share_picture])
def test_a_report_stands_in_a_frame_of_kawung(draw, theme):
    seen = pixels(draw([FULL], Translator(), theme))
    edge = round(TILE * DPI) - 2
    cloth = CLOTHS[theme]
    for strip in (seen[:edge], seen[-edge:], seen[:, :edge], seen[:, -edge:]):
        for colour in (cloth.ground, cloth.petal):
            near = np.abs(strip.astype(int) - rgb(colour)).sum(axis=2) < 12
            assert near.mean() > 0.15, "petals on cloth along every edge"


def test_a_picture_to_share_has_no_money_in_it(monkeypatch):
    written = []
    plain = report_charts.plain_text
    monkeypatch.setattr(report_charts, "plain_text", lambda text: written.append(text) or plain(text))
    number = Translator.number
    monkeypatch.setattr(
        Translator,
        "number",
        lambda t, value, *a, **k: written.append(str(value)) or number(t, value, *a, **k),
    )
    monkeypatch.setattr(Translator, "money", lambda *_a, **_k: pytest.fail("money in the shared picture"))
    dear = tuple(replace(line, net=line.net * 987_654) for line in BOTS)
    charts.share_picture([replace(FULL, bots=dear, currency="CHF")], Translator())
    told = " ".join(written)
    assert "0.82" in told
    assert not any(amount in told for amount in ("CHF", "987", "310123"))


def test_two_accounts_are_shared_as_one_because_r_can_be_added(monkeypatch):
    seen = []
    monkeypatch.setattr(report_charts, "_line", lambda _axes, points, *_rest: seen.extend(points))
    charts.share_picture([FULL, FULL], Translator())
    assert [value for _day, value in seen] == [2 * (point.r or 0) for point in LINE]


def test_there_is_no_picture_without_anything_to_draw():
    assert with_picture(Message("x"), [ReportView(None, report(CURVE[:1]))], Translator()).photo is None
    assert with_picture(Message("x"), [], Translator()).photo is None
    with pytest.raises(ValueError, match="no reports"):
        charts.report_picture([], Translator())
    assert with_share_picture(Message("x"), [report()], Translator()) == Message("x")


def test_a_report_without_its_picture_is_still_sent(monkeypatch):
    def broken(*_args):
        raise OSError("no font")

    monkeypatch.setattr(charts, "report_picture", broken)
    assert with_picture(Message("words"), [ReportView(None, report())], Translator()) == Message("words")


def test_a_report_with_a_curve_gets_its_picture():
    assert with_picture(Message("words"), [ReportView(None, report())], Translator()).photo.startswith(
        b"\x89PNG"
    )
