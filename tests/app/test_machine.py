from __future__ import annotations

from bot_service.app.machine import read_machine


def test_this_machine_tells_what_it_has_left(tmp_path):
    found = read_machine(tmp_path, 2.5)
    assert found.disk_free > 0
    assert 0 < found.memory_percent <= 100
    assert found.lane_lag_s == 2.5
