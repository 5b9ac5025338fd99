from __future__ import annotations

import itertools
import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot_service.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_lists_exactly_the_settings():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.split("=")[0] for line in lines if re.match(r"[A-Z_0-9]+=", line)]
    assert named == [name.upper() for name in Settings.model_fields]


def test_every_setting_of_the_example_is_explained_by_the_line_above():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    for above, line in itertools.pairwise(lines):
        if re.match(r"[A-Z_0-9]+=", line):
            assert above.startswith("# ")


def test_the_untouched_example_can_be_used_as_it_is(tmp_path):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    settings = read_settings()
    assert settings.telegram_bot_token is None
    assert settings.risk_cap_percent == Decimal(2)


def test_all_mistakes_are_said_together(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "nonsense")
    monkeypatch.setenv("TIME_ZONE", "WIB")
    monkeypatch.setenv("OWNER_ID", "-5")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert {name for name, _ in caught.value.problems} == {"TELEGRAM_BOT_TOKEN", "TIME_ZONE", "OWNER_ID"}


def test_a_refused_token_is_not_repeated(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret-but-short")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "secret-but-short" not in str(caught.value)


def test_the_token_never_shows_when_settings_are_printed(monkeypatch):
    token = "123456:" + "a" * 35
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    assert token not in repr(read_settings())


def test_a_start_without_zone_is_utc(monkeypatch):
    monkeypatch.setenv("PAPER_START", "2025-11-10T08:00:00")
    start = read_settings().paper_start
    assert start is not None
    assert start.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("given", "spoken"), [("en", "en"), ("en_GB:en", "en"), ("de_DE:id", "id"), ("id_ID", "id")]
)
def test_a_desktops_list_of_locales_is_understood(monkeypatch, given, spoken):
    monkeypatch.setenv("LANGUAGE", given)
    assert read_settings().language == spoken


def test_a_language_that_nobody_speaks_here_is_refused(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "fr")
    with pytest.raises(SettingsError, match="LANGUAGE"):
        read_settings()


def test_a_real_terminal_is_described_by_its_settings(monkeypatch):
    monkeypatch.setenv("TERMINAL", "isolated")
    monkeypatch.setenv("MT5_LOGIN", "7001")
    monkeypatch.setenv("MT5_PASSWORD", "sesame-open")
    settings = read_settings()
    assert (settings.terminal, settings.mt5_login) == ("isolated", 7001)
    assert "sesame-open" not in repr(settings)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "127.0.0.1:18812", "rpyc://a b", "rpyc://u:p@host"]
)
def test_a_bridge_needs_an_address_of_its_kind(monkeypatch, address):
    monkeypatch.setenv("BRIDGE_URL", address)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert [name for name, _ in caught.value.problems] == ["BRIDGE_URL"]


def test_a_bridge_is_on_this_computer_unless_it_is_set(monkeypatch):
    monkeypatch.setenv("TERMINAL", "bridge")
    assert read_settings().bridge_url == "rpyc://127.0.0.1:18812"


@pytest.mark.parametrize("address", ["http://bots.example/hook", "ftp://bots.example", "bots.example"])
def test_a_webhook_needs_an_encrypted_address(address):
    with pytest.raises(SettingsError) as caught:
        read_settings(webhook_url=address)
    assert caught.value.problems[0][0] == "WEBHOOK_URL"


@pytest.mark.parametrize("listen", ["8443", "127.0.0.1:", "127.0.0.1:70000", "a b:1"])
def test_where_the_webhook_listens_is_checked(listen):
    with pytest.raises(SettingsError) as caught:
        read_settings(webhook_listen=listen)
    assert caught.value.problems[0][0] == "WEBHOOK_LISTEN"


def test_pinned_symbols_are_read_as_a_map(monkeypatch):
    monkeypatch.setenv("SYMBOLS", "XAUUSD=GOLD.m, us30=DJ30")
    assert read_settings().pinned_symbols == {"XAUUSD": "GOLD.m", "US30": "DJ30"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("XAUUSD:GOLD", "has 'XAUUSD:GOLD', which is not like XAUUSD=GOLD.m"),
        ("XAUUSD=GOLD,XAUUSD=GOLD.m", "names XAUUSD twice"),
    ],
)
def test_a_pinned_map_that_can_not_be_read_is_said_with_the_part_that_is_wrong(monkeypatch, given, said):
    monkeypatch.setenv("SYMBOLS", given)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.problems == [("SYMBOLS", said)]
