"""Whatever is asked in whatever order, on every kind of account, the books balance after each step."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import pytest

from bot_service.terminals import paper
from bot_service.terminals.paper import brokers, constants

MODES = {
    "hedging": {},
    "hedging fifo": {"fifo_close": True, "leverage": 500},
    "netting": {"margin_mode": 0},
    "exchange": {"margin_mode": 1, "leverage": 50},
    "money stop-out": {"margin_so_mode": 1, "margin_so_so": 500.0, "limit_orders": 6, "limit_positions": 8},
}
SEEDS = range(2)
STEPS = 1000  # per mode and seed: 10,000 in all
WORDS = ["EURUSD", "XAUUSD", "", "NONE", None, 1.5, float("nan"), float("inf"), -1, 0, 2**70, 7, "x" * 40]
FIELDS = [
    *("action", "magic", "order", "symbol", "volume", "price", "stoplimit", "sl", "tp", "deviation"),
    *("type", "type_filling", "type_time", "expiration", "comment", "position", "position_by", "junk"),
]
CONTRACTS = [
    ("EURUSD", {"depth": 0.5, "exemode": 3}),
    ("EURUSD", {"depth": 0.0, "exemode": 2}),
    ("GBPUSD", {"exemode": 1}),
    ("USDJPY", {"swap_mode": 7}),
    ("GBPUSD", {"swap_mode": 8}),
    ("XAUUSD", {"swap_mode": 5, "swap_long": -4.0, "swap_short": 2.0}),
    ("BTCUSD", {"swap_mode": 6, "swap_long": -20.0, "swap_short": -8.0}),
    ("ETHUSD", {"swap_mode": 4, "swap_long": -1.5, "fee": 0.4}),
    ("US500", {"margin_pending": 1.0, "stops_level": 40, "freeze_level": 20}),
    ("US500", {"order_gtc_mode": 1}),
    ("EURUSD", {"margin_hedged_use_leg": True, "spread": 9}),
    ("XAUUSD", {"trade_mode": 3}),
    ("XAUUSD", {"trade_mode": 4}),
]


class Trader:
    """Do something at random to a terminal."""

    def __init__(self, terminal, clock, seed):
        self.terminal, self.clock = terminal, clock
        self.random = random.Random(seed)
        self.codes = defaultdict(int)

    def step(self):
        weighted = [
            (self.open, 20),
            (self.pending, 16),
            (self.modify, 8),
            (self.remove, 5),
            (self.close, 14),
            (self.close_by, 4),
            (self.stops, 8),
            (self.garbage, 6),
            (self.time, 22),
            (self.operate, 2),
            (self.broker, 2),
        ]
        (action,) = self.random.choices([name for name, _ in weighted], [weight for _, weight in weighted])
        action()

    def send(self, **request):
        checked, answer = self.terminal.order_check(request), self.terminal.order_send(request)
        assert (checked is None) == (answer is None)
        code = answer.retcode if answer is not None else self.terminal.last_error()[0]
        if checked is not None:
            assert (checked.retcode == 0) == (code in {10009, 10010}), (checked, answer)
            assert checked.retcode in {0, code}
        self.codes[request.get("action"), code] += 1

    def symbol(self):
        return self.random.choice(list(self.terminal.symbols_get()))

    def levels(self, info, reference, sign):
        unit, levels = max(info.spread, 8) * info.point, {}
        for name, direction in (("sl", -sign), ("tp", sign)):
            if self.random.random() < 0.5:
                distance = self.random.choice([-3, 3, 20, 100, 400]) * unit
                levels[name] = round(reference + direction * distance, info.digits)
        return levels

    def volume(self, info):
        steps = self.random.choice([1, 1, 5, 10, 40, 120, 3000])
        return round(info.volume_min + (steps - 1) * info.volume_step, 2)

    def open(self):
        info, side = self.symbol(), self.random.randrange(2)
        price = (info.ask, info.bid)[side]
        self.send(
            action=1,
            symbol=info.name,
            type=side,
            volume=self.volume(info),
            price=self.random.choice([price, price, price + 50 * info.point]),
            deviation=10,
            type_filling=self.random.choice([0, 0, 1, 1, 2]),
            magic=self.random.randrange(3),
            **self.levels(info, price, 1 - 2 * side),
        )

    def pending_fields(self, info, kind):
        sign, unit = 1 - 2 * (kind % 2), max(info.spread, 8) * info.point
        towards = {2: -1, 3: -1, 4: 1, 5: 1, 6: 1, 7: 1}[kind] * sign
        far = self.random.choice([-4, 2, 10, 60, 200]) * unit
        price = round((info.ask, info.bid)[kind % 2] + towards * far, info.digits)
        fields = {"price": price, **self.levels(info, price, sign)}
        if kind in {6, 7}:
            fields["stoplimit"] = round(price - sign * self.random.choice([-2, 3, 15]) * unit, info.digits)
        kind_of_time = self.random.randrange(4)
        now = self.terminal.symbol_info_tick("BTCUSD").time
        later = now + self.random.choice([-60, 600, 20_000, 200_000])
        return fields | {"type_time": kind_of_time, "expiration": later if kind_of_time > 1 else 0}

    def pending(self):
        info, kind = self.symbol(), self.random.randrange(2, 8)
        filling = self.random.choice([0, 1, 2, 2, 2])
        fields = self.pending_fields(info, kind)
        self.send(
            action=5, symbol=info.name, type=kind, volume=self.volume(info), type_filling=filling, **fields
        )

    def modify(self):
        if orders := self.terminal.orders_get():
            order = self.random.choice(orders)
            kind = order.type if order.type > 1 else 2
            self.send(
                action=7,
                order=order.ticket,
                **self.pending_fields(self.terminal.symbol_info(order.symbol), kind),
            )

    def remove(self):
        orders = self.terminal.orders_get()
        self.send(action=8, order=self.random.choice(orders).ticket if orders else 5)

    def close(self):
        if held := self.terminal.positions_get():
            row = self.random.choice(held)
            share = self.random.choice([0.3, 0.5, 1.0, 1.0, 1.5])
            tick = self.terminal.symbol_info_tick(row.symbol)
            self.send(
                action=1,
                symbol=row.symbol,
                type=1 - row.type,
                position=row.ticket,
                volume=round(row.volume * share, 2) or row.volume,
                price=(tick.bid, tick.ask)[row.type],
                type_filling=self.random.choice([0, 1, 2]),
            )

    def close_by(self):
        held = self.terminal.positions_get()
        pairs = [(a, b) for a in held for b in held if a.symbol == b.symbol and a.type != b.type]
        if pairs:
            first, second = self.random.choice(pairs)
            self.send(action=10, position=first.ticket, position_by=second.ticket)

    def stops(self):
        if held := self.terminal.positions_get():
            row = self.random.choice(held)
            info = self.terminal.symbol_info(row.symbol)
            levels = self.levels(info, info.bid, 1 - 2 * row.type)
            self.send(action=6, position=row.ticket, symbol=row.symbol, **levels)

    def garbage(self):
        names = self.random.sample(FIELDS, self.random.randrange(8))
        request = {name: self.random.choice(WORDS) for name in names}
        if self.random.random() < 0.7:
            request["action"] = self.random.choice([1, 5, 6, 7, 8, 10])
        self.send(**request)

    def time(self):
        self.clock.now += timedelta(seconds=self.random.choice([1, 7, 60, 900, 5000, 30_000, 90_000]))

    def operate(self):
        kind, amount = self.random.choice([(2, 900), (2, -200), (3, 300), (3, -300), (4, -12), (6, 5)])
        self.terminal.operate(kind, float(amount), "by hand")

    def broker(self):
        symbol, fields = self.random.choice(CONTRACTS)
        if "swap_mode" in fields or not self.terminal.positions_get(symbol=symbol):
            self.terminal.change_symbol(symbol, **fields)


def make(mode, seed, clock):
    base = brokers.fbs() if mode != "exchange" else brokers.exness_pro()
    profile = base.with_conditions(**MODES[mode])
    terminal = paper.PaperTerminal(clock=clock, seed=seed, sessions=bool(seed % 2), profile=profile)
    assert terminal.initialize()
    return terminal


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", MODES)
def test_whatever_is_done_the_books_balance(clock, mode, seed):
    terminal = make(mode, seed, clock)
    trader, books = Trader(terminal, clock, f"{mode}{seed}"), Books(terminal)
    for _ in range(STEPS):
        trader.step()
        books.check()
        if terminal.account_info().equity < 3000:
            terminal.operate(constants.DEAL_TYPE_BALANCE, 20_000.0, "more")
    books.check_history()
    done = {action for action, code in trader.codes if code in {10009, 10010}}
    assert done >= ({1, 5, 6, 7, 8} if "netting" in mode or mode == "exchange" else {1, 5, 6, 7, 8, 10})
    assert len({code for _, code in trader.codes}) >= 12
    terminal.close_book()


class Books:
    """Keep a second set of books from the deals alone, and compare."""

    def __init__(self, terminal):
        self.terminal = terminal
        self.seen = set()
        self.since = 0
        self.balance = self.credit = 0.0
        self.volumes = defaultdict(float)

    def read(self):
        """Take in the deals that are new."""
        deals = self.terminal.history_deals_get(self.since, 2**31 - 1)
        for deal in deals:
            if deal.ticket in self.seen:
                continue
            self.seen.add(deal.ticket)
            self.since = max(self.since, deal.time)
            money = deal.profit + deal.commission + deal.swap + deal.fee
            if deal.type == constants.DEAL_TYPE_CREDIT:
                self.credit += money
            else:
                self.balance += money
            if deal.type in {0, 1}:
                signed = deal.volume * (1 - 2 * deal.type)
                self.volumes[deal.position_id] = round(self.volumes[deal.position_id] + signed, 8)
                assert deal.volume > 0
                assert deal.price > 0
        assert len(self.seen) == self.terminal.history_deals_total(0, 2**31 - 1)

    def check(self):
        terminal = self.terminal
        info, held, orders = terminal.account_info(), terminal.positions_get(), terminal.orders_get()
        self.read()
        assert info.balance == pytest.approx(self.balance, abs=1e-4)
        assert info.credit == pytest.approx(self.credit, abs=1e-4)
        floating = sum(row.profit for row in held)
        swap = sum(row.swap for row in held)
        assert info.profit == pytest.approx(floating, abs=1e-6)
        assert info.equity == pytest.approx(info.balance + info.credit + floating + swap, abs=0.01)
        assert info.margin_free == pytest.approx(info.equity - info.margin, abs=0.01)
        assert info.margin >= 0
        level = info.equity / info.margin * 100 if info.margin else 0.0
        assert info.margin_level == pytest.approx(level, abs=0.01)
        left = {key: volume for key, volume in self.volumes.items() if volume}
        assert left == {row.identifier: row.volume * (1 - 2 * row.type) for row in held}
        if info.margin_mode != constants.ACCOUNT_MARGIN_MODE_RETAIL_HEDGING:
            assert len({row.symbol for row in held}) == len(held)
        assert terminal.positions_total() == len(held) == len({row.ticket for row in held})
        assert terminal.orders_total() == len(orders)
        for row in held:
            assert row.price_current == terminal.symbol_info_tick(row.symbol)[1 + row.type]
        for order in orders:
            assert 0 < order.volume_current <= order.volume_initial
            assert order.state in {constants.ORDER_STATE_PLACED, constants.ORDER_STATE_PARTIAL}

    def check_history(self):
        """Every deal has its order, every order's deals fill what it says, nothing is finished twice."""
        orders = self.terminal.history_orders_get(0, 2**31 - 1)
        waiting = {order.ticket: order for order in self.terminal.orders_get()}
        finished = {order.ticket: order for order in orders}
        assert len(finished) == len(orders) == self.terminal.history_orders_total(0, 2**31 - 1)
        assert not finished.keys() & waiting.keys()
        filled = defaultdict(float)
        for deal in self.terminal.history_deals_get(0, 2**31 - 1):
            if deal.type in {0, 1}:
                order = (finished | waiting)[deal.order]
                assert order.symbol == deal.symbol
                assert order.time_setup <= deal.time
                by = deal.entry == constants.DEAL_ENTRY_OUT_BY
                filled[deal.order] += deal.volume / 2 if by else deal.volume
        for order in (*orders, *waiting.values()):
            done = order.volume_initial - order.volume_current
            assert filled[order.ticket] == pytest.approx(done, abs=1e-6), order
            if order.state == constants.ORDER_STATE_FILLED:
                assert order.volume_current == 0
