"""Run the chat's back-tests in a process of their own, one at a time, with a time limit."""

from __future__ import annotations

import logging
import multiprocessing
import re
import threading
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot_service.app import tester_child
from bot_service.app.tester_child import Workshop
from bot_service.domain.backtests import BackTestOrder, BackTestReport, BackTestStopped, BackTestTrouble
from bot_service.domain.errors import BackTestRunning, from_json
from bot_service.terminals.paper import SPECS

log = logging.getLogger(__name__)

LIMIT_S = 180.0
JOIN_S = 2.0
SUFFIX = re.compile(r"[._#-]?[A-Z]{0,6}[+#]?")
"""What brokers put behind a symbol's usual name: EURUSDm, XAUUSD.r, BTCUSD#."""


class ProcessBackTester:
    """Start a child per back-test and wait for its answer."""

    def __init__(self, workshop: Workshop, limit_s: float = LIMIT_S) -> None:
        self._workshop = workshop
        self._limit_s = limit_s
        self._one = threading.Lock()
        self._guard = threading.Lock()
        self._process: BaseProcess | None = None
        self._cancelled = False

    @property
    def reads_files(self) -> bool:
        """Tell whether the paper market is a folder of files."""
        return self._workshop.history is not None

    @property
    def busy(self) -> bool:
        """Tell whether one runs."""
        return self._one.locked()

    @property
    def pid(self) -> int | None:
        """Return the child's process id while there is one."""
        process = self._process
        return None if process is None else process.pid

    def knows(self, symbol: str) -> bool:
        """Tell whether the paper house trades a symbol of this name."""
        return paper_name(symbol) is not None

    def run(self, order: BackTestOrder) -> BackTestReport:
        """Return the result; blocks until it is there.

        Raises:
            BackTestRunning: another one runs.
            BackTestStopped: it came to no result.
            ServiceError: the settings can't be replayed.
        """
        if not self._one.acquire(blocking=False):
            raise BackTestRunning
        self._cancelled = False
        try:
            # Here and not in the child, which may be killed and would leave it behind.
            with TemporaryDirectory(prefix="bot-service-", ignore_cleanup_errors=True) as folder:
                return self._result(self._ask(_named(order), Path(folder)))
        finally:
            self._one.release()

    def cancel(self) -> None:
        """End the one that runs; from any thread."""
        with self._guard:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    def _ask(self, order: BackTestOrder, folder: Path) -> tuple[str, Any]:
        # Spawn and not fork: a fork would copy locks that other threads hold.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=tester_child.work,
            args=(theirs, self._workshop, order, folder, self._limit_s),
            name="back-test",
            daemon=True,
        )
        with ours:
            self._start(process)
            theirs.close()
            try:
                return self._answer(ours)
            finally:
                self._end(process)

    def _start(self, process: BaseProcess) -> None:
        with self._guard:
            if self._cancelled:
                raise BackTestStopped(BackTestTrouble.INTERRUPTED)
            process.start()
            self._process = process

    def _answer(self, pipe: Connection) -> tuple[str, Any]:
        if not pipe.poll(self._limit_s):
            raise BackTestStopped(BackTestTrouble.TOO_LONG)
        try:
            answer: tuple[str, Any] = pipe.recv()
        except (EOFError, OSError):
            trouble = BackTestTrouble.INTERRUPTED if self._cancelled else BackTestTrouble.BROKEN
            raise BackTestStopped(trouble) from None
        return answer

    def _end(self, process: BaseProcess) -> None:
        with self._guard:
            self._process = None
        with suppress(ValueError):  # closed meanwhile
            process.kill()
            process.join(JOIN_S)

    def _result(self, answer: tuple[str, Any]) -> BackTestReport:
        kind, value = answer
        if kind == tester_child.DONE:
            report: BackTestReport = value
            return report
        if kind == tester_child.REFUSED:
            raise from_json(value)
        if kind == tester_child.EMPTY:
            raise BackTestStopped(BackTestTrouble.TOO_FEW_BARS)
        log.error("a back-test failed: %s", value)
        raise BackTestStopped(BackTestTrouble.BROKEN)


def paper_name(symbol: str) -> str | None:
    """Return the paper house's name of a broker's symbol, None where no name is surely meant."""
    asked = symbol.strip().upper()
    return next(
        (name for name in SPECS if asked.startswith(name) and SUFFIX.fullmatch(asked[len(name) :])), None
    )


def _named(order: BackTestOrder) -> BackTestOrder:
    settings = order.settings
    name = paper_name(settings.broker_symbol or settings.symbol)
    if name is None:
        raise BackTestStopped(BackTestTrouble.UNKNOWN_SYMBOL)
    return replace(order, settings=replace(settings, symbol=name, broker_symbol=""))
