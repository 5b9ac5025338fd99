"""`ACCOUNTS_FILE`: what can be written there, and a whole service with two paper accounts."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot_service.app.accounts import read_accounts
from bot_service.app.check import run_check
from bot_service.app.house import House
from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.jobs import WatchJob
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor, Role
from bot_service.settings import SettingsError, offline_settings

TWO = '[satu]\nterminal = "paper"\n\n[dua]\nterminal = "paper"\n'
REAL = '[a]\nterminal = "isolated"\npath = "C:\\\\A\\\\terminal64.exe"\nlogin = 11\n'
OWNER = Actor(1001, 1001, Role.OWNER, datetime.now(UTC))


@pytest.fixture
def settings_of(tmp_path):
    def made(text, **more):
        file = tmp_path / "accounts.toml"
        file.write_text(text, encoding="utf-8")
        return offline_settings(
            data_dir=tmp_path / "data", accounts_file=file, language="en", owner_id=1001, **more
        )

    return made


@pytest.fixture
def opened(settings_of):
    houses = []

    def made(settings=None):
        house = House(settings or settings_of(TWO))
        houses.append(house)
        house.open()
        return house

    yield made
    for house in houses:
        house.close()


def bot_on(house, account_id, name, symbol="EURUSD"):
    wanted = BotSettings(
        name, symbol, "", "MA_CROSSOVER", Timeframe.H1, SizingMethod.FIXED_LOT, Decimal("0.01")
    )
    return house.services.control.create(OWNER, wanted, account_id)


def test_without_a_file_there_is_one_account_without_a_label(tmp_path):
    (plan,) = read_accounts(offline_settings(data_dir=tmp_path))
    assert (plan.label, plan.paper_login) == ("", None)


def test_each_table_is_an_account_with_its_own_terminal(settings_of):
    far = '[b]\nterminal = "bridge"\nlogin = 12\nbridge_url = "rpyc://127.0.0.1:1"\npassword = "geheim"\n'
    plans = read_accounts(settings_of(REAL + far, mt5_login=99, mt5_server="Elsewhere"))
    assert [plan.label for plan in plans] == ["a", "b"]
    assert [plan.settings.mt5_login for plan in plans] == [11, 12]
    assert [plan.settings.mt5_server for plan in plans] == [None, None]
    assert "geheim" not in repr(plans)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a", "is no TOML"),
        ("", "1 to 20 accounts"),
        ("[a]\ncolour = 1", "unknown: colour"),
        ('["a b"]\nterminal = "paper"', "a label has"),
        ('[a]\nterminal = "real"', "[a] terminal"),
        ("a = 1", "is no table"),
        ('[a]\nterminal = "isolated"\nlogin = -1', "[a] login"),
        (REAL + '[b]\nterminal = "isolated"\nlogin = 12', "needs path"),
        (REAL + '[b]\nterminal = "isolated"\npath = "x"', "needs login"),
        (REAL + REAL.replace("[a]", "[b]").replace("11", "12"), "path c:"),
        (REAL + REAL.replace("[a]", "[b]").replace("A", "B"), "login 11 is used twice"),
        ('[a]\nterminal = "paper"\n[A]\nterminal = "paper"', "label a is used twice"),
    ],
)
def test_mistakes_are_named(settings_of, text, told):
    with pytest.raises(SettingsError) as caught:
        read_accounts(settings_of(text))
    assert told in str(caught.value)
    assert "ACCOUNTS_FILE" in str(caught.value)


def test_a_fast_market_can_not_stand_beside_a_real_one(settings_of):
    both = REAL + '[b]\nterminal = "paper"\n'
    with pytest.raises(SettingsError, match="PAPER_SPEED=1"):
        read_accounts(settings_of(both, paper_speed=60))
    assert len(read_accounts(settings_of(both))) == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="can't be read"):
        read_accounts(offline_settings(data_dir=tmp_path, accounts_file=tmp_path / "none.toml"))


def test_check_names_each_account(settings_of, capsys):
    run_check(settings_of(TWO))
    lines = [line for line in capsys.readouterr().out.splitlines() if "Terminal" in line]
    assert [line.split()[1] for line in lines] == ["[satu]", "[dua]"]


def test_two_accounts_have_their_own_books_lanes_and_labels(opened):
    house = opened()
    first, second = house.services.queries.status().accounts
    assert [first.account.label, second.account.label] == ["satu", "dua"]
    assert [first.tag.label, second.tag.label] == ["satu", "dua"]
    assert first.account.identity != second.account.identity
    assert first.account.magic_block != second.account.magic_block
    assert set(house.terminals) == {first.account.id, second.account.id}
    assert first.snapshot is not None
    assert second.snapshot is not None
    assert house.terminals[first.account.id] is not house.terminals[second.account.id]


def test_bots_stay_with_their_account_over_a_restart(opened, settings_of):
    settings = settings_of(TWO)
    house = opened(settings)
    ids = sorted(house.terminals)
    made = [bot_on(house, account_id, f"on {account_id}") for account_id in ids]
    house.services.control.start(OWNER, [bot.id for bot in made])
    logins = {number: house.terminals[number].identity().login for number in ids}
    house.close()
    again = opened(settings)
    assert set(again.resume()) == {bot.id for bot in made}
    assert {number: again.terminals[number].identity().login for number in ids} == logins
    cards = [again.services.queries.bot(bot.id) for bot in made]
    assert [card.bot.account_id for card in cards] == ids
    assert [card.tag.label for card in cards] == ["satu", "dua"]


def test_a_new_order_of_the_file_changes_no_account(opened, settings_of):
    house = opened(settings_of(TWO))
    before = {house.services.queries.account(number).account.label: number for number in house.terminals}
    house.close()
    turned = opened(settings_of('[dua]\nterminal = "paper"\n\n[satu]\nterminal = "paper"\n'))
    after = {turned.services.queries.account(number).account.label: number for number in turned.terminals}
    assert after == before


def test_a_hanging_account_delays_no_other(opened):
    house = opened()
    first, second = sorted(house.terminals)
    release, hangs = threading.Event(), threading.Event()

    def hang(_terminal):
        hangs.set()
        release.wait(20)

    waiting = threading.Thread(target=lambda: _asked(house, first, hang))
    waiting.start()
    try:
        assert hangs.wait(5)
        began = time.monotonic()
        before = house.services.queries.account(second).snapshot.taken_at
        house.lanes.submit(WatchJob(second))
        while house.services.queries.account(second).snapshot.taken_at == before:
            assert time.monotonic() - began < 8
            time.sleep(0.02)
        assert house.lanes.ask(second, lambda terminal: terminal.account()).balance == 10_000
        assert not release.is_set()
    finally:
        release.set()
        waiting.join()


def _asked(house, account_id, question):
    try:
        house.lanes.ask(account_id, question, 0.5)
    except TerminalUnavailable:
        return
