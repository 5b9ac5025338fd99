"""What every MetaTrader5-shaped API must give the terminal port; each API of the house runs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot_service.domain.errors import SymbolRefused
from bot_service.domain.market import AccountIdentity, Timeframe, TradeMode
from bot_service.domain.protection import StopOutcome, StopRequest
from bot_service.domain.trading import DealEntry, DealKind, OrderRequest, Outcome, Side
from bot_service.terminals import paper
from bot_service.terminals.terminal import Mt5Terminal


def paper_in_process(clock, _far):
    return paper.PaperTerminal(clock=clock.now, sessions=True)


def paper_as_module(clock, _far):
    return paper.as_module(paper.PaperTerminal(clock=clock.now, sessions=True))


def paper_in_a_child(_clock, far):
    return far.isolated()


def paper_behind_a_server(_clock, far):
    return far.bridged()


APIS = {
    "paper": paper_in_process,
    "paper module": paper_as_module,
    "isolated child": paper_in_a_child,
    "RPyC server": paper_behind_a_server,
}


@pytest.fixture(params=APIS)
def live(request, clock, far):
    terminal = Mt5Terminal(APIS[request.param](clock, far), clock=clock, trade_mode_override=TradeMode.PAPER)
    terminal.connect()
    yield terminal
    terminal.close()


def request_for(side=Side.BUY, lots="0.10", **changes):
    return OrderRequest("EURUSD", side, Decimal(lots), 5000001, "b1-abc", **changes)


def test_the_account_is_known_and_its_money_adds_up(live):
    state = live.account()

    assert live.identity().trade_mode is TradeMode.PAPER
    assert state.balance == Decimal("10000.00")
    assert state.equity == state.balance + state.profit
    assert state.margin_level is None


@pytest.mark.parametrize(
    ("moment", "hours"),
    [(datetime(2026, 3, 4, 10, tzinfo=UTC), 2), (datetime(2026, 3, 11, 10, tzinfo=UTC), 3)],
)
def test_the_servers_clock_is_found(live, clock, moment, hours):
    clock.moment = moment
    assert live.server_offset() == timedelta(hours=hours)


def test_a_tick_is_recent_and_its_ask_is_above_its_bid(live, clock):
    tick = live.tick("EURUSD")

    assert timedelta(0) <= clock.now() - tick.time < timedelta(minutes=1)
    assert tick.spread > 0


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_bars_are_closed_ascending_and_aligned(live, clock, timeframe):
    bars = live.closed_bars("BTCUSD", timeframe, 30)

    assert len(bars) == 30
    assert list(bars.columns) == ["open", "high", "low", "close", "volume"]
    assert bars.index.name == "time"
    assert str(bars.index.tz) == "UTC"
    assert bars.index.is_monotonic_increasing
    assert all(str(dtype) == "float64" for dtype in bars.dtypes)
    assert bars.index[-1] + timeframe.duration <= clock.now() < bars.index[-1] + 2 * timeframe.duration


def test_a_bar_is_closed_from_its_last_moment_on_and_stays_as_it_is(live, clock):
    clock.moment = datetime(2026, 3, 4, 10, 59, 59, tzinfo=UTC)
    before = live.closed_bars("BTCUSD", Timeframe.H1, 3)
    clock.moment = datetime(2026, 3, 4, 11, 0, 1, tzinfo=UTC)
    after = live.closed_bars("BTCUSD", Timeframe.H1, 3)

    assert before.index[-1] == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert after.index[-1] == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert after.iloc[:2].equals(before.iloc[1:])


def test_the_day_bar_begins_at_the_servers_midnight(live, clock):
    clock.advance(days=1)
    bars = live.closed_bars("EURUSD", Timeframe.D1, 2)

    assert bars.index[-1] == datetime(2026, 3, 3, 22, tzinfo=UTC)


def test_the_last_bar_of_a_week_is_closed_on_the_weekend(live, clock):
    clock.moment = datetime(2026, 3, 7, 12, tzinfo=UTC)

    assert live.closed_bars("EURUSD", Timeframe.H1, 5).index[-1] == datetime(2026, 3, 6, 21, tzinfo=UTC)


def test_a_market_is_open_in_the_week_and_closed_on_the_weekend(live, clock):
    assert live.market_open("EURUSD")

    clock.moment = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert not live.market_open("EURUSD")
    assert live.market_open("BTCUSD")


def test_symbols_are_found_exactly_or_not_at_all(live):
    assert live.resolve("xauusd").symbol == "XAUUSD"
    assert "EURUSD" in {one.name for one in live.symbols("eur")}
    with pytest.raises(SymbolRefused):
        live.resolve("XAU")
    with pytest.raises(SymbolRefused):
        live.instrument("NOPE")


def test_profit_agrees_with_tick_value_times_ticks(live):
    instrument = live.instrument("EURUSD")
    price = live.tick("EURUSD").ask

    profit = live.profit(Side.BUY, "EURUSD", Decimal(1), price, price + 100 * instrument.tick_size)

    assert profit == 100 * instrument.tick_value


def test_selling_earns_what_buying_loses(live):
    prices = (Decimal("1.0800"), Decimal("1.0900"))
    one = Decimal(1)
    assert live.profit(Side.SELL, "EURUSD", one, *prices) == -live.profit(Side.BUY, "EURUSD", one, *prices)


def test_a_position_lives_from_its_opening_to_its_closing_deal(live, clock):
    began = clock.now()
    opened = live.place(request_for(expected=live.identity()))
    assert opened.outcome is Outcome.FILLED
    assert live.account().margin > 0
    (position,) = live.positions()
    assert (position.lots, position.side, position.magic) == (Decimal("0.1"), Side.BUY, 5000001)
    assert (position.comment, position.opened_at, position.price_open) == ("b1-abc", began, opened.price)

    clock.advance(minutes=5)
    closed = live.place(request_for(Side.SELL, position_ticket=position.ticket))
    assert closed.outcome is Outcome.FILLED
    assert live.positions() == ()

    deals = live.deals_of(position.identifier)
    assert [deal.entry for deal in deals] == [DealEntry.IN, DealEntry.OUT]
    assert [deal.ticket for deal in deals] == [opened.deal_ticket, closed.deal_ticket]
    assert [deal.time for deal in deals] == [began, clock.now()]
    books = live.deals(began)
    assert {deal.ticket for deal in deals} <= {deal.ticket for deal in books}
    assert books[0].kind is DealKind.BALANCE
    assert sum(deal.net for deal in books) == live.account().balance


def test_a_close_of_a_part_leaves_the_rest(live):
    live.place(request_for())
    (position,) = live.positions()

    live.place(request_for(Side.SELL, "0.04", position_ticket=position.ticket))

    (rest,) = live.positions()
    assert (rest.identifier, rest.lots) == (position.identifier, Decimal("0.06"))


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"lots": "500"}, "config", 10014),
        ({"lots": "50"}, "funds", 10019),
        ({"stop_loss": Decimal(2)}, "config", 10016),
        ({"side": Side.SELL, "position_ticket": 424242}, "state", 10036),
    ],
)
def test_a_refusal_has_its_class_and_changes_nothing(live, changes, kind, code):
    result = live.place(request_for(**changes))

    assert (result.outcome, result.reject_class, result.retcode) == (Outcome.REJECTED, kind, code)
    assert live.positions() == ()


def test_a_closed_market_is_said(live, clock):
    clock.moment = datetime(2026, 3, 7, 12, tzinfo=UTC)

    assert live.place(request_for()).reject_class == "closed"


def test_another_account_gets_no_order(live):
    result = live.place(request_for(expected=AccountIdentity("Elsewhere", 1, TradeMode.PAPER)))

    assert result.reject_class == "other_account"
    assert live.positions() == ()


def test_a_stop_is_taken_away_set_again_and_told_from_the_position(live):
    live.place(request_for())
    (position,) = live.positions()
    level = live.instrument("EURUSD").round_price(position.price_open - Decimal("0.01"))

    done = live.change_stops(StopRequest(position.ticket, level, expected=live.identity()))
    assert (done.outcome, done.stop_loss) == (StopOutcome.DONE, level)
    assert live.positions()[0].stop_loss == level

    again = live.change_stops(StopRequest(position.ticket, level))
    assert (again.outcome, again.retcode) == (StopOutcome.DONE, 10025)


@pytest.mark.parametrize(("distance", "kind"), [("0.01", "past"), ("-0.01", None), ("-0.00001", "past")])
def test_a_stop_beyond_the_price_is_refused_and_changes_nothing(live, distance, kind):
    live.place(request_for(Side.BUY))
    (position,) = live.positions()
    level = live.instrument("EURUSD").round_price(live.tick("EURUSD").ask + Decimal(distance))

    result = live.change_stops(StopRequest(position.ticket, level))
    assert result.reject_class == (kind or "")
    assert live.positions()[0].stop_loss == (level if kind is None else None)


def test_a_stop_is_not_set_on_a_closed_market_nor_on_another_account(live, clock):
    live.place(request_for())
    (position,) = live.positions()
    level = live.instrument("EURUSD").round_price(position.price_open - Decimal("0.05"))
    elsewhere = AccountIdentity("Elsewhere", 1, TradeMode.PAPER)

    assert (
        live.change_stops(StopRequest(position.ticket, level, expected=elsewhere)).reject_class
        == "other_account"
    )
    clock.moment = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert live.change_stops(StopRequest(position.ticket, level)).reject_class == "closed"


def test_the_stop_of_a_position_that_is_gone_is_a_refusal(live):
    assert live.change_stops(StopRequest(999_999, Decimal(1))).reject_class == "state"
