"""The sample bots of the demo."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor
from bot_service.services.drafts import settings_from_words
from bot_service.services.facade import Services

PLANS = (
    ("Euro Trend", "EURUSD", "MA_CROSSOVER", "0.02"),
    ("Gold RSI", "XAUUSD", "RSI_CROSSOVER", "0.01"),
    ("Pound Bands", "GBPUSD", "BOLLINGER_REVERSION", "0.02"),
    ("Bitcoin Trend", "BTCUSD", "MA_CROSSOVER", "0.01"),
    ("S&P RSI", "US500", "RSI_CROSSOVER", "0.1"),
    ("Yen Trend", "USDJPY", "MA_CROSSOVER", "0.02"),
)


def make_samples(
    services: Services, actor: Actor, count: int, symbols: Sequence[str], timeframe: Timeframe
) -> None:
    """Make up to `count` stopped sample bots on the symbols that exist, unless there are bots already."""
    if services.queries.bots().total:
        return
    plans = [plan for plan in PLANS if plan[1] in symbols]
    for name, symbol, strategy, lot in islice(cycle(plans), count if plans else 0):
        words = {"name": name, "symbol": symbol, "strategy": strategy, "tf": timeframe.value, "lot": lot}
        services.control.create(actor, settings_from_words(words, None))
