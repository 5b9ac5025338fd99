from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.errors import SymbolRefused
from bot_service.domain.events import EntryDenied, LinkLost, OrderDelayed, OrderFilled, PositionClosed
from bot_service.domain.findings import Books, BotLine, CheckIn, DayReport, Finding, Mood, Severity
from bot_service.domain.market import SymbolTerms, Timeframe, TradeMode
from bot_service.domain.risk import DenialReason
from bot_service.domain.strategy import Analysis, Signal
from bot_service.domain.trading import ClosedTrade, ExitCause, Position, Purpose, Side
from bot_service.i18n import LANGUAGES, Translator
from bot_service.mentor.codes import FIELD_KINDS, OBSERVATION_CODES
from bot_service.services.delivery import Letter
from bot_service.services.views import AccountTag, AnalysisView, DealsView, PositionLine, PositionsView
from bot_service.telegram_bot.render import Button, letter_message, plain, render, split, tell, units
from bot_service.telegram_bot.render.finding_words import observation
from bot_service.telegram_bot.render.message import TABLE_WIDTH
from bot_service.telegram_bot.render.parts import tag
from bot_service.telegram_bot.render.report import ReportView
from bot_service.telegram_bot.render.words import DENIALS

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
ENGLISH = Translator("en")
PAPER = AccountTag(TradeMode.PAPER, 5000001)

FILLED = OrderFilled(
    happened_at=NOON,
    account_id=1,
    bot_id=3,
    name="<Gold> & co",
    ticket=77,
    position_id=77,
    symbol="XAUUSD",
    side=Side.BUY,
    lots=Decimal("0.01"),
    price=Decimal("2345.60"),
    stop_loss=Decimal("2335.60"),
    take_profit=None,
    planned_risk=Decimal("10.25"),
    currency="USD",
    strategy="MA_CROSSOVER",
)
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
    opened_at=NOON - timedelta(hours=2, minutes=5),
    cause=ExitCause.STOP_LOSS,
    net=Decimal("-10.55"),
    r=Decimal("-1.0293"),
    currency="USD",
)


def letter(event, recorded_at=NOON):
    return Letter(1, 1001, 1001, 0, recorded_at, event, None, None, None, PAPER, {3: "Gold"})


def test_an_executed_opening_says_filled_in_english():
    text = plain(letter_message(letter(FILLED), ENGLISH, NOON).text)
    assert text.startswith("[PAPER] ")
    assert "<Gold> & co: BUY XAUUSD 0.01 lot filled at 2345.60" in text
    assert "SL\u00a02335.60 · no TP" in text
    assert "Risk ≈\u00a0$10.25" in text


def test_slippage_is_told_in_money_and_beyond_the_limit_as_such():
    told = dataclasses.replace(FILLED, slippage=Decimal("1.20"))
    text = plain(letter_message(letter(told), ENGLISH, NOON).text)
    assert "Slippage: filled worse than planned, $1.20 more risk" in text
    beyond = dataclasses.replace(told, beyond_limit=True)
    assert "Slippage beyond the limit" in plain(letter_message(letter(beyond), ENGLISH, NOON).text)


def test_an_order_that_waits_says_why_and_for_how_long_it_is_tried():
    facts = {"happened_at": NOON, "account_id": 1, "name": "Gold", "symbol": "XAUUSD", "side": Side.BUY}
    delayed = OrderDelayed(
        **facts, lots=Decimal("0.10"), purpose=Purpose.OPEN, retcode=10024, reject_class="retry_later"
    )
    text = plain(letter_message(letter(delayed), ENGLISH, NOON).text)
    assert "the broker is busy. I keep trying while the signal is fresh." in text
    leaving = dataclasses.replace(delayed, purpose=Purpose.CLOSE)
    assert "until it is closed" in plain(letter_message(letter(leaving), ENGLISH, NOON).text)


def test_a_price_that_moved_is_told_with_prices_and_money():
    numbers = {"asked_price": "1.08020", "price_now": "1.08100", "dearer": "8.00", "allowed": "1.20"}
    denied = EntryDenied(
        happened_at=NOON, account_id=1, name="Fx", symbol="EURUSD", side=Side.BUY, reason="price_moved",
        numbers=numbers | {"currency": "USD"},
    )  # fmt: skip
    text = plain(letter_message(letter(denied), ENGLISH, NOON).text)
    assert "from 1.08020 to 1.08100, $8.00 more risk; the limit is $1.20" in text


