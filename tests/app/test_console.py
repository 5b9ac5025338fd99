from __future__ import annotations

import re

import pytest

from bot_service.app.console import run_pair, run_status, run_stop_all
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
