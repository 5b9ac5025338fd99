from __future__ import annotations

import signal
import sys

import pytest

from bot_service.app.locking import only_service
from bot_service.domain.bots import BotStatus
from tests.e2e.machines import text_of, until

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal"),
    pytest.mark.timeout(240),
]

KILLED = -9
ENDS_WITHIN_S = 10
STEPS = ("claimed", "data", "decided", "intent", "placed", "result")


@pytest.fixture
def trading(machine, fleet, person):
    """Run a service with the whole fleet started; return its process."""
    process = machine.run()
    fleet()
    start_all(person)
    return process


def start_all(person):
    person.press(person.ask("/start_all", "Start"), "Yes")


def trades_more(person, fills=2, closings=1):
    """Wait until the service has told of more trades than it had so far."""
    before = len(person.fills()), len(person.closings())
    until(
        lambda: len(person.fills()) >= before[0] + fills and len(person.closings()) >= before[1] + closings,
        lambda: f"more trades; the chat has {person.tail()}",
        within=45,
    )


def kill(process):
    process.kill()
    assert process.wait(10) == KILLED


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_a_step_of_the_tick_loses_and_doubles_nothing(machine, fleet, person, agree, step):
    process = machine.run_killed(step, 3)
    fleet()
    start_all(person)
    assert process.wait(45) == KILLED
    for times in (1, 4):
        process = machine.run_killed(step, times)
        assert process.wait(45) == KILLED

    process = machine.run()
    machine.wait_running()
    trades_more(person)
    person.ask("/stop_all", "stopped")
    kill(process)
    agree(kills=4)


def test_a_kill_while_an_alert_is_being_sent_doubles_at_most_that_one(machine, person, trading, agree):
    trades_more(person)
    person.sim("fault", method="sendMessage", kind="delay", seconds=3, times=1)
    until(machine.sending_is_stuck, "an alert that hangs")
    kill(trading)
    _goes_on_and_ends(machine, person)
    agree(kills=1)


def test_a_kill_before_an_alert_is_tried_again_loses_nothing(machine, person, trading, agree):
    trades_more(person)
    person.sim("fault", method="sendMessage", kind="drop_before", times=1)
    until(machine.sending_has_failed, "an alert in vain")
    kill(trading)
    _goes_on_and_ends(machine, person)
    agree(kills=1)


def _goes_on_and_ends(machine, person):
    machine.run()
    machine.wait_running()
    trades_more(person)
    person.ask("/stop_all", "stopped")
    machine.stop()


def test_a_stop_sent_while_the_process_was_dead_wins_over_the_resume(machine, fleet, person, agree):
    process = machine.run_killed("claimed", 60)
    fleet()
    start_all(person)
    assert process.wait(45) == KILLED
    sent = person.say("/stop_all")
    before, orders = machine.bots(), len(machine.intents())
    assert all(bot.status is BotStatus.ACTIVE for bot in before)
    assert any(bot.claimed_at for bot in before)

    machine.run()
    receipt = person.wait("4 bots stopped", after=sent)
    assert "Still finishing" not in text_of(receipt)
    machine.wait_running()
    assert "running, 0 bots resumed" in machine.new_log()
    machine.wait_market(minutes=15)
    assert all(bot.status is BotStatus.STOPPED for bot in machine.bots())
    assert [bot.last_evaluated_bar for bot in machine.bots()] == [bot.last_evaluated_bar for bot in before]
    assert len(machine.intents()) == orders, "a tick after the stop has sent an order"
    machine.stop()
    agree(kills=1)


def test_a_signal_to_end_is_obeyed_in_time_and_frees_the_directory(machine, person, trading, agree):
    trades_more(person)
    trading.send_signal(signal.SIGTERM)
    assert trading.wait(ENDS_WITHIN_S) == 0
    with only_service(machine.home):
        assert machine.command("run").returncode == 1
    agree(kills=0)


def test_a_signal_to_end_lets_the_alert_that_is_being_sent_arrive_once(machine, person, trading, agree):
    trades_more(person)
    person.sim("fault", method="sendMessage", kind="delay", seconds=2.5, times=1)
    until(machine.sending_is_stuck, "an alert that hangs")
    machine.stop()
    agree(kills=0)


def test_a_signal_to_end_is_obeyed_in_time_while_telegram_hangs(machine, person, trading):
    trades_more(person)
    person.sim("fault", method="*", kind="delay", seconds=20, times=1000)
    until(machine.sending_is_stuck, "an alert that hangs")
    machine.stop()


def test_a_second_service_is_refused_and_the_holder_named(machine):
    first = machine.run()
    machine.wait_running()
    second = machine.command("run")
    assert second.returncode == 1
    assert f"process {first.pid})" in second.stdout
    assert str(machine.home) in second.stdout
    assert first.poll() is None


def test_the_console_stops_all_bots_of_a_dead_service_and_the_chat_is_told_later(
    machine, person, trading, agree
):
    trades_more(person)
    kill(trading)
    status = machine.command("status")
    assert (status.returncode, "Equity" in status.stdout) == (0, True)
    assert "Bots stopped: 4" in machine.command("stop-all").stdout
    told = len(person.read())

    machine.run()
    machine.wait_running()
    person.wait("Stopped on the computer itself")
    assert len(person.read()) > told
    assert "running, 0 bots resumed" in machine.new_log()
    machine.stop()
    agree(kills=1)


def test_the_console_stops_all_bots_beside_a_running_service(machine, person, trading, agree):
    trades_more(person)
    assert machine.command("status").returncode == 0
    assert "Bots stopped: 4" in machine.command("stop-all").stdout
    person.wait("Stopped on the computer itself")
    until(lambda: not any(bot.claimed_at for bot in machine.bots()), "the last tick")
    orders = len(machine.intents())
    machine.wait_market(minutes=15)
    assert len(machine.intents()) == orders
    assert trading.poll() is None
    machine.stop()
    agree(kills=0)


def test_a_code_of_the_console_makes_its_sender_the_only_owner(machine, person, somebody):
    def pair(newcomer):
        code = machine.command("pair", OWNER_ID="").stdout.split()[-1]
        newcomer.sim("language", user_id=newcomer.user_id, language="en")
        return newcomer.say(f"/start {code}")

    said = pair(person)
    service = machine.run(OWNER_ID="")
    person.wait("Hello", after=said)
    machine.wait_running()
    heir = somebody(2002)
    heir.wait("Hello", after=pair(heir))
    asked = person.say("/status")
    assert heir.ask("/status", "Bots: 0")
    person.wait("private bot", after=asked)
    assert service.poll() is None
