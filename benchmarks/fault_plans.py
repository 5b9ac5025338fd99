"""Whose account, which symbols, which bots: what the worlds of the fault benchmark are made of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot_service.domain.bots import BotSettings, SizingMethod
from bot_service.domain.market import Timeframe
from bot_service.terminals.paper import PROFILES, BrokerProfile
from bot_service.terminals.paper.constants import (
    ACCOUNT_MARGIN_MODE_EXCHANGE,
    ACCOUNT_MARGIN_MODE_RETAIL_HEDGING,
    ACCOUNT_MARGIN_MODE_RETAIL_NETTING,
    SYMBOL_TRADE_MODE_FULL,
)
from bot_service.terminals.paper.profile import house

MODES = {
    "hedging": ACCOUNT_MARGIN_MODE_RETAIL_HEDGING,
    "netting": ACCOUNT_MARGIN_MODE_RETAIL_NETTING,
    "exchange": ACCOUNT_MARGIN_MODE_EXCHANGE,
}
BROKERS = ("house", "exness_standard", "xm_standard", "ftmo", "axi_pro")
PLANS: tuple[tuple[str, str, dict[str, int], SizingMethod, str], ...] = (
    ("Euro", "EURUSD", {"fast_period": 2, "slow_period": 3}, SizingMethod.FIXED_LOT, "0.04"),
    ("Gold", "XAUUSD", {"fast_period": 2, "slow_period": 3}, SizingMethod.FIXED_LOT, "0.04"),
    ("Coin", "BTCUSD", {"fast_period": 2, "slow_period": 3}, SizingMethod.RISK_PERCENT, "0.3"),
)
SPARE = "GBPUSD"
"""A market that no bot trades."""

SECOND = ("Euro II", "EURUSD", {"fast_period": 2, "slow_period": 4}, SizingMethod.FIXED_LOT, "0.02")


def profile_of(seed: int) -> tuple[str, str, BrokerProfile]:
    """Return the margin mode, the broker's name and his profile that a seed stands for."""
    mode = list(MODES)[seed % len(MODES)]
    broker = BROKERS[seed // len(MODES) % len(BROKERS)]
    profile = house() if broker == "house" else PROFILES[broker]()
    return mode, broker, profile.with_conditions(margin_mode=MODES[mode])


def bots_of(mode: str, profile: BrokerProfile) -> Iterator[tuple[str, BotSettings]]:
    """Return bots and the market that each is made for; where positions may be many, two share one symbol."""
    plans = [*PLANS, SECOND] if mode == "hedging" else list(PLANS)
    for name, plain, parameters, sizing, size in plans:
        settings = BotSettings(
            name=name,
            symbol=tradable(profile, plain),
            broker_symbol="",
            strategy="MA_CROSSOVER",
            timeframe=Timeframe.M1,
            sizing=sizing,
            size=Decimal(size),
            stop_atr=Decimal("1.5"),
            take_profit_atr=Decimal("2.5"),
            parameters=parameters,
        )
        yield plain, settings


def tradable(profile: BrokerProfile, plain: str) -> str:
    """Return the name under which a broker trades a market."""
    return next(
        name
        for name, source in profile.sources.items()
        if source == (plain, 1.0) and profile.specs[name].trade_mode == SYMBOL_TRADE_MODE_FULL
    )
