"""Mood, notes and the day's report."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot_service.domain.errors import InvalidValue
from bot_service.domain.findings import Mood
from bot_service.domain.people import Role
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.pictures import with_picture
from bot_service.telegram_bot.registry import Group, Kind, command
from bot_service.telegram_bot.render import Keyboard, Message, do, render
from bot_service.telegram_bot.render.parts import rows
from bot_service.telegram_bot.render.report import ReportView
from bot_service.telegram_bot.render.words import MOODS
from bot_service.telegram_bot.request import Reply, Request

TYPED_MOODS = {
    Mood.CALM: ("tenang",),
    Mood.CONFIDENT: ("yakin", "percaya_diri", "pede"),
    Mood.NEUTRAL: ("netral", "biasa", "biasa_saja"),
    Mood.DOUBTFUL: ("ragu", "ragu-ragu"),
    Mood.ANXIOUS: ("cemas", "takut", "khawatir", "afraid", "fear"),
    Mood.FRUSTRATED: ("kesal", "frustrasi", "marah", "angry"),
    Mood.GREEDY: ("fomo", "serakah"),
    Mood.TIRED: ("lelah", "capek"),
    Mood.BORED: ("bosan",),
}
_YESTERDAY = ("kemarin", "yesterday")
_TODAY = ("hari_ini", "today")
_A_ROW = 3


@command(
    "mood",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("How do you feel? One tap"),
    usage=_("[mood]"),
    examples=("mood", "mood calm"),
    aliases={"id": ("perasaan",)},
    menu=10,
    private=True,
)
def mood(request: Request) -> Reply:
    """Ask with nine buttons, or store the mood that was typed or tapped."""
    t = request.t
    if not request.words:
        return Reply((Message(t.html(_("How do you feel right now?")), _moods(t)),))
    chosen = typed_mood(request.words[0])
    request.services.mentoring.mood(request.actor, chosen)
    face, word = MOODS[chosen]
    row = (do(t.text(_("📒 Report")), "report"), do(t.text(_("📊 Status")), "status"))
    text = _("{face} Noted: <b>{mood}</b>. If you like, add why: <code>/note …</code>")
    return request.say(text, face=face, mood=t.text(word), keyboard=(row,))


def _moods(t: Translator) -> Keyboard:
    return rows(
        (do(f"{face} {t.text(word)}", f"mood {code}") for code, (face, word) in MOODS.items()), _A_ROW
    )


def typed_mood(word: str) -> Mood:
    """Return the mood that a word of either language means.

    Raises:
        InvalidValue: no mood is called so.
    """
    plain = word.lower()
    for code, words in TYPED_MOODS.items():
        if plain == code or plain in words:
            return code
    raise InvalidValue("mood", word[:32], "unknown_mood", ", ".join(Mood))


@command(
    "note",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.CHANGE,
    summary=_("Write a note into today's journal"),
    usage=_("TEXT"),
    examples=("note closed early because of the news",),
    aliases={"id": ("catat",)},
    private=True,
)
def note(request: Request) -> Reply:
    """Store a note; without a text explain how."""
    if not request.rest:
        return request.say(
            _("Type the note behind the command: <code>/note closed early because of the news</code>")
        )
    kept = request.services.mentoring.note(request.actor, request.rest)
    row = (do(request.t.text(_("📒 Report")), "report"),)
    return request.say(_("📝 Noted: “{note}”"), note=kept, keyboard=(row,))


@command(
    "report",
    group=Group.MENTOR,
    role=Role.VIEWER,
    kind=Kind.LOOK,
    summary=_("The mentor's report: today so far or a day"),
    usage=_("[date]"),
    examples=("report", "report kemarin", "report 18/11"),
    aliases={"id": ("laporan",)},
    menu=9,
)
def report(request: Request) -> Reply:
    """Show the report of a trading day."""
    mentoring = request.services.mentoring
    present = mentoring.report()
    found = present
    if request.words:
        asked = typed_day(" ".join(request.words), present.day)
        found = present if asked == present.day else mentoring.report(None, asked)
    tag = request.services.queries.account(found.account_id).tag
    message = render(ReportView(tag, found), request.t)
    return Reply((with_picture(message, found, request.t, request.theme),))


def typed_day(text: str, today: date) -> date:
    """Return the day that `kemarin`, `18/11`, `18/11/2026` or `2026-11-18` means, never one to come.

    Raises:
        InvalidValue: it is no day.
    """
    word = text.strip().lower().replace(" ", "_")
    if word in _TODAY:
        return today
    if word in _YESTERDAY:
        return today - timedelta(days=1)
    numbers = [int(part) for part in re.findall(r"[0-9]{1,4}", word)]
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", word):
            return date(*numbers)
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", word):
            return date(*reversed(numbers))
        if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}", word):
            day = date(today.year, numbers[1], numbers[0])
            return day if day <= today else date(today.year - 1, numbers[1], numbers[0])
    except ValueError:
        pass
    raise InvalidValue("day", text[:32], "not_a_day", "kemarin, 18/11, 2026-11-18")
