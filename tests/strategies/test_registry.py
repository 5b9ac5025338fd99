from __future__ import annotations

import pytest

from bot_service.domain.errors import UnknownStrategy
from bot_service.strategies import all_strategies, find


def test_strategies_are_found_by_themselves_in_learning_order():
    keys = [strategy.key for strategy in all_strategies()]
    known = ["MA_CROSSOVER", "RSI_CROSSOVER", "BOLLINGER_REVERSION"]
    assert [key for key in keys if key in known] == known
    orders = [strategy.learning_order for strategy in all_strategies()]
    assert orders == sorted(orders)


@pytest.mark.parametrize("typed", ["MA_CROSSOVER", "ma_crossover", " Ma_Crossover "])
def test_a_key_is_found_in_any_case(typed):
    assert find(typed).key == "MA_CROSSOVER"


def test_an_unknown_key_is_answered_with_the_nearest():
    with pytest.raises(UnknownStrategy) as caught:
        find("rsi_cross")
    assert caught.value.key == "rsi_cross"
    assert caught.value.nearest[0] == "RSI_CROSSOVER"


def test_a_key_like_no_other_has_no_nearest():
    with pytest.raises(UnknownStrategy) as caught:
        find("zzz")
    assert caught.value.nearest == ()
