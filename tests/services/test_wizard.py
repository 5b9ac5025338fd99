from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.errors import InvalidValue
from bot_service.domain.market import Timeframe, TradeMode
from bot_service.domain.risk import DenialReason, Denied, Sized
from bot_service.domain.symbols import most_traded
from bot_service.services.drafts import settings_from_words, words_of
from bot_service.services.small import ways_out
from bot_service.services.views import AccountTag, Preview
from bot_service.services.wizard import MENU, REVIEW, Draft, answered, before, copy_of, opened

MADE = settings_from_words(
    {"symbol": "EURUSD", "strategy": "MA_CROSSOVER", "timeframe": "H4", "risk": "1"}, None
)


def previewed(settings, decision):
    sized = decision if isinstance(decision, Sized) else None
    denied = decision if isinstance(decision, Denied) else None
    return Preview(AccountTag(TradeMode.PAPER, 1), settings, sized, denied, "USD", Decimal(100_000), 5)


def small_market(settings):
    """Return the decision of an account where a lot of 0.01 only fits on M30 and below."""
    risk = {Timeframe.H4: 40, Timeframe.H1: 20, Timeframe.M30: 9, Timeframe.M15: 6}[settings.timeframe]
    if risk > 10:
        return previewed(
            settings, Denied(DenialReason.BELOW_MINIMUM_LOT, {"minimum": "0.01", "risk": str(risk)})
        )
    money = Decimal(risk)
    prices = (Decimal(1), None, money, money / 10, Decimal(5), Decimal(1), Decimal(1))
    return previewed(settings, Sized(Decimal("0.01"), *prices))


def test_a_small_account_is_offered_what_fits_with_its_true_risk():
    ways = ways_out(small_market, small_market(MADE))
    assert [(way.field, way.value, way.risk) for way in ways] == [
        ("timeframe", "M30", 9),
        ("timeframe", "M15", 6),
    ]


def test_nothing_is_offered_where_money_is_not_the_cause():
    assert ways_out(small_market, previewed(MADE, Denied(DenialReason.NO_ATR))) == ()
    assert ways_out(small_market, small_market(replace(MADE, timeframe=Timeframe.M15))) == ()


def test_steps_come_in_order_and_lead_back_to_where_they_were_opened():
    draft = answered(Draft("x"), "symbol", "eurusd", None)
    assert (draft.step, before(draft)) == ("strategy", "symbol")
    draft = answered(answered(draft, "strategy", "ma_crossover", None), "timeframe", "h1", None)
    draft = answered(draft, "risk", "0.01 lot", None)
    assert (draft.step, draft.words["lot"]) == (REVIEW, "0.01")
    again = opened(draft, "risk", None, from_menu=True)
    assert before(again) == MENU
    changed = answered(again, "risk", "1%", None)
    assert (changed.step, "lot" in changed.words) == (MENU, False)
    assert changed.digest != draft.digest


def test_another_strategy_forgets_the_parameters_of_the_one_before():
    draft = Draft("x", words={"symbol": "EURUSD", "strategy": "MA_CROSSOVER", "fast_period": "9"})
    assert "fast_period" not in answered(draft, "strategy", "RSI_CROSSOVER", None).words


def test_a_step_that_is_not_there_is_refused():
    with pytest.raises(InvalidValue):
        opened(Draft("x"), "p-none", None, from_menu=True)


@given(
    size=st.decimals("0.01", "5", places=3),
    stop=st.decimals("0.5", "10", places=3),
    fast=st.integers(2, 40),
    sizing=st.sampled_from(SizingMethod),
)
def test_a_copy_has_exactly_the_settings_of_its_original(size, stop, fast, sizing):
    settings = BotSettings(
        "Own name",
        "EURUSD",
        "",
        "MA_CROSSOVER",
        Timeframe.M15,
        sizing,
        size,
        stop_atr=stop,
        parameters={"fast_period": fast, "slow_period": 50},
    )
    assert settings_from_words(words_of(settings), None) == settings
    assert copy_of(settings).settings(None) == settings


def test_popular_symbols_are_those_of_the_account_and_used_ones_come_first(world):
    listed = world.terminal.symbols("")
    names = [one.name for one in most_traded(listed, ["GBPUSD"])]
    assert names[0] == "GBPUSD"
    assert set(names) <= {one.name for one in listed}
