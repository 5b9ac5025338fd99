"""Write logs without secrets, in messages and in tracebacks."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from collections.abc import Iterable
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{30,}")
HIDDEN = "[hidden]"
MEBIBYTE = 1024 * 1024


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
