"""What the limits of accounts and bots have to say, each with what to do."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain import events
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.guards import change_lines
from bot_service.telegram_bot.render.message import Button, Keyboard, do
from bot_service.telegram_bot.render.registry import Names, Telling, tells

_CAUSES = {
    "rejections": _("the broker refused {n} entries in a row"),
    "losses": _("{n} losses in a row"),
}


def _row(t: Translator) -> Keyboard:
    return ((do(t.text(_("🛡 Limits")), "limits"), do(t.text(_("Positions")), "positions")),)


@tells(events.DailyLossNear)
def daily_loss_near(event: events.DailyLossNear, t: Translator, _names: Names) -> Telling:
    """Tell that most of the day's limit is used."""
    head = t.html(_("🟡 Daily loss {loss} of {limit} ({used})"), **_used(event, t))
    if event.until_owner:
        more = t.html(_("At the limit, entries are held until the owner lifts it."))
    else:
        more = t.html(_("At the limit, entries are held until {at}."), at=t.when(event.ends_at))
    told = [head, more]
    if event.closes:
        told.append(t.html(_("All positions are closed then, yours by hand too.")))
    return Telling(tuple(told), _row(t))


@tells(events.DailyLossHit)
def daily_loss_hit(event: events.DailyLossHit, t: Translator, _names: Names) -> Telling:
    """Tell that the day's limit is hit, and what happens now."""
    told = [t.html(_("⛔ <b>Daily limit hit</b>: {loss} of {limit} lost ({used})"), **_used(event, t))]
    if event.closes:
        then = _("Entries are held and all positions ({n}) are being closed.")
    else:
        then = _("Entries are held. Positions ({n}) stay open with their SL and TP.")
    told.append(t.html(then, n=event.positions))
    if event.until_owner:
        told.append(t.html(_("It ends when the owner lifts it.")))
    else:
        told.append(t.html(_("It ends by itself on {at}."), at=t.when(event.ends_at)))
    return Telling(tuple(told), _row(t))


def _used(event: events.DailyLossNear | events.DailyLossHit, t: Translator) -> dict[str, str]:
    used = event.loss * 100 / event.limit if event.limit else Decimal(100)
    return {
        "loss": t.money(event.loss, event.currency),
        "limit": t.money(event.limit, event.currency),
        "used": t.percent(used, 0),
    }


@tells(events.GuardLifted)
def guard_lifted(event: events.GuardLifted, t: Translator, _names: Names) -> Telling:
    """Tell that the day's limit holds no longer."""
    if event.actor is not None:
        text = _("🔓 The owner has lifted the daily limit: entries resume until its reset")
        return Telling((t.html(text),), _row(t))
    return Telling((t.html(_("🌅 A new day for the daily limit: entries resume")),), _row(t))


@tells(events.GuardClosing)
def guard_closing(event: events.GuardClosing, t: Translator, _names: Names) -> Telling:
    """Tell what the limit has closed, and what is left."""
    if not event.left:
        return Telling((t.html(_("✅ Daily limit: all positions are closed")),), _row(t))
    told = [t.html(_("⏳ Daily limit: positions still open: {n}"), n=event.left)]
    if event.tickets:
        told.append(Html(", ".join(f"#{ticket}" for ticket in event.tickets)))
    if event.why:
        reason = words.REJECT_CLASSES.get(event.why)
        told.append(t.html(_("Cause: {why}"), why=t.text(reason) if reason else event.why))
    told.append(t.html(_("I try again every 30 seconds until nothing is left.")))
    return Telling(tuple(told), _row(t))


@tells(events.MarginLow)
def margin_low(event: events.MarginLow, t: Translator, _names: Names) -> Telling:
    """Tell that the margin level is low, and what helps."""
    level, limit = t.percent(event.percent, 0), t.percent(event.limit, 0)
    if event.near_call and event.call is not None:
        call = t.percent(event.call, 0)
        near = _("🚨 <b>Margin call near</b>: level {level}, the broker calls at {call}")
        head = t.html(near, level=level, call=call)
        more = t.html(_("The broker may close positions soon. Close some, or add money."))
    else:
        head = t.html(_("💧 Margin level {level}, below {limit}"), level=level, limit=limit)
        more = t.html(_("Close a position, or add money. Exits keep working."))
    return Telling((head, more), _row(t))


