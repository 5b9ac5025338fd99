"""Outbox rows in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot_service.domain.events import Level, OrderNeverSent, ReportReady, SignalStale, WeeklyLetterReady
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.letters import Digest, Letter, Post, Reports
from bot_service.telegram_bot.render.message import Button, Keyboard, Message
from bot_service.telegram_bot.render.parts import lines, tag
from bot_service.telegram_bot.render.registry import render, tell
from bot_service.telegram_bot.render.report import ReportsView, ReportView
from bot_service.telegram_bot.render.weekly import WeeklyLetterView

LATE_AFTER = timedelta(minutes=2)
_MOST_ROWS = 8
UNREADABLE = _("There was an alert that this version can't read.")


def post_message(post: Post, t: Translator, now: datetime) -> Message:
    """Return the message of an alert or of a digest."""
    if isinstance(post, Reports):
        return reports_message(post, t, now)
    return digest_message(post, t, now) if isinstance(post, Digest) else letter_message(post, t, now)


def reports_message(post: Reports, t: Translator, now: datetime) -> Message:
    """Return the reports of a day; without any that is stored they are only named."""
    views = report_views(post)
    return render(ReportsView(views), t) if views else letter_message(post.first, t, now)


def report_views(post: Reports) -> tuple[ReportView, ...]:
    """Return the reports of a post that are stored."""
    return tuple(view for letter in post.letters if (view := _view(letter)) is not None)


def _view(letter: Letter) -> ReportView | None:
    event = letter.event
    if not isinstance(event, ReportReady) or letter.report is None:
        return None
    return ReportView(letter.tag, letter.report, event.late, changed=letter.edits, warm=letter.warm)


def letter_message(letter: Letter, t: Translator, now: datetime) -> Message:
    """Return the message of an alert; one that was held up says when it was written."""
    event = letter.event
    if letter.late is not None:
        return _late_reply(letter, t, now)
    if event is None:
        return Message(t.html(UNREADABLE))
    view = _view(letter)
    if view is not None:
        return render(view, t)
    if isinstance(event, WeeklyLetterReady) and letter.weekly is not None:
        return render(WeeklyLetterView(letter.weekly, event.late), t)
    telling = tell(event, t, letter.names)
    late = None
    if now - letter.recorded_at > LATE_AFTER:
        late = t.html(_("🕐 This happened at {at}."), at=t.when(letter.recorded_at))
    first, *rest = telling.lines
    return Message(lines(f"{tag(letter.tag)}{first}", *rest, late), telling.keyboard)


def digest_message(digest: Digest, t: Translator, now: datetime) -> Message:
    """Return many alerts as one message: what was lost in time, each with its moment, what was not done."""
    told = [_line(letter, t, now) for letter in digest.letters]
    return Message(lines(_head(digest, t, now), "", *told, *_not_done(digest, t)), _buttons(digest, t))


def _head(digest: Digest, t: Translator, now: datetime) -> Html:
    n = len(digest.letters)
    if digest.away is not None:
        away = t.duration(_whole_minutes(digest.away))
        return t.plural(
            "🔌 <b>Offline for {away}: {n} event</b>",
            "🔌 <b>Offline for {away}: {n} events</b>",
            n=n,
            away=away,
        )
    since = now - min(letter.recorded_at for letter in digest.letters)
    span = t.duration(max(60.0, _whole_minutes(since)))
    return t.plural(
        "📦 <b>{n} event in the last {span}</b>", "📦 <b>{n} events in the last {span}</b>", n=n, span=span
    )


def _whole_minutes(length: timedelta) -> float:
    return length.total_seconds() // 60 * 60


def _line(letter: Letter, t: Translator, now: datetime) -> str:
    same_day = now - letter.recorded_at < timedelta(hours=20)
    at = t.clock(letter.recorded_at) if same_day else t.when(letter.recorded_at)
    if letter.event is None:
        return f"{at} {t.html(UNREADABLE)}"
    first, *rest = tell(letter.event, t, letter.names).lines
    # What is dangerous is told in full.
    shown = rest if letter.event.level is Level.CRITICAL else ()
    return lines(f"<b>{at}</b> {tag(letter.tag)}{first}", *shown)


def _not_done(digest: Digest, t: Translator) -> list[str]:
    happened = [letter.event for letter in digest.letters]
    missed = sum(isinstance(event, SignalStale) for event in happened)
    never_sent = sum(isinstance(event, OrderNeverSent) for event in happened)
    told = []
    if missed:
        told.append(
            t.plural(
                "⏭ Not done: {n} signal missed, it is not chased.",
                "⏭ Not done: {n} signals missed, they are not chased.",
                n=missed,
            )
        )
    if never_sent:
        told.append(
            t.plural(
                "⏭ Not done: {n} order never reached the broker.",
                "⏭ Not done: {n} orders never reached the broker.",
                n=never_sent,
            )
        )
    return ["", *told] if told else []


def _buttons(digest: Digest, t: Translator) -> Keyboard:
    rows: list[tuple[Button, ...]] = []
    for letter in digest.letters:
        if letter.event is not None and letter.event.level is Level.CRITICAL:
            keyboard = tell(letter.event, t, letter.names).keyboard
            rows.extend(row for row in keyboard if row not in rows)
    return tuple(rows[:_MOST_ROWS])


def _late_reply(letter: Letter, t: Translator, now: datetime) -> Message:
    reply = letter.late
    if reply is None:
        return Message(t.html(UNREADABLE))
    age = t.duration((now - letter.recorded_at).total_seconds())
    head = t.html(_("🕐 <i>This answer was delayed by {age}; it shows how things were then.</i>"), age=age)
    rows = tuple(tuple(Button(label, data) for label, data in row) for row in reply.keyboard)
    return Message(lines(head, reply.text), rows)
