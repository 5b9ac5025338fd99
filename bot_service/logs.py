"""Write logs without secrets, in messages and in tracebacks."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot_service.ports import LogLine

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
HIDDEN = "[hidden]"
MEBIBYTE = 1024 * 1024
TAIL = MEBIBYTE
TOLD = frozenset({"WARNING", "ERROR", "CRITICAL"})
HEAD = re.compile(
    r"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<level>[A-Z]+) (?=[\w.]+: )", re.MULTILINE
)


class Redacting(logging.Formatter):
    """Format a record and hide secrets in the finished text, so that tracebacks are covered too."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record without secrets."""
        text = TOKEN.sub(HIDDEN, super().format(record))
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def set_up_logs(directory: Path | None, *, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Log to stderr and, with a directory, to `service.log` in it (10 MiB, five kept)."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if directory is not None:
        directory.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                directory / "service.log", maxBytes=10 * MEBIBYTE, backupCount=5, encoding="utf-8"
            )
        )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    formatter = Redacting(secrets)
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "alembic", "matplotlib", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns whenever a round still runs when its next one is due; the lanes' lag tells that better.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


class LogFile:
    """Read warnings and errors back from `service.log`, newest first."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "service.log"

    def recent(self, limit: int, containing: str = "") -> tuple[LogLine, ...]:
        """Return lines that contain a text."""
        if not self._path.exists():
            return ()
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - TAIL))
            text = file.read().decode("utf-8", errors="replace")
        wanted = containing.lower()
        found = [line for line in _lines(text) if wanted in line.text.lower()]
        return tuple(found[: -limit - 1 : -1])


def _lines(text: str) -> list[LogLine]:
    heads = list(HEAD.finditer(text))
    # A young log may have no line yet, or only the middle of a traceback.
    ends = [*(head.start() for head in heads), len(text)][1:]
    return [
        LogLine(_moment(head["at"]), head["level"], text[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
        if head["level"] in TOLD
    ]


def _moment(text: str) -> datetime:
    # The log is written in the machine's own time.
    return datetime.fromisoformat(text.replace(",", ".")).astimezone(UTC)
