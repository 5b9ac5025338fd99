from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from bot_service.domain import codec
from bot_service.domain.bots import BotStatus
from bot_service.domain.errors import BotNotFound, NoAccount, UnknownStrategy
from bot_service.domain.events import OrderFilled
from bot_service.domain.market import LinkCause, TradeMode
from bot_service.domain.strategy import Signal
from bot_service.domain.trading import Side
from bot_service.services.health import NOT_MET, NotMet
from bot_service.services.queries import Queries
from bot_service.services.views import BotFilter

UP, DOWN, FLAT = 101, 97, 100


@pytest.fixture
def traded(world):
    """Return a world with one closed and one open trade of a bot, and a position by hand."""
    world.running(name="Trader")
    world.bars(UP, DOWN)
    world.terminal.enter_by_hand(Side.BUY, "0.7")
    world.watch()
    return world


def test_look_ups_touch_no_terminal(traded):
    traded.terminal.cut()
    traded.terminals.clear()
    queries = traded.services.queries
    assert queries.status().positions == 2
    assert queries.bots().total == 1
    assert queries.account().snapshot is not None
    assert len(queries.positions().lines) == 2
    assert queries.health().link_causes == {}


def test_positions_come_in_pages_that_count_and_add_up_all(world):
    for _ in range(12):
        world.terminal.enter_by_hand(Side.BUY, "0.1")
    world.watch()
    queries = world.services.queries
    every, first, last, beyond = (queries.positions(page=page) for page in (None, 0, 1, 7))
    assert [len(view.lines) for view in (every, first, last, beyond)] == [12, 10, 2, 2]
    assert first.lines + last.lines == every.lines
    assert (first.page, last.page, beyond.page, first.pages, every.pages) == (0, 1, 1, 2, 1)
    assert {view.total for view in (every, first, last)} == {12}
    assert first.floating == last.floating == every.floating


def test_the_status_counts_bots_positions_and_alarms(traded):
    traded.make(name="second")
    status = traded.services.queries.status()
    assert status.by_status == {BotStatus.ACTIVE: 1, BotStatus.STOPPED: 1}
    assert (status.positions, status.without_stop) == (2, 1)
    assert status.alarms == ("without_stop",)
    (account,) = status.accounts
    assert account.tag.trade_mode is TradeMode.DEMO
    assert account.today_trades == 1


def test_alarms_name_a_lost_link_unknown_outcomes_and_errors(world):
    world.running(name="unknown")
    world.terminal.script = ["hidden"]
    world.bar(UP)
    world.running(name="broken")
    world.terminal.script = ["reject:10027:disabled"]
    world.bar(DOWN)
    world.terminal.cut()
    world.watch()
    status = world.services.queries.status()
    assert set(status.alarms) == {"link_lost", "unknown_outcomes", "bots_in_error"}
    health = {line.code: line.ok for line in world.services.queries.health().lines}
    assert not health["terminal"]
    assert not health["outcomes"]


def test_a_bots_line_shows_its_floating_and_todays_money(traded):
    (line,) = traded.services.queries.bots().lines
    (trade,) = traded.trades()
    (own,) = (item for item in traded.services.queries.positions().lines if item.bot)
    assert line.today == trade.net
    assert line.floating == own.position.profit + own.position.swap
    assert own.bot.id == line.bot.id


def test_bots_come_in_pages_and_a_page_too_far_is_the_last(world):
    for number in range(23):
        world.make(name=f"Bot {number}")
    pages = [world.services.queries.bots(page) for page in range(4)]
    assert [len(page.lines) for page in pages] == [10, 10, 3, 3]
    assert {page.pages for page in pages} == {3}
    assert pages[3].page == 2


def test_bots_can_be_filtered_by_status(world):
    running = world.running(name="runs")
    world.make(name="stands")
    (line,) = world.services.queries.bots(chosen=BotFilter(("active",))).lines
    assert line.bot.id == running


def test_a_bots_card_shows_position_analysis_and_age(traded):
    traded.clock.advance(timedelta(seconds=9))
    (filled, *_) = traded.events(OrderFilled)
    card = traded.services.queries.bot(filled.bot_id)
    assert card.position.side is Side.SELL
    assert card.analysis.signal is Signal.SELL
    assert (card.age_s, card.today_trades, card.currency) == (9, 1, "USD")
    with pytest.raises(BotNotFound):
        traded.services.queries.bot(999)


