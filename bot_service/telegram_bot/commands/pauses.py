"""Hold entries for a while, on days, in hours of each day; exits always go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot_service.domain import holiday_calendar
from bot_service.domain.errors import InvalidValue
from bot_service.domain.people import Role
from bot_service.i18n import mark as _
from bot_service.telegram_bot.picking import ask_which
from bot_service.telegram_bot.registry import Group, Kind, command, confirmed
from bot_service.telegram_bot.render import Message
from bot_service.telegram_bot.render.pauses import DaysView, HoursView, days_in_words
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.typed import bot_id, chosen_bots, hours_span, length_of

TOMORROW = frozenset({"besok", "tomorrow"})
TOMORROW_AT = time(6)
OFF = frozenset({"off", "hapus", "selesai", "end"})
LONGEST = timedelta(days=7)


@command(
    "pause",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.CHANGE,
    summary=_("Hold entries for a while; exits continue"),
    usage=_("[60m] [ID or #tag …]"),
    examples=("pause", "pause 60m", "pause 2h 1 3"),
    aliases={"id": ("jeda",)},
    state="pause",
)
def pause(request: Request) -> Reply:
    """Show the pauses, or hold entries until a moment."""
    if not request.words or request.words[0].lower() in OFF:
        return request.show(request.services.pausing.view())
    until, rest = _until(request)
    chosen = chosen_bots(request.services.queries.tags, rest)
    return request.show(request.services.pausing.pause(request.actor, until, chosen))


@command(
    "unpause",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.RAISE,
    summary=_("End the timed pauses now"),
    aliases={"id": ("akhiri_jeda",)},
    state="pause",
)
def unpause(request: Request) -> Reply:
    """End every timed pause."""
    return request.show(request.services.pausing.end(request.actor))


@command(
    "allow_entry",
    group=Group.CONTROL,
    role=Role.OPERATOR,
    kind=Kind.RAISE,
    summary=_("Let a bot enter again after you closed its position"),
    usage=_("ID"),
    examples=("allow_entry 1",),
    aliases={"id": ("izinkan_entry",)},
)
def allow_entry(request: Request) -> Reply:
    """Let a bot follow its signal in the direction that was held back."""
    if (question := ask_which(request)) is not None:
        return question
    return request.show(request.services.pausing.allow_reentry(request.actor, bot_id(request.words[0])))


@command(
    "pause_days",
    group=Group.SETTINGS,
    role=Role.OPERATOR,
    kind=Kind.RAISE,
    summary=_("Days without entries, including holidays"),
    usage=_("[day] [last day]"),
    examples=("pause_days", "pause_days 2026-12-25", "pause_days 24/12/2026 26/12/2026"),
    aliases={"id": ("hari_jeda",)},
    state="pause",
)
def pause_days(request: Request) -> Reply:
    """Show pause days and holidays, or add days; estimated dates are asked first."""
    if not request.words:
        return request.show(_days(request))
    if request.words[0].lower() in OFF:
        request.services.pausing.remove(request.actor, _item(request.words[1:]))
        return request.show(_days(request))
    days = [_day(word) for word in request.words[:2]]
    first, last = days[0], days[-1]
    unsure = holiday_calendar.estimates(first, last, request.t.language)
    if not unsure:
        return _add_days(request, first, last)
    t = request.t
    question = t.html(
        _(
            "📅 <b>{days}</b> ({names}) is an <b>estimate</b>: the government announces the date shortly "
            "before. Is it correct? It only counts once you confirm it."
        ),
        days=days_in_words(first, last, t),
        names=", ".join(dict.fromkeys(item.name for item in unsure)),
    )
    payload = {"first": first.isoformat(), "last": last.isoformat()}
    return request.ask(
        Message(question), (t.text(_("✅ Yes, no entries then")), "pause_days", payload), no=t.text(_("No"))
    )


@confirmed("pause_days", role=Role.OPERATOR)
def pause_days_confirmed(request: Request) -> Reply:
    """Add days whose estimated dates a person has confirmed."""
    first, last = (date.fromisoformat(request.payload[name]) for name in ("first", "last"))
    return _add_days(request, first, last)


@command(
    "pause_hours",
    group=Group.SETTINGS,
    role=Role.OPERATOR,
    kind=Kind.RAISE,
    summary=_("Hours of each day without entries"),
    usage=_("[19:00-21:30]"),
    examples=("pause_hours", "pause_hours 19:00-21:30", "pause_hours 23:30-05:00"),
    aliases={"id": ("jam_jeda",)},
    state="pause",
)
def pause_hours(request: Request) -> Reply:
    """Show the daily pause hours, or add some."""
    pausing = request.services.pausing
    if not request.words:
        return request.show(HoursView(pausing.view().plan.hours))
    if request.words[0].lower() in OFF:
        view = pausing.remove(request.actor, _item(request.words[1:]))
        return request.show(HoursView(view.plan.hours))
    begins, ends = hours_span("".join(request.words), "hours", "19:00-21:30")
    view = pausing.add_hours(request.actor, begins, ends, request.member.time_zone)
    return request.show(HoursView(view.plan.hours))


def _add_days(request: Request, first: date, last: date) -> Reply:
    holiday = holiday_calendar.known(first, last, request.t.language)
    name = "" if holiday is None else holiday.name
    request.services.pausing.add_days(request.actor, first, last, request.member.time_zone, name)
    return request.show(_days(request))


def _days(request: Request) -> DaysView:
    view = request.services.pausing.view()
    today = view.market.astimezone(ZoneInfo(request.member.time_zone)).date()
    taken = {(item.first, item.last) for item in view.plan.days}
    offers = holiday_calendar.upcoming(today, request.t.language)
    return DaysView(view.plan.days, tuple(item for item in offers if (item.first, item.last) not in taken))


def _until(request: Request) -> tuple[datetime, Sequence[str]]:
    now = request.services.pausing.view().wall
    word, *rest = (item.lower() for item in request.words)
    if word in TOMORROW:
        zone = ZoneInfo(request.member.time_zone)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, TOMORROW_AT, zone), rest
    length, rest = length_of(request.words, "pause", "30m, 2h, 1h30m, besok")
    if not timedelta(0) < length <= LONGEST:
        raise InvalidValue("pause", word[:32], "out_of_bounds", "1m - 168h")
    return now + length, rest


def _day(word: str) -> date:
    numbers = [int(part) for part in re.findall(r"[0-9]{1,4}", word)]
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", word):
            return date(*numbers)
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", word):
            return date(*reversed(numbers))
    except ValueError:
        pass
    raise InvalidValue("day", word[:32], "not_a_day", "25/12/2026, 2026-12-25")


def _item(words: Sequence[str]) -> int:
    return bot_id(words[0] if words else "")
