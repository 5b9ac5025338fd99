"""What happened to bots and to the service, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from bot_service.domain import events
from bot_service.domain.market import LinkCause
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, do, fits
from bot_service.telegram_bot.render.registry import Names, Telling, tells

_SHOWN = 8
NUMBER = re.compile(r"\d+(\.\d+)?")


def named(bot_ids: Iterable[int], names: Names, t: Translator) -> Html:
    """Return the bots by name, shortened where they are many."""
    ids = tuple(bot_ids)
    shown = ", ".join(
        f"{names[bot_id]} ({bot_id})" if bot_id in names else str(bot_id) for bot_id in ids[:_SHOWN]
    )
    if len(ids) <= _SHOWN:
        return t.html("{shown}", shown=shown)
    return t.html(_("{shown} and {n} more"), shown=shown, n=len(ids) - _SHOWN)


def _card(event: events.Event, t: Translator) -> Button:
    return do(t.text(_("Show the bot")), f"bot {event.bot_id}")


@tells(events.BotCreated)
def bot_created(event: events.BotCreated, t: Translator, _names: Names) -> Telling:
    """Tell that a bot was made."""
    line = t.html(
        _("🆕 Bot <b>{name}</b> (ID {bot_id}) was created. It is stopped."),
        name=event.name,
        bot_id=event.bot_id,
    )
    return Telling((line,), ((_card(event, t),),))


RISKS = ("risk", "lot")


@tells(events.BotEdited)
def bot_edited(event: events.BotEdited, t: Translator, _names: Names) -> Telling:
    """Tell each change as old and new."""
    head = t.html(_("✏️ <b>{name}</b> changed (version {version})"), name=event.name, version=event.version)
    changed = tuple(change(field, before, after, t) for field, (before, after) in event.changes.items())
    louder = (t.html(_("⚠️ More risk per trade than before.")),) if _raises(event) else ()
    return Telling((head, *changed, *louder), ((_card(event, t),),))


def _raises(event: events.BotEdited) -> bool:
    both = [event.changes[field] for field in RISKS if field in event.changes]
    return any(NUMBER.fullmatch(a) and NUMBER.fullmatch(b) and Decimal(b) > Decimal(a) for a, b in both)


def change(field: str, before: str, after: str, t: Translator) -> Html:
    """Return one changed field as old and new."""
    name = t.text(words.FIELDS.get(field, field))
    old, new = _value(before, t), _value(after, t)
    return t.html("{name}: {before} → <b>{after}</b>", name=name, before=old, after=new)


def _value(text: str, t: Translator) -> str:
    if not text:
        return t.text(_("none"))
    if not NUMBER.fullmatch(text):
        return text
    return t.number(Decimal(text))


@tells(events.BotDeleted)
def bot_deleted(event: events.BotDeleted, t: Translator, _names: Names) -> Telling:
    """Tell that a bot is gone and its history stays."""
    return Telling((t.html(_("🗑 Bot <b>{name}</b> was deleted. Its history stays."), name=event.name),))


@tells(events.BotsStarted)
def bots_started(event: events.BotsStarted, t: Translator, names: Names) -> Telling:
    """Tell which bots run."""
    shown = named(event.bot_ids, names, t)
    line = t.plural(
        "▶️ {n} bot started: {names}", "▶️ {n} bots started: {names}", n=len(event.bot_ids), names=shown
    )
    return Telling((line,))


@tells(events.BotsStopping)
def bots_stopping(event: events.BotsStopping, t: Translator, names: Names) -> Telling:
    """Tell which bots stop, and which still finish something."""
    shown = named(event.bot_ids, names, t)
    line = t.plural(
        "⏹ {n} bot stopped: {names}", "⏹ {n} bots stopped: {names}", n=len(event.bot_ids), names=shown
    )
    if not event.busy:
        return Telling((line,))
    busy = t.html(_("Still finishing an order: {names}"), names=named(event.busy, names, t))
    return Telling((line, busy))


@tells(events.BotStopped)
def bot_stopped(event: events.BotStopped, t: Translator, _names: Names) -> Telling:
    """Tell that the last act of a stopping bot has ended."""
    line = t.html(_("⏹ <b>{name}</b> has stopped completely."), name=event.name)
    return Telling((line,), ((_card(event, t),),))


@tells(events.BotsExitOnly)
def bots_exit_only(event: events.BotsExitOnly, t: Translator, names: Names) -> Telling:
    """Tell which bots open nothing any more."""
    shown = named(event.bot_ids, names, t)
    return Telling((t.html(_("🟡 Exit only (no new entries): {names}"), names=shown),))


@tells(events.BotFlat)
def bot_flat(event: events.BotFlat, t: Translator, _names: Names) -> Telling:
    """Tell that an exit-only bot is done."""
    line = t.html(_("⏹ <b>{name}</b> has no open position left and is now stopped."), name=event.name)
    return Telling((line,), ((_card(event, t),),))


@tells(events.BotFaulted)
def bot_faulted(event: events.BotFaulted, t: Translator, _names: Names) -> Telling:
    """Tell what is broken, what happens with the position, and the three ways on."""
    cause = next((word for key, word in words.FAULTS.items() if key == event.fault), event.fault)
    head = t.html(_("🔴 <b>{name}</b> needs attention: {cause}."), name=event.name, cause=t.text(cause))
    told = [head]
    if event.detail:
        told.append(t.html("({detail})", detail=event.detail))
    if event.ticket is not None and event.stop_loss is not None:
        told.append(
            t.html(
                _(
                    "Position #{ticket} is open with SL {stop}. You can fix and start the bot, close the "
                    "position, or leave it to its SL."
                ),
                ticket=event.ticket,
                stop=t.price(event.stop_loss),
            )
        )
    elif event.ticket is not None:
        told.append(
            t.html(
                _("⚠️ Position #{ticket} is open WITHOUT a stop loss. Please check it in MT5 now."),
                ticket=event.ticket,
            )
        )
    else:
        told.append(t.html(_("No open position.")))
    return Telling(tuple(told), ((_card(event, t),),))


@tells(events.LinkLost)
def link_lost(event: events.LinkLost, t: Translator, _names: Names) -> Telling:
    """Tell the cause in plain words and who waits."""
    cause = next((word for key, word in words.LINK_CAUSES.items() if key == event.cause), event.cause)
    told = [
        t.html(_("🔌 Connection to the account lost: {cause}"), cause=t.text(cause)),
        t.html(_("Bots waiting: {n}. They resume by themselves."), n=event.waiting_bots),
    ]
    if event.open_positions and event.seen_at is not None:
        told.append(_open_then(event.open_positions, event.without_stop, event.seen_at, t))
    return Telling(tuple(told), ((do(t.text(_("Health check")), "health"),),))


def _open_then(positions: int, bare: int, seen_at: datetime, t: Translator) -> Html:
    at = t.when(seen_at)
    if bare:
        words = _("⚠️ Open positions at {at}: {n}, without SL: {bare}. Please check them in MT5.")
        return t.html(words, at=at, n=positions, bare=bare)
    return t.html(_("Open positions at {at}: {n}. Their stop losses are at the broker."), at=at, n=positions)


@tells(events.LinkRestored)
def link_restored(event: events.LinkRestored, t: Translator, _names: Names) -> Telling:
    """Tell that the link is back."""
    line = t.html(_("✅ Connection is back after {length}. Bots continue."), length=t.duration(event.lost_s))
    return Telling((line,))


@tells(events.OtherAccount)
def other_account(event: events.OtherAccount, t: Translator, _names: Names) -> Telling:
    """Tell both accounts and that nothing is sent."""
    line = t.html(
        _(
            "🔴 The terminal is on account {actual}, but the bots belong to {expected}. No order is sent "
            "until that account is back."
        ),
        actual=event.actual,
        expected=event.expected,
    )
    mend = t.html(words.LINK_CAUSES[LinkCause.OTHER_ACCOUNT])
    return Telling((line, mend), ((do(t.text(_("Health check")), "health"),),))


@tells(events.DueReset)
def due_reset(event: events.DueReset, t: Translator, _names: Names) -> Telling:
    """Tell that a schedule was set right."""
    line = t.html(
        _("🕐 The next check of <b>{name}</b> was too far ahead ({was}) and has been corrected."),
        name=event.name,
        was=t.when(event.was),
    )
    return Telling((line,))


@tells(events.ServiceResumed)
def service_resumed(event: events.ServiceResumed, t: Translator, _names: Names) -> Telling:
    """Tell calmly what goes on after a restart."""
    told = [
        t.html(
            _("🔄 Back at {at} (away for {length}). Bots running again: {bots}."),
            at=t.clock(event.happened_at),
            length=t.duration(event.down_s),
            bots=len(event.resumed),
        )
    ]
    if event.without_stop:
        told.append(
            t.html(
                _("⚠️ Positions: {n}, without SL: {bare}. Please check them."),
                n=event.positions,
                bare=event.without_stop,
            )
        )
    elif event.positions:
        told.append(
            t.html(_("Positions: {n}, all with SL. There is nothing you need to do."), n=event.positions)
        )
    else:
        told.append(t.html(_("No open positions. There is nothing you need to do.")))
    return Telling(tuple(told))


@tells(events.ClockSkewed)
def clock_skewed(event: events.ClockSkewed, t: Translator, _names: Names) -> Telling:
    """Tell how wrong this machine's clock is."""
    line = t.html(
        _("🕐 This computer's clock is off by {length}. Please turn on time synchronisation."),
        length=t.duration(event.skew_s),
    )
    return Telling((line,), ((do(t.text(_("Health check")), "health"),),))


