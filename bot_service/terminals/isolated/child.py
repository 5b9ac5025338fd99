"""What runs in the child: load the package, then answer one call after the other.

Imports little, so that it starts fast, and says nothing of what it is given: there are passwords among it.
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from bot_service.terminals import far

GRACE_S = 3.0
"""How long after its deadline a stuck call ends the child, should the parent not be there to do it."""


def serve(connection: Connection, loader: str, loader_args: Sequence[Any]) -> None:
    """Answer calls until the parent is gone."""
    # Ctrl-C reaches the whole group; the parent ends its calls in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        module = _load(loader, loader_args)
    except ImportError as error:
        connection.send((far.MISSING, str(error)))
        return
    connection.send(far.hello(module))
    dump = _dump()
    while True:
        try:
            name, args, kwargs, deadline_s = connection.recv()
        except (EOFError, OSError):
            return
        # A C thread that needs no GIL: the package holds it for as long as a call hangs.
        faulthandler.dump_traceback_later(deadline_s + GRACE_S, exit=True, file=dump)
        answer = far.call(module, name, args, kwargs)
        faulthandler.cancel_dump_traceback_later()
        try:
            connection.send(answer)
        except OSError:
            return


def _load(loader: str, loader_args: Sequence[Any]) -> Any:
    module, _, function = loader.partition(":")
    return getattr(importlib.import_module(module), function)(*loader_args)


def _dump() -> TextIO:
    # A program without console has no stderr.
    return sys.__stderr__ or Path(os.devnull).open("w", encoding="utf-8")  # for the child's life