def test_yesterdays_trades_are_not_todays(traded):
    traded.clock.advance(timedelta(days=1))
    assert traded.services.queries.account().today_trades == 0
    assert traded.services.queries.deals(days=1).trades == ()
    assert len(traded.services.queries.deals(days=2).trades) == 1


def test_deals_are_newest_first_with_names_and_their_sum(world):
    world.running(name="Busy")
    world.bars(UP, DOWN, 104, 92, 106, 90)
    view = world.services.queries.deals()
    assert view.net == sum(trade.net for trade in world.trades())
    assert [trade.closed_at for trade in view.trades] == sorted(
        (trade.closed_at for trade in world.trades()), reverse=True
    )
    assert set(view.names.values()) == {"Busy"}


def test_the_history_of_a_bot_is_newest_first(traded):
    (filled, *_) = traded.events(OrderFilled)
    view = traded.services.queries.history(filled.bot_id, 3)
    assert [event.code for _, _, event in view.events] == ["order_filled", "position_closed", "order_filled"]


def test_a_bot_without_analysis_says_so(world):
    bot_id = world.make()
    assert world.services.queries.analysis(bot_id).analysis is None


def test_strategies_are_listed_in_learning_order(world):
    views = world.services.queries.strategies()
    assert [view.learning_order for view in views] == sorted(view.learning_order for view in views)
    assert world.services.queries.strategy("ma_crossover").key == "MA_CROSSOVER"
    with pytest.raises(UnknownStrategy):
        world.services.queries.strategy("none")


def test_without_an_account_there_is_nothing_to_look_at(open_database, clock):
    queries = Queries(open_database("bare.sqlite3"), clock, clock)
    assert queries.status().accounts == ()
    assert queries.bots().total == 0
    with pytest.raises(NoAccount):
        queries.account()


def test_an_overdue_bot_shows_in_the_health(world):
    world.running()
    world.watch()
    world.clock.advance(timedelta(minutes=5))
    lines = {line.code: line for line in world.services.queries.health().lines}
    assert lines["ticks"].numbers["overdue"] == "1"
    assert not lines["watch"].ok


def test_a_page_of_a_thousand_bots_takes_the_same_number_of_questions(world):
    queries = world.services.queries
    world.make()

    def statements(act):
        counted = []
        engine = world.database._engine
        count = lambda *_: counted.append(1)  # noqa: E731
        event.listen(engine, "before_cursor_execute", count)
        act()
        event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    few = [statements(act) for act in (queries.bots, queries.status, queries.health)]
    for number in range(300):
        world.make(name=f"Bot {number}")
    many = [statements(act) for act in (queries.bots, queries.status, queries.health)]
    assert few == many


def test_money_of_other_days_and_bots_stays_apart(world):
    one = world.running(name="One")
    world.bars(UP, DOWN)
    world.stop(one)
    two = world.running(name="Two", size=Decimal("0.2"))
    world.bars(104, 90)
    lines = {line.bot.id: line.today for line in world.services.queries.bots().lines}
    nets = {
        bot_id: sum(trade.net for trade in world.trades() if trade.bot_id == bot_id) for bot_id in (one, two)
    }
    assert lines == nets


def test_a_broken_own_strategy_shows_in_the_health(world):
    queries = Queries(world.database, world.clock, world.clock, [("mine.py", "KeyError: 'klose'" * 20)])
    (line,) = (line for line in queries.health().lines if line.code == "strategies")
    assert (line.ok, line.numbers["source"]) == (False, "mine.py")
    assert len(line.numbers["reason"]) == 120
    assert not [line for line in world.services.queries.health().lines if line.code == "strategies"]


def test_each_account_that_could_not_be_met_is_named_with_its_cause(world):
    away = NotMet({"prop": LinkCause.NOT_LOGGED_IN, "cent": LinkCause.TERMINAL_CLOSED})
    with world.database.write() as uow:
        uow.set_value(NOT_MET, codec.written(away))
        uow.commit()
    health = world.services.queries.health()
    assert [line.numbers["account"] for line in health.lines if line.code == "not_met"] == ["prop", "cent"]
    assert health.link_causes == away.causes
