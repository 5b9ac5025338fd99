"""How the service is in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

ALARMS: Mapping[str, str] = {
    "other_account": _("⚠️ The terminal is logged in to another account."),
    "link_lost": _("⚠️ No connection to the terminal."),
    "without_stop": _("⚠️ A position has no stop loss."),
    "unknown_outcomes": _("⚠️ An order is still being checked."),
    "bots_in_error": _("⚠️ A bot needs attention."),
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
