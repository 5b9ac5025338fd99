"""Three books that must agree: the paper account's own, the service's, and what the chat was told."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

from bot_service.domain.trading import DealEntry, IntentState, Purpose
from bot_service.i18n import Translator
from bot_service.terminals.paper.book import Book
from tests.e2e.machines import TICKET, text_of

BUY, SELL, IN = 0, 1, 0
ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Books:
    """The three books after the service has ended: the paper account's, the service's, the chat."""

    def __init__(self, machine, person, scratch):
        shutil.copytree(machine.home / "paper", scratch)
        with closing(Book(scratch)) as book:
            self.balance = Decimal(str(book.state()["balance"]))
            self.deals = book.deals("1", ())
            self.positions = book.positions()
        with machine.database() as database, database.read() as uow:
            account = uow.accounts.all()[0]
            self.stored = uow.books.deals(account.id, *ALWAYS)
            self.trades = uow.books.trades(account.id, *ALWAYS)
            self.stored_balance = uow.books.balance_at(account.id, ALWAYS[1])
            self.snapshot = uow.accounts.snapshot(account.id)
            self.unsettled = uow.intents.unsettled()
            self.waiting = uow.outbox.pending()
            self.open = uow.intents.open_positions(account.id)
            self.claimed = [bot.id for bot in uow.bots.all() if bot.claimed_at]
        self.intents = machine.intents()
        self.fills = Counter(person.fills())
        self.closings = Counter(person.closings())
        self.texts = [text_of(message) for message in person.read()]


def entries_of(deals):
    trades = [deal for deal in deals if deal.type in (BUY, SELL)]
    opened = [deal for deal in trades if deal.entry == IN]
    return opened, [deal for deal in trades if deal.entry != IN]


def money(value):
    return Decimal(str(value)).quantize(Decimal("0.01"))


def books_agree(books, kills):
    """Check that nothing was lost or doubled; each kill may have doubled the alert that was being sent."""
    opened, ended = entries_of(books.deals)
    _intents_explain_deals(books, opened, ended)
    _one_position_at_a_time(opened, ended)
    _trades_equal_deals(books, opened, ended)
    _alerts_equal_deals(books, opened, ended, kills)
    assert books.unsettled == ()
    assert books.waiting == 0
    assert books.claimed == []
    assert {deal.ticket for deal in books.stored} == {deal.ticket for deal in books.deals}
    assert books.stored_balance == books.balance == books.snapshot.state.balance
    assert sorted(books.open) == sorted(books.positions)
    assert sorted(one.identifier for one in books.snapshot.positions) == sorted(books.positions)


def _intents_explain_deals(books, opened, ended):
    filled = [intent for intent in books.intents if intent.state is IntentState.FILLED]
    openings = Counter(intent.deal_ticket for intent in filled if intent.purpose is Purpose.OPEN)
    assert openings == Counter(deal.ticket for deal in opened), "an opening has not exactly one filled intent"
    by_ticket = {intent.deal_ticket: intent for intent in filled}
    for deal in opened:
        intent = by_ticket[deal.ticket]
        assert (intent.symbol, intent.magic, intent.ref) == (deal.symbol, deal.magic, deal.comment)
        assert (float(intent.filled_lots), float(intent.fill_price)) == (deal.volume, deal.price)
    vain = {intent.ref for intent in books.intents if intent.state is not IntentState.FILLED}
    assert not vain & {deal.comment for deal in books.deals}, "an order that was given up was executed"
    by_signal = [deal.ticket for deal in ended if not deal.comment.startswith("[")]
    closings = Counter(intent.deal_ticket for intent in filled if intent.purpose is Purpose.CLOSE)
    assert closings == Counter(by_signal), "a closing by signal has not exactly one filled intent"
    bars = Counter((intent.bot_id, intent.bar_time) for intent in filled if intent.purpose is Purpose.OPEN)
    assert max(bars.values(), default=1) == 1, "two openings for one bot and bar"
    minutes = Counter((deal.magic, deal.time // 60) for deal in opened)
    assert max(minutes.values(), default=1) == 1, "two openings of one bot in one minute"


def _one_position_at_a_time(opened, ended):
    held = {}
    for deal in sorted([*opened, *ended], key=lambda item: item.ticket):
        if deal.entry == IN:
            bot = deal.magic
            assert bot not in held.values(), f"bot {bot} opened {deal.position_id} beside another"
            held[deal.position_id] = bot
        else:
            del held[deal.position_id]


def _trades_equal_deals(books, opened, ended):
    trades = {trade.position_id: trade for trade in books.trades}
    assert len(trades) == len(books.trades)
    assert sorted(trades) == sorted(deal.position_id for deal in ended), "not one trade per closed position"
    openings = {deal.position_id: deal for deal in opened}
    for last in ended:
        trade, both = trades[last.position_id], (openings[last.position_id], last)
        net = sum(money(one.profit + one.commission + one.swap + one.fee) for one in both)
        assert (trade.net, float(trade.price_close)) == (net, last.price)
        assert trade.bot_id is not None
    kinds = {deal.ticket: deal.entry for deal in books.stored}
    assert all(kinds[deal.ticket] is DealEntry.IN for deal in opened)


def _alerts_equal_deals(books, opened, ended, kills):
    assert set(books.fills) == {deal.order for deal in opened}, "an opening without an alert, or the reverse"
    assert set(books.closings) == {deal.position_id for deal in ended}, "a closing without an alert"
    twice = [count for told in (books.fills, books.closings) for count in told.values() if count > 1]
    assert all(count == 2 for count in twice)
    assert len(twice) <= kills, f"{len(twice)} alerts came twice, {kills} kills"
    t = Translator("en")
    unsent = sum(intent.state is IntentState.ABANDONED for intent in books.intents)
    assert unsent <= sum("never reached the broker" in text for text in books.texts) <= unsent + kills
    nets = {trade.position_id: t.money(trade.net, "USD", sign=True) for trade in books.trades}
    for text in books.texts:
        if "closed by" in text:
            assert nets[int(TICKET.search(text)[1])] in text
