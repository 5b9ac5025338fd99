"""What happened to the reports of trading days, in words."""

from __future__ import annotations

from datetime import date

from bot_service.domain import events
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.message import do
from bot_service.telegram_bot.render.registry import Names, Telling, tells


@tells(events.ReportReady)
def report_ready(event: events.ReportReady, t: Translator, _names: Names) -> Telling:
    """Tell that a day's report can be read; the sender sends the report itself where it has it."""
    day = date.fromisoformat(event.day)
    line = t.html(_("📒 The report for {day} is ready."), day=t.day(day))
    return Telling((line,), ((do(t.text(_("Read the report")), f"report {event.day}"),),))


@tells(events.ReportCorrected)
def report_corrected(event: events.ReportCorrected, t: Translator, _names: Names) -> Telling:
    """Tell that the broker showed deals of a day late, and what that changed."""
    head = t.html(
        _("📒 The report of {day} was corrected: the broker showed deals of that day only later."),
        day=t.day(event.day),
    )
    counted = t.html(
        _("Trades {before} → {after}, result {net_before} → {net}"),
        before=event.trades_before,
        after=event.trades,
        net_before=t.money(event.net_before, event.currency, sign=True),
        net=t.money(event.net, event.currency, sign=True),
    )
    button = do(t.text(_("Read the report")), f"report {event.day.isoformat()}")
    return Telling((head, counted), ((button,),))
