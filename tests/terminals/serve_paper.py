"""Serve the paper module as a host with MetaTrader 5 would, on any free port, and say which."""

from __future__ import annotations

import sys

from rpyc.core.service import SlaveService
from rpyc.utils.server import ThreadedServer

from tests.terminals.far_paper import load

if __name__ == "__main__":
    sys.modules["MetaTrader5"] = load(*sys.argv[1:])
    server = ThreadedServer(SlaveService, hostname="127.0.0.1", port=0)
    server.listener.listen()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.start()
