"""All tables; importing this package makes the metadata complete."""

from bot_service.storage.tables.accounts import AccountDayRow, AccountRow, GuardPeriodRow, SnapshotRow
from bot_service.storage.tables.base import Base
from bot_service.storage.tables.bots import AnalysisRow, BotRow, BotTagRow, BotVersionRow
from bot_service.storage.tables.groups import GroupRow, RouteRow
from bot_service.storage.tables.journal import CheckInRow, InterventionRow, NoteRow, PhraseRow, ReportRow
from bot_service.storage.tables.mentor import (
    BrakedActRow,
    ObjectionRow,
    PromiseOccasionRow,
    PromiseRow,
    PromptRow,
    StepAnswerRow,
    WeeklyLetterRow,
)
from bot_service.storage.tables.messages import ExecutedUpdateRow, HistoryBotRow, HistoryRow, MessageRow
from bot_service.storage.tables.people import (
    AuditRow,
    DraftRow,
    MemberRow,
    PairingCodeRow,
    StrangerRow,
    TokenRow,
    ValueRow,
)
from bot_service.storage.tables.trading import DealRow, IntentRow, ProtectionRow, TradeRow

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "AccountDayRow",
    "AccountRow",
    "AnalysisRow",
    "AuditRow",
    "BotRow",
    "BotTagRow",
    "BotVersionRow",
    "BrakedActRow",
    "CheckInRow",
    "DealRow",
    "DraftRow",
    "ExecutedUpdateRow",
    "GroupRow",
    "GuardPeriodRow",
    "HistoryBotRow",
    "HistoryRow",
    "IntentRow",
    "InterventionRow",
    "MemberRow",
    "MessageRow",
    "NoteRow",
    "ObjectionRow",
    "PairingCodeRow",
    "PhraseRow",
    "PromiseOccasionRow",
    "PromiseRow",
    "PromptRow",
    "ProtectionRow",
    "ReportRow",
    "RouteRow",
    "SnapshotRow",
    "StepAnswerRow",
    "StrangerRow",
    "TokenRow",
    "TradeRow",
    "ValueRow",
    "WeeklyLetterRow",
]
