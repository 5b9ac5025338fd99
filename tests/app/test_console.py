from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.app.brake import run_stop_all
from bot_service.app.console import run_pair
from bot_service.app.rebuild import run_rebuild
from bot_service.app.status import run_status
from bot_service.domain.accounts import Account
from bot_service.domain.market import AccountIdentity, MarginMode, TradeMode
from bot_service.domain.trading import ClosedTrade, ExitCause, Side
from bot_service.scheduling.clocks import SystemClock
from bot_service.settings import offline_settings
from bot_service.storage.database import SqlDatabase


@pytest.fixture
def settings(tmp_path):
    return offline_settings(data_dir=tmp_path / "data", language="en")


def test_a_pairing_code_is_shown_and_only_its_hash_is_kept(settings, capsys):
    assert run_pair(settings) == 0
    code = re.search(r"/start (\S+)", capsys.readouterr().out)[1]
    kept = b"".join(path.read_bytes() for path in settings.data_dir.glob("bot_service.db*"))
    assert code.encode() not in kept


def test_a_code_is_refused_where_owner_id_decides(tmp_path, capsys):
    settings = offline_settings(data_dir=tmp_path, language="en", owner_id=1001)
    assert run_pair(settings) == 1
    assert "OWNER_ID" in capsys.readouterr().out


def test_an_empty_service_has_nothing_to_stop_and_says_what_it_has(settings, capsys):
    assert run_stop_all(settings) == 0
    assert run_status(settings) == 0
    told = capsys.readouterr().out
    assert "Bots stopped: 0" in told
    assert "<b>" not in told


def test_the_console_makes_the_database_it_looks_into(settings):
    run_status(settings)
    with SqlDatabase(settings.url, SystemClock()).read() as uow:
        assert uow.bots.all() == ()


def test_a_service_without_trades_is_rebuilt_as_it_is(settings, capsys):
    run_status(settings)
    database = SqlDatabase(settings.url, SystemClock())
    with database.write() as uow:
        identity = AccountIdentity("Broker", 7, TradeMode.DEMO)
        uow.accounts.add(Account(0, "main", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 1))
        uow.commit()
    database.close()
    capsys.readouterr()
    assert run_rebuild(settings) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "main: 0 trades and 0 daily reports made again from the deals."
    assert told[1:] == ["Everything came out as it was stored."]


def test_what_a_rebuild_mends_is_named(settings, capsys):
    run_status(settings)
    database = SqlDatabase(settings.url, SystemClock())
    with database.write() as uow:
        identity = AccountIdentity("Broker", 7, TradeMode.DEMO)
        account = uow.accounts.add(
            Account(0, "main", identity, "USD", MarginMode.HEDGING, 100, "Asia/Jakarta", 1)
        )
        ghosts = [_ghost(account.id, number) for number in range(1, 13)]
        uow.books.rewrite_trades(account.id, ghosts)
        uow.commit()
    database.close()
    capsys.readouterr()
    assert run_rebuild(settings) == 0
    told = capsys.readouterr().out
    assert "removed #1, #2, #3, #4, #5, #6, #7, #8, #9, #10 +2;" in told
    assert run_rebuild(settings) == 0
    assert "as it was stored" in capsys.readouterr().out


def _ghost(account_id, position_id):
    at = datetime(2026, 3, 3, 10, tzinfo=UTC)
    one, zero = Decimal(1), Decimal(0)
    return ClosedTrade(
        account_id, position_id, None, "", "EURUSD", Side.BUY, one, one, one, at, at, one, zero, zero, zero,
        ExitCause.OTHER,
    )  # fmt: skip
