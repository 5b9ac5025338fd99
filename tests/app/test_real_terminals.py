from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot_service.app.house import House
from bot_service.app.service import USAGE_ERROR, run_service
from bot_service.app.terminals import account_of, open_venue, remote_venue, sign_in
from bot_service.domain.events import LinkLost, LinkRestored
from bot_service.domain.market import AccountIdentity, LinkCause, TradeMode
from bot_service.settings import TerminalKind, offline_settings
from bot_service.terminals.isolated.process import PackageMissing, package_installed
from tests.terminals.far_sides import FarPaper

PATIENCE_S = 30.0


@pytest.fixture
def far(tmp_path):
    folder = tmp_path / "far"
    folder.mkdir()
    made = FarPaper(folder)
    yield made
    made.close()


@pytest.fixture
def open_house(tmp_path, far):
    houses = []

    def opened(api=None):
        settings = offline_settings(
            data_dir=tmp_path / "data", terminal="isolated", watch_interval_s=0.2, language="en"
        )
        house = House(settings, venue=remote_venue(api or far.isolated(deadlines={"account_info": 1.0})))
        houses.append(house)
        house.open()
        return house

    yield opened
    for house in houses:
        house.close()


def until(is_so):
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def told(house, kind):
    with house.database.read() as uow:
        return [event for _, _, event in uow.history(limit=100) if isinstance(event, kind)]


def health(house):
    view = house.services.queries.health()
    return {line.code: line.ok for line in view.lines}, next(iter(view.link_causes.values()), None)


def is_linked(house):
    return health(house)[0].get("watch", False) and health(house)[1] is None


def test_an_account_is_met_by_itself_and_keeps_its_own_trade_mode(open_house):
    house = open_house()
    until(lambda: is_linked(house))

    with house.database.read() as uow:
        (account,) = uow.accounts.all()
    assert account.identity == AccountIdentity("Paper-Demo", 5_000_001, TradeMode.DEMO)
    assert account.label == "Paper-Demo"


def test_a_first_start_without_terminal_waits_for_it_and_says_why(open_house, far):
    far.forbid()
    began = time.monotonic()
    house = open_house()
    assert time.monotonic() - began < PATIENCE_S / 2
    until(lambda: health(house) == ({**health(house)[0], "account": False}, LinkCause.HOST_DOWN))

    far.forbid(forbidden=False)

    until(lambda: is_linked(house))
    assert "account" not in health(house)[0]


def test_a_known_account_whose_terminal_is_away_is_told_once_and_once_when_back(open_house, far):
    first = open_house()
    until(lambda: is_linked(first))
    first.close()
    far.forbid()

    house = open_house()
    until(lambda: health(house)[1] is LinkCause.HOST_DOWN)
    assert len(told(house, LinkLost)) == 1
    far.forbid(forbidden=False)
    until(lambda: is_linked(house))

    assert len(told(house, LinkLost)) == 1
    assert len(told(house, LinkRestored)) == 1


def test_a_terminal_that_hangs_is_given_up_and_comes_back_by_itself(open_house, far):
    house = open_house()
    until(lambda: is_linked(house))

    far.order("account_info", "hang")
    until(lambda: told(house, LinkLost))
    until(lambda: told(house, LinkRestored))

    assert [event.cause for event in told(house, LinkLost)] == [LinkCause.TIMEOUT]


def test_a_bridge_whose_host_restarts_comes_back_by_itself_with_the_same_account(open_house, far):
    port = far.serve()
    house = open_house(far.bridged(port=port))
    until(lambda: is_linked(house))

    far.end_servers()
    until(lambda: told(house, LinkLost))
    until(lambda: health(house)[1] is not None)
    far.serve(port)
    until(lambda: told(house, LinkRestored))

    with house.database.read() as uow:
        assert len(uow.accounts.all()) == 1
    assert len(told(house, LinkLost)) == len(told(house, LinkRestored)) == 1


