from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The Telegram library gives waiting times as timedelta then; without it each one is a warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# How long an example takes says nothing about the rule. Under CI the library has such a profile of its own.
if not os.environ.get("CI"):
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")

HERE = Path(__file__).parent
SOCKETS = ("app", "benchmarks", "e2e", "local_chat", "scheduling", "telegram_bot", "terminals")
REAL_CLOCK_ROOMS = tuple(HERE / room for room in SOCKETS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that talk over sockets and processes a second go: a machine may stall for seconds.

    The summary names each one that needed it.
    """
    for item in items:
        if any(map(item.path.is_relative_to, REAL_CLOCK_ROOMS)):
            item.add_marker(pytest.mark.flaky(reruns=1))