def test_a_closed_position_says_closed_its_cause_its_net_and_its_r():
    text = plain(letter_message(letter(CLOSED), ENGLISH, NOON).text)
    assert "closed by stop loss · -$10.55" in text
    assert "held 2 h 5 min" in text
    assert "-1.03R" in text


def test_a_missing_stop_is_said_loudly():
    bare = dataclasses.replace(FILLED, stop_loss=None)
    assert "⚠️ no SL" in tell(bare, ENGLISH, {}).lines[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", DenialReason)
def test_every_denial_tells_its_figures(reason, language):
    names = [name for _, name, _, _ in Formatter().parse(DENIALS[reason]) if name]
    figures = dict.fromkeys(names, "7.5")
    denied = EntryDenied(
        happened_at=NOON, name="Fast", symbol="EURUSD", side=Side.BUY, reason=reason, numbers=figures
    )
    said = tell(denied, Translator(language), {}).lines[1]
    assert said.count("7.5") + said.count("7,5") == len(names)
    assert (
        "?" in tell(dataclasses.replace(denied, numbers={}), Translator(language), {}).lines[1] or not figures
    )


def test_a_lost_link_never_says_that_a_bare_position_is_safe():
    lost = LinkLost(
        happened_at=NOON, cause="timeout", waiting_bots=1, open_positions=3, without_stop=1, seen_at=NOON
    )
    said = tell(lost, ENGLISH, {}).lines[2]
    assert "3, without SL: 1" in said
    assert "at the broker" not in said
    assert "at the broker" in tell(dataclasses.replace(lost, without_stop=0), ENGLISH, {}).lines[2]


def test_a_late_alert_says_when_it_happened():
    text = letter_message(letter(CLOSED), ENGLISH, NOON + timedelta(minutes=10)).text
    assert "This happened at Mar 3 19:00 WIB" in text or "This happened at 3 Mar 19:00 WIB" in text


def test_values_are_escaped_once():
    assert "&lt;Gold&gt; &amp; co" in tell(FILLED, ENGLISH, {}).lines[0]
    similar = SymbolTerms("A&B", Decimal(1), 2, "", "USD")
    message = render(SymbolRefused("<b>X", "unknown", (similar,)), ENGLISH)
    assert "&lt;b&gt;X" in message.text
    assert "A&amp;B" in message.text


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        (TradeMode.PAPER, "[PAPER]"),
        (TradeMode.DEMO, "[DEMO]"),
        (TradeMode.CONTEST, "[DEMO]"),
        (TradeMode.REAL, "[REAL ••0042]"),
    ],
)
def test_the_account_is_named_by_its_mode(mode, shown):
    assert plain(tag(AccountTag(mode, 990042))).strip() == shown


def test_a_button_above_64_bytes_is_refused():
    with pytest.raises(ValueError, match="64"):
        Button("x", "é" * 33)


