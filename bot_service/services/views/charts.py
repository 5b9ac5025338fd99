"""What a chart of a bot shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot_service.domain.bots import Bot
from bot_service.domain.trading import ClosedTrade, Position
from bot_service.services.views.money import AccountTag

if TYPE_CHECKING:
    import pandas as pd  # slow to import, and here only a name


@dataclass(frozen=True)
class ChartView:
    """Candles of a bot's symbol with what the bot did there; `lines` are its strategy's own, by name."""

    tag: AccountTag
    bot: Bot
    bars: pd.DataFrame
    trades: tuple[ClosedTrade, ...]
    position: Position | None
    lines: dict[str, pd.Series]
    currency: str
