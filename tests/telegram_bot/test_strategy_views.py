from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.market import Timeframe
from bot_service.domain.strategy import Analysis, Reason, Signal, StrategyLevel, SymbolKind
from bot_service.i18n import LANGUAGES, Translator
from bot_service.services.views import AnalysisView, StrategyView
from bot_service.telegram_bot.render import render

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)


def own(**words):
    return StrategyView("OWN_RULE", StrategyLevel.BEGINNER, 100, (SymbolKind.FOREX,), (), **words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_strategy_is_shown_in_its_own_words(language):
    told = render(own(title="My <rule>", idea="Buys & sells."), Translator(language)).text
    assert "My &lt;rule&gt;" in told
    assert "Buys &amp; sells." in told


def test_an_own_strategy_without_words_is_shown_by_its_key():
    assert render(own(), Translator("en")).text.startswith("<b>OWN_RULE</b>")


def test_the_ways_into_a_trade_are_named_once_above_their_rules():
    reasons = (
        Reason("close_above_trend", 2.0, 1.0, passed=True),
        Reason("adx_trending", 20.0, 25.0, passed=False, way="trending"),
        Reason("fast_above_slow_now", 2.0, 1.0, passed=True, way="trending"),
        Reason("adx_ranging", 20.0, 25.0, passed=True, way="ranging"),
    )
    settings = BotSettings(
        "Mixed", "EURUSD", "EURUSD", "QUANTUMBOTX_HYBRID", Timeframe.H1, SizingMethod.FIXED_LOT, 1
    )
    bot = Bot(3, 1, settings, BotStatus.ACTIVE, 1, AT)
    analysis = Analysis(
        AT, 1.1, Signal.HOLD, exit_long=False, exit_short=False, long_reasons=reasons, short_reasons=()
    )
    shown = render(AnalysisView(None, bot, analysis), Translator("en")).text.split("\n")
    side = shown[shown.index("<b>For BUY</b>") + 1 :]
    assert [line[0] for line in side] == ["✅", "<", "❌", "✅", "<", "✅"]
    assert side[1] == "<i>with a trend</i>"
    assert side[4] == "<i>or without a trend</i>"
