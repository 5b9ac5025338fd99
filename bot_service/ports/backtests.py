"""Who runs back-tests beside the trading."""

from __future__ import annotations

from typing import Protocol

from bot_service.domain.backtests import BackTestOrder, BackTestReport


class BackTester(Protocol):
    """Run one back-test at a time, in a process of its own and never long."""

    @property
    def reads_files(self) -> bool:
        """Tell whether it has files of bars itself, so that an order needs none."""

    @property
    def busy(self) -> bool:
        """Tell whether one runs."""

    def knows(self, symbol: str) -> bool:
        """Tell whether it has a broker symbol's costs."""

    def run(self, order: BackTestOrder) -> BackTestReport:
        """Return the result; blocks until it is there.

        Raises:
            BackTestRunning: another one runs.
            BackTestStopped: it came to no result.
            ServiceError: the settings can't be replayed.
        """

    def cancel(self) -> None:
        """End the one that runs; from any thread."""
