"""One service per data directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class AlreadyRunning(Exception):
    """Another service holds the data directory; `holder` says which process."""

    def __init__(self, directory: Path, holder: str) -> None:
        super().__init__(f"{directory} is in use by process {holder}")
        self.directory = directory
        self.holder = holder


@contextmanager
def only_service(directory: Path) -> Iterator[None]:
    """Hold the data directory for this process.

    Raises:
        AlreadyRunning: another process holds it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    holder = directory / "service.pid"
    lock = FileLock(directory / "service.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(directory, _read(holder)) from None
    try:
        holder.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        lock.release()


def _read(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8").strip() or "?"
    except FileNotFoundError:
        return "?"
