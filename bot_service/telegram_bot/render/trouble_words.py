"""What went wrong in words, each with what can be done."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.domain.backtests import BackTestTrouble
from bot_service.domain.bots import Held
from bot_service.domain.market import LinkCause, TradeLock
from bot_service.domain.risk import DenialReason
from bot_service.i18n import mark as _

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
    Held.GUARD: _("It ends as /limits says: at the reset, or when the owner lifts it."),
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

BACK_TEST_TROUBLES: Mapping[BackTestTrouble, str] = {
    BackTestTrouble.TOO_FEW_BARS: _(
        "there are too few candles. Try more days or a shorter timeframe, or wait until there are more."
    ),
    BackTestTrouble.UNKNOWN_SYMBOL: _("the costs of this symbol are not known for backtests yet."),
    BackTestTrouble.TOO_LONG: _("it took more than 3 minutes. Try fewer days."),
    BackTestTrouble.INTERRUPTED: _("the service stopped or restarted in the meantime. Please ask again."),
    BackTestTrouble.BROKEN: _("something broke; the reason is in the log."),
}
