"""What look-ups and acts return: frozen data that the edge renders; never a row, never a sentence."""

from bot_service.services.views.acts import (
    BotOutcome,
    Preview,
    PutBackReceipt,
    StartAllPreview,
    StartReceipt,
    StopReceipt,
)
from bot_service.services.views.bots import (
    AnalysisView,
    BackTestView,
    BotCard,
    BotLine,
    BotsView,
    HistoryView,
    StrategyView,
)
from bot_service.services.views.health import HealthLine, HealthView, HoldLine, HoldsView
from bot_service.services.views.money import (
    AccountTag,
    AccountView,
    DealsView,
    PositionLine,
    PositionsView,
    StatusView,
)
from bot_service.services.views.symbols import (
    SwapPreview,
    SwapReceipt,
    SymbolChoiceView,
    SymbolLine,
    SymbolsView,
)

__all__ = [
    "AccountTag",
    "AccountView",
    "AnalysisView",
    "BackTestView",
    "BotCard",
    "BotLine",
    "BotOutcome",
    "BotsView",
    "DealsView",
    "HealthLine",
    "HealthView",
    "HistoryView",
    "HoldLine",
    "HoldsView",
    "PositionLine",
    "PositionsView",
    "Preview",
    "PutBackReceipt",
    "StartAllPreview",
    "StartReceipt",
    "StatusView",
    "StopReceipt",
    "StrategyView",
    "SwapPreview",
    "SwapReceipt",
    "SymbolChoiceView",
    "SymbolLine",
    "SymbolsView",
]
