"""The paper terminal where a benchmark's far side looks for the official package; also its RPyC server."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from types import ModuleType

from rpyc.core.service import SlaveService
from rpyc.utils.server import ThreadedServer

from bot_service.terminals import paper

AT = datetime(2026, 3, 4, 10, 0, 30, tzinfo=UTC)


def load() -> ModuleType:
    """Return a paper module whose market stands still, so that a call costs its way and little else."""
    return paper.as_module(paper.PaperTerminal(clock=lambda: AT))


def main() -> None:
    """Serve on any free port of the loopback and print it."""
    sys.modules["MetaTrader5"] = load()
    server = ThreadedServer(SlaveService, hostname="127.0.0.1", port=0)
    server.listener.listen()
    print(server.port, flush=True)
    server.start()


if __name__ == "__main__":
    main()
