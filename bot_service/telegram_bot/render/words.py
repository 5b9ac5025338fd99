"""The words of every code; each table is complete for the codes it names (a test compares them)."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain.bots import BotStatus, Fault, Held, Waiting
from bot_service.domain.findings import Mood
from bot_service.domain.market import MarginMode
from bot_service.domain.people import Role
from bot_service.domain.strategy import StrategyLevel, SymbolKind
from bot_service.domain.trading import ExitCause, Purpose
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.health_words import ALARMS as ALARMS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.health_words import HEALTH as HEALTH  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.health_words import RESOURCES as RESOURCES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.input_words import FIELDS as FIELDS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.input_words import REASONS as REASONS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.input_words import TYPED_FIELDS as TYPED_FIELDS  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.strategy_words import NOTES as NOTES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.strategy_words import RULES as RULES  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.strategy_words import STRATEGIES as STRATEGIES  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.strategy_words import WAYS as WAYS  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.trouble_words import BACK_TEST_TROUBLES as BACK_TEST_TROUBLES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import CONFIRMATION_REFUSALS as CONFIRMATION_REFUSALS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import DENIALS as DENIALS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import LIFTED_BY as LIFTED_BY  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import LINK_CAUSES as LINK_CAUSES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import REJECT_CLASSES as REJECT_CLASSES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import SYMBOL_REFUSALS as SYMBOL_REFUSALS  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.trouble_words import TRADE_LOCKS as TRADE_LOCKS  # noqa: PLC0414  # all words in one place

STATUSES: Mapping[BotStatus, str] = {
    BotStatus.ACTIVE: _("Active"),
    BotStatus.EXIT_ONLY: _("Exit only"),
    BotStatus.STOPPED: _("Stopped"),
    BotStatus.ERROR: _("Needs attention"),
}

STATUS_DOTS: Mapping[BotStatus, str] = {
    BotStatus.ACTIVE: "🟢",
    BotStatus.EXIT_ONLY: "🟡",
    BotStatus.STOPPED: "⚪",
    BotStatus.ERROR: "🔴",
}

WAITING: Mapping[Waiting, str] = {
    Waiting.LINK_LOST: _("waiting: no connection to the terminal"),
    Waiting.MARKET_CLOSED: _("waiting: market closed"),
    Waiting.OUTCOME_PENDING: _("waiting: an order is being checked"),
    Waiting.TRADING_LOCKED: _("waiting: the account accepts no orders"),
}

HELD: Mapping[Held, str] = {
    Held.GUARD: _("entries held: account limit"),
    Held.PAUSE: _("entries held: pause"),
    Held.SECOND_COPY: _("entries held: a second copy may be running"),
    Held.OTHER_ACCOUNT: _("entries held: terminal is on another account"),
    Held.POSITION_MISSING: _("entries held: a position can't be found"),
    Held.POSITION_SHARED: _("entries held: the symbol's position is not the bot's alone"),
    Held.CURRENCY_CHANGED: _("entries held: the account's currency has changed"),
    Held.SYMBOL: _("entries held: the broker changed the symbol"),
    Held.RESTARTS: _("entries held: the service was restarted again and again"),
    Held.RUNAWAY: _("entries held: too many losses or refusals in a row"),
    Held.RESTORED: _("entries held: restored from a copy"),
}

FAULTS: Mapping[Fault, str] = {
    Fault.SYMBOL_GONE: _("the symbol is gone or not tradable"),
    Fault.BAD_PARAMETERS: _("the strategy parameters don't fit"),
    Fault.UNKNOWN_STRATEGY: _("the strategy doesn't exist any more"),
    Fault.BAD_STRATEGY: _("the strategy's code fails"),
    Fault.TRADING_DISABLED: _("trading is disabled on the account"),
}

EXIT_CAUSES: Mapping[ExitCause, str] = {
    ExitCause.STOP_LOSS: _("stop loss"),
    ExitCause.TAKE_PROFIT: _("take profit"),
    ExitCause.SIGNAL: _("signal"),
    ExitCause.OPERATOR: _("your command"),
    ExitCause.NO_STOP: _("the service, because its SL could not be set"),
    ExitCause.GUARD: _("the account guard"),
    ExitCause.BY_HAND: _("hand in MT5"),
    ExitCause.STOP_OUT: _("stop out (margin ran out)"),
    ExitCause.OTHER: _("another cause"),
}

PURPOSES: Mapping[Purpose, str] = {Purpose.OPEN: _("entry"), Purpose.CLOSE: _("close")}

LEVELS: Mapping[StrategyLevel, str] = {
    StrategyLevel.BEGINNER: _("beginner"),
    StrategyLevel.INTERMEDIATE: _("intermediate"),
    StrategyLevel.ADVANCED: _("advanced"),
    StrategyLevel.EXPERT: _("expert"),
}

MARKETS: Mapping[SymbolKind, str] = {
    SymbolKind.FOREX: _("forex"),
    SymbolKind.METAL: _("gold and metals"),
    SymbolKind.CRYPTO: _("crypto"),
    SymbolKind.INDEX: _("indices"),
    SymbolKind.OTHER: _("other markets"),
}

MOODS: Mapping[Mood, tuple[str, str]] = {
    Mood.CALM: ("😌", _("Calm")),
    Mood.CONFIDENT: ("😎", _("Confident")),
    Mood.NEUTRAL: ("🙂", _("Neutral")),
    Mood.DOUBTFUL: ("🤔", _("Doubtful")),
    Mood.ANXIOUS: ("😟", _("Anxious")),
    Mood.FRUSTRATED: ("😤", _("Frustrated")),
    Mood.GREEDY: ("🤑", _("FOMO")),
    Mood.TIRED: ("😴", _("Tired")),
    Mood.BORED: ("🥱", _("Bored")),
}

ROLES: Mapping[Role, str] = {
    Role.OWNER: _("owner"),
    Role.OPERATOR: _("operator"),
    Role.VIEWER: _("viewer"),
}

ROLE_MEANINGS: Mapping[Role, str] = {
    Role.OWNER: _("The owner decides everything, including members and limits."),
    Role.OPERATOR: _("An operator sees everything, starts, stops and changes bots, and closes positions."),
    Role.VIEWER: _("A viewer sees bots, positions and reports, and changes nothing."),
}

MARGIN_MODES: Mapping[MarginMode, str] = {
    MarginMode.NETTING: _("netting"),
    MarginMode.EXCHANGE: _("exchange"),
    MarginMode.HEDGING: _("hedging"),
}

FILTERS: Mapping[str, str] = {
    "active": _("Active"),
    "exit_only": _("Exit only"),
    "stopped": _("Stopped"),
    "error": _("Needs attention"),
    "paused": _("paused"),
    "held": _("entries held"),
    "waiting": _("waiting"),
}

PAGE_WORDS = (_("⬅️ Back"), _("Next ➡️"))
