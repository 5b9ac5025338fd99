from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot_service.terminals.bridge.stream import DeadlineStream
from bot_service.terminals.bridge.wire import RpycChannel, address_of, bridge_api
from bot_service.terminals.retcodes import HOST_DOWN, NO_PACKAGE, WRONG_VERSION

ROOT = Path(__file__).parents[3]
HOST = ROOT / "bot_service" / "terminals" / "bridge" / "host.py"
# What RPyC 5.3.1 says first, to whatever a client of version 6 asks.
VERSION_5 = b"\x00\x00\x00\x08\x00\x12QP\x11R\x11Q\x02\n"
ORDER = {"action": 1, "symbol": "EURUSD", "volume": 0.1, "type": 0}


def state(task):
    return (task / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]


def serve_bytes(answer):
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connected, _ = listener.accept()
        with connected:
            connected.recv(1024)
            connected.sendall(answer)
            connected.recv(1024)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener, thread


@pytest.mark.parametrize("answer", [VERSION_5, b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_another_version_or_program_is_named(answer):
    listener, thread = serve_bytes(answer)
    api = bridge_api(f"rpyc://127.0.0.1:{listener.getsockname()[1]}", deadlines={"start": 2.0})

    try:
        connected = api.initialize()
    except TimeoutError:
        connected = False  # it never said a whole word
    else:
        assert api.last_error()[0] == WRONG_VERSION
        assert "rpyc>=6,<7" in api.last_error()[1]
    thread.join()
    listener.close()

    assert not connected


def test_a_host_that_is_down_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    api = bridge_api(f"rpyc://127.0.0.1:{port}")

    assert api.initialize() is False
    assert api.last_error()[0] == HOST_DOWN


@pytest.fixture
def real_host():
    process = subprocess.Popen([sys.executable, HOST, "--port", "0"], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline().split()
    yield line[-1]
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the package may be installed there")
def test_the_hosts_program_listens_on_loopback_and_says_what_it_lacks(real_host):
    assert real_host.startswith("127.0.0.1:")
    api = bridge_api(f"rpyc://{real_host}")

    assert api.initialize() is False
    assert api.last_error()[0] == NO_PACKAGE


def test_one_call_is_one_round_trip(far):
    class Counting(DeadlineStream):
        written = 0

        def write(self, data):
            Counting.written += 1
            super().write(data)

    api = far.bridged()
    api.initialize()
    api._channel._stream.__class__ = Counting

    for _ in range(3):
        api.symbol_info("EURUSD")
        api.copy_rates_from_pos("EURUSD", 1, 0, 100)
        api.order_send(ORDER)
        api.positions_get()

    assert Counting.written == 12


def test_the_host_gets_nothing_of_ours(far):
    api = far.bridged()
    api.initialize()
    connection = api._channel._connection
    connection.execute("def ask_for(conn, what):\n    return getattr(conn.root, what)")
    ask_for, theirs = connection.namespace["ask_for"], connection.root.getconn()

    for wanted in ("getmodule", "eval", "execute", "namespace"):
        with pytest.raises(AttributeError):
            ask_for(theirs, wanted)
    assert not connection._config["allow_pickle"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_host_that_froze_does_not_execute_an_order_that_was_given_up(far):
    api = far.bridged(deadlines={"order_send": 0.5})
    api.initialize()
    api.account_info()
    server = far.servers[-1]
    server.send_signal(signal.SIGSTOP)
    while any(state(task) != "T" for task in Path(f"/proc/{server.pid}/task").iterdir()):
        time.sleep(0.01)

    with pytest.raises(TimeoutError):
        api.order_send(ORDER)
    server.send_signal(signal.SIGCONT)
    second = bridge_api(f"rpyc://127.0.0.1:{api._channel._address[1]}")
    assert second.initialize()
    time.sleep(0.2)

    assert second.positions_get() == ()
    assert "order_send" not in far.calls()
    second.shutdown()


def test_an_answer_that_stops_half_way_ends_at_its_deadline():
    ours, theirs = socket.socketpair()
    stream = DeadlineStream(ours)
    stream.until = time.monotonic() + 0.3
    theirs.sendall(b"half")
    began = time.monotonic()

    with pytest.raises(EOFError):
        stream.read(8)

    assert time.monotonic() - began < 1
    theirs.close()


@pytest.mark.parametrize(
    ("url", "address"),
    [("rpyc://127.0.0.1:18813", ("127.0.0.1", 18813)), ("rpyc://wine", ("wine", 18812))],
)
def test_addresses_are_read(url, address):
    assert address_of(url) == address
    assert RpycChannel(*address)._where() == f"{address[0]}:{address[1]}"


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1", "127.0.0.1:18812", "rpyc://u:p@h", "rpyc://h/x"])
def test_other_addresses_are_refused(url):
    with pytest.raises(ValueError, match="rpyc://"):
        address_of(url)
