"""The audit, the log and what was forgotten, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from bot_service.domain import errors
from bot_service.domain.events import read_event
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.ports import AuditLine, LogLine
from bot_service.services.people_views import AuditView, ForgottenReceipt, LogsView
from bot_service.telegram_bot.render.bot_events import change
from bot_service.telegram_bot.render.message import Button, Message, do, fits
from bot_service.telegram_bot.render.parts import cut, lines, pages, rows
from bot_service.telegram_bot.render.people_events import person
from bot_service.telegram_bot.render.registry import renders, tell

MOST_PEOPLE = 4
SHOWN_LOG = 350
TYPED = 60
RESULTS: Mapping[str, str] = {
    "done": _("✅ done"),
    "not_allowed": _("⛔ not allowed for this role"),
    "too_many": _("⛔ too much at once"),
    "asked_again": _("🕐 too late, asked again"),
    "expired": _("🕐 too late, nothing done"),
    "refused": _("⛔ a stranger, refused"),
    "pairing_refused": _("⛔ a wrong code"),
    "not_connected": _("⛔ in a group that isn't connected"),
    "deleted": _("🧹 looked like a password, deleted"),
}
LEVELS = {"WARNING": "⚠️", "ERROR": "🔴", "CRITICAL": "🔴"}
KINDS: Mapping[str, str] = {
    "notes": _("notes: {n}"),
    "moods": _("moods: {n}"),
    "promises": _("promises: {n}"),
    "objections": _("findings called untrue: {n}"),
    "step_answers": _("answers to steps: {n}"),
    "alerts": _("messages to you: {n}"),
    "look_ups": _("look-ups in the audit: {n}"),
}


@renders(AuditView)
def audit(view: AuditView, t: Translator) -> Message:
    """Return a page of the audit with buttons to filter it."""
    head = t.html(_("🧾 <b>Audit</b>"))
    line = "audit"
    if view.user_id is not None:
        line = f"audit {view.user_id}"
        head = t.html(
            "{head}: {who}", head=head, who=person(view.names.get(view.user_id, ""), view.user_id, t)
        )
    elif view.bot_id is not None:
        line = f"audit #{view.bot_id}"
        head = t.html(
            "{head}: {bot}", head=head, bot=f"{view.bots.get(view.bot_id, '')} #{view.bot_id}".strip()
        )
    told = [part for item in view.lines for part in _told(item, view, t)]
    empty = None if told else t.html(_("Nothing is recorded here yet."))
    return Message(lines(head, empty, *told), (*_turning(view, line, t), *_filters(view, t)))


def _turning(view: AuditView, line: str, t: Translator) -> tuple[tuple[Button, ...], ...]:
    row = pages(line, view.page, view.pages, t)
    return (row,) if row else ()


def _filters(view: AuditView, t: Translator) -> tuple[tuple[Button, ...], ...]:
    people = [
        do(f"👤 {cut(member.name or str(member.user_id), 20)}", f"audit {member.user_id}")
        for member in view.members[:MOST_PEOPLE]
        if member.user_id != view.user_id
    ]
    bots = sorted({bot_id for line in view.lines for bot_id in line.bots})[:MOST_PEOPLE]
    about = [do(f"🤖 #{bot_id}", f"audit #{bot_id}") for bot_id in bots if bot_id != view.bot_id]
    last = [do(t.text(_("🔄 Refresh")), "audit")]
    if view.user_id is not None or view.bot_id is not None:
        last = [do(t.text(_("Show all")), "audit")]
    return (*rows(people, 2), *rows(about, 4), tuple(last))


def _told(item: AuditLine, view: AuditView, t: Translator) -> Iterator[str]:
    who = view.names.get(item.user_id) or str(item.user_id)
    typed = f"{item.command} {cut(item.arguments, TYPED)}".strip()
    yield t.html(
        "<i>{at}</i> {who}: <code>{typed}</code> {result}",
        at=t.stamp(item.at),
        who=cut(who, 20),
        typed=typed,
        result=_result(item.result, t),
    )
    for event in item.detail.get("events", ()):
        if (found := read_event(event)) is not None:
            yield f"   {' · '.join(tell(found, t, view.bots).lines)}"
    for name, (before, after) in item.detail.get("changes", {}).items():
        yield f"   {change(name, before, after, t)}"


def _result(result: str, t: Translator) -> Html:
    if result in RESULTS:
        return t.html(RESULTS[result])
    if result.startswith("failed "):
        return t.html(
            _("🔴 failed, reference <code>{reference}</code>"), reference=result.removeprefix("failed ")
        )
    return t.html(_("⛔ refused ({code})"), code=result)


@renders(LogsView)
def logs(view: LogsView, t: Translator) -> Message:
    """Return the newest warnings and errors; one that was asked for in full."""
    again = f"logs {view.containing}".strip()
    refresh = (do(t.text(_("🔄 Refresh")), again),) if fits(again) else ()
    keyboard = ((*refresh, do(t.text(_("Health check")), "health")),)
    if not view.lines:
        text = t.html(_("No warnings or errors in the log. Good."))
        if view.containing:
            text = t.html(_("The log no longer has anything with “{text}”."), text=view.containing)
        return Message(text, keyboard)
    head = t.html(_("📜 <b>Last warnings and errors</b>"))
    whole = bool(view.containing) and len(view.lines) == 1
    return Message(lines(head, *(_logged(item, t, whole=whole) for item in view.lines)), keyboard)


def _logged(item: LogLine, t: Translator, *, whole: bool) -> str:
    first, *rest = item.text.splitlines()
    text = first if not rest or whole else f"{first} … {rest[-1]}"
    if whole and rest:
        text = "\n".join((first, *rest[-12:]))
    shown = escape(text[: 4 * SHOWN_LOG if whole else SHOWN_LOG], quote=False)
    return f"{LEVELS.get(item.level, '⚠️')} <i>{t.stamp(item.at)}</i> <code>{shown}</code>"


@renders(ForgottenReceipt)
def forgotten(view: ForgottenReceipt, t: Translator) -> Message:
    """Return what was deleted, and whether the person is still a member."""
    told = [t.text(KINDS[name], n=count) for name, count in view.counts.items() if name in KINDS]
    deleted = t.html(_("🧹 Deleted: {told}."), told=", ".join(told))
    if view.stays:
        rest = t.html(_("You are still the owner, so that somebody can stop the bots."))
    else:
        rest = t.html(_("You are no longer a member and get no more messages. Goodbye, and good luck."))
    return Message(lines(deleted, rest))


@renders(errors.ExportTooLarge)
def export_too_large(error: errors.ExportTooLarge, t: Translator) -> Message:
    """Say how large it got and where the data can be copied."""
    text = t.html(
        _("The export is {n} MB, Telegram takes 50. Please copy the database on the computer itself."),
        n=error.megabytes,
    )
    return Message(text, ((do(t.text(_("Health check")), "health"),),))
