"""Every error in words: what was wrong, what is allowed, an example to tap."""

from __future__ import annotations

from datetime import date

from bot_service.domain import errors
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.contract import offered
from bot_service.telegram_bot.render.message import Message, do, fits
from bot_service.telegram_bot.render.parts import lines, rows
from bot_service.telegram_bot.render.registry import renders

_TRIGGERS = {
    "start": _("started"),
    "stop": _("stopped"),
    "exit_only": _("set to exit only"),
    "flat": _("ended"),
    "fault": _("marked as faulty"),
}


@renders(errors.BotNotFound)
def bot_not_found(error: errors.BotNotFound, t: Translator) -> Message:
    """Say that there is no such bot and show the list."""
    text = t.html(_("There is no bot {bot_id}."), bot_id=error.bot_id)
    return Message(text, ((do(t.text(_("My bots")), "bots"),),))


@renders(errors.ImpossibleTransition)
def impossible_transition(error: errors.ImpossibleTransition, t: Translator) -> Message:
    """Say which step is impossible from where."""
    text = t.html(
        _("Bot {bot_id} can't be {act} now: it is {status}."),
        bot_id=error.bot_id,
        act=t.text(_TRIGGERS.get(error.trigger, error.trigger)),
        status=t.text(_status_word(error.status)),
    )
    return Message(text, ((do(t.text(_("Show the bot")), f"bot {error.bot_id}"),),))


def _status_word(status: str) -> str:
    return next((word for key, word in words.STATUSES.items() if key == status), status)


@renders(errors.InvalidValue)
def invalid_value(error: errors.InvalidValue, t: Translator) -> Message:
    """Name the field, what was wrong with it, and what is allowed."""
    name = t.text(words.FIELDS.get(error.field, error.field))
    field = name[:1].upper() + name[1:]
    reason = t.text(words.REASONS.get(error.reason, error.reason))
    head = t.html(_("<b>{field}</b>: {reason}."), field=field, reason=reason)
    if error.value:
        head = t.html(
            _("<b>{field}</b> “{value}”: {reason}."), field=field, value=error.value[:64], reason=reason
        )
    allowed = t.html(_("Allowed: {allowed}"), allowed=_allowed(error, t)) if error.allowed else None
    return Message(lines(head, allowed))


def _allowed(error: errors.InvalidValue, t: Translator) -> str:
    if error.reason != "unknown_field":
        return error.allowed
    own = words.TYPED_FIELDS.get(t.language, {})
    return ", ".join(own.get(name, name) for name in error.allowed.split(", "))


@renders(errors.AmbiguousNumber)
def ambiguous_number(error: errors.AmbiguousNumber, t: Translator) -> Message:
    """Ask which of two readings is meant; whoever knows the command adds the buttons."""
    text = t.html(
        _("“{value}” can mean two things: {small} or {large}. Which one do you mean?"),
        value=error.value,
        small=t.number(error.small),
        large=t.number(error.large, 0),
    )
    return Message(text)


@renders(errors.UnknownStrategy)
def unknown_strategy(error: errors.UnknownStrategy, t: Translator) -> Message:
    """Offer the nearest strategies."""
    text = t.html(_("There is no strategy “{key}”."), key=error.key[:64])
    near = [do(key, f"strategy {key}") for key in error.nearest[:3] if fits(f"strategy {key}")]
    return Message(text, (*rows(near, 1), (do(t.text(_("All strategies")), "strategies"),)))


@renders(errors.SymbolRefused)
def symbol_refused(error: errors.SymbolRefused, t: Translator) -> Message:
    """Say why a symbol isn't taken; similar ones are shown with their contracts, never chosen."""
    reason = words.SYMBOL_REFUSALS.get(error.reason, words.SYMBOL_REFUSALS["unknown"])
    head = t.html(_("<b>{symbol}</b>: {reason}."), symbol=error.symbol[:32], reason=t.text(reason))
    search = ((do(t.text(_("🔎 Search symbols")), "symbols"),),)
    if not error.candidates:
        return Message(head, search)
    similar = t.html(_("Your broker has these. Which one do you mean?"))
    told = [row for terms in error.candidates for row in offered(terms, t)]
    return Message(lines(head, similar, *told), search)


@renders(errors.PositionStillOpen)
def position_still_open(error: errors.PositionStillOpen, t: Translator) -> Message:
    """Name the position that is in the way."""
    text = t.html(
        _(
            "Bot {bot_id} still has position #{ticket}. This is possible once it is closed (SL, TP, or "
            "by hand in MT5)."
        ),
        bot_id=error.bot_id,
        ticket=error.ticket,
    )
    buttons = (
        do(t.text(_("Show the bot")), f"bot {error.bot_id}"),
        do(t.text(_("Positions")), "positions"),
    )
    return Message(text, (buttons,))


@renders(errors.PositionGone)
def position_gone(error: errors.PositionGone, t: Translator) -> Message:
    """Say that a position is closed already."""
    text = t.html(
        _("Position #{ticket} is gone or has changed. Nothing was done."),
        ticket=error.position_id,
    )
    return Message(text, ((do(t.text(_("Positions")), "positions"),),))


@renders(errors.SymbolTaken)
def symbol_taken(error: errors.SymbolTaken, t: Translator) -> Message:
    """Say which bot has the symbol, and why it can have only one."""
    text = t.html(
        _(
            "<b>{symbol}</b> already belongs to bot {name} (ID {bot_id}). On this account (netting, or "
            "oldest position first) a symbol can only have one bot. Delete that one, or use another "
            "symbol."
        ),
        symbol=error.symbol,
        name=error.name,
        bot_id=error.bot_id,
    )
    return Message(text, ((do(t.text(_("Show the bot")), f"bot {error.bot_id}"),),))