def test_a_hanging_terminal_delays_no_answer_and_no_stop(open_house, far):
    house = open_house()
    until(lambda: is_linked(house))
    far.order("positions_get", "hang")
    until(lambda: not (far.folder / "positions_get.hang").exists())

    began = time.monotonic()
    house.services.queries.status()
    house.services.queries.health()
    assert time.monotonic() - began < 0.2

    began = time.monotonic()
    house.close()
    assert time.monotonic() - began < 8


@pytest.fixture
def logs_as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.skipif(package_installed(), reason="the official package is installed here")
def test_isolated_without_the_package_is_refused_in_plain_words(tmp_path, capsys, logs_as_before):
    settings = offline_settings(
        data_dir=tmp_path,
        terminal="isolated",
        language="en",
        telegram_bot_token=SecretStr("123456:" + "a" * 35),
    )
    with pytest.raises(PackageMissing):
        open_venue(settings)

    assert run_service(settings) == USAGE_ERROR
    assert "Windows only" in capsys.readouterr().out


def test_a_bridge_needs_no_package(tmp_path):
    settings = offline_settings(data_dir=tmp_path, terminal="bridge", bridge_url="rpyc://127.0.0.1:1")

    assert open_venue(settings).paper is None


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("localhost", False), ("10.0.0.5", True)])
def test_a_bridge_that_leaves_the_computer_is_warned_of(host, warned, caplog):
    open_venue(offline_settings(terminal="bridge", bridge_url=f"rpyc://{host}:18812"))

    assert ("SSH tunnel" in caplog.text) is warned


def test_the_sign_in_is_what_was_set(tmp_path):
    settings = offline_settings(
        terminal=TerminalKind.ISOLATED,
        mt5_path="C:\\MT5\\terminal64.exe",
        mt5_login=7,
        mt5_password=SecretStr("sesame"),
        mt5_server="Broker-Demo",
        mt5_portable=True,
    )
    wanted = sign_in(settings)

    assert (wanted.path, wanted.login, wanted.password) == ("C:\\MT5\\terminal64.exe", 7, "sesame")
    assert (wanted.server, wanted.portable) == ("Broker-Demo", True)
    assert "sesame" not in repr(wanted) + repr(settings)


def test_the_stored_account_is_chosen_only_when_it_is_sure(open_house):
    house = open_house()
    until(lambda: is_linked(house))
    with house.database.read() as uow:
        (demo,) = uow.accounts.all()
    paper = replace(demo, id=2, identity=replace(demo.identity, trade_mode=TradeMode.PAPER))
    other = replace(demo, id=3, identity=AccountIdentity("Broker-Live", 8, TradeMode.REAL))

    def chosen(**values):
        found = account_of(offline_settings(**values), (paper, demo, other))
        return None if found is None else found.id

    assert chosen() is None
    assert chosen(mt5_login=8) == 3
    assert chosen(mt5_server="paper-demo") == demo.id
    assert chosen(mt5_login=8, mt5_server="Paper-Demo") is None
    assert account_of(offline_settings(), (paper, demo)) == demo


def test_the_house_waits_for_a_call_no_longer_than_its_deadline(open_house):
    house = open_house()
    until(lambda: is_linked(house))
    assert house.lanes.wait_idle(timedelta(seconds=5).total_seconds())


@pytest.mark.parametrize("terminal", ["paper", "bridge"])
def test_pinned_symbols_reach_the_terminal(tmp_path, far, terminal):
    settings = offline_settings(data_dir=tmp_path, terminal=terminal, symbols="GOLD=XAUUSD")
    if terminal == "bridge":
        venue = remote_venue(far.isolated(), pinned=settings.pinned_symbols)
    else:
        venue = open_venue(settings)
    venue.terminal.connect()
    try:
        assert venue.terminal.resolve("gold").symbol == "XAUUSD"
    finally:
        venue.close()
