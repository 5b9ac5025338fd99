"""The sample bots of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice

from bot_service.domain.guards import GuardRules
from bot_service.domain.market import Timeframe
from bot_service.domain.people import Actor
from bot_service.ports import Database
from bot_service.services import guard_rules
from bot_service.services.drafts import settings_from_words
from bot_service.services.facade import Services

MARKETS = (
    ("Euro", "EURUSD", "0.02"),
    ("Gold", "XAUUSD", "0.01"),
    ("Pound", "GBPUSD", "0.02"),
    ("Bitcoin", "BTCUSD", "0.01"),
    ("S&P", "US500", "0.1"),
    ("Yen", "USDJPY", "0.02"),
)
RULES = (("Trend", "MA_CROSSOVER"), ("RSI", "RSI_CROSSOVER"), ("Bands", "BOLLINGER_REVERSION"))

LIMITS = replace(GuardRules(), entries_a_day=100, losses=12)
"""Bots that look at every minute of a fast market meet the usual limits soon, and then nothing moves."""


def plans(symbols: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield settings for ever: each market in turn, each time round with its next rule."""
    markets = [market for market in MARKETS if market[1] in symbols]
    for place in count() if markets else ():
        rounds, market = divmod(place, len(markets))
        name, symbol, lot = markets[market]
        nickname, strategy = RULES[(market + rounds) % len(RULES)]
        again = rounds // len(RULES) + 1
        title = f"{name} {nickname}" if again == 1 else f"{name} {nickname} {again}"
        yield {"name": title, "symbol": symbol, "strategy": strategy, "lot": lot}


def set_limits(database: Database, account_id: int) -> None:
    """Give the demo's account wider limits per bot, unless somebody has set some."""
    with database.write() as uow:
        guard_rules.begin(uow, account_id, LIMITS)
        uow.commit()


def make_samples(
    services: Services, actor: Actor, wanted: int, symbols: Sequence[str], timeframe: Timeframe
) -> None:
    """Make `wanted` stopped sample bots on the symbols that exist, unless there are bots already."""
    if services.queries.bots().total:
        return
    for words in islice(plans(symbols), wanted):
        services.control.create(actor, settings_from_words({**words, "tf": timeframe.value}, None))
