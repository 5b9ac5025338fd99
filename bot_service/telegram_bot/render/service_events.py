"""What happened to the service, its link and its clock, in words."""

from __future__ import annotations

from datetime import datetime

from bot_service.domain import events
from bot_service.domain.market import LinkCause
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.bot_events import named
from bot_service.telegram_bot.render.message import do, fits
from bot_service.telegram_bot.render.registry import Names, Telling, tells


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
