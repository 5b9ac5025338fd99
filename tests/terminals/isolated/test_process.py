from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.market import LinkCause, TradeMode
from bot_service.domain.trading import OrderRequest, Outcome, Side
from bot_service.terminals.isolated import sessions
from bot_service.terminals.isolated.child import GRACE_S
from bot_service.terminals.isolated.process import PackageMissing, isolated_api, package_installed
from bot_service.terminals.terminal import Mt5Terminal

ROOT = Path(__file__).parents[3]
PARENT = """
import sys, time
from bot_service.terminals.isolated.process import isolated_api

if __name__ == "__main__":
    loader = "tests.terminals.far_paper:load"
    api = isolated_api(loader=loader, loader_args=(sys.argv[1],), deadlines={"version": 0.5})
    assert api.initialize(), api.last_error()
    print("MetaTrader5" in sys.modules, api._channel.pid, flush=True)
    if sys.argv[2] == "hang":
        api.version()
    time.sleep(60)
"""


class Seconds:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child of a killed parent stays a zombie where nobody waits for orphans.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"


@pytest.fixture
def parent(tmp_path, far):
    program = tmp_path / "parent.py"
    program.write_text(PARENT, encoding="utf-8")
    running = []

    def started(what):
        process = subprocess.Popen(
            [sys.executable, program, tmp_path, what],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        running.append(process)
        imported, pid = process.stdout.readline().split()
        return process, imported, int(pid)

    yield started
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def gone_within(pid, seconds):
    end = time.monotonic() + seconds
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not lives(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc")
def test_the_child_ends_with_its_parent_and_only_it_has_the_package(parent):
    process, imported, pid = parent("wait")
    assert imported == "False"
    assert lives(pid)

    process.send_signal(signal.SIGKILL)

    assert gone_within(pid, 10)


@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc")
def test_a_child_that_hangs_ends_by_itself_when_its_parent_is_gone(parent, far):
    far.order("version", "hang")
    process, _, pid = parent("hang")
    while (far.folder / "version.hang").exists():
        time.sleep(0.01)

    process.send_signal(signal.SIGKILL)

    assert gone_within(pid, GRACE_S + 10)


@pytest.mark.parametrize(("fault", "expected"), [("hang", 0), ("late", 1)])
def test_a_new_child_tells_what_became_of_an_unknown_order(far, clock, fault, expected):
    seconds = Seconds()
    api = far.isolated(deadlines={"order_send": 0.5}, monotonic=seconds)
    terminal = Mt5Terminal(api, clock=clock, trade_mode_override=TradeMode.PAPER)
    terminal.connect()
    before = api._channel.pid
    far.order("order_send", fault)
    result = terminal.place(OrderRequest("EURUSD", Side.BUY, Decimal("0.10"), 5000001, "b1-abc"))
    assert result.outcome is Outcome.UNKNOWN
    with pytest.raises(TerminalUnavailable) as caught:
        terminal.connect()
    assert caught.value.cause == LinkCause.TIMEOUT

    seconds.now += 1
    terminal.connect()

    assert len(terminal.positions()) == expected
    assert not lives(before)


def test_a_dead_child_is_found_before_an_order_leaves(far, clock):
    seconds = Seconds()
    api = far.isolated(monotonic=seconds)
    terminal = Mt5Terminal(api, clock=clock)
    terminal.connect()
    os.kill(api._channel.pid, signal.SIGKILL)
    seconds.now += 60

    assert api.order_send({"action": 1}) is None
    assert api.last_error() == (-10004, "No IPC connection")


def test_the_child_imports_nothing_heavy():
    heavy = {"pandas", "sqlalchemy", "telegram", "pydantic", "rpyc", "bot_service.terminals.terminal"}
    program = (
        "import sys, bot_service.terminals.isolated.child; "
        f"print(sorted({heavy!r} & set(sys.modules)), len(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.startswith("[]")


@pytest.mark.skipif(package_installed(), reason="the official package is installed here")
def test_without_the_package_it_is_refused_at_once():
    with pytest.raises(PackageMissing):
        isolated_api()


def test_a_child_without_package_says_so(far):
    (far.folder / "forbidden").touch()
    api = far.isolated()

    assert api.initialize() is False
    assert "No module named 'MetaTrader5'" in api.last_error()[1]


def test_the_child_is_gone_after_shutdown(far):
    api = far.isolated()
    api.initialize()
    pid = api._channel.pid

    assert api.shutdown()

    assert not lives(pid)
    assert api.account_info() is None


LISTED = [
    '"terminal64.exe","4711","RDP-Tcp#1","2","120,000 K"',
    '"terminal64.exe","4712","Console","1","9 K"',
]


@pytest.mark.parametrize(
    ("lines", "own", "expected"),
    [
        (LISTED, 0, True),
        (LISTED, 1, False),
        (LISTED[:1], 1, True),
        (["INFO: No tasks are running which match the specified criteria."], 0, False),
        ([], 0, False),
        (LISTED, None, False),
    ],
)
def test_a_terminal_in_another_windows_session_is_told_apart(lines, own, expected):
    assert sessions.elsewhere(lines, own) is expected
