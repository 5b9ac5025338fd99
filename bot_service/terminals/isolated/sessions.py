"""Windows sessions: a terminal in another one can't be reached. Not run on Windows yet."""

from __future__ import annotations

import csv
import ctypes
import os
import subprocess
from collections.abc import Iterable

IMAGE = "terminal64.exe"
LIST_S = 5.0


def in_another_session() -> bool:
    """Tell whether terminals run, and none of them in the session of this process; Windows only."""
    command = [os.path.expandvars(r"%SystemRoot%\System32\tasklist.exe")]
    command += ["/FI", f"IMAGENAME eq {IMAGE}", "/FO", "CSV", "/NH"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, timeout=LIST_S, check=False)  # noqa: S603  # a program of Windows and no input
    except (OSError, subprocess.TimeoutExpired):
        return False
    return elsewhere(listed.stdout.splitlines(), own_session())


def elsewhere(lines: Iterable[str], own: int | None) -> bool:
    """Tell from the lines of `tasklist /FO CSV /NH` whether every terminal is in another session."""
    rows = [row for row in csv.reader(lines) if len(row) > 3 and row[0].lower() == IMAGE]  # noqa: PLR2004  # name, pid, session name, session number
    sessions = {int(row[3]) for row in rows if row[3].strip().isdigit()}
    return bool(sessions) and own is not None and own not in sessions


def own_session() -> int | None:
    """Return the number of this process's Windows session, None if it can't be told."""
    library = getattr(ctypes, "windll", None)
    if library is None:
        return None
    session = ctypes.c_ulong()
    found = library.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(session))
    return int(session.value) if found else None
