from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.domain.acts import Act, ActKind

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [("1", "2", True), ("2", "1", False), ("1", "1", False), (None, "2", False), ("1", None, False)],
)
def test_an_act_raises_the_risk_only_where_both_sides_are_known(before, after, raised):
    known = [None if value is None else Decimal(value) for value in (before, after)]
    assert Act(NOON, ActKind.EDIT, risk_before=known[0], risk_after=known[1]).raises_risk is raised
