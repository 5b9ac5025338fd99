"""The last alerts and what became of them."""

from __future__ import annotations

from datetime import timedelta

from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.alerts import AlertLine, AlertsView, ResendReceipt
from bot_service.services.gathering import LATE_REPLY
from bot_service.telegram_bot.render.letters import UNREADABLE
from bot_service.telegram_bot.render.message import Button, Message, do
from bot_service.telegram_bot.render.parts import cut, lines, pages, tag
from bot_service.telegram_bot.render.registry import renders, tell

ICONS = {"sent": "✅", "queued": "⏳", "dead": "❌"}
_REASON = 60


@renders(AlertsView)
def alerts(view: AlertsView, t: Translator) -> Message:
    """Return a page of alerts, each with its time and what became of it."""
    head = t.html(_("📨 <b>Last alerts</b>"))
    if not view.lines:
        empty = t.html(_("Nothing yet. Alerts come when bots start, trade or need you."))
        return Message(lines(head, empty), ((do(t.text(_("My bots")), "bots"),),))
    told = [_line(item, view, t) for item in view.lines]
    legend = t.html(_("✅ sent · ⏳ waiting · ❌ failed"))
    resend: tuple[Button, ...] = ()
    if view.dead:
        label = t.text(_("🔁 Resend {n} failed"), n=view.dead)
        resend = (do(label, "alerts resend"),)
    settings = (do(t.text(_("🔔 Choose kinds")), "settings alerts"),)
    turning = pages("alerts", view.page, view.pages, t)
    return Message(lines(head, legend, "", *told), tuple(row for row in (turning, resend, settings) if row))


def _line(item: AlertLine, view: AlertsView, t: Translator) -> str:
    line = item.line
    recent = view.now - line.recorded_at < timedelta(hours=20)
    at = t.clock(line.recorded_at) if recent else t.when(line.recorded_at)
    to = t.html(_(" → {reader}"), reader=item.reader) if item.reader else ""
    return f"{ICONS[line.state]} {at}{to} {tag(item.tag)}{_text(item, t)}{_state(item, t)}"


def _text(item: AlertLine, t: Translator) -> Html:
    if item.event is not None:
        return tell(item.event, t, item.names).lines[0]
    return t.html(_("a delayed answer")) if LATE_REPLY in item.line.payload else t.html(UNREADABLE)


def _state(item: AlertLine, t: Translator) -> Html | str:
    line = item.line
    if line.state == "dead":
        return t.html(_(" · failed: <code>{reason}</code>"), reason=cut(line.error or "?", _REASON))
    if line.state == "queued" and line.attempts:
        return t.html(_(" · waiting, tries: {n}"), n=line.attempts)
    if line.sent_at is not None and line.sent_at - line.recorded_at > timedelta(minutes=2):
        return t.html(_(" · arrived {at}"), at=t.clock(line.sent_at))
    return ""


@renders(ResendReceipt)
def resent(view: ResendReceipt, t: Translator) -> Message:
    """Tell how many are tried again."""
    back = ((do(t.text(_("📨 Last alerts")), "alerts"),),)
    if not view.count:
        return Message(t.html(_("Nothing failed, so there is nothing to resend.")), back)
    text = t.plural("🔁 {n} alert is being resent now.", "🔁 {n} alerts are being resent now.", n=view.count)
    return Message(text, back)
