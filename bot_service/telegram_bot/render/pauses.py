"""Pauses, holidays and the opening of markets in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot_service.domain import events
from bot_service.domain.holiday_calendar import Holiday
from bot_service.domain.pauses import PauseCause, PauseDays, PauseHours, Timer
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.pause_views import PauseReceipt, PausesView, ReentryReceipt
from bot_service.telegram_bot.render.bot_events import named
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells

_OFFERS = 8


@dataclass(frozen=True)
class DaysView:
    """The days without entries, and holidays that could be."""

    days: tuple[PauseDays, ...]
    offers: tuple[Holiday, ...]


@dataclass(frozen=True)
class HoursView:
    """The hours of each day without entries."""

    hours: tuple[PauseHours, ...]


def days_in_words(first: date, last: date, t: Translator) -> str:
    """Return one day or a span of days, with the year."""
    if first == last:
        return f"{t.day(first)} {first.year}"
    return f"{t.day(first)} - {t.day(last)} {last.year}"


@renders(PausesView)
def pauses(view: PausesView, t: Translator) -> Message:
    """Return what holds entries now and what is set, with the usual pauses as buttons."""
    head = t.html(_("⏸ <b>Pauses</b>"))
    told: list[str] = [_timer(item, t) for item in view.plan.timers]
    if not told:
        told.append(t.html(_("No timed pause is running.")))
    if view.held:
        told.append(
            t.html(_("✋ Entries held now: {n} of {all} running bots"), n=view.held, all=view.running)
        )
    told.extend(_days(item, t) for item in view.plan.days)
    told.extend(_hours(item, t) for item in view.plan.hours)
    told.append(t.html(_("<i>A pause only holds entries. Exits, SL and TP always keep working.</i>")))
    return Message(lines(head, *told), _pause_buttons(view, t))


def _pause_buttons(view: PausesView, t: Translator) -> Keyboard:
    timed = (
        do(t.text(_("⏸ 30 min")), "pause 30m"),
        do(t.text(_("⏸ 1 hour")), "pause 1h"),
        do(t.text(_("⏸ Until tomorrow")), "pause besok"),
    )
    ends = (do(t.text(_("▶️ End the pause")), "unpause"),) if view.plan.timers else ()
    more = (do(t.text(_("📅 Pause days")), "pause_days"), do(t.text(_("🕘 Pause hours")), "pause_hours"))
    return tuple(row for row in (timed, ends, more) if row)


def _timer(item: Timer, t: Translator) -> Html:
    if not item.bot_ids:
        return t.html(_("⏳ All bots until <b>{until}</b>"), until=t.when(item.until))
    ids = ", ".join(map(str, item.bot_ids))
    return t.html(_("⏳ Bots {ids} until <b>{until}</b>"), ids=ids, until=t.when(item.until))


def _days(item: PauseDays, t: Translator) -> Html:
    days = days_in_words(item.first, item.last, t)
    return t.html("📅 {days}{name}", days=days, name=f" · {item.name}" if item.name else "")


def _hours(item: PauseHours, t: Translator) -> Html:
    zone = t.zone_name(item.zone)
    return t.html(_("🕘 Every day {hours} {zone}"), hours=_span(item), zone=zone)


def _span(item: PauseHours) -> str:
    return f"{item.begins:%H:%M}-{item.ends:%H:%M}"


@renders(DaysView)
def pause_days(view: DaysView, t: Translator) -> Message:
    """Return the days without entries, each with a button that takes it back, and holidays to add."""
    head = t.html(_("📅 <b>Days without entries</b>"))
    told: list[str] = [_days(item, t) for item in view.days] or [t.html(_("None is set."))]
    rows: list[tuple[Button, ...]] = [
        (do(t.text(_("✖️ {days}"), days=_days(item, t)[2:].strip()[:40]), f"pause_days off {item.id}"),)
        for item in view.days
    ]
    offers = view.offers[:_OFFERS]
    if offers:
        told += ["", t.html(_("<b>Holidays you can add</b>"))]
        told.extend(_offer(item, t) for item in offers)
        rows.extend((do(f"+ {_label(item, t)}", f"pause_days {item.first} {item.last}"),) for item in offers)
    if any(item.estimated for item in offers):
        told.append(t.html(_("<i>An estimate counts only after you have confirmed it.</i>")))
    told.append(t.html(_("<i>Or type a date: /pause_days 25/12/2026</i>")))
    rows.append((do(t.text(_("⏸ Pauses")), "pause"),))
    return Message(lines(head, *told), tuple(rows))


def _offer(item: Holiday, t: Translator) -> Html:
    days = days_in_words(item.first, item.last, t)
    if item.estimated:
        return t.html(_("• {days} · {name} (estimate)"), days=days, name=item.name)
    return t.html("• {days} · {name}", days=days, name=item.name)


def _label(item: Holiday, t: Translator) -> str:
    return f"{t.day(item.first)} {item.name}"[:40]


@renders(HoursView)
def pause_hours(view: HoursView, t: Translator) -> Message:
    """Return the daily hours without entries, each with a button that takes it back."""
    head = t.html(_("🕘 <b>Daily hours without entries</b>"))
    told = [_hours(item, t) for item in view.hours] or [t.html(_("None is set."))]
    rows: list[tuple[Button, ...]] = [
        (do(f"✖️ {_span(item)}", f"pause_hours off {item.id}"),) for item in view.hours
    ]
    told.append(t.html(_("<i>Type the hours: /pause_hours 19:00-21:30</i>")))
    rows.append((do(t.text(_("⏸ Pauses")), "pause"),))
    return Message(lines(head, *told), tuple(rows))


@renders(PauseReceipt)
def paused(view: PauseReceipt, t: Translator) -> Message:
    """Return until when entries are held, and that exits go on."""
    text = lines(
        _until(view.bot_ids, view.until, t, {}),
        t.html(_("Exits, SL and TP keep working. Entries resume by themselves, and you will be told.")),
    )
    return Message(text, ((do(t.text(_("▶️ End the pause")), "unpause"), do(t.text(_("⏸ Pauses")), "pause")),))


def _until(bot_ids: tuple[int, ...], until: datetime, t: Translator, names: Names) -> Html:
    if not bot_ids:
        return t.html(_("⏸ <b>No entries until {until}</b>, all bots"), until=t.when(until))
    shown = named(bot_ids, names, t)
    return t.html(_("⏸ <b>No entries until {until}</b>: bot {names}"), until=t.when(until), names=shown)


@renders(ReentryReceipt)
def allowed(view: ReentryReceipt, t: Translator) -> Message:
    """Return which direction may be entered again."""
    name, button = view.bot.settings.name, do(t.text(_("Show the bot")), f"bot {view.bot.id}")
    if view.side is None:
        return Message(t.html(_("No entry of <b>{name}</b> is held back."), name=name), ((button,),))
    text = t.html(
        _("✅ <b>{name}</b> may enter {side} again, from the next candle with a {side} signal."),
        name=name,
        side=view.side.upper(),
    )
    return Message(text, ((button,),))


@tells(events.EntriesPaused)
def entries_paused(event: events.EntriesPaused, t: Translator, names: Names) -> Telling:
    """Tell that entries are held from now on."""
    keyboard: Keyboard = ((do(t.text(_("⏸ Pauses")), "pause"),),)
    if event.cause == PauseCause.DAY:
        day = event.name or t.text(_("pause day"))
        line = t.html(_("⏸ {day}: no entries until {until}"), day=day, until=t.when(event.until))
        return Telling((line, t.html(_("Exits, SL and TP keep working."))), keyboard)
    return Telling((_until(event.bot_ids, event.until, t, names),), keyboard)


@tells(events.EntriesResumed)
def entries_resumed(event: events.EntriesResumed, t: Translator, names: Names) -> Telling:
    """Tell that a pause is over."""
    if event.cause == PauseCause.DAY:
        day = event.name or t.text(_("pause day"))
        return Telling((t.html(_("▶️ {day} is over: bots may enter again"), day=day),))
    if not event.bot_ids:
        return Telling((t.html(_("▶️ The pause is over: bots may enter again")),))
    shown = named(event.bot_ids, names, t)
    return Telling((t.html(_("▶️ The pause is over for bot {names}"), names=shown),))


@tells(events.PausesChanged)
def pauses_changed(event: events.PausesChanged, t: Translator, _names: Names) -> Telling:
    """Tell which pause days or hours were changed."""
    if event.added:
        return Telling((t.html(_("📅 Pause added: {what}"), what=event.what),))
    return Telling((t.html(_("📅 Pause {what} removed"), what=event.what),))


@tells(events.ReentryAllowed)
def reentry_allowed(event: events.ReentryAllowed, t: Translator, _names: Names) -> Telling:
    """Tell that a person lets a bot enter again."""
    line = t.html(_("✅ <b>{name}</b> may enter {side} again"), name=event.name, side=event.side.upper())
    return Telling((line,))


@tells(events.MarketReopened)
def market_reopened(event: events.MarketReopened, t: Translator, _names: Names) -> Telling:
    """Tell what the closed time did to each position, measured by its stop."""
    head = t.html(_("🌅 {symbol} is open again"), symbol=event.symbol)
    later = t.html(_("Entries wait until the spread is normal."))
    return Telling(
        (head, *(_gap(item, t) for item in event.positions), later),
        ((do(t.text(_("Positions")), "positions"),),),
    )


def _gap(item: events.GapLine, t: Translator) -> Html:
    facts = {
        "ticket": item.ticket,
        "side": item.side.upper(),
        "before": t.price(item.before),
        "after": t.price(item.after),
    }
    if item.share is None:
        return t.html(_("#{ticket} {side}: {before} → {after} · ⚠️ no SL to measure it by"), **facts)
    share = t.percent(abs(item.share), 0)
    if item.share < 0:
        return t.html(
            _("#{ticket} {side}: {before} → {after} · {share} of the way to the SL"), **facts, share=share
        )
    return t.html(_("#{ticket} {side}: {before} → {after} · away from the SL"), **facts)
