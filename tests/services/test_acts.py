"""Every kind of act is read back: who, when in market time, what it changed, what it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from bot_service.domain.acts import ActKind
from bot_service.domain.bots import Held, SizingMethod
from bot_service.domain.sessions import Week
from bot_service.domain.trading import Side
from bot_service.services import acts, holds, hours
from bot_service.services.acts import acts_of
from bot_service.services.auditing import Deed
from bot_service.services.holds import Hold
from tests.services.guard_steps import lose

UP = 101
LOOK = timedelta(seconds=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def begun(world):
    return world.clock.now()


@pytest.fixture
def done(world, begun):
    """Return the acts since the test began, without those of its preparations."""

    def read(*kinds):
        with world.database.read() as uow:
            found = acts_of(uow, world.stored_account(), begun, world.clock.now() + MINUTE)
        return [act for act in found if not kinds or act.kind in kinds]

    return read


@pytest.fixture
def deed(world):
    """Write the line of the audit that the chat would write after a deed."""

    def write(command, began_at, arguments="", *, looked=False, pressed=False, bots=()):
        world.services.auditing.write(
            Deed(1001, 1001, command, arguments, "done", began_at, looked, pressed, bots)
        )

    return write


@pytest.fixture
def held(world, begun):
    """The ticket of a position that a bot opened and the watch has seen."""
    assert begun
    world.running()
    world.bar(UP)
    look(world)
    (ticket,) = world.terminal.held
    return ticket


def look(world):
    world.clock.advance(LOOK)
    world.watch()


def edit(world, bot_id, **changes):
    bot = world.read(bot_id)
    return world.control.edit(world.actor(), bot_id, bot.version, replace(bot.settings, **changes))


def bot_opened(world, bot_id):
    return next(act for act in world if act.bot_id == bot_id)


@pytest.fixture
def asked(world):
    """Return how many statements the database gets while the acts of a span are read."""

    def count(since):
        found = []

        def note(_connection, _cursor, statement, *_rest):
            found.append(statement)

        event.listen(world.database._engine, "before_cursor_execute", note)
        with world.database.read() as uow:
            read = acts_of(uow, world.stored_account(), since, world.clock.now() + MINUTE)
        event.remove(world.database._engine, "before_cursor_execute", note)
        return len(found), read

    return count


# Bots


def test_many_bots_are_read_with_as_many_questions_as_two(world, begun, asked, held):
    assert held
    world.running()
    questions, two = asked(begun)
    for _ in range(5):
        world.running()
    more_questions, seven = asked(begun)
    assert more_questions == questions
    assert len([act for act in seven if act.kind is ActKind.START]) == 7
    assert len([act for act in two if act.kind is ActKind.START]) == 2


def test_making_and_starting_a_bot_tells_what_it_risks(world, done, begun):
    bot_id = world.running(sizing=SizingMethod.RISK_PERCENT, size=Decimal("0.5"))
    created, started = done()
    assert (created.kind, created.bot_id, created.user_id, created.at) == (
        ActKind.CREATE,
        bot_id,
        1001,
        begun,
    )
    assert created.changes == {"strategy": ("", "MA_CROSSOVER"), "timeframe": ("", "M1")}
    assert (started.kind, started.symbol, started.lifted) == (ActKind.START, "EURUSD", "")
    assert created.risk_after == started.risk_after == Decimal("0.5")
    assert created.risk_before is None
    assert not started.raises_risk


def test_an_edit_knows_settings_and_risk_before_and_after(world, done):
    bot_id = world.make(sizing=SizingMethod.RISK_PERCENT, size=Decimal("0.5"))
    edit(world, bot_id, size=Decimal(1))
    (act,) = done(ActKind.EDIT)
    assert act.changes == {"risk": ("0.5", "1")}
    assert (act.risk_before, act.risk_after, act.raises_risk) == (Decimal("0.5"), Decimal(1), True)


def test_fixed_lots_are_counted_by_what_such_lots_planned_to_lose_last(world, done, held):
    with world.database.read() as uow:
        (opening,) = uow.intents.open_positions(world.account.id).values()
    edit(world, opening.bot_id, size=Decimal("0.20"))
    edit(world, opening.bot_id, size=Decimal("0.20"), stop_atr=Decimal(3))
    larger, wider = done(ActKind.EDIT)
    plain = opening.planned_risk * 100 / 10000
    assert larger.risk_before == pytest.approx(plain, abs=Decimal("0.001"))
    assert larger.risk_after == pytest.approx(2 * plain, abs=Decimal("0.001"))
    assert wider.risk_after == pytest.approx(3 * plain, abs=Decimal("0.001"))
    assert larger.raises_risk
    assert wider.raises_risk


def test_fixed_lots_of_a_symbol_that_never_traded_have_no_known_risk(world, done):
    edit(world, world.make(), size=Decimal("0.20"))
    (act,) = done(ActKind.EDIT)
    assert (act.risk_before, act.risk_after, act.raises_risk) == (None, None, False)


def test_going_back_to_an_earlier_version_is_an_undo_however_it_was_done(world, done):
    bot_id = world.make()
    edit(world, bot_id, size=Decimal("0.20"))
    edit(world, bot_id, size=Decimal("0.30"))
    edit(world, bot_id, size=Decimal("0.20"))
    assert [act.kind for act in done(ActKind.EDIT, ActKind.UNDO)] == [
        ActKind.EDIT,
        ActKind.EDIT,
        ActKind.UNDO,
    ]


def test_stopping_and_leaving_only_are_stops(world, done):
    first, second = world.running(), world.running(name="Second")
    world.stop(first)
    world.control.exit_only(world.actor(), [second])
    assert [(act.bot_id, act.user_id) for act in done(ActKind.STOP)] == [(first, 1001), (second, 1001)]


def test_a_stop_from_the_console_is_nobodys(world, done):
    bot_id = world.running()
    world.control.console_stop_all()
    (act,) = done(ActKind.STOP)
    assert (act.bot_id, act.user_id, act.command) == (bot_id, None, "console")


def test_deleting_a_bot_is_an_act(world, done):
    bot_id = world.make()
    world.control.delete(world.actor(), bot_id, world.read(bot_id).version)
    (act,) = done(ActKind.DELETE)
    assert (act.bot_id, act.symbol) == (bot_id, "EURUSD")


def test_a_new_symbol_is_an_edit(world, done, deed):
    bot_id = world.make()
    swap = world.services.symbols.preview(world.actor(), bot_id, "GBPUSD")
    world.services.symbols.swap(world.actor(), {bot_id: world.read(bot_id).version}, "EURUSD", swap.now)
    (act,) = done(ActKind.EDIT)
    assert act.changes == {"broker_symbol": ("EURUSD", "GBPUSD")}


# What a start ends


def started_again(world, done, bot_id):
    world.clock.advance(10 * MINUTE)
    assert world.start(bot_id).outcomes[0].done
    return done(ActKind.START)[-1].lifted


def test_a_start_after_his_own_stop_lifts_it(world, done):
    bot_id = world.running()
    world.stop(bot_id)
    assert started_again(world, done, bot_id) == "own_stop"
    # Once: the next start ends nothing more.
    world.control.exit_only(world.actor(), [bot_id])
    assert started_again(world, done, bot_id) == "own_stop"


def test_a_start_after_a_stop_of_all_goes_only_on(world, done):
    bot_id = world.running()
    world.stop()
    assert started_again(world, done, bot_id) == ""


def test_a_start_after_a_panic_goes_only_on(world, done, deed):
    bot_id = world.running()
    began = world.clock.now()
    world.control.stop(world.actor(), [bot_id])
    deed("panic", began)
    assert started_again(world, done, bot_id) == ""


def test_a_start_after_an_edit_is_maintenance(world, done):
    bot_id = world.running()
    world.stop(bot_id)
    edit(world, bot_id, size=Decimal("0.02"))
    assert started_again(world, done, bot_id) == ""


def test_a_start_after_a_restart_of_the_service_is_maintenance(world, done):
    bot_id, other = world.running(), world.running(name="Other")
    world.stop(bot_id)
    world.watch()
    world.clock.advance(10 * MINUTE)
    world.again().control.resume()
    assert world.read(other).running
    assert started_again(world, done, bot_id) == ""


def test_a_start_after_a_console_stop_goes_only_on(world, done):
    bot_id = world.running()
    world.stop(bot_id)
    assert started_again(world, done, bot_id) == "own_stop"
    world.control.console_stop_all()
    assert started_again(world, done, bot_id) == ""


# Positions


def test_a_stop_moved_in_the_terminal_is_nobodys_act_with_the_risk_of_both(world, done, held):
    before = world.terminal.held[held]
    world.terminal.by_hand(held, stop_loss=Decimal("98.00"))
    look(world)
    (act,) = done(ActKind.MOVE_STOP)
    assert (act.user_id, act.position_id, act.symbol) == (None, held, "EURUSD")
    assert act.changes == {"stop_loss": (f"{before.stop_loss:f}", "98.00")}
    lost = (before.price_open - Decimal("98.00")) * 10 * before.lots
    assert act.risk_after == pytest.approx(lost * 100 / 10000, abs=Decimal("0.001"))
    assert act.raises_risk is (act.risk_after > act.risk_before)


def test_a_stop_removed_in_the_terminal_and_put_back_by_button(world, done, held):
    stop = world.terminal.held[held].stop_loss
    world.terminal.by_hand(held, stop_loss=None)
    look(world)
    world.services.stops.put_back(world.actor(), world.account.id, held, 1)
    removed, back = done(ActKind.REMOVE_STOP, ActKind.MOVE_STOP)
    assert (removed.user_id, removed.changes) == (None, {"stop_loss": (f"{stop:f}", "")})
    assert removed.risk_before is not None
    assert removed.risk_after is None
    assert (back.user_id, back.changes) == (1001, {"stop_loss": ("", f"{stop:f}")})


def test_a_stop_set_to_the_entry_is_the_persons_who_pressed(world, done, held):
    world.terminal.price = Decimal(110)
    world.services.entry_stops.move(world.actor(), world.account.id, held)
    look(world)
    (act,) = done(ActKind.MOVE_STOP)
    assert (act.user_id, act.position_id) == (1001, held)
    assert act.changes["stop_loss"][1] == f"{world.terminal.held[held].price_open:f}"


def test_a_target_moved_in_the_terminal(world, done, held):
    before = world.terminal.held[held].take_profit
    world.terminal.by_hand(held, take_profit=Decimal("120.00"))
    look(world)
    (act,) = done(ActKind.MOVE_TARGET)
    assert act.changes == {"take_profit": (f"{before:f}", "120.00")}


def test_a_position_closed_in_the_terminal_is_nobodys_act(world, done, held):
    world.terminal.hit(held, "mobile", "100.50")
    look(world)
    (act,) = done(ActKind.CLOSE)
    assert (act.user_id, act.position_id, act.command) == (None, held, "")
    assert act.at == world.trades()[-1].closed_at


def test_a_part_closed_in_the_terminal_is_an_act_too(world, done, held):
    world.terminal.close_part(held, "0.04")
    look(world)
    (act,) = done(ActKind.CLOSE)
    assert [Decimal(lots) for lots in act.changes["lots"]] == [Decimal("0.10"), Decimal("0.06")]


def test_what_the_rule_or_the_broker_ended_is_no_act(world, done, held):
    world.terminal.hit(held, "sl", "97.00")
    look(world)
    assert done(ActKind.CLOSE, ActKind.PANIC) == []


def test_an_order_to_close_is_the_persons_and_in_panic_a_panic(world, done, held):
    line = world.services.closing.preview().lines[0]
    world.services.closing.order(world.actor(), [line.item])
    (act,) = done(ActKind.CLOSE)
    assert (act.user_id, act.position_id, act.bot_id) == (1001, held, line.bot.id)
    world.watch()
    ticket = world.terminal.enter_by_hand(Side.BUY, "1.0")
    world.watch()
    line = world.services.closing.preview().manual[0]
    world.services.closing.order(world.actor(), [line.item], panic=True)
    (panic,) = done(ActKind.PANIC)
    assert (panic.position_id, panic.bot_id) == (ticket, None)


def test_an_exit_shortly_before_a_long_close_is_marked(world, done, held):
    # 10:01 on a Tuesday in a week that closes from 11:30 to 15:30 each Tuesday.
    tuesday = 24 * 60
    week = Week("UTC", ((tuesday + 11 * 60 + 30, tuesday + 15 * 60 + 30),))
    with world.database.write() as uow:
        uow.set_value(
            f"hours:{world.account.id}:EURUSD",
            hours.codec.written(hours._Known(world.clock.now(), week)),
        )
        uow.commit()
    world.terminal.hit(held, "client", "100.50")
    look(world)
    assert [act.near_close for act in done(ActKind.CLOSE)] == [True]


# Pauses


def test_pauses_of_some_and_of_all_and_their_end(world, done):
    bot_id = world.running()
    until = world.clock.now() + timedelta(hours=1)
    world.services.pausing.pause(world.actor(), until, [bot_id])
    world.clock.advance(LOOK)
    world.services.pausing.pause(world.actor(), until, [])
    world.clock.advance(LOOK)
    world.services.pausing.end(world.actor())
    one, every, end = done(ActKind.PAUSE, ActKind.UNPAUSE)
    assert (one.bot_id, one.changes) == (bot_id, {"until": ("", until.isoformat())})
    assert (every.bot_id, end.kind, end.user_id) == (None, ActKind.UNPAUSE, 1001)


def test_a_pause_that_time_ends_has_no_second_act(world, done):
    world.services.pausing.pause(world.actor(), world.clock.now() + MINUTE, [world.running()])
    world.clock.advance(2 * MINUTE)
    world.watch()
    assert [act.kind for act in done(ActKind.PAUSE, ActKind.UNPAUSE)] == [ActKind.PAUSE]


# The audit


def test_an_act_knows_its_command_and_its_line_of_the_audit(world, done, deed):
    began = world.clock.now()
    bot_id = world.running()
    deed("start_bot", began, str(bot_id))
    with world.database.read() as uow:
        (line,) = uow.people.acted(began, began + MINUTE)
    assert {(act.command, act.reference) for act in done()} == {("start_bot", line.id)}


def test_a_confirmed_act_has_the_command_that_was_confirmed(world, done, deed):
    began = world.clock.now()
    world.running()
    deed("yes", began, "start_all start_all")
    assert {act.command for act in done()} == {"start_all"}


def test_look_ups_count_and_repeated_taps_are_marked(world, done, deed):
    deed("status", world.clock.now(), looked=True)
    deed("status", world.clock.now(), looked=True, pressed=True)
    deed("positions", world.clock.now(), looked=True, pressed=True)
    deed("status", world.clock.now(), looked=True)
    deed("help", world.clock.now(), looked=True)
    looks = done(ActKind.LOOK)
    assert [(act.command, act.refresh) for act in looks] == [
        ("status", False),
        ("status", True),
        ("positions", False),
        ("status", False),
    ]


def test_a_back_test_is_known_with_its_bot_and_is_no_look(world, done, deed):
    bot_id = world.make()
    deed("backtest", world.clock.now(), f"{bot_id} 90", looked=True, bots=(bot_id,))
    (act,) = done(ActKind.BACKTEST)
    assert act.bot_id == bot_id
    assert done(ActKind.LOOK) == []


def test_a_note_in_the_hour_before_makes_an_act_a_plan(world, done):
    with world.database.write() as uow:
        uow.journal.add_note(1001, world.account.id, world.clock.now(), "double it after the news")
        uow.commit()
    bot_id = world.make()
    world.clock.advance(acts.ANNOUNCED)
    edit(world, bot_id, size=Decimal("0.20"))
    world.clock.advance(MINUTE)
    edit(world, bot_id, size=Decimal("0.30"))
    assert [act.planned for act in done(ActKind.EDIT)] == [True, False]


def test_acts_lie_in_their_span_of_market_time(world):
    since = world.clock.now()
    world.running()
    world.clock.advance(MINUTE)
    until = world.clock.now()
    world.stop()
    with world.database.read() as uow:
        account = world.stored_account()
        first, second = acts_of(uow, account, since, until), acts_of(uow, account, until, until + MINUTE)
    assert [act.kind for act in first] == [ActKind.CREATE, ActKind.START]
    assert [act.kind for act in second] == [ActKind.STOP]


def test_bots_of_another_account_are_not_this_accounts_acts(world, done):
    world.running()
    with world.database.read() as uow:
        other = replace(world.stored_account(), id=99)
        assert acts_of(uow, other, world.clock.now() - MINUTE, world.clock.now() + MINUTE) == ()
    assert done()


# Guards


def weaker_limits(world):
    draft = world.services.limits.draft(world.account.id, ["daily", "9"])
    world.services.limits.change(world.actor(), draft, confirmed=True)


def test_limits_that_are_changed_are_an_act_with_old_and_new(world, done):
    world.watch()
    weaker_limits(world)
    (act,) = done(ActKind.LIMITS)
    assert (act.user_id, act.bot_id, act.lifted) == (1001, None, "")
    assert act.changes == {"daily_amount": ("5", "9")}


def test_weaker_limits_while_the_daily_loss_holds_lift_it(world, done):
    world.watch()
    lose(world, 600)
    weaker_limits(world)
    assert [act.lifted for act in done(ActKind.LIMITS)] == ["daily_loss"]


def test_a_daily_limit_lifted_by_word_is_a_start_that_ends_a_guard(world, done):
    world.watch()
    lose(world, 600)
    world.services.limits.lift(world.actor(), world.account.id)
    (act,) = done(ActKind.START)
    assert (act.user_id, act.bot_id, act.lifted) == (1001, None, "daily_loss")
    weaker_limits(world)
    assert [act.lifted for act in done(ActKind.LIMITS)] == [""]


def test_a_limit_that_lifts_itself_is_nobodys_act(world, done):
    world.watch()
    ticket = lose(world, 600)
    world.terminal.hit(ticket, "client", str(world.terminal.price))
    world.advance(timedelta(days=1))
    world.watch()
    assert done(ActKind.START) == []


def test_a_runaway_bot_that_may_go_on_is_a_start_that_ends_its_hold(world, done):
    bot_id = world.running()
    with world.database.write() as uow:
        holds.put(uow, world.account.id, Hold(Held.RUNAWAY, world.clock.now(), bot_id))
        uow.commit()
    world.clock.advance(MINUTE)
    world.services.runaways.go_on(world.actor(), bot_id)
    assert [(act.bot_id, act.lifted) for act in done(ActKind.START)] == [(bot_id, ""), (bot_id, "runaway")]
