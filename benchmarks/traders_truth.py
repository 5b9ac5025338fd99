"""What is true of a synthetic trader's days, worked out from what was planted, without any detector's code.

The mentor is held against this. What is rare by its nature (hectic days, hours of looking) was marked when it
was planted; what is plain arithmetic is done again here, on the generator's own numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

from benchmarks.traders import BALANCE, DAY, DAYS, MONTH_DAYS, Deed, Trade, Trader
from bot_service.domain.acts import ActKind
from bot_service.domain.promises import PromiseMark
from bot_service.domain.trading import ExitCause

HOUR = 60.0
MARKED = ("busy_human", "frequent_checking")
HANDS = (ExitCause.BY_HAND, ExitCause.OPERATOR)


class Truth:
    """A trader's days, cut once."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.by_day: dict[int, list[Trade]] = {}
        for trade in trader.trades:
            self.by_day.setdefault(int(trade.closed // DAY), []).append(trade)
        self.acts: dict[int, list[Deed]] = {}
        for deed in trader.deeds:
            if deed.kind is not ActKind.LOOK:
                self.acts.setdefault(int(deed.at // DAY), []).append(deed)
        self.opening: dict[int, float] = {}
        balance = BALANCE
        for day in range(DAYS):
            self.opening[day] = balance
            balance += sum(trade.net for trade in self.trades(day))

    def trades(self, day: int) -> list[Trade]:
        """Return the trades that closed in a day."""
        return self.by_day.get(day, [])

    def deeds(self, day: int, *kinds: ActKind) -> list[Deed]:
        """Return the acts of a day."""
        return [deed for deed in self.acts.get(day, ()) if deed.kind in kinds]

    def loss_before(self, bot: int, at: float) -> bool:
        """Tell whether an hour before a moment this bot lost, or any did on a day at -2 R or worse."""
        for day in (int(at // DAY) - 1, int(at // DAY)):
            so_far = 0.0
            for trade in self.trades(day):
                so_far += trade.r if trade.planned else 0.0
                near = 0 <= at - trade.closed <= HOUR
                if near and trade.net < 0 and (trade.bot == bot or so_far <= -2):
                    return True
        return False

    def earlier(self, day: int) -> list[Trade]:
        """Return the trades of the thirty days before."""
        return [trade for one in range(day - 30, day) for trade in self.trades(one)]


def true_days(trader: Trader) -> dict[str, set[int]]:
    """Return the days of the month on which each fact is true, by code."""
    truth = Truth(trader)
    month = range(DAYS - MONTH_DAYS, DAYS)
    found = {code: {day for day in month if holds(truth, day)} for code, holds in FACTS.items()}
    for code in MARKED:
        found[code] = {day for day in trader.marked.get(code, ()) if day in month}
    return found


def _raised(truth: Truth, day: int) -> bool:
    paid = truth.trader.deposits
    for deed in truth.deeds(day, ActKind.EDIT):
        raised = 0 < deed.before * 1.05 < deed.after and not deed.excused
        near = any(abs(deed.at - at) <= DAY for at in paid)
        if raised and not near and truth.loss_before(deed.bot, deed.at):
            return True
    return False


def _lifted(truth: Truth, day: int) -> bool:
    if any(deed.lifted == "daily_loss" for deed in truth.deeds(day, ActKind.START)):
        return True
    stops = truth.deeds(day, ActKind.STOP)
    for start in truth.deeds(day, ActKind.START):
        own = [stop.at for stop in stops if stop.bot == start.bot and stop.at < start.at]
        if start.lifted == "own_stop" and own and truth.loss_before(start.bot, max(own)):
            return True
    return False


def _new_bot(truth: Truth, day: int) -> bool:
    if truth.trader.age_days < 30 + DAYS - day or truth.opening[day] <= 0:
        return False
    for deed in truth.deeds(day, ActKind.CREATE):
        for trade in (*truth.trades(day - 1), *truth.trades(day)):
            near = 0 <= deed.at - trade.closed <= 30 and trade.symbol == deed.symbol
            risk = trade.planned * 100 / truth.opening[day]
            if near and trade.net < 0 and risk and deed.after >= 1.25 * risk:
                return True
    return False


def _hops(truth: Truth, day: int) -> bool:
    if not truth.trader.real:
        return False
    days = range(day - 6, day + 1)
    edits = (d for one in days for d in truth.deeds(one, ActKind.EDIT))
    hops = [d for d in edits if "strategy" in d.changes and not d.excused]
    for bot in {d.bot for d in hops if d.at // DAY == day}:
        own = [d.at for d in hops if d.bot == bot and d.at < (day + 1) * DAY]
        if sum(max(own) - at <= 5 * DAY for at in own) > 2:
            return True
    return False


def _one_side(truth: Truth, day: int) -> bool:
    held = [one for one in truth.trader.held if one.day == day]
    alike = len({one.buys for one in held}) == 1 and len({one.symbol for one in held}) > 1
    return len(held) >= 3 and alike and sum(one.risk for one in held if one.stop) >= 3


def _over(truth: Truth, day: int) -> bool:
    return any(one.day == day and one.stop and round(one.risk, 2) > 2.1 for one in truth.trader.held)


def _unstopped(truth: Truth, day: int) -> bool:
    return any(one.day == day and not one.stop for one in truth.trader.held)


def _marks(truth: Truth, day: int) -> list[PromiseMark]:
    return [one.mark for at, one in truth.trader.occasions if at // DAY == day]


def _run(truth: Truth, day: int) -> int:
    trades = [*truth.earlier(day), *truth.trades(day)]
    return sum(1 for _ in takewhile(lambda trade: trade.net < 0, reversed(trades)))


def _fall(truth: Truth, day: int) -> float:
    so_far = best = deepest = 0.0
    for trade in truth.trades(day):
        so_far += trade.net
        best = max(best, so_far)
        deepest = max(deepest, best - so_far)
    return 100 * deepest / truth.opening[day] if truth.opening[day] > 0 else 0.0


def _disciplined(truth: Truth, day: int) -> bool:
    trades = truth.trades(day)
    losses = [trade for trade in trades if trade.net < 0]
    inside = all(trade.planned and trade.net >= -1.1 * trade.planned for trade in losses)
    by_hand = any(trade.bot and trade.cause in HANDS for trade in trades)
    broken = PromiseMark.BROKEN in _marks(truth, day)
    broken |= any(deed.lifted == "daily_loss" for deed in truth.deeds(day, ActKind.START))
    rated = any(trade.planned for trade in trades)
    return sum(t.net for t in trades) < 0 and inside and not by_hand and not broken and rated


def _carried(truth: Truth, day: int) -> bool:
    bots: dict[int, float] = {}
    net = sum(trade.net for trade in truth.trades(day))
    for trade in truth.trades(day):
        if trade.bot:
            bots[trade.bot] = bots.get(trade.bot, 0.0) + trade.net
    return len(bots) > 1 and net > 0 and max(bots.values()) > net + 0.001


def _one_trade(truth: Truth, day: int) -> bool:
    nets = [trade.net for trade in truth.trades(day)]
    return len(nets) >= 3 and 0 < sum(nets) < max(nets) - 0.001


def _busy(truth: Truth, day: int) -> bool:
    counts = sorted(len(truth.trades(one)) for one in range(day - 30, day) if truth.trades(one))
    usual = counts[(len(counts) - 1) // 2] if counts else 0
    return len(counts) >= 5 and len(truth.trades(day)) >= max(6, 2 * usual)


def _costly(truth: Truth, day: int) -> bool:
    paid = sum(round(trade.planned * 0.02, 2) for trade in truth.trades(day))
    gross = sum(trade.net for trade in truth.trades(day)) + paid
    return gross > 0 and len(truth.trades(day)) >= 5 and paid >= 0.25 * gross


def _exits(truth: Truth, day: int) -> bool:
    return any(one.at // DAY == day and not one.near_close for one in truth.trader.exits)


FACTS: dict[str, Callable[[Truth, int], bool]] = {
    "risk_raised_after_loss": _raised,
    "guard_overridden": _lifted,
    "exit_by_hand": _exits,
    "new_bot_after_loss": _new_bot,
    "strategy_hopping": _hops,
    "missing_stop": _unstopped,
    "risk_above_limit": _over,
    "one_direction": _one_side,
    "kept_promise": lambda truth, day: set(_marks(truth, day)) == {PromiseMark.KEPT},
    "broken_promise": lambda truth, day: PromiseMark.BROKEN in _marks(truth, day),
    "streak": lambda truth, day: (
        bool(truth.trades(day))
        and _run(truth, day) >= 4
        and len(truth.earlier(day)) + len(truth.trades(day)) >= 30
    ),
    "losing_streak": lambda truth, day: bool(truth.trades(day)) and _run(truth, day) >= 4,
    "drawdown_day": lambda truth, day: _fall(truth, day) >= 2,
    "drawdown_chance": lambda truth, day: _fall(truth, day) >= 2 and len(truth.earlier(day)) >= 30,
    "disciplined_loss": _disciplined,
    "quiet_day": lambda truth, day: not truth.trades(day),
    "busy_day": _busy,
    "books_differ": lambda truth, day: day in truth.trader.differs,
    "stop_out": lambda truth, day: any(t.cause is ExitCause.STOP_OUT for t in truth.trades(day)),
    "loss_beyond_plan": lambda truth, day: any(
        t.planned and t.net <= -1.5 * t.planned for t in truth.trades(day)
    ),
    "unplanned_trades": lambda truth, day: any(t.bot and not t.planned for t in truth.trades(day)),
    "closed_by_hand": lambda truth, day: any(t.bot and t.cause in HANDS for t in truth.trades(day)),
    "costs_share": _costly,
    "one_bot_carried": _carried,
    "one_trade_carried": _one_trade,
}
