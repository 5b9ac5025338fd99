from __future__ import annotations

import re

import pytest

from bot_service.app.check import run_check
from bot_service.app.live_demo import observe
from bot_service.app.locking import only_service
from bot_service.app.terminals import remote_venue
from bot_service.settings import offline_settings
from tests.terminals.far_sides import FarPaper


@pytest.fixture
def far(tmp_path):
    folder = tmp_path / "far"
    folder.mkdir()
    made = FarPaper(folder)
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path):
    return offline_settings(data_dir=tmp_path / "data", terminal="isolated", language="en")


@pytest.fixture
def check(settings, far, capsys):
    def checked(**options):
        run_check(settings, venue=remote_venue(far.isolated()), **options)
        return capsys.readouterr().out

    return checked


def line_of(output, start):
    (line,) = [line for line in output.splitlines() if line.split(" ", 1)[1].lstrip().startswith(start)]
    return line


def test_a_good_terminal_is_described(check):
    line = line_of(check(), "Terminal")

    assert re.fullmatch(
        r"OK +Terminal: account 5000001 at Paper-Demo \(demo\), balance .*10,000.*, build \d+", line
    )


@pytest.mark.parametrize(
    ("conditions", "advice"),
    [
        ({"connected": False}, "no connection to the broker"),
        ({"algo_button": False}, "Algo Trading button"),
        ({"tradeapi_disabled": True}, "Tools, Options"),
        ({"trade_allowed": False}, "investor password"),
        ({"trade_expert": False}, "broker forbids"),
    ],
)
def test_what_keeps_from_trading_is_named_with_what_to_do(check, far, conditions, advice):
    far.conditions(**conditions)

    line = line_of(check(), "Terminal")

    assert line.startswith("FAIL")
    assert advice in line


def test_a_terminal_that_cant_be_reached_is_named_with_its_error(check, far):
    far.forbid()

    line = line_of(check(), "Terminal")

    assert line.startswith("FAIL")
    assert "No module named 'MetaTrader5'" in line


def test_a_terminal_of_the_running_service_is_left_alone(check, settings, far):
    with only_service(settings.data_dir):
        assert "in use by the running service" in check()
    assert not (far.folder / "calls").exists()


def test_the_live_demo_finds_the_paper_terminal_as_expected(check, far):
    output = check(live_demo=True)

    facts = [line for line in output.splitlines() if "Live demo, " in line]
    assert len(facts) >= 18
    assert [line for line in facts if line.startswith("FAIL")] == []
    assert line_of(output, "Terminal").startswith("OK")


def test_the_live_demo_leaves_nothing_open(far):
    api = far.isolated()
    api.initialize()

    observe(api)

    assert api.positions_get() == ()
    assert api.orders_get() == ()
    assert len(api.history_deals_get(0, 2**31 - 1)) == 3


@pytest.mark.parametrize("mode", [1, 2])
def test_the_live_demo_refuses_every_account_that_is_no_demo(check, far, mode):
    far.conditions(trade_mode=mode)

    output = check(live_demo=True)

    assert "demo account only" in line_of(output, "Live demo")
    assert not {"order_send", "order_check"} & set(far.calls())
