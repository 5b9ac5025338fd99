"""The server for the host where MetaTrader 5 runs: `python host.py [--port 18812]`.

Copy this one file there; it needs `rpyc>=6,<7` and, for the terminal, `MetaTrader5`. Whoever can connect to
it can run any code as its user: so it listens on 127.0.0.1 only, and an SSH tunnel leads to it.
"""

from __future__ import annotations

import argparse
import sys

import rpyc
from rpyc.core.service import SlaveService
from rpyc.utils.server import ThreadedServer

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="Let the bot service use the MetaTrader 5 of this host.")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument("--port", type=int, default=18812, help="0 takes any free port")
    options = parser.parse_args()
    if rpyc.__version__.split(".")[0] != "6":
        parser.error("rpyc>=6,<7 is needed, this is " + rpyc.__version__)
    if options.host != LOOPBACK:
        sys.stderr.write("warning: everyone who reaches this port can run programs on this host\n")
    server = ThreadedServer(SlaveService, hostname=options.host, port=options.port)
    server.listener.listen()
    sys.stdout.write("listening on %s:%s\n" % (options.host, server.port))  # noqa: UP031  # read by old Pythons
    sys.stdout.flush()
    server.start()


if __name__ == "__main__":
    main()
