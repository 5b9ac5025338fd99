"""The innocent: whatever they do, nothing of it is a pattern, and nobody should warn them.

Each kind is a way to look guilty by accident.
"""

from __future__ import annotations

from benchmarks.traders import DAY, DAYS, MONTH_DAYS, Deed, Trader, moment
from benchmarks.traders_market import number, some_bots, trade_all
from benchmarks.traders_people import (
    awake,
    change_risk,
    close_some,
    is_awake,
    look_around,
    restart,
    tell_moods,
    tinker,
)
from bot_service.domain.acts import ActKind
from bot_service.domain.promises import PromiseMark, PromiseOccasion


def at_random(trader: Trader) -> None:
    """Act of all kinds at any moment, and often just after an alert, whatever it says."""
    some_bots(trader, int(trader.rng.integers(2, 6)), 8)
    trade_all(trader)
    number(trader)
    close_some(trader, 0.04)
    tinker(trader, a_day=1.6)
    look_around(trader)
    tell_moods(trader)


def disciplined(trader: Trader) -> None:
    """Act rarely, tell a mood every morning, keep what was promised."""
    some_bots(trader, 4, 6)
    trade_all(trader)
    number(trader)
    tinker(trader, a_day=0.15, answering=0.0)
    look_around(trader, a_day=4, answers=0.1)
    tell_moods(trader, 0.95)
    promise(trader, kept=1.0, a_day=0.1)


def many_bots(trader: Trader) -> None:
    """Let many bots trade, 12 to 24 losing closes a day, and hardly touch them."""
    some_bots(trader, 14, float(trader.rng.uniform(22, 36)))
    trade_all(trader)
    number(trader)
    tinker(trader, a_day=0.3)
    look_around(trader, a_day=5, answers=0.05)


def depositor(trader: Trader) -> None:
    """Pay in now and then, and set the bots' risk anew within a day: often after a loss, by accident."""
    some_bots(trader, 4, 7)
    trade_all(trader)
    number(trader)
    rng = trader.rng
    for day in sorted(rng.choice(DAYS - 1, 18, replace=False)):
        paid = awake(trader, int(day))
        trader.deposits.append(paid)
        for place, bot in enumerate(trader.bots):
            at = paid + 20 + 7 * place
            change_risk(trader, bot, at, float(rng.uniform(1.1, 1.6)), excused="deposit")
            later = at + DAY * 4
            trader.set_risk(
                Deed(later, ActKind.UNDO, bot.id, bot.symbol, before=bot.risk * 1.3, after=bot.risk)
            )
    look_around(trader)
    tell_moods(trader)


def maintainer(trader: Trader) -> None:
    """Restart all bots every Saturday and some after an edit or a reboot, losses or not."""
    some_bots(trader, 6, 9)
    trade_all(trader)
    number(trader)
    rng = trader.rng
    for day in range(DAYS):
        begin = awake(trader, day)
        if day % 7 == 5 or rng.random() < 0.1:
            one_by_one = rng.random() < 0.5
            for place, bot in enumerate(trader.bots):
                at = begin + place * (6 if one_by_one else 0)
                trader.deeds.append(Deed(at, ActKind.STOP, bot.id, bot.symbol))
                trader.deeds.append(Deed(at + 3, ActKind.START, bot.id, bot.symbol))
    tinker(trader, a_day=0.4)
    look_around(trader)


def explorer(trader: Trader) -> None:
    """Try everything on a young demo account: new bots, other strategies, back-tests, larger risks."""
    trader.real, trader.age_days = False, int(trader.rng.integers(2, 20)) + MONTH_DAYS
    some_bots(trader, 5, 8)
    trade_all(trader)
    first = (DAYS - trader.age_days) * DAY
    trader.trades = [trade for trade in trader.trades if trade.opened >= first]
    number(trader)
    rng = trader.rng
    for day in range(DAYS - trader.age_days + 1, DAYS):
        for _ in range(rng.poisson(3)):
            at, bot = awake(trader, day), trader.bots[int(rng.integers(5))]
            if rng.random() < 0.5:
                hop = {"strategy": ("A", f"S{rng.integers(9)}")}
                trader.deeds.append(Deed(at, ActKind.EDIT, bot.id, bot.symbol, changes=hop))
            else:
                risk = float(rng.uniform(0.5, 3))
                trader.deeds.append(Deed(at, ActKind.CREATE, 60, bot.symbol, after=risk))
        for _ in range(rng.poisson(1)):
            change_risk(trader, trader.bots[int(rng.integers(5))], awake(trader, day))
    look_around(trader, a_day=20)
    tell_moods(trader, 0.3)
    trader.deeds = [deed for deed in trader.deeds if deed.at >= first]
    trader.moods = [said for said in trader.moods if said.at >= first]


def news_closer(trader: Trader) -> None:
    """Close by hand before the news and before the weekend, winners and losers alike."""
    some_bots(trader, 4, 8)
    trade_all(trader)
    number(trader)
    close_some(trader, 0.12, near=0.5)
    for day in range(DAYS):
        if day % 7 in (2, 4) and trader.rng.random() < 0.8:
            restart(trader, trader.bots[day % 4], day * DAY + float(trader.rng.normal(900, 20)))
    tinker(trader, a_day=0.3)
    look_around(trader)
    tell_moods(trader)


def prop_firm(trader: Trader) -> None:
    """Live under a daily limit that is respected, and take the risk down after bad days."""
    some_bots(trader, 4, 7)
    trade_all(trader)
    number(trader)
    sums: dict[int, float] = {}
    for trade in trader.trades:
        day = int(trade.closed // DAY)
        before = sums.get(day, 0.0)
        sums[day] = before + trade.r
        if before > -3 >= sums[day]:
            trader.guards.append(trade.closed)
        if before > -2 >= sums[day] and is_awake(trade.closed):
            bot = trader.bots[trade.bot - 1]
            change_risk(trader, bot, trade.closed + 20, 0.6)
            back = (day + 1) * DAY + float(trader.rng.uniform(150, 300))
            change_risk(trader, bot, back, 1 / 0.6, planned=True, excused="planned")
    promise(trader, kept=1.0, a_day=0.15)
    look_around(trader)
    tell_moods(trader)


def promise(trader: Trader, kept: float, a_day: float) -> None:
    """Meet occasions of promises; `kept` is the share that is kept."""
    for day in range(DAYS - MONTH_DAYS, DAYS):
        for _ in range(trader.rng.poisson(a_day)):
            at = awake(trader, day)
            mark = PromiseMark.KEPT if trader.rng.random() < kept else PromiseMark.BROKEN
            trader.occasions.append((at, PromiseOccasion(1, moment(at), mark, "edit_bot", "day_r=-2.3")))


INNOCENT = {
    "random": at_random,
    "disciplined": disciplined,
    "many bots": many_bots,
    "planned deposit": depositor,
    "maintenance": maintainer,
    "demo explorer": explorer,
    "news closer": news_closer,
    "prop-firm rules": prop_firm,
}
