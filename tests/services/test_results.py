from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot_service.domain.errors import NoAccount
from bot_service.domain.market import AccountIdentity, TradeMode
from bot_service.domain.trading import Side
from bot_service.services.results import Results
from bot_service.services.views import Grouping

UP, DOWN = 101, 97


@pytest.fixture
def traded(world):
    """Return a world with closed trades, an open one, and a position by hand."""
    world.running(name="Trader")
    world.bars(UP, DOWN, 104, 92, 106)
    world.terminal.enter_by_hand(Side.BUY, "0.7")
    world.watch()
    return world


def test_today_says_what_each_bot_won_and_what_floats(traded):
    traded.terminals.clear()
    view = traded.services.results.today()
    (account,) = view.accounts
    assert account.result.net == sum(trade.net for trade in traded.trades())
    assert account.floating == traded.services.queries.positions().floating
    assert {line.name for line in view.lines} == {"Trader", ""}
    assert sum((line.floating or 0 for line in view.lines), Decimal(0)) == account.floating


def test_the_days_curve_begins_at_the_opening_balance_and_ends_at_the_equity(traded):
    (account,) = traded.services.results.today().accounts
    snapshot = traded.services.queries.account().snapshot
    assert account.curve[0][1] == Decimal(10000)
    assert account.curve[-1][1] == snapshot.state.equity
    assert [at for at, _value in account.curve] == sorted(at for at, _value in account.curve)


def test_yesterdays_trades_are_only_in_the_performance(traded):
    traded.clock.advance(timedelta(days=1))
    assert traded.services.results.today().accounts[0].result.trades == 0
    assert traded.services.results.performance(days=1).totals == ()
    assert traded.services.results.performance(days=2).totals[0].result.trades == len(traded.trades())


@pytest.mark.parametrize(
    ("grouping", "name"),
    [(Grouping.BOT, "Trader"), (Grouping.SYMBOL, "EURUSD"), (Grouping.STRATEGY, "MA_CROSSOVER")],
)
def test_performance_is_grouped(traded, grouping, name):
    view = traded.services.results.performance(7, grouping)
    assert [line.name for line in view.lines] == [name]
    assert view.totals[0].result == view.lines[0].result


def test_performance_of_many_bots_comes_in_pages(world):
    for number in range(8):
        world.running(name=f"Bot {number}")
    world.bars(UP, DOWN)
    first, last, beyond = (world.services.results.performance(7, page=page) for page in (0, 1, 9))
    assert [len(view.lines) for view in (first, last, beyond)] == [6, 2, 2]
    assert first.pages == 2
    assert first.totals == last.totals


def test_two_currencies_are_never_added_up(traded):
    (trade,) = traded.trades()[:1]
    with traded.database.write() as uow:
        first = uow.accounts.all()[0]
        other = uow.accounts.add(
            replace(
                first,
                label="Rupiah",
                currency="IDR",
                magic_block=first.magic_block + 1,
                identity=AccountIdentity("Other", 5, TradeMode.REAL),
            )
        )
        uow.books.add_trade(
            replace(trade, account_id=other.id, position_id=9, bot_id=None, profit=Decimal(150_000))
        )
        uow.commit()
    view = traded.services.results.performance(7)
    assert [item.currency for item in view.totals] == ["IDR", "USD"]
    assert view.totals[0].result.trades == 1
    assert view.totals[1].result.trades == len(traded.trades()) - 1
    assert {line.currency for line in view.lines} == {"IDR", "USD"}
    assert view.tag is None


def test_without_an_account_there_is_nothing_to_look_at(open_database, clock):
    results = Results(open_database("bare.sqlite3"), clock, clock)
    with pytest.raises(NoAccount):
        results.today()
    with pytest.raises(NoAccount):
        results.performance()
