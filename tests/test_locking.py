from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot_service.app.locking import AlreadyRunning, only_service

HOLD = """
import sys
from pathlib import Path
from bot_service.app.locking import only_service
with only_service(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_service_is_told_who_holds_the_data_directory(tmp_path):
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder,
    ):
        assert holder.stdout.readline().strip() == "held"
        with pytest.raises(AlreadyRunning) as caught, only_service(tmp_path):
            pass
        assert caught.value.holder == str(holder.pid)
        holder.stdin.close()


def test_the_directory_is_free_after_its_holder_ended(tmp_path):
    with only_service(tmp_path):
        pass
    with only_service(tmp_path):
        assert (tmp_path / "service.pid").read_text() == str(os.getpid())
