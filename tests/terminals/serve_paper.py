"""Serve the paper module as a host with MetaTrader 5 would: PORT (0: any) FOLDER [KEPT]; say the port."""

from __future__ import annotations

import sys

from rpyc.core.service import SlaveService
from rpyc.utils.server import ThreadedServer

from tests.terminals.far_paper import load

if __name__ == "__main__":
    sys.modules["MetaTrader5"] = load(*sys.argv[2:])
    server = ThreadedServer(SlaveService, hostname="127.0.0.1", port=int(sys.argv[1]))
    server.listener.listen()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.start()