@renders(errors.ResourcesShort)
def resources_short(error: errors.ResourcesShort, t: Translator) -> Message:
    """Say what has run short, and where to look."""
    why = words.RESOURCES.get(error.resource, error.resource)
    text = t.html(_("No bot can be started right now: {why}."), why=t.text(why))
    return Message(text, ((do(t.text(_("Health check")), "health"),),))


@renders(errors.NothingHeld)
def nothing_held(_error: errors.NothingHeld, t: Translator) -> Message:
    """Say that nothing is held for this reason any more."""
    text = t.html(_("Entries are no longer held for this reason. Nothing was done."))
    return Message(text, ((do(t.text(_("🔓 Held entries")), "lift"),),))


@renders(errors.OutcomePending)
def outcome_pending(error: errors.OutcomePending, t: Translator) -> Message:
    """Say that an order is still being checked."""
    text = t.html(
        _("An order of bot {bot_id} is still being checked with the broker. Please try again in a minute."),
        bot_id=error.bot_id,
    )
    return Message(text, ((do(t.text(_("Show the bot")), f"bot {error.bot_id}"),),))


@renders(errors.BotMustStopFirst)
def bot_must_stop_first(error: errors.BotMustStopFirst, t: Translator) -> Message:
    """Offer the stop that has to come first."""
    text = t.html(_("Bot {bot_id} must be stopped first."), bot_id=error.bot_id)
    return Message(
        text, ((do(t.text(_("⏹ Stop bot {bot_id}"), bot_id=error.bot_id), f"stop_bot {error.bot_id}"),),)
    )


@renders(errors.NoAccount)
def no_account(_error: errors.NoAccount, t: Translator) -> Message:
    """Say that no account is connected."""
    text = t.html(_("No trading account is connected yet. The health check shows what is missing."))
    return Message(text, ((do(t.text(_("Health check")), "health"),),))


@renders(errors.NotAllowed)
def not_allowed(error: errors.NotAllowed, t: Translator) -> Message:
    """Name the role that may do this."""
    role = next((word for key, word in words.ROLES.items() if key == error.needed), error.needed)
    return Message(t.html(_("Your role doesn't allow this. It needs: {role}."), role=t.text(role)))


@renders(errors.PairingRefused)
def pairing_refused(_error: errors.PairingRefused, t: Translator) -> Message:
    """Say how to get a new code."""
    return Message(
        t.html(_("This code is wrong, already used or expired. Get a new one on the computer itself."))
    )


@renders(errors.ConfirmationRefused)
def confirmation_refused(error: errors.ConfirmationRefused, t: Translator) -> Message:
    """Say why a button isn't valid any more and that nothing was done."""
    unknown = words.CONFIRMATION_REFUSALS["unknown"]
    reason = t.html(words.CONFIRMATION_REFUSALS.get(error.reason, unknown))
    return Message(lines(reason, t.html(_("Nothing was done."))))


@renders(errors.AccountDiffers)
def account_differs(error: errors.AccountDiffers, t: Translator) -> Message:
    """Name both accounts."""
    text = t.html(
        _("The terminal is on account {actual}, but this belongs to {expected}. Nothing was done."),
        actual=error.actual,
        expected=error.expected,
    )
    return Message(text)


@renders(errors.MagicBlockTaken)
def magic_block_taken(error: errors.MagicBlockTaken, t: Translator) -> Message:
    """Say that another program uses our numbers."""
    text = t.html(
        _("Other orders on this account already use the magic numbers of block {block}."), block=error.block
    )
    return Message(text)


@renders(errors.NothingToReport)
def nothing_to_report(error: errors.NothingToReport, t: Translator) -> Message:
    """Say that a day has no report."""
    text = t.html(_("There is no report for {day}."), day=_day(error.day, t))
    return Message(text, ((do(t.text(_("Today so far")), "report"),),))


def _day(text: str, t: Translator) -> str:
    try:
        return t.long_day(date.fromisoformat(text))
    except ValueError:
        return text


@renders(errors.VersionConflict)
def version_conflict(error: errors.VersionConflict, t: Translator) -> Message:
    """Show the fresh state after somebody else's change."""
    text = t.html(
        _("Bot {bot_id} was changed in the meantime. Nothing was done; please look again."),
        bot_id=error.bot_id,
    )
    return Message(text, ((do(t.text(_("Show the bot")), f"bot {error.bot_id}"),),))


@renders(errors.TerminalUnavailable)
def terminal_unavailable(error: errors.TerminalUnavailable, t: Translator) -> Message:
    """Name the cause in plain words with the code in brackets."""
    cause = next((word for key, word in words.LINK_CAUSES.items() if key == error.cause), None)
    plain = t.text(cause) if cause else error.cause
    text = t.html(
        _("The terminal can't be reached right now: {cause} (code {code})"), cause=plain, code=error.retcode
    )
    return Message(text, ((do(t.text(_("Health check")), "health"),),))


@renders(errors.MarketDataMissing)
def market_data_missing(error: errors.MarketDataMissing, t: Translator) -> Message:
    """Name the symbol without data."""
    symbol = f"{error.symbol} {error.timeframe}".strip()
    return Message(t.html(_("There are no prices for {symbol} right now."), symbol=symbol))


@renders(errors.DatabaseBusy)
def database_busy(_error: errors.DatabaseBusy, t: Translator) -> Message:
    """Ask for a second try."""
    return Message(t.html(_("The database is busy. Please try again in a few seconds.")))


@renders(errors.IntentExists)
def intent_exists(_error: errors.IntentExists, t: Translator) -> Message:
    """Say that nothing was sent twice."""
    return Message(t.html(_("This order was already recorded; nothing was sent twice.")))
