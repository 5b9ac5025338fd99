"""The mentor's screens in words: hub, day so far, list of reports, notes, what keeps still."""

from __future__ import annotations

from bot_service.domain.findings import DayReport, Score
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.mentor.choice import to_watch, went_well
from bot_service.mentor.shown import beside, found
from bot_service.services.views import (
    FeedbackView,
    HubView,
    MutesView,
    NotesView,
    ReportLine,
    ReportListView,
    StripDay,
)
from bot_service.telegram_bot.render.detector_words import DETECTORS
from bot_service.telegram_bot.render.finding_words import observation
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do, fits
from bot_service.telegram_bot.render.parts import cut, dot, lines, pages, rows, tag
from bot_service.telegram_bot.render.promises import judging, promise_line
from bot_service.telegram_bot.render.registry import renders
from bot_service.telegram_bot.render.report import STEP_ANSWERS
from bot_service.telegram_bot.render.step_words import STEPS

NOTE_LENGTH = 240
A_ROW = 2


@renders(HubView)
def hub(view: HubView, t: Translator) -> Message:
    """Return today so far, the strip, promises, the step that is asked back, and the ways on."""
    head = t.html(_("🧭 <b>Mentor</b>"))
    told = lines(
        f"{tag(view.tag)}{head}",
        _resting(view, t),
        so_far(view.today, t),
        "",
        *_strip(view, t),
        *_promises(view, t),
        *_steps(view, t),
    )
    open_yet = [line for line in view.promises if line.today is None]
    return Message(told, (*_step_buttons(view, t), *judging(open_yet, t), *_ways_on(view, t)))


def so_far(day: DayReport, t: Translator) -> Html:
    """Return the day in one line."""
    if not day.trades:
        return t.html(_("Today so far: no closed trades."))
    net = t.money(day.net, day.currency, sign=True)
    if day.r is None:
        return t.plural(
            "Today so far: {dot} <b>{net}</b>, {n} trade",
            "Today so far: {dot} <b>{net}</b>, {n} trades",
            n=day.trades,
            dot=dot(day.net),
            net=net,
        )
    return t.plural(
        "Today so far: {dot} <b>{net}</b> ({r}), {n} trade",
        "Today so far: {dot} <b>{net}</b> ({r}), {n} trades",
        n=day.trades,
        dot=dot(day.net),
        net=net,
        r=t.r(day.r),
    )


def _resting(view: HubView, t: Translator) -> Html | None:
    until = view.wishes.rest_until
    if until is None or not view.wishes.rests_at(view.now):
        return None
    return t.html(_("🔕 No reports and no questions until <b>{until}</b>."), until=t.when(until))


def _strip(view: HubView, t: Translator) -> list[str]:
    days = [f"{t.weekday(item.day)} {square(item)}" for item in view.strip]
    told: list[str] = [
        t.html(_("<b>Last 7 days</b>")),
        " · ".join(days[:4]),
        " · ".join(days[4:]),
        t.html(_("<i>🟩 all rules kept, 🟨 some; empty square: nothing to keep</i>")),
    ]
    if view.streak:
        told.append(
            t.plural(
                "🔗 Disciplined days in a row: <b>{n}</b>",
                "🔗 Disciplined days in a row: <b>{n}</b>",
                n=view.streak,
            )
        )
    return told


def square(item: StripDay) -> str:
    """Return the colour of a day's discipline; money has no say in it."""
    if item.score is None or not item.score.opportunities:
        return "⬜"
    return "🟩" if item.score.kept == item.score.opportunities else "🟨"


def _promises(view: HubView, t: Translator) -> list[str]:
    if not view.promises:
        return ["", t.html(_("🤝 No promise is open."))]
    return ["", t.html(_("🤝 <b>Your promises</b>")), *(promise_line(item, t) for item in view.promises)]


