"""What a look at the broker's books has brought to light, in words, each with what to do."""

from __future__ import annotations

from bot_service.domain import events
from bot_service.domain.trading import Outcome
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, do
from bot_service.telegram_bot.render.registry import Names, Telling, tells


def _facts(event: events.PositionFacts, t: Translator) -> dict[str, str]:
    return {
        "ticket": str(event.ticket),
        "side": event.side.upper(),
        "symbol": event.symbol,
        "lots": t.lots(event.lots),
    }


def _holds(t: Translator) -> tuple[Button, ...]:
    return (do(t.text(_("🔓 Held entries")), "lift"), do(t.text(_("Health check")), "health"))


@tells(events.UnknownPosition)
def unknown_position(event: events.UnknownPosition, t: Translator, _names: Names) -> Telling:
    """Tell that a position with our number has no order of ours."""
    head = t.html(
        _(
            "❓ Position #{ticket} {side} {symbol} {lots} has my magic number, but none of my orders "
            "opened it"
        ),
        **_facts(event, t),
    )
    hint = t.html(_("No bot touches it. Close it, or leave it as it is?"))
    row = (do(t.text(_("Positions")), "positions"),)
    if not event.position_id:
        return Telling((head, hint), (row,))
    place = f"{event.account_id}:{event.position_id}"
    choice = (
        Button(t.text(_("Close it")), f"close_unknown:{place}"),
        Button(t.text(_("Leave it")), f"leave_unknown:{place}"),
    )
    return Telling((head, hint), (choice, row))


@tells(events.UnknownPositionClosed)
def unknown_position_closed(event: events.UnknownPositionClosed, t: Translator, _names: Names) -> Telling:
    """Tell what became of closing an unknown position."""
    facts = _facts(event, t)
    row = ((do(t.text(_("Positions")), "positions"),),)
    if event.outcome == Outcome.FILLED:
        done = _("✅ Position #{ticket} {side} {symbol} {lots}, which no bot had opened, was closed")
        return Telling((t.html(done, **facts),), row)
    if event.outcome == Outcome.PARTIAL:
        partly = _("⚠️ Position #{ticket} {symbol} was closed only in part")
        return Telling((t.html(partly, **facts), t.html(_("Please check the rest in MT5."))), row)
    if event.outcome == Outcome.UNKNOWN:
        head = t.html(_("❓ It is not known whether position #{ticket} {symbol} was closed"), **facts)
        return Telling((head, t.html(_("It is not retried automatically. Please check it in MT5."))), row)
    reason = words.REJECT_CLASSES.get(event.reject_class)
    plain = t.text(reason) if reason else event.reject_class
    return Telling(
        (
            t.html(_("⛔ Position #{ticket} {symbol} could not be closed"), **facts),
            t.html(_("Cause: {why} (code {code})"), why=plain, code=event.retcode),
        ),
        row,
    )


def _other_copy(t: Translator) -> Html:
    return t.html(
        _(
            "New entries are held, exits continue. Look for the service on another computer or VPS (an "
            "old one, a restored copy), turn it off there, then press the button."
        )
    )


@tells(events.SecondCopyTrades)
def second_copy_trades(event: events.SecondCopyTrades, t: Translator, _names: Names) -> Telling:
    """Tell that somebody trades with our numbers, and what to do."""
    head = t.html(
        _(
            "🚨 A second copy of this service seems to be trading: {side} {symbol} {lots} (#{ticket}) is "
            "not mine"
        ),
        **_facts(event, t),
    )
    more = t.html(_("Deals like this: {n}"), n=event.deals) if event.deals > 1 else None
    return Telling(tuple(line for line in (head, more, _other_copy(t)) if line), (_holds(t),))


@tells(events.SecondCopyListens)
def second_copy_listens(event: events.SecondCopyListens, t: Translator, _names: Names) -> Telling:
    """Tell that somebody else reads the updates, and what to do."""
    head = t.html(
        _("🚨 Another program has been reading this bot's messages for {length} (Telegram code 409)"),
        length=t.duration(event.lasting_s),
    )
    lost = t.html(
        _(
            "Your commands may end up there. If you don't find it: revoke the token at @BotFather "
            "and use a new one."
        )
    )
    return Telling((head, _other_copy(t), lost), (_holds(t),))


@tells(events.SecondCopyOver)
def second_copy_over(event: events.SecondCopyOver, t: Translator, _names: Names) -> Telling:
    """Tell that entries go on."""
    if event.actor is not None:
        return Telling((t.html(_("🔓 The owner says that the other copy is off. Entries resume.")),))
    return Telling((t.html(_("✅ No other program reads this bot's messages any more. Entries resume.")),))


