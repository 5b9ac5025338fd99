from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Intervention
from bot_service.domain.trading import ExitCause

HOUR = timedelta(hours=1)


@pytest.fixture
def one(make):
    return Intervention(
        make.noon,
        ActKind.CLOSE,
        Decimal("0.3610"),
        Decimal("-1.04"),
        "EURUSD",
        3,
        77,
        ExitCause.STOP_LOSS,
        make.noon + HOUR,
        approximate=True,
        decided_at=make.noon + 2 * HOUR,
        user_id=11,
    )


def test_what_is_booked_comes_back_exactly(database, account, make, one):
    pause = replace(one, kind=ActKind.PAUSE, position_id=None, bot_id=None, trades=2, rule_cause=None)
    with database.write() as uow:
        uow.ledger.book(account.id, [one, pause])
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.done(account.id, make.noon, make.noon + HOUR) == (one, pause)


def test_each_act_is_booked_once_and_a_pending_one_is_written_over(database, account, make, one):
    waiting = replace(one, pending=True, rule_r=one.actual_r, decided_at=None)
    with database.write() as uow:
        uow.ledger.book(account.id, [waiting])
        assert uow.ledger.pending(account.id) == (waiting,)
        uow.ledger.book(account.id, [one])
        uow.ledger.book(account.id, [one])
        uow.commit()
    with database.read() as uow:
        assert uow.ledger.done(account.id, make.noon, make.noon + HOUR) == (one,)
        assert uow.ledger.pending(account.id) == ()


def test_spans_are_half_open_and_of_one_account(database, account, make, one):
    with database.write() as uow:
        uow.ledger.book(account.id, [one])
        assert uow.ledger.done(account.id, make.noon - HOUR, make.noon) == ()
        assert uow.ledger.decided(account.id, make.noon, one.decided_at) == ()
        assert uow.ledger.decided(account.id, one.decided_at, one.decided_at + HOUR) == (one,)
        assert uow.ledger.done(account.id + 1, make.noon, make.noon + HOUR) == ()
