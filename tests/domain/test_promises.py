from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot_service.domain.promises import Promise, PromiseKind, from_template

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = Promise(1, 1001, 1, PromiseKind.OWN, NOON)


def test_a_promise_holds_from_its_making_until_it_is_ended():
    ended = replace(PLAIN, ended_at=NOON + HOUR)

    assert not ended.holds_at(NOON - HOUR)
    assert ended.holds_at(NOON)
    assert ended.holds_at(NOON + HOUR / 2)
    assert not ended.holds_at(NOON + HOUR)


def test_a_promise_for_a_while_ends_by_itself():
    short = replace(PLAIN, until=NOON + HOUR)

    assert short.holds_at(NOON)
    assert not short.holds_at(NOON + HOUR)


def test_each_template_brings_its_own_numbers():
    calm = from_template(PromiseKind.CALM_AFTER_LOSS, PLAIN)
    few = from_template(PromiseKind.FEW_INTERVENTIONS, PLAIN)

    assert (calm.loss_r, calm.minutes, calm.most) == (Decimal(2), 60, 0)
    assert (few.loss_r, few.minutes, few.most) == (Decimal(0), 0, 5)
    assert from_template(PromiseKind.NO_RESTART, PLAIN).watched
    assert not PLAIN.watched
