"""What people do without any pattern: look, answer alerts, edit, restart, close by hand, tell their mood.

All of it falls where it falls. With many losing closes a day a good part of such acts comes within an hour
after a loss, by accident or because an alert of any close has brought the person to his phone.
"""

from __future__ import annotations

import numpy as np

from benchmarks.traders import DAY, DAYS, SLEEPS, WAKES, Bot, Deed, Exit, Said, Trade, Trader
from bot_service.domain.acts import ActKind
from bot_service.domain.findings import Mood
from bot_service.domain.trading import ExitCause

MOODS = tuple(Mood)
SURE = 0.02, 0.98
"""How sure the rule's stop or target can be at the moment of an exit by hand."""
AFTER_A_BAD_DAY = (Mood.FRUSTRATED, Mood.ANXIOUS, Mood.DOUBTFUL, Mood.TIRED)


def awake(trader: Trader, day: int) -> float:
    """Return a random moment of a day at which the person is up."""
    return day * DAY + float(trader.rng.uniform(WAKES, SLEEPS))


def is_awake(at: float) -> bool:
    """Tell whether he is up."""
    return WAKES <= at % DAY < SLEEPS


def look_around(trader: Trader, a_day: float = 8.0, answers: float = 0.3) -> None:
    """Look things up, at random and when an alert of a close arrives; some presses only refresh."""
    rng = trader.rng
    for day in range(DAYS):
        times = [awake(trader, day) for _ in range(rng.poisson(a_day * rng.lognormal(0, 0.4)))]
        trader.deeds.extend(Deed(at, ActKind.LOOK, refresh=bool(rng.random() < 0.2)) for at in times)
    for trade in trader.trades:
        if is_awake(trade.closed) and rng.random() < answers:
            trader.deeds.append(Deed(trade.closed + float(rng.exponential(6)), ActKind.LOOK))


def moments(trader: Trader, a_day: float, answering: float) -> list[float]:
    """Return when he acts: at random moments, and a share of them just after an alert of any close."""
    rng = trader.rng
    found = []
    by_day: dict[int, list[Trade]] = {}
    for trade in trader.trades:
        by_day.setdefault(int(trade.closed // DAY), []).append(trade)
    for day in range(DAYS):
        closes = [trade.closed for trade in by_day.get(day, ()) if is_awake(trade.closed)]
        for _ in range(rng.poisson(a_day)):
            answers = bool(closes) and rng.random() < answering
            found.append(
                float(rng.choice(closes)) + float(rng.exponential(12)) if answers else awake(trader, day)
            )
    return sorted(at for at in found if at < DAYS * DAY)


def tinker(trader: Trader, a_day: float = 0.8, answering: float | None = None) -> None:
    """Edit, restart and create at moments that have nothing to do with results."""
    rng = trader.rng
    share = float(rng.uniform(0, 0.6)) if answering is None else answering
    for at in moments(trader, a_day, share):
        bot = trader.bots[int(rng.integers(len(trader.bots)))]
        what = rng.random()
        if what < 0.45:
            change_risk(trader, bot, at)
        elif what < 0.65:
            frames = ("M15", "H1") if rng.random() < 0.5 else ("H1", "M15")
            trader.deeds.append(Deed(at, ActKind.EDIT, bot.id, bot.symbol, changes={"timeframe": frames}))
        elif what < 0.95:
            restart(trader, bot, at)
        else:
            trader.deeds.append(Deed(at, ActKind.CREATE, 50, bot.symbol, after=float(rng.uniform(0.3, 2))))


def present_risk(trader: Trader, bot: Bot, at: float) -> float:
    """Return what a bot is set to risk at a moment, in percent."""
    own = [deed for deed in trader.settings.get(bot.id, ()) if deed.at < at]
    return max(own, key=lambda deed: deed.at).after if own else bot.risk


def change_risk(trader: Trader, bot: Bot, at: float, factor: float | None = None, **more: object) -> Deed:
    """Set another risk; without a factor somewhere around the bot's own, so that it never runs away."""
    before = present_risk(trader, bot, at)
    after = bot.risk * float(trader.rng.uniform(0.6, 1.7)) if factor is None else before * factor
    deed = Deed(at, ActKind.EDIT, bot.id, bot.symbol, before=before, after=min(after, 4.0), **more)  # type: ignore[arg-type]
    trader.set_risk(deed)
    return deed


def restart(trader: Trader, bot: Bot, at: float) -> None:
    """Stop just this bot and start it again some minutes or hours later."""
    trader.deeds.append(Deed(at, ActKind.STOP, bot.id, bot.symbol))
    again = at + float(trader.rng.exponential(60)) + 1
    trader.deeds.append(Deed(again, ActKind.START, bot.id, bot.symbol, lifted="own_stop"))


def close_some(
    trader: Trader, share: float = 0.02, helps_by: float = 0.0, only_winning: bool = False, near: float = 0.3
) -> None:
    """Close some of the bots' positions by hand; on average that makes `helps_by` R more than the rule."""
    rng = trader.rng
    rewards = {bot.id: bot.reward for bot in trader.bots}
    for trade in trader.trades:
        if not trade.bot or rng.random() >= share or not is_awake(trade.closed):
            continue
        reward = rewards[trade.bot]
        low, high = (0.1 * reward, 0.5 * reward) if only_winning else (-0.8, 0.8 * reward)
        # Who closes at -0.8 R can't save 0.5 R from a stop at -1 R: what is planted must have its room.
        nearest, farthest = (share * (reward + 1) - 1 + helps_by for share in SURE)
        actual = float(rng.uniform(max(low, nearest), min(high, farthest)))
        # A market without drift ends at the target as often as the way to it is short.
        target = rng.random() < (actual + 1 - helps_by) / (reward + 1)
        trade.r, trade.cause = actual, ExitCause.BY_HAND
        near_close = bool(rng.random() < near)
        trader.exits.append(Exit(trade.closed, trade.ticket, actual, reward if target else -1.0, near_close))
        trader.deeds.append(
            Deed(
                trade.closed,
                ActKind.CLOSE,
                trade.bot,
                trade.symbol,
                trade.ticket,
                near_close=near_close,
            )
        )


def tell_moods(trader: Trader, share: float = 0.75) -> None:
    """Tell a mood in the morning, shaped by yesterday, and sometimes in the evening, shaped by today."""
    rng = trader.rng
    results, first = _days(trader)
    for day in range(DAYS):
        if rng.random() < share:
            at = day * DAY + float(rng.uniform(WAKES, WAKES + 60))
            mood = _mood(rng, results.get(day - 1, 0.0))
            trader.moods.append(Said(at, mood, at < first.get(day, np.inf)))
        if rng.random() < 0.3:
            at = day * DAY + float(rng.uniform(800, SLEEPS))
            trader.moods.append(Said(at, _mood(rng, results.get(day, 0.0)), at < first.get(day, np.inf)))


def _days(trader: Trader) -> tuple[dict[int, float], dict[int, float]]:
    results: dict[int, float] = {}
    first: dict[int, float] = {}
    for trade in trader.trades:
        day = int(trade.closed // DAY)
        results[day] = results.get(day, 0.0) + trade.r
        first[day] = min(first.get(day, np.inf), trade.closed)
    return results, first


def _mood(rng: np.random.Generator, result: float) -> Mood:
    if result < -2 and rng.random() < 0.6:
        return AFTER_A_BAD_DAY[int(rng.integers(len(AFTER_A_BAD_DAY)))]
    return MOODS[int(rng.integers(len(MOODS)))]
