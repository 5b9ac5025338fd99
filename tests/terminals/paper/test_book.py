from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot_service.terminals import paper

ROOT = Path(__file__).parents[3]
KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from bot_service.terminals import paper
terminal = paper.PaperTerminal(clock=lambda: datetime(2025, 6, 4, 8, tzinfo=UTC), data_dir=Path(sys.argv[1]))
terminal.initialize()
ticket = None
for step in sys.argv[2].split(","):
    if step == "open":
        done = terminal.order_send({"action": 1, "symbol": "EURUSD", "volume": 0.2, "type": 0, "magic": 7})
        ticket = done.order
    elif step == "stops":
        done = terminal.order_send({"action": 6, "position": ticket, "sl": 0.9})
    else:
        done = terminal.order_send(
            {"action": 1, "symbol": "EURUSD", "volume": float(step), "type": 1, "position": ticket})
    assert done.retcode == 10009, done
print(ticket, flush=True)
os._exit(9)
"""


def kill_after(directory, steps):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(directory), steps],
        env={"PYTHONPATH": str(ROOT), "SYSTEMROOT": "C:\\Windows"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 9, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize(
    ("steps", "volume", "sl", "deals"),
    [("open", 0.2, 0.0, 2), ("open,stops", 0.2, 0.9, 2), ("open,0.1", 0.1, 0.0, 3), ("open,0.2", 0, 0, 3)],
)
def test_a_killed_process_finds_its_trade_again(tmp_path, make_terminal, desk_of, steps, volume, sl, deals):
    ticket = kill_after(tmp_path, steps)
    terminal = make_terminal(data_dir=tmp_path)
    held = terminal.positions_get(ticket=ticket)
    assert [(p.volume, p.sl, p.magic) for p in held] == ([(volume, sl, 7)] if volume else [])
    found = desk_of(terminal).deals()
    assert len(found) == deals
    assert len(terminal.history_orders_get(position=ticket)) == deals - 1
    total = sum(deal.profit + deal.commission + deal.swap for deal in found)
    assert terminal.account_info().balance == pytest.approx(total, abs=1e-6)


def test_tickets_go_on_after_a_restart(tmp_path, make_terminal, desk_of):
    first = desk_of(make_terminal(data_dir=tmp_path))
    used = {first.open().order for _ in range(3)} | {deal.ticket for deal in first.deals()}
    first.terminal.close_book()
    again = desk_of(make_terminal(data_dir=tmp_path)).open()
    assert min(again.order, again.deal) > max(used)


def test_what_happened_while_the_program_was_away_happens_at_the_restart(
    tmp_path, make_terminal, desk_of, clock
):
    desk = desk_of(make_terminal(data_dir=tmp_path))
    bid = desk.terminal.symbol_info_tick("EURUSD").bid
    desk.open(sl=round(bid - 0.001, 5), tp=round(bid + 0.001, 5))
    desk.terminal.close_book()
    clock.step(days=1)
    desk = desk_of(make_terminal(data_dir=tmp_path))
    closed = [deal for deal in desk.deals() if deal.entry == 1]
    assert len(closed) == 1
    assert closed[0].time < desk.terminal.symbol_info_tick("EURUSD").time


def test_the_market_is_the_same_after_a_restart(tmp_path, make_terminal):
    first = make_terminal(data_dir=tmp_path)
    before = first.copy_rates_from_pos("US500", 1, 0, 5000)
    first.close_book()
    assert (make_terminal(data_dir=tmp_path).copy_rates_from_pos("US500", 1, 0, 5000) == before).all()


def test_market_time_is_stored_and_goes_on(tmp_path, make_terminal, clock):
    terminal = make_terminal(data_dir=tmp_path)
    assert terminal.market_time is None
    clock.step(hours=1)
    terminal.close_book()
    stored = clock.now
    assert paper.stored_market_time(tmp_path) == stored
    clock.now = datetime(2025, 6, 1, tzinfo=UTC)
    again = make_terminal(data_dir=tmp_path)
    assert again.market_time == stored


def test_what_an_idle_market_has_shown_is_not_in_the_future_after_a_kill(tmp_path, make_terminal, clock):
    terminal = make_terminal(data_dir=tmp_path)
    for _ in range(16):
        clock.step(seconds=7)
        terminal.positions_total()
        assert paper.stored_market_time(tmp_path) == clock.now


@pytest.mark.parametrize("options", [{"seed": 2}, {"sessions": True}, {"history": True}])
def test_a_directory_of_another_market_is_refused_naming_both(
    tmp_path, make_terminal, write_history, options
):
    data_dir = tmp_path / "data"
    make_terminal(data_dir=data_dir)
    if "history" in options:
        options = {"history": write_history([(1.1,) * 4])}
    with pytest.raises(
        paper.PaperMismatch, match=r"belongs to feed=synthetic.*seed=1.*asked for feed="
    ) as told:
        make_terminal(data_dir=data_dir, **options)
    assert isinstance(told.value, ValueError)


def test_a_write_that_fails_is_no_trade(tmp_path, make_terminal, desk_of):
    terminal = make_terminal(data_dir=tmp_path)
    desk = desk_of(terminal)
    desk.open()
    with sqlite3.connect(tmp_path / "paper.sqlite3") as file:
        file.execute(
            "CREATE TRIGGER full BEFORE INSERT ON deals BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    assert desk.open() is None
    assert terminal.last_error() == (-10000, "Paper book: disk is full")
    with sqlite3.connect(tmp_path / "paper.sqlite3") as file:
        file.execute("DROP TRIGGER full")
    file.close()
    assert terminal.positions_total() == 1
    assert len(terminal.history_orders_get(0, 2**31 - 1)) == 1
    assert desk.open().retcode == 10009


def test_the_file_is_synchronised_at_every_commit(tmp_path, make_terminal):
    database = make_terminal(data_dir=tmp_path)._account.book._db
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_file_of_an_older_version_is_understood(tmp_path, make_terminal, desk_of):
    first = make_terminal(data_dir=tmp_path)
    ticket = desk_of(first).open(sl=0.9).order
    first.close_book()
    with closing(sqlite3.connect(tmp_path / "paper.sqlite3")) as old:
        for column in ("identifier", "reason"):
            old.execute(f"ALTER TABLE positions DROP COLUMN {column}")
        old.execute("DROP TABLE pendings")
        old.execute("DELETE FROM meta WHERE key = 'credit'")
    desk = desk_of(make_terminal(data_dir=tmp_path))
    (held,) = desk.terminal.positions_get()
    assert (held.ticket, held.identifier, held.reason, held.sl) == (ticket, ticket, 3, 0.9)
    assert desk.close(ticket).retcode == 10009
