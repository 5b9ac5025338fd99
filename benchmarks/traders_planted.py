"""Those who do it: one kind of trader for each pattern or habit, with noise, beside an ordinary life.

All of them also act at random as honest people do. How strong a habit is differs from person to person; the
ranges stand here. They were not all chosen blindly: those of exits, of moods and of hectic days were raised
after the first results, when the habits were too weak to be told from luck in so few days. So the recall is
that of habits as strong as these; a weaker one is found later or never. The other ranges stand as they were
first written. No range was changed when the tests behind the patterns were.

- raises: after 12 to 30 % of the losses that he sees the risk goes up by 1.2 to 2.5 times, mostly within an
  hour; the next morning it goes down again.
- exits: 10 to 20 % of the bots' positions, and each costs (or brings) 0.5 to 1.0 R against the rule, on
  average; winners are taken on the first half of the way to their target. Only where the rule can make so
  much of a difference: who closes at -0.8 R can't have saved 0.5 R.
- hours, a symbol, a strategy: 0.5 to 0.9 R worse a trade than the rest.
- sizes by hand: 1.5 to 2.5 times after a loss, in seven of ten cases, lots scattered by a third.
- losers by hand: held 1.8 to 3.5 times as long, holding times scattered by a factor of two.
- a mood: 2.5 to 4 times as many acts, or 0.6 to 1.0 R worse a trade, on a fifth of the days.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.traders import BALANCE, DAY, DAYS, WARM_DAYS, Bot, Deed, Held, Said, Trade, Trader
from benchmarks.traders_innocent import promise
from benchmarks.traders_market import STRATEGIES, SYMBOLS, Tilt, number, some_bots, trade_all
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
from bot_service.domain.findings import Mood
from bot_service.domain.trading import ExitCause

TREND_REWARDS = (1.5, 2.0, 3.0)
"""Only where the rule aims far does an early exit cost much."""


def life(trader: Trader, trades_a_day: float = 7, acts: float = 0.5) -> None:
    """Live as honest people do; the habit comes on top."""
    if not trader.trades:
        if not trader.bots:
            some_bots(trader, int(trader.rng.integers(3, 6)), trades_a_day)
        trade_all(trader)
    number(trader)
    tinker(trader, a_day=acts)
    look_around(trader)
    tell_moods(trader)


def raiser(trader: Trader) -> None:
    """Raise the risk of the bot that has just lost."""
    trader.patterns = frozenset({"risk_after_loss_pattern"})
    # His raises are sizes that he chose after losses as well.
    trader.implied = frozenset({"size_after_loss"})
    life(trader, acts=0.3)
    rng = trader.rng
    often = float(rng.uniform(0.12, 0.3))
    for trade in list(trader.trades):
        if trade.net < 0 and is_awake(trade.closed) and rng.random() < often:
            bot = trader.bots[trade.bot - 1]
            at = trade.closed + float(rng.lognormal(2.7, 0.8))
            change_risk(trader, bot, at, float(rng.uniform(1.2, 2.5)))
            morning = (int(at // DAY) + 1) * DAY + float(rng.uniform(120, 200))
            trader.set_risk(
                Deed(morning, ActKind.EDIT, bot.id, bot.symbol, before=bot.risk * 1.8, after=bot.risk)
            )


def lifter(trader: Trader) -> None:
    """Start again what a limit or his own stop after a loss has stopped."""
    life(trader)
    rng = trader.rng
    sums: dict[int, float] = {}
    for trade in trader.trades:
        day = int(trade.closed // DAY)
        before = sums.get(day, 0.0)
        sums[day] = before + trade.r
        bot = trader.bots[trade.bot - 1]
        if before > -2.5 >= sums[day]:
            trader.guards.append(trade.closed)
            if is_awake(trade.closed) and rng.random() < 0.6:
                at = trade.closed + float(rng.exponential(40)) + 1
                for other in trader.bots:
                    trader.deeds.append(Deed(at, ActKind.START, other.id, other.symbol, lifted="daily_loss"))
        elif trade.net < 0 and is_awake(trade.closed) and rng.random() < 0.05:
            restart(trader, bot, trade.closed + float(rng.exponential(15)) + 1)


def early_closer(trader: Trader) -> None:
    """Take the winners of the bots early, and lose by it."""
    trader.patterns = frozenset({"exit_by_hand_pattern"})
    some_bots(trader, 4, 8, TREND_REWARDS)
    trade_all(trader)
    number(trader)
    rng = trader.rng
    close_some(
        trader, float(rng.uniform(0.1, 0.2)), -float(rng.uniform(0.5, 1.0)), only_winning=True, near=0.15
    )
    life(trader)


def saver(trader: Trader) -> None:
    """Close by hand what would have gone wrong, and gain by it."""
    trader.patterns = frozenset({"exit_by_hand_pattern"})
    some_bots(trader, 4, 8, TREND_REWARDS)
    trade_all(trader)
    number(trader)
    rng = trader.rng
    close_some(trader, float(rng.uniform(0.1, 0.2)), float(rng.uniform(0.5, 1.0)), near=0.15)
    life(trader)


def new_botter(trader: Trader) -> None:
    """Make another bot on the symbol that has just lost, mostly with more risk."""
    life(trader)
    rng = trader.rng
    for trade in trader.trades:
        if trade.net < 0 and is_awake(trade.closed) and rng.random() < 0.06:
            at = trade.closed + float(rng.exponential(14)) + 1
            risk = trade.planned * 100 / BALANCE * float(rng.uniform(0.8, 3.0))
            trader.deeds.append(Deed(at, ActKind.CREATE, 70, trade.symbol, after=risk))


def hectic(trader: Trader) -> None:
    """Change a few things a day, and on a rare day (one in two months or so) very many."""
    life(trader, acts=0.2)
    rng = trader.rng
    calm, last = float(rng.uniform(1, 3)), 0
    for day in range(DAYS):
        # Whoever has such days every week has no unusual one.
        wild = day - last >= 30 and rng.random() < 0.06
        last = day if wild else last
        for _ in range(rng.poisson(calm) + (int(rng.integers(14, 26)) if wild else 0)):
            bot = trader.bots[int(rng.integers(len(trader.bots)))]
            if rng.random() < 0.8:
                trader.deeds.append(Deed(awake(trader, day), ActKind.START, bot.id, bot.symbol))
            else:
                frames = {"timeframe": ("H1", "M5")}
                trader.deeds.append(
                    Deed(awake(trader, day), ActKind.EDIT, bot.id, bot.symbol, changes=frames)
                )
        if wild:
            trader.mark("busy_human", day * DAY)


def checker(trader: Trader) -> None:
    """Look again and again within an hour, on some days; on others there was an alert to look for."""
    life(trader)
    rng = trader.rng
    for day in range(WARM_DAYS, DAYS):
        what = rng.random()
        begin = awake(trader, day)
        if what < 0.3:
            count = int(rng.integers(30, 60))
            times = np.sort(rng.uniform(begin, begin + 55, count))
            refreshing = what >= 0.2
            trader.deeds.extend(Deed(float(at), ActKind.LOOK, refresh=refreshing) for at in times)
            if 0.1 <= what < 0.2:
                trader.alerts.append(begin + 27)
            if what < 0.1:
                trader.mark("frequent_checking", begin)


def hopper(trader: Trader) -> None:
    """Give a bot another strategy every day or two, for a while; or after back-tests, as one should."""
    life(trader)
    rng = trader.rng
    day = WARM_DAYS - 10
    while day < DAYS - 6:
        bot = trader.bots[int(rng.integers(len(trader.bots)))]
        tested = bool(rng.random() < 0.4)
        for step in range(int(rng.integers(2, 6))):
            at = awake(trader, day)
            if tested:
                trader.deeds.append(Deed(at - 50, ActKind.BACKTEST))
            hop = {"strategy": (f"S{step}", f"S{step + 1}")}
            excuse = "tested" if tested else ""
            trader.deeds.append(Deed(at, ActKind.EDIT, bot.id, bot.symbol, changes=hop, excused=excuse))
            day += int(rng.integers(1, 4))
        day += int(rng.integers(2, 9))


def by_hand(trader: Trader, bigger: float = 1.0, longer: float = 1.0) -> None:
    """Trade by hand as well, two to five times a day."""
    rng = trader.rng
    usual = float(rng.uniform(0.1, 0.5))
    lost_before = False
    for day in range(DAYS):
        if day % 7 > 4:
            continue
        times = np.sort(rng.uniform(WAKE_HANDS, DAY - 400, rng.poisson(3.2)))
        for at in times:
            lost = bool(rng.random() < 0.5)
            lots = usual * float(rng.lognormal(0, 0.33))
            if lost_before and rng.random() < 0.7:
                lots *= bigger
            minutes = min(390.0, 20 * float(rng.lognormal(0, 0.7)) * (longer if lost else 1.0))
            opened = day * DAY + float(at)
            r = -float(rng.uniform(0.3, 1.2)) if lost else float(rng.uniform(0.3, 1.2))
            symbol = SYMBOLS[int(rng.integers(2))]
            lots = max(0.01, round(lots, 2))
            trader.trades.append(
                Trade(opened, opened + minutes, 0, symbol, "", r, 0.0, ExitCause.BY_HAND, lots)
            )
            lost_before = lost


WAKE_HANDS = 300


def sizer(trader: Trader) -> None:
    """Trade by hand with more lots after a loss."""
    trader.patterns = frozenset({"size_after_loss"})
    some_bots(trader, 3, 4)
    trade_all(trader)
    by_hand(trader, bigger=float(trader.rng.uniform(1.5, 2.5)))
    life(trader)


def holder(trader: Trader) -> None:
    """Trade by hand and hold what loses."""
    trader.patterns = frozenset({"held_losers"})
    some_bots(trader, 3, 4)
    trade_all(trader)
    by_hand(trader, longer=float(trader.rng.uniform(1.8, 3.5)))
    life(trader)


def plain_hands(trader: Trader) -> None:
    """Trade by hand as well, with nothing to be found in it."""
    some_bots(trader, 3, 4)
    trade_all(trader)
    by_hand(trader)
    life(trader)


def crossed_bots(trader: Trader) -> None:
    """Run each of three strategies on each of three symbols, so that neither stands for the other."""
    rng = trader.rng
    place = 0
    for symbol in ("EURUSD", "XAUUSD", "US500"):
        for strategy in STRATEGIES[:3]:
            place += 1
            reward = float(rng.choice((0.5, 1.0, 1.5, 2.0)))
            trader.bots.append(Bot(place, symbol, strategy, 0.9, reward, 0.3))


def bad_hours(trader: Trader) -> None:
    """Let the bots trade in hours that they lose in."""
    trader.patterns = frozenset({"time_of_day"})
    some_bots(trader, 4, 8)
    block = int(trader.rng.choice((7, 11, 15)))  # 12:00, 16:00 and 20:00 in Jakarta
    by = float(trader.rng.uniform(0.5, 0.9))
    tilt = inside(block * 60, block * 60 + 240, by)
    trade_all(trader, dict.fromkeys([bot.id for bot in trader.bots], tilt))
    life(trader)


def inside(begin: float, end: float, by: float) -> Tilt:
    """Return what makes the entries of some hours worse."""
    return lambda _days, minutes: np.where((minutes >= begin) & (minutes < end), by, 0.0)


def everywhere(by: float) -> Tilt:
    """Return what makes all entries worse."""
    return lambda days, _minutes: np.full(days.size, by)


def bad_symbol(trader: Trader) -> None:
    """Trade one symbol that loses."""
    trader.patterns = frozenset({"symbol"})
    crossed_bots(trader)
    by = float(trader.rng.uniform(0.5, 0.9))
    trade_all(trader, {bot.id: everywhere(by) for bot in trader.bots if bot.symbol == "XAUUSD"})
    life(trader)


def bad_strategy(trader: Trader) -> None:
    """Run one strategy that loses."""
    trader.patterns = frozenset({"strategy"})
    crossed_bots(trader)
    by = float(trader.rng.uniform(0.5, 0.9))
    trade_all(trader, {bot.id: everywhere(by) for bot in trader.bots if bot.strategy == STRATEGIES[1]})
    life(trader)


def mood_days(trader: Trader) -> tuple[Mood, np.ndarray]:
    """Tell moods in the morning; return one of them and the days that began with it."""
    rng = trader.rng
    mood = list(Mood)[int(rng.integers(len(Mood)))]
    others = [other for other in Mood if other is not mood]
    bad = rng.random(DAYS) < 1 / 5
    for day in range(DAYS):
        if rng.random() < 0.9:
            said = mood if bad[day] else others[int(rng.integers(len(others)))]
            trader.moods.append(Said(day * DAY + float(rng.uniform(60, 110)), said, early=True))
    return mood, bad


def early_only(trader: Trader) -> None:
    """Say of each mood whether it came before the day's first close."""
    first: dict[int, float] = {}
    for trade in trader.trades:
        day = int(trade.closed // DAY)
        first[day] = min(first.get(day, np.inf), trade.closed)
    for said in trader.moods:
        said.early = said.at < first.get(int(said.at // DAY), np.inf)


def moody(trader: Trader) -> None:
    """Step in far more often on days that begin with one mood."""
    trader.patterns = frozenset({"mood_and_acts"})
    some_bots(trader, 4, 6)
    trade_all(trader)
    number(trader)
    _, bad = mood_days(trader)
    rng = trader.rng
    usual, more = float(rng.uniform(0.8, 1.6)), float(rng.uniform(2.5, 4))
    for day in range(DAYS):
        for _ in range(rng.poisson(usual * (more if bad[day] else 1))):
            bot, at = trader.bots[int(rng.integers(4))], awake(trader, day)
            what = rng.random()
            if what < 0.4:
                change_risk(trader, bot, at)
            elif what < 0.7:
                restart(trader, bot, at)
            else:
                trader.deeds.append(Deed(at, ActKind.MOVE_STOP, bot.id, bot.symbol))
    look_around(trader)
    early_only(trader)


def unlucky_mood(trader: Trader) -> None:
    """Have worse days when they begin with one mood."""
    trader.patterns = frozenset({"mood_and_result"})
    some_bots(trader, 4, 7)
    _, bad = mood_days(trader)
    by = float(trader.rng.uniform(0.6, 1.0))
    tilt: Tilt = lambda days, _minutes: np.where(bad[days], by, 0.0)  # noqa: E731  # a tilt is a function
    trade_all(trader, dict.fromkeys([bot.id for bot in trader.bots], tilt))
    number(trader)
    tinker(trader, a_day=0.5)
    look_around(trader)
    early_only(trader)


def careless(trader: Trader) -> None:
    """Leave positions without a stop, above the limit, or all on one side, on some evenings."""
    life(trader)
    rng = trader.rng
    for day in range(WARM_DAYS, DAYS):
        one_side = bool(rng.random() < 0.15)
        count = int(rng.integers(0, 4)) if not one_side else int(rng.integers(3, 6))
        for place in range(count):
            symbol = ("EURUSD", "GBPUSD", "XAUUSD")[place % 3]
            buys = True if one_side else bool(place % 2)
            stop = bool(rng.random() < 0.85) or one_side
            risk = float(rng.uniform(1.2, 1.9)) if rng.random() < 0.85 else float(rng.uniform(2.3, 4))
            trader.held.append(Held(day, 9000 + day * 10 + place, symbol, buys, stop, risk))


def promiser(trader: Trader) -> None:
    """Promise, and keep it two times of three."""
    life(trader)
    promise(trader, kept=0.66, a_day=0.4)


def unlucky(trader: Trader) -> None:
    """Do nothing wrong, while gaps, stop-outs, runs of losses and odd books come by."""
    some_bots(trader, 3, 6)
    trade_all(trader, dict.fromkeys((1, 2, 3), everywhere(0.25)))
    number(trader)
    rng = trader.rng
    for trade in trader.trades:
        if rng.random() < 0.004:
            trade.r, trade.cause = -1.2, ExitCause.STOP_OUT
        elif rng.random() < 0.01:
            trade.planned = 0.0
    trader.differs = {day for day in range(WARM_DAYS, DAYS) if rng.random() < 0.05}
    close_some(trader, 0.02)


Kind = Callable[[Trader], None]

PLANTED: dict[str, Kind] = {
    "raises the risk after losses": raiser,
    "lifts limits and own stops": lifter,
    "takes winners early": early_closer,
    "saves by hand": saver,
    "new bots after losses": new_botter,
    "hectic days": hectic,
    "looks again and again": checker,
    "hops between strategies": hopper,
    "larger lots after losses": sizer,
    "holds losers": holder,
    "plain trades by hand": plain_hands,
    "bad hours": bad_hours,
    "bad symbol": bad_symbol,
    "bad strategy": bad_strategy,
    "a mood with many acts": moody,
    "a mood with bad days": unlucky_mood,
    "careless positions": careless,
    "promises": promiser,
    "unlucky": unlucky,
}