@tells(events.BotsOverdue)
def bots_overdue(event: events.BotsOverdue, t: Translator, names: Names) -> Telling:
    """Tell which bots missed a look at the market."""
    line = t.html(
        _(
            "⏰ {names}: no look at the market for {length}. Rescheduled; if it happens again, open the "
            "health check."
        ),
        names=named(event.bot_ids, names, t),
        length=t.duration(event.late_s),
    )
    return Telling((line,), ((do(t.text(_("Health check")), "health"),),))


@tells(events.ScheduleStalled)
def schedule_stalled(event: events.ScheduleStalled, t: Translator, _names: Names) -> Telling:
    """Tell that nothing ran for a while."""
    line = t.html(
        _(
            "🕐 Nothing ran for {length}: the computer slept, or its clock was changed. The schedule is "
            "corrected, and all bots are looking at the market again."
        ),
        length=t.duration(event.silent_s),
    )
    return Telling((line,), ((do(t.text(_("Health check")), "health"),),))


@tells(events.RestartsHeld)
def restarts_held(event: events.RestartsHeld, t: Translator, _names: Names) -> Telling:
    """Tell that entries wait for somebody to look."""
    line = t.html(
        _(
            "🚨 The service restarted {n} times within {length}. Entries are held until you have checked "
            "the cause; exits and SL keep working."
        ),
        n=event.restarts,
        length=t.duration(event.within_s),
    )
    return Telling((line,), ((do(t.text(_("🔓 Held entries")), "lift"),),))


@tells(events.RestartsOver)
def restarts_over(_event: events.RestartsOver, t: Translator, _names: Names) -> Telling:
    """Tell that entries go on."""
    return Telling((t.html(_("🔓 Entries resume after the restarts.")),))


@tells(events.MarketEnded)
def market_ended(_event: events.MarketEnded, t: Translator, _names: Names) -> Telling:
    """Tell that the replay is over."""
    line = t.html(_("🏁 The replayed history has ended; the market stays closed."))
    return Telling((line,), ((do(t.text(_("Report")), "report"),),))


@tells(events.StoppedFromConsole)
def stopped_from_console(event: events.StoppedFromConsole, t: Translator, names: Names) -> Telling:
    """Tell which bots somebody stopped on the machine."""
    shown = named(event.bot_ids, names, t)
    line = "start_bot " + " ".join(str(bot_id) for bot_id in event.bot_ids)
    again = ((do(t.text(_("▶️ Start again")), line),),) if event.bot_ids and fits(line) else ()
    return Telling((t.html(_("⏹ Stopped on the computer itself: {names}"), names=shown),), again)
