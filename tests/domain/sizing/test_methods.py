from __future__ import annotations

from decimal import Decimal

import pytest

from bot_service.domain import sizing
from bot_service.domain.bots import SizingMethod
from bot_service.domain.quotes import RiskLimits


def test_every_method_people_can_choose_is_found():
    assert set(sizing.all_methods()) == set(SizingMethod)


@pytest.mark.parametrize("key", SizingMethod)
def test_a_method_answers_lots(make_settings, make_quote, key):
    lots = sizing.find(key).lots(make_settings("0.5", key), make_quote(), RiskLimits())
    assert isinstance(lots, Decimal)
    assert lots > 0


def test_risk_percent_divides_the_money_at_risk_by_the_loss_of_a_lot(make_settings, make_quote):
    method = sizing.find(SizingMethod.RISK_PERCENT)
    quote = make_quote(distance=93, commission=7)
    assert method.lots(make_settings("0.5"), quote, RiskLimits()) == Decimal("0.5")


def test_fixed_lot_does_not_look_at_the_account(make_settings, make_quote, make_account):
    method = sizing.find(SizingMethod.FIXED_LOT)
    settings = make_settings("0.3", SizingMethod.FIXED_LOT)
    for balance in (1, 1_000_000):
        quote = make_quote(account=make_account(balance))
        assert method.lots(settings, quote, RiskLimits()) == Decimal("0.3")