@tells(events.TelegramRestored)
def telegram_restored(event: events.TelegramRestored, t: Translator, _names: Names) -> Telling:
    """Tell that Telegram was away, and that nothing else stood still."""
    head = t.html(_("📶 Telegram is back after {length} without connection"), length=t.duration(event.lost_s))
    return Telling((head, t.html(_("Bots kept running. Waiting messages are sent now."))))


@tells(events.PositionMissing)
def position_missing(event: events.PositionMissing, t: Translator, _names: Names) -> Telling:
    """Tell that a position is neither open nor closed as far as anybody can tell."""
    head = t.html(
        _("❓ <b>{name}</b>: MT5 no longer shows position #{ticket} {side} {symbol} {lots}"),
        name=event.name,
        **_facts(event, t),
    )
    hint = t.html(
        _(
            "Its close is not in the account's history either, so I don't guess. The bot opens nothing "
            "until it is found. Check Toolbox, History in MT5 (right click: All history), or ask the "
            "broker."
        )
    )
    return Telling((head, hint), ((do(t.text(_("Positions")), "positions"),),))


@tells(events.PositionFound)
def position_found(event: events.PositionFound, t: Translator, _names: Names) -> Telling:
    """Tell that a missing position is known again."""
    text = _("✅ <b>{name}</b>: position #{ticket} {symbol} was found: it is closed. Entries resume.")
    if event.is_open:
        text = _("✅ <b>{name}</b>: position #{ticket} {symbol} was found: it is still open. Entries resume.")
    return Telling((t.html(text, name=event.name, **_facts(event, t)),))


@tells(events.PositionShared)
def position_shared(event: events.PositionShared, t: Translator, _names: Names) -> Telling:
    """Tell that a symbol is not the bot's alone, and what to do."""
    head = t.html(
        _(
            "🔀 <b>{name}</b>: the {symbol} position #{ticket} ({side} {lots}) is not this bot's alone, "
            "its part is {own}"
        ),
        name=event.name,
        own=t.lots(event.own_lots),
        **_facts(event, t),
    )
    hint = t.html(
        _(
            "On this account a symbol can't have two owners. No new entries until the other part is closed; "
            "when I close, I close only my own part."
        )
    )
    return Telling((head, hint), ((do(t.text(_("Positions")), "positions"),),))


@tells(events.PositionUnshared)
def position_unshared(event: events.PositionUnshared, t: Translator, _names: Names) -> Telling:
    """Tell that entries go on."""
    line = t.html(
        _("✅ <b>{name}</b>: {symbol} belongs to this bot alone again. Entries resume."),
        name=event.name,
        symbol=event.symbol,
    )
    return Telling((line,))


@tells(events.TradingLocked)
def trading_locked(event: events.TradingLocked, t: Translator, _names: Names) -> Telling:
    """Tell why no orders are taken, and what to press."""
    told = [
        t.html(_("🔒 The account accepts no orders: {cause}"), cause=t.text(words.TRADE_LOCKS[event.lock])),
        t.html(_("Bots waiting: {n}. They resume by themselves."), n=event.waiting_bots),
    ]
    if event.open_positions:
        told.append(
            t.html(_("Open positions: {n}. Their stop losses are at the broker."), n=event.open_positions)
        )
    return Telling(tuple(told), ((do(t.text(_("Health check")), "health"),),))


@tells(events.TradingUnlocked)
def trading_unlocked(event: events.TradingUnlocked, t: Translator, _names: Names) -> Telling:
    """Tell that orders are taken again."""
    line = t.html(
        _("✅ The account accepts orders again after {length}. Bots continue."),
        length=t.duration(event.locked_s),
    )
    return Telling((line,))


@tells(events.CurrencyChanged)
def currency_changed(event: events.CurrencyChanged, t: Translator, _names: Names) -> Telling:
    """Tell that an account counts in another currency, and what to do."""
    head = t.html(
        _("🚨 The account's currency is now {now}, it was {before}"), now=event.now, before=event.before
    )
    hint = t.html(
        _(
            "New entries are held, exits continue. Ask your broker if you don't know why; if it is "
            "right, confirm the account."
        )
    )
    return Telling((head, hint), (_holds(t),))


@tells(events.CurrencySettled)
def currency_settled(event: events.CurrencySettled, t: Translator, _names: Names) -> Telling:
    """Tell that the currency is settled."""
    text = _("✅ The account is in {currency} again. Entries resume.")
    if event.actor is not None:
        text = _("🔓 The account was confirmed in {currency}. Entries resume.")
    return Telling((t.html(text, currency=event.currency),))