@tells(events.MarginFine)
def margin_fine(event: events.MarginFine, t: Translator, _names: Names) -> Telling:
    """Tell that the margin level is well again."""
    if event.percent is None:
        return Telling((t.html(_("✅ No margin is in use any more")),))
    return Telling((t.html(_("✅ The margin level is {level} again"), level=t.percent(event.percent, 0)),))


@tells(events.LimitsChanged)
def limits_changed(event: events.LimitsChanged, t: Translator, _names: Names) -> Telling:
    """Tell that somebody changed the limits."""
    head = t.html(_("🛡 The owner has changed the limits"))
    if event.weaker:
        head = t.html(_("⚠️ The owner has changed the limits: <b>less protection</b>"))
    return Telling((head, *change_lines(event.lines, t)), _row(t))


@tells(events.BotRunaway)
def bot_runaway(event: events.BotRunaway, t: Translator, _names: Names) -> Telling:
    """Tell that a bot has gone astray, with a button that lets it go on."""
    cause = t.text(_CAUSES.get(event.cause, event.cause), n=event.times)
    head = t.html(_("✋ <b>{name}</b>: entries are held, {cause}"), name=event.name, cause=cause)
    more = t.html(_("Exits keep working. Look at its trades first; then let it continue, or stop it."))
    row = (
        Button(t.text(_("▶️ Let it continue")), f"go_on:{event.bot_id}"),
        do(t.text(_("Show the bot")), f"bot {event.bot_id}"),
    )
    return Telling((head, more), (row, (do(t.text(_("⏹ Stop the bot")), f"stop_bot {event.bot_id}"),)))


@tells(events.BotGoesOn)
def bot_goes_on(event: events.BotGoesOn, t: Translator, _names: Names) -> Telling:
    """Tell that a person lets a bot enter again."""
    text = _("▶️ <b>{name}</b> may enter again; losses and rejections are counted from zero")
    return Telling((t.html(text, name=event.name),))


@tells(events.CopyRestored)
def copy_restored(_event: events.CopyRestored, t: Translator, _names: Names) -> Telling:
    """Tell that the database came from a copy, and what to do."""
    head = t.html(_("🗄 The database was restored from a copy"))
    hint = t.html(
        _(
            "New entries are held, exits keep working. Make sure that the service on the old computer is "
            "off, then lift the hold."
        )
    )
    return Telling((head, hint), ((do(t.text(_("🔓 Held entries")), "lift"),),))


@tells(events.CopyRestoredOver)
def copy_restored_over(_event: events.CopyRestoredOver, t: Translator, _names: Names) -> Telling:
    """Tell that entries go on."""
    return Telling((t.html(_("🔓 The old computer is off, says the owner. Entries resume.")),))


@tells(events.MachineShort)
def machine_short(event: events.MachineShort, t: Translator, _names: Names) -> Telling:
    """Tell what the machine runs out of, with the figures."""
    why = t.text(words.RESOURCES.get(event.resource, event.resource))
    figures = t.html(
        _("Disk {disk} MB free · memory {memory}% · work waits {lag} s"),
        disk=t.number(event.disk_free_mb),
        memory=event.memory_percent,
        lag=event.lane_lag_s,
    )
    rest = t.html(_("Running bots keep working; no bot can be started until this is better."))
    row = ((do(t.text(_("Health check")), "health"),),)
    return Telling((t.html(_("🚨 The computer: {why}"), why=why), figures, rest), row)


@tells(events.MachineFine)
def machine_fine(event: events.MachineFine, t: Translator, _names: Names) -> Telling:
    """Tell that the machine has enough again."""
    why = t.text(words.RESOURCES.get(event.resource, event.resource))
    return Telling((t.html(_("✅ The computer is fine again; the problem was: {why}"), why=why),))
