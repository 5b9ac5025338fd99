"""The words of every code; each table is complete for the codes it names (a test compares them)."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain.backtests import BackTestTrouble
from bot_service.domain.bots import BotStatus, Fault, Held, Waiting
from bot_service.domain.findings import Mood
from bot_service.domain.market import LinkCause, MarginMode, TradeLock
from bot_service.domain.people import Role
from bot_service.domain.risk import DenialReason
from bot_service.domain.strategy import StrategyLevel, SymbolKind
from bot_service.domain.trading import ExitCause, Purpose
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.strategy_words import NOTES as NOTES  # noqa: PLC0414  # all words in one place
from bot_service.telegram_bot.render.strategy_words import RULES as RULES  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.strategy_words import STRATEGIES as STRATEGIES  # noqa: PLC0414  # as above
from bot_service.telegram_bot.render.strategy_words import WAYS as WAYS  # noqa: PLC0414  # as above

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

LINK_CAUSES: Mapping[LinkCause, str] = {
    LinkCause.TERMINAL_CLOSED: _("the MT5 terminal is closed. Open it on the VPS."),
    LinkCause.NOT_LOGGED_IN: _("MT5 is not logged in. Check login, password and server."),
    LinkCause.BROKER_DOWN: _("MT5 has no connection to the broker. Usually it comes back by itself."),
    LinkCause.WRONG_BUILD: _("this MT5 version is not supported. Update the terminal."),
    LinkCause.OTHER_ACCOUNT: _("MT5 is logged in to another account. Log in to the right one."),
    LinkCause.TIMEOUT: _("MT5 answers too slowly. If this continues, restart the terminal."),
    LinkCause.NO_ANSWER: _("MT5 doesn't answer. If this continues, restart the terminal."),
    LinkCause.ALGO_OFF: _("MT5 refuses Python. Allow algo trading in Tools, Options, Expert Advisors."),
    LinkCause.OTHER_SESSION: _(
        "MT5 runs in another Windows session. Start the service in the same session, not as a service."
    ),
    LinkCause.HOST_DOWN: _(
        "the computer with MT5 can't be reached. Check that it is running, and the tunnel to it."
    ),
}

TRADE_LOCKS: Mapping[TradeLock, str] = {
    TradeLock.ALGO_BUTTON: _("Algo Trading is off in MT5. Press the Algo Trading button in its toolbar."),
    TradeLock.READ_ONLY: _(
        "this login is read-only. Log in with the trading password, not the investor password."
    ),
    TradeLock.BROKER_FORBIDS: _("the broker forbids automated trading on this account. Ask the broker."),
}

LIFTED_BY: Mapping[Held, str] = {
    Held.GUARD: _("It ends by itself at the guard's reset, or when the owner lifts it: /limits."),
    Held.PAUSE: _("It ends by itself when the pause is over."),
    Held.SECOND_COPY: _("Turn the other copy off, then press the button below."),
    Held.OTHER_ACCOUNT: _("Log MT5 in to the right account; entries then resume by themselves."),
    Held.POSITION_MISSING: _("It ends by itself when MT5 shows the position or its end again."),
    Held.POSITION_SHARED: _("Close the part that is not the bot's; entries then resume by themselves."),
    Held.CURRENCY_CHANGED: _("If the new currency is right, confirm it below."),
    Held.RESTARTS: _("Find the cause in the log, then press the button below."),
    Held.RUNAWAY: _("Look at its trades; then stop it, or let it continue with the button below."),
    Held.RESTORED: _("Make sure that the service on the old computer is off, then press the button below."),
}

DENIALS: Mapping[DenialReason, str] = {
    DenialReason.BELOW_MINIMUM_LOT: _(
        "your risk gives {lots}, below the broker's minimum of {minimum}. The minimum would risk {risk} "
        "({percent})."
    ),
    DenialReason.ABOVE_MAXIMUM_LOT: _("{lots} is above the broker's maximum of {maximum}."),
    DenialReason.INVALID_LOT: _("{lots} doesn't fit the broker's step of {step}. The nearest is {nearest}."),
    DenialReason.RISK_ABOVE_CAP: _(
        "{lots} would risk {risk} ({percent}), above the limit of {cap_percent} per trade."
    ),
    DenialReason.NO_ATR: _("too few candles to calculate the ATR, so no SL can be set."),
    DenialReason.STOP_TOO_NEAR: _("the stop is {distance} away, the broker needs at least {needed}."),
    DenialReason.TICK_VALUE_DOUBTFUL: _(
        "the broker's numbers disagree (loss per lot {computed}, expected {expected}). No lot size is "
        "certain to be right."
    ),
    DenialReason.NOT_ENOUGH_MARGIN: _("the margin is not enough: needed {needed}, free {free}."),
    DenialReason.MARGIN_LEVEL_LOW: _("the margin level would fall to {level}, below {minimum_level}."),
    DenialReason.NOT_TRADABLE: _("the symbol or the account is not open for trading."),
    DenialReason.PRICE_MOVED: _(
        "the price moved from {asked_price} to {price_now}, {dearer} more risk; the limit is {allowed}."
    ),
    DenialReason.NO_MONEY: _("the account has no money to risk ({base})."),
    DenialReason.PAUSED: _("a pause until {until}."),
    DenialReason.PAUSE_DAY: _("pause day {name} until {until}."),
    DenialReason.PAUSE_HOURS: _("your daily pause hours, until {until}."),
    DenialReason.REENTRY: _(
        "the last {side} was closed by hand or by a stop out. A new {side} waits until the signal has "
        "gone away once."
    ),
    DenialReason.JUST_OPENED: _("the market has just opened, entries wait until {until}."),
    DenialReason.ABOUT_TO_CLOSE: _("the market closes at {closes}."),
    DenialReason.LONG_CLOSE_AHEAD: _(
        "the market closes at {closes} and only opens again {opens}. The price may gap past the SL."
    ),
    DenialReason.SPREAD_WIDE: _("the spread is {percent} of the SL distance (limit {cap_percent})."),
    DenialReason.SPREAD_UNUSUAL: _("the spread is {times} times its usual size (limit {most})."),
    DenialReason.OPEN_RISK: _(
        "all stops together may lose {percent} already, with this entry {after_percent} "
        "(limit {cap_percent})."
    ),
    DenialReason.CURRENCY_RISK: _(
        "bets on one side of {currency} may lose {percent} already, with this entry {after_percent} "
        "(limit {cap_percent})."
    ),
    DenialReason.NO_STOP_OPEN: _(
        "position {ticket} {symbol} has no SL, so nobody knows the open risk. Set its SL first."
    ),
    DenialReason.TOO_MANY_ENTRIES: _(
        "{entries} entries today already (limit {most}). Exits keep working; "
        "entries resume on the next trading day."
    ),
    DenialReason.SPREAD_AFTER_CLOSE: _(
        "after the opening the spread is still {times} times its usual size (normal up to {most})."
    ),
}

REJECT_CLASSES: Mapping[str, str] = {
    "requote": _("the price moved"),
    "no_quotes": _("the broker gives no price right now"),
    "slipped": _("the price moved too far"),
    "reject": _("the broker refused"),
    "config": _("the broker doesn't accept these values"),
    "filling": _("the broker doesn't accept this filling mode"),
    "disabled": _("trading is disabled (check Algo Trading in MT5 and the account)"),
    "algo_off": _("algo trading is off; press Algo Trading in MT5 and the bots resume by themselves"),
    "closed": _("the market is closed"),
    "funds": _("not enough money"),
    "retry_later": _("the broker is busy"),
    "locked": _("the broker is still working on it"),
    "no_changes": _("nothing would change"),
    "frozen": _("the price is too close, the order is frozen"),
    "invalid_stops": _("the broker doesn't accept this level now (the price is too close)"),
    "past": _("the price is already past this level"),
    "limit": _("a limit of the broker is reached"),
    "state": _("the order or position has changed in the meantime"),
    "not_sent": _("it never left the terminal"),
    "other_account": _("the terminal is on another account"),
}

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

FIELDS: Mapping[str, str] = {
    "bot": _("bot ID"),
    "mute": _("mute"),
    "quiet": _("quiet hours"),
    "alerts": _("alerts"),
    "zone": _("time zone"),
    "settings": _("settings"),
    "name": _("name"),
    "symbol": _("symbol"),
    "strategy": _("strategy"),
    "timeframe": _("timeframe"),
    "risk": _("risk %"),
    "lot": _("lot"),
    "stop_atr": _("SL (x ATR)"),
    "take_profit_atr": _("TP (x ATR)"),
    "interval": _("check interval (s)"),
    "days": _("days"),
    "day": _("date"),
    "mood": _("mood"),
    "language": _("language"),
    "number": _("number"),
    "note": _("note"),
    "size": _("size"),
    "role": _("role"),
    "group": _("group"),
    "account": _("account"),
    "tag": _("tag"),
    "member": _("member ID"),
    "invitation": _("invitation"),
    "tags": _("tags"),
    "step": _("choice"),
    "filter": _("filter"),
    "version": _("version"),
    "pause": _("length of the pause"),
    "finding": _("finding"),
    "rest": _("days of rest"),
    "mentor": _("mentor"),
    "check_in": _("check-in hours"),
    "report_at": _("report hour"),
    "day_ends": _("end of the day"),
    "promise": _("promise"),
    "hours": _("hours"),
    "picture": _("pictures"),
    "limit": _("limit"),
}

REASONS: Mapping[str, str] = {
    "not_a_choice": _("it is not one of the choices"),
    "missing": _("it is missing"),
    "unknown_field": _("there is no such field"),
    "given_twice": _("it is given twice"),
    "not_a_symbol": _("it is not a symbol name"),
    "unknown_timeframe": _("there is no such timeframe"),
    "risk_or_lot": _("give either risk or lot, not both"),
    "out_of_bounds": _("it is outside the allowed range"),
    "not_a_number": _("it is not a number"),
    "not_a_name": _("this name can't be used"),
    "not_a_switch": _("it is neither on nor off"),
    "not_whole": _("it must be a whole number"),
    "unknown_parameter": _("the strategy has no such parameter"),
    "not_below_slow": _("the fast period must be below the slow one"),
    "not_below_entry": _("the exit period must be below the entry period"),
    "not_below_kijun": _("tenkan must be shorter than kijun"),
    "not_below_senkou": _("kijun must be shorter than senkou"),
    "not_below_gap_follow": _("the small gap must be below the gap to follow"),
    "unknown_preset": _("the strategy has no such preset"),
    "not_an_id": _("it is not a bot ID"),
    "not_a_day": _("it is not a date"),
    "not_a_duration": _("it is not a length of time"),
    "not_hours": _("it is not a time range"),
    "unknown_zone": _("there is no such time zone"),
    "unknown_setting": _("there is no such setting"),
    "unknown_alert_kind": _("there is no such kind of alert"),
    "unknown_sound": _("it is neither on, silent nor off"),
    "essential_kind": _("it warns of danger to open positions, so it can be silent but never off"),
    "other_currency": _("the account counts in another currency"),
    "no_value": _("it has no value"),
    "unknown_mood": _("there is no such mood"),
    "unknown_language": _("there is no such language"),
    "empty": _("it is empty"),
    "too_long": _("it is too long"),
    "not_connected": _("it is not connected"),
    "no_such_account": _("there is no such account"),
    "no_such_tag": _("no bot has this tag"),
    "unknown_route": _("it is not one of the choices"),
    "unknown_role": _("there is no such role"),
    "not_a_user_id": _("it is not a Telegram user ID"),
    "not_a_tag": _("this tag can't be used"),
    "unknown_tag": _("no bot has this tag"),
    "too_many": _("there are too many"),
    "unknown_filter": _("there is no such filter"),
    "no_version_before": _("there is no other version to go back to"),
    "no_such_version": _("the bot has no such version"),
    "no_such_choice": _("there is no such choice"),
    "no_such_promise": _("there is no such promise"),
    "promised_already": _("you have promised this already"),
    "no_such_finding": _("the report has no such finding"),
    "not_a_time": _("it is not a time of the day"),
    "no_step_yet": _("the newest report asks for no step"),
    "no_such_invitation": _("it was already used, has expired, or never existed"),
}

SYMBOL_REFUSALS: Mapping[str, str] = {
    "unknown": _("the account has no such symbol"),
    "gone": _("the symbol is gone"),
    "not_tradable": _("the symbol can't be traded on this account"),
    "ambiguous": _("several symbols could be meant"),
    "pinned_gone": _("the account doesn't have the name that SYMBOLS in the settings gives it"),
    "other_market": _("the symbol of this name is another market at this broker"),
    "changed": _("the symbol was changed in the meantime"),
}

CONFIRMATION_REFUSALS: Mapping[str, str] = {
    "unknown": _("This button is no longer valid."),
    "used": _("This button was already used."),
    "expired": _("This button is older than 60 seconds."),
    "somebody_elses": _("This button belongs to somebody else."),
    "started_later": _("It was started after your message, so it was left running."),
    "still_waits": _("The ten minutes are not over yet."),
    "real_account": _("The first start on a REAL account has to be confirmed."),
}

PAGE_WORDS = (_("⬅️ Back"), _("Next ➡️"))

ALARMS: Mapping[str, str] = {
    "other_account": _("⚠️ The terminal is logged in to another account."),
    "link_lost": _("⚠️ No connection to the terminal."),
    "without_stop": _("⚠️ A position has no stop loss."),
    "unknown_outcomes": _("⚠️ An order is still being checked."),
    "bots_in_error": _("⚠️ A bot needs attention."),
}

BACK_TEST_TROUBLES: Mapping[BackTestTrouble, str] = {
    BackTestTrouble.TOO_FEW_BARS: _(
        "there are too few candles. Try more days or a shorter timeframe, or wait until there are more."
    ),
    BackTestTrouble.UNKNOWN_SYMBOL: _("the costs of this symbol are not known for backtests yet."),
    BackTestTrouble.TOO_LONG: _("it took more than 3 minutes. Try fewer days."),
    BackTestTrouble.INTERRUPTED: _("the service stopped or restarted in the meantime. Please ask again."),
    BackTestTrouble.BROKEN: _("something broke; the reason is in the log."),
}

RESOURCES: Mapping[str, str] = {
    "disk": _("the disk is nearly full (below 1 GB)"),
    "memory": _("the memory is nearly full (above 90%)"),
    "lane": _("the computer is too slow for this many bots"),
}

HEALTH: Mapping[str, tuple[str, str]] = {
    "disk": (
        _("Disk: {free_mb} MB free"),
        _("Disk: only {free_mb} MB free. Delete files; no bot can be started until then."),
    ),
    "memory": (
        _("Memory: {percent}% in use"),
        _("Memory: {percent}% in use. Close other programs; no bot can be started until then."),
    ),
    "lane": (
        _("Work waits {lag_s} s at most"),
        _(
            "Work waits {lag_s} s. Stop some bots or choose longer timeframes; "
            "no bot can be started until then."
        ),
    ),
    "database": (_("Database works"), _("The database doesn't work. Is the disk full?")),
    "account": (
        _("A trading account is connected"),
        _("No trading account is connected yet. I keep trying."),
    ),
    "not_met": (
        _("Account {account} is connected"),
        _("Account {account} is not connected yet. I keep trying."),
    ),
    "terminal": (
        _("Terminal {account} is connected"),
        _("Terminal {account} is not connected. Is MT5 open and logged in?"),
    ),
    "watch": (
        _("Account {account} seen {age_s} s ago"),
        _("Account {account} has not been seen lately. If this continues, restart MT5."),
    ),
    "ticks": (
        _("Bots check the market on time"),
        _("Bots that are late: {overdue}. Is the computer overloaded?"),
    ),
    "outcomes": (
        _("No order without a known result"),
        _("Orders being checked: {unknown}. Nothing is sent again until then."),
    ),
    "strategies": (
        _("Own strategies work"),
        _("Own strategy {source} was left out: {reason}. Fix the file, then restart the service."),
    ),
    "orders": (
        _("Account {account} accepts orders"),
        _("Account {account} accepts no orders right now, see below."),
    ),
    "telegram": (
        _("Telegram answered {age_s} s ago"),
        _("Telegram has not answered for {age_s} s. Check the internet connection or TELEGRAM_PROXY."),
    ),
    "clock": (
        _("This computer's clock is right"),
        _("This computer's clock is off by {skew_s} s. Let Windows or Linux set the time automatically."),
    ),
    "copies": (
        _("No other copy of this bot is running"),
        _("Another program reads this bot's messages. Turn the other copy off."),
    ),
    "alerts": (
        _("Alerts are being delivered"),
        _("Alerts waiting: {pending}. They are sent as soon as Telegram answers."),
    ),
}