def _steps(view: HubView, t: Translator) -> list[str]:
    last = view.last
    if last is None:
        return []
    told: list[str] = []
    if last.earlier_step in STEPS:
        step = t.html(STEPS[last.earlier_step])
        if view.answer is None:
            told.append(t.html(_("↩️ <b>Last step:</b> {step} How did it go?"), step=step))
        else:
            reply = t.text(STEP_ANSWERS[view.answer.reply])
            told.append(t.html(_("↩️ Last step: {step} {reply}"), step=step, reply=reply))
    if last.step in STEPS:
        told.append(t.html(_("👣 <b>Today's step:</b> {step}"), step=t.html(STEPS[last.step])))
    return ["", *told] if told else []


def _step_buttons(view: HubView, t: Translator) -> Keyboard:
    last = view.last
    if last is None or view.answer is not None or last.earlier_step not in STEPS:
        return ()
    where = f"{last.day.isoformat()} {last.account_id}"
    return (tuple(do(t.text(word), f"step {where} {code}") for code, word in STEP_ANSWERS.items()),)


def _ways_on(view: HubView, t: Translator) -> Keyboard:
    at = f" @{view.today.account_id}"
    buttons = [
        do(t.text(_("📒 Report")), "report"),
        do(t.text(_("🗂 All reports")), f"reports{at}"),
        do(t.text(_("🔎 So far")), f"feedback{at}"),
        do(t.text(_("❓ Why")), f"why{at}"),
        do(t.text(_("🙂 How do I feel?")), "mood"),
        do(t.text(_("📝 My notes")), "notes"),
    ]
    if not view.is_reader:
        buttons.append(do(t.text(_("🤝 Promise")), f"promise{at}"))
    buttons.append(do(t.text(_("🔇 Muted findings")), "mentor mute"))
    if view.wishes.rests_at(view.now):
        buttons.append(do(t.text(_("🔔 Reports again")), "mentor rest 0"))
    buttons.append(do(t.text(_("⚙️ Settings")), "settings mentor"))
    return rows(buttons, A_ROW)


@renders(FeedbackView)
def feedback(view: FeedbackView, t: Translator) -> Message:
    """Return what the day shows so far: well, worth a look, hands, discipline."""
    day = view.today
    findings = found(day)
    well = [f"👏 {observation(item, day.currency, t)}" for item in went_well(findings)]
    watch = [f"👁 {observation(item, day.currency, t)}" for item in to_watch(findings)]
    facts = [f"🔹 {observation(item, day.currency, t)}" for item in beside(day)]
    hands = None
    if day.interventions:
        hands = t.plural(
            "✋ By hand so far: {n} time", "✋ By hand so far: {n} times", n=len(day.interventions)
        )
    head = t.html(_("🔎 <b>So far today</b>, {at}"), at=t.clock(view.now))
    told = lines(
        f"{tag(view.tag)}{head}",
        so_far(day, t),
        "",
        *(well or watch or facts or [t.html(_("Nothing stands out so far."))]),
        *(watch if well else ()),
        *(facts if well or watch else ()),
        hands,
        _score(day.score, t),
    )
    row = (do(t.text(_("🔄 Refresh")), f"feedback @{day.account_id}"), do(t.text(_("🧭 Mentor")), "mentor"))
    note = (do(t.text(_("🙂 How do I feel?")), "mood"), do(t.text(_("📒 Report")), "report"))
    return Message(told, (row, note))


def _score(score: Score | None, t: Translator) -> Html | None:
    if score is None or not score.opportunities:
        return None
    return t.html(
        _("🎯 Rules kept: {kept} of {n} chances to break one"), kept=score.kept, n=score.opportunities
    )


@renders(ReportListView)
def report_list(view: ReportListView, t: Translator) -> Message:
    """Return a page of reports, each with a button that opens it."""
    if not view.lines:
        text = t.html(_("No report has been written yet. The first one comes after the first trading day."))
        row = (do(t.text(_("📒 Today so far")), "report"), do(t.text(_("🧭 Mentor")), "mentor"))
        return Message(f"{tag(view.tag)}{text}", (row,))
    head = t.html(_("🗂 <b>Reports</b>"))
    if view.pages > 1:
        head = Html(f"{head} · {_page(view.page, view.pages, t)}")
    buttons = [do(t.day(line.day), f"report {line.day.isoformat()}") for line in view.lines]
    turning = pages(f"reports @{view.account_id}", view.page, view.pages, t)
    keyboard = (*rows(buttons, 3), *((turning,) if turning else ()), (do(t.text(_("🧭 Mentor")), "mentor"),))
    return Message(lines(f"{tag(view.tag)}{head}", *(_report_line(line, t) for line in view.lines)), keyboard)