class Balance(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


LINES = st.lists(
    st.one_of(
        st.text("ab cé😀", max_size=60),
        st.sampled_from(["<b>bold</b>", "<pre>", "</pre>", "a &amp; b", "<i>x <b>y</b></i>"]),
    ),
    max_size=40,
)


@given(LINES, st.integers(80, 400))
def test_parts_are_within_the_limit_and_lose_nothing(lines, limit):
    text, opened = [], False
    for line in lines:
        if line in ("<pre>", "</pre>"):
            if (line == "<pre>") == opened:
                continue
            opened = not opened
        text.append(line)
    source = "\n".join([*text, *(["</pre>"] if opened else [])])
    parts = split(source, limit)
    for part in parts:
        assert units(part) <= limit
        balance = Balance()
        balance.feed(part)
        assert balance.open == []
    assert re.sub(r"\s", "", plain("".join(parts))) == re.sub(r"\s", "", plain(source))


def trade(net: str) -> ClosedTrade:
    return ClosedTrade(
        1, 5, 3, "MA_CROSSOVER", "XAUUSD.verylong", Side.SELL, Decimal("0.5"), Decimal(1), Decimal(2),
        NOON, NOON, Decimal(net), Decimal(0), Decimal(0), Decimal(0), ExitCause.SIGNAL,
    )  # fmt: skip


def tables(text: str) -> list[str]:
    return [line for block in re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL) for line in block.split("\n")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", ["USD", "IDR"])
def test_tables_fit_a_phone(language, currency):
    t = Translator(language)
    view = DealsView(PAPER, (trade("-123456789.12"),), {}, 7, Decimal(1), 0, currency, 0, 1)
    report = render(ReportView(PAPER, day_report(currency)), t)
    rows = tables(render(view, t).text)
    assert "<pre>" not in report.text
    assert rows
    assert max(len(row) for row in rows) <= TABLE_WIDTH


def test_positions_of_a_page_tell_their_place_and_turn():
    held = Position(
        ticket=7,
        identifier=7,
        symbol="EURUSD",
        side=Side.BUY,
        lots=Decimal("0.1"),
        price_open=Decimal("1.10000"),
        price_current=Decimal("1.10100"),
        stop_loss=None,
        take_profit=None,
        profit=Decimal(10),
        swap=Decimal(0),
        magic=0,
        opened_at=NOON,
        comment="",
    )
    view = PositionsView(PAPER, (PositionLine(held, None),), Decimal(210), "USD", 2, 21, 1, 3)
    message = render(view, ENGLISH)
    assert "Positions: 21" in message.text
    assert "page 2 of 3" in message.text
    turning = [item.data for row in message.keyboard for item in row if " p" in item.data]
    assert turning == ["do:positions p1", "do:positions p3"]


def day_report(currency: str = "USD", **changes) -> DayReport:
    report = DayReport(
        account_id=1,
        day=date(2026, 3, 3),
        finished=True,
        currency=currency,
        trades=3,
        wins=1,
        losses=2,
        net=Decimal("-12.5"),
        costs=Decimal("0.6"),
        r=Decimal("-0.4"),
        r_trades=3,
        expectancy_r=Decimal("-0.13"),
        bots=(BotLine(3, "A bot with a very long name indeed", 3, Decimal("-12.5"), None),),
        exits={ExitCause.STOP_LOSS: 2, ExitCause.SIGNAL: 1},
        books=Books(Decimal(10000), Decimal("-12.5"), Decimal(0), Decimal("9987.5")),
        moods=(CheckIn(NOON, Mood.CALM),),
        notes=("kept <calm>",),
        best=Decimal(5),
        worst=Decimal(-10),
        observation=Finding("plain_day", Severity.FACT, {"trades": "3", "wins": "1", "losses": "2"}),
        closing="closing_steady",
    )
    return dataclasses.replace(report, **changes)


def test_a_report_shows_its_numbers_before_its_words():
    text = plain(render(ReportView(PAPER, day_report()), ENGLISH).text)
    assert text.startswith("[PAPER] 📒 Report Tuesday, 3 March 2026")
    for piece in (
        "-$12.50",
        "3 trades: 1 won, 2 lost",
        "33%",
        "-0.4R",
        "10,000.00",
        "😌 Calm",
        "kept <calm>",
    ):
        assert piece in text
    assert text.index("Net") < text.index("nothing stands out") < text.index("Keep doing that")


def test_books_that_differ_say_by_how_much():
    books = Books(Decimal(100), Decimal(5), Decimal(0), Decimal(110))
    text = plain(render(ReportView(PAPER, day_report(books=books)), ENGLISH).text)
    assert "$5.00 is not explained by the deals" in text.split("\n\n", 1)[0]
    assert "The books balance" not in text


SAMPLES = {
    "money": "-12.3",
    "r": "-1.5",
    "percent": "12.345",
    "count": "4",
    "factor": "1.5",
    "duration": "5400",
    "ticket": "77",
    "name": "Gold",
    "mood": "calm",
    "strategy": "MA_CROSSOVER",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", OBSERVATION_CODES)
def test_an_observation_carries_its_numbers(code, language):
    numbers = {name: SAMPLES[FIELD_KINDS[name]] for name in OBSERVATION_CODES[code]}
    said = observation(Finding(code, Severity.FACT, numbers), "USD", Translator(language))
    assert re.search(r"\d", said)
    assert "{" not in said


@pytest.mark.parametrize(
    ("language", "spread", "told"),
    [
        ("en", 18.4, "Spread: 18% of the SL distance"),
        ("id", 0.25, "Spread: 0,2% dari jarak SL"),
        ("en", None, None),
    ],
)
def test_an_analysis_says_what_the_spread_eats_where_it_is_known(language, spread, told):
    settings = BotSettings(
        "Euro", "EURUSD", "EURUSD", "MA_CROSSOVER", Timeframe.H1, SizingMethod.FIXED_LOT, Decimal("0.01")
    )
    bot = Bot(1, 1, settings, BotStatus.ACTIVE, 1, NOON)
    analysis = Analysis(NOON, 1.1, Signal.HOLD, False, False, (), (), spread_percent=spread)
    shown = render(AnalysisView(PAPER, bot, analysis), Translator(language)).text
    assert ("Spread" in shown) is (told is not None)
    if told:
        assert told in shown