def _report_line(line: ReportLine, t: Translator) -> Html:
    day = f"{t.weekday(line.day)} {t.day(line.day)}"
    icon = square(StripDay(line.day, line.trades, line.score))
    if not line.trades:
        return t.html(_("{icon} {day}: no closed trades"), icon=icon, day=day)
    net = t.money(line.net, line.currency, sign=True)
    if line.r is None:
        return t.plural(
            "{icon} {day}: {net}, {n} trade",
            "{icon} {day}: {net}, {n} trades",
            n=line.trades,
            icon=icon,
            day=day,
            net=net,
        )
    return t.plural(
        "{icon} {day}: {net} ({r}), {n} trade",
        "{icon} {day}: {net} ({r}), {n} trades",
        n=line.trades,
        icon=icon,
        day=day,
        net=net,
        r=t.r(line.r),
    )


def _page(page: int, count: int, t: Translator) -> Html:
    return t.html(_("page {page} of {pages}"), page=page + 1, pages=count)


@renders(NotesView)
def notes(view: NotesView, t: Translator) -> Message:
    """Return a page of own notes, word for word."""
    if not view.total:
        text = t.html(_("No notes yet. Write one: <code>/note closed early because of the news</code>"))
        if view.word:
            text = t.html(_("No note with “{word}”."), word=view.word)
        row = (do(t.text(_("📝 All notes")), "notes"),) if view.word else ()
        return Message(text, (row, (do(t.text(_("🧭 Mentor")), "mentor"),)))
    head = t.html(_("📝 <b>Your notes: {n}</b>"), n=view.total)
    if view.word:
        head = t.html(_("📝 <b>Notes with “{word}”: {n}</b>"), word=view.word, n=view.total)
    if view.pages > 1:
        head = Html(f"{head} · {_page(view.page, view.pages, t)}")
    told: list[str] = [
        t.html(_("<i>{at}</i> “{note}”"), at=t.when(note.at), note=cut(note.text, NOTE_LENGTH))
        for note in view.notes
    ]
    line = f"notes {view.word}".strip()
    turning = pages(line, view.page, view.pages, t) if fits(f"{line} p9999") else ()
    search = t.html(_("Look for a word: <code>/notes NFP</code>"))
    keyboard = (*((turning,) if turning else ()), (do(t.text(_("🧭 Mentor")), "mentor"),))
    return Message(lines(head, *told, "", search), keyboard)


@renders(MutesView)
def mutes(view: MutesView, t: Translator) -> Message:
    """Return what the mentor looks for, each with a button that lets it keep still or speak."""
    if not view.counts:
        empty = t.html(_("Nothing has been said in the last 30 days, so there is nothing to mute."))
        return Message(empty, ((do(t.text(_("🧭 Mentor")), "mentor"),),))
    text = lines(
        t.html(_("🔇 <b>What should the mentor not mention?</b>")),
        t.html(_("The number says how often it was said in the last 30 days.")),
        *(_mute_line(code, count, view, t) for code, count in view.counts),
    )
    buttons = [_mute_button(code, view, t) for code, _count in view.counts]
    turning = pages("mentor mute", view.page, view.pages, t)
    keyboard = (*rows(buttons, 1), *((turning,) if turning else ()), (do(t.text(_("🧭 Mentor")), "mentor"),))
    return Message(text, keyboard)


def _mute_line(code: str, count: int, view: MutesView, t: Translator) -> Html:
    icon = "🔇" if code in view.muted else "🔊"
    return t.html("{icon} {name}: {count}", icon=icon, name=t.text(DETECTORS[code]), count=count)


def _mute_button(code: str, view: MutesView, t: Translator) -> Button:
    silent = code in view.muted
    verb = "unmute" if silent else "mute"
    label = f"{t.text(DETECTORS[code])} → {'🔊' if silent else '🔇'}"
    return do(label, f"mentor {verb} {code} p{view.page + 1}")
