"""Why the mentor says something, line by line, and what people said to it."""

from __future__ import annotations

from datetime import datetime

from bot_service.domain.findings import DayReport, Unproved
from bot_service.domain.trading import ClosedTrade
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import Evidence, ObjectionReceipt, StepReceipt, WhyListView, WhyView
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.detector_words import DETECTORS
from bot_service.telegram_bot.render.finding_words import observation
from bot_service.telegram_bot.render.message import Keyboard, Message, do, fits
from bot_service.telegram_bot.render.parts import dot, lines, rows, tag
from bot_service.telegram_bot.render.registry import renders
from bot_service.telegram_bot.render.report import STEP_ANSWERS
from bot_service.telegram_bot.render.step_words import STEPS

MOST_EVIDENCE = 20
A_ROW = 3


@renders(WhyView)
def why(view: WhyView, t: Translator) -> Message:
    """Return a finding with its sample and each piece of evidence."""
    finding, day = view.finding, view.report
    shown = view.evidence[:MOST_EVIDENCE]
    told = [f"{number}. {_piece(item, day.currency, t)}" for number, item in enumerate(shown, 1)]
    left = len(view.evidence) - len(shown)
    head = t.html(_("❓ <b>Why?</b> {day}"), day=_day(day, t))
    text = lines(
        f"{tag(view.tag)}{head}",
        observation(finding, day.currency, t),
        "",
        t.html(_("<b>Evidence</b>"))
        if told
        else t.html(_("It follows from the day's sums; no single trade.")),
        *told,
        t.plural("and {n} more", "and {n} more", n=left) if left > 0 else None,
        t.html(_("Counted: n={n}"), n=finding.sample) if finding.sample else None,
        t.html(_("🔇 You don't want to hear of this.")) if view.muted else None,
        t.html(_("✗ You said that this isn't true.")) if view.objected else None,
    )
    return Message(text, _why_buttons(view, t))


def _why_buttons(view: WhyView, t: Translator) -> Keyboard:
    code, day = view.finding.code, view.report
    where = f"{day.day.isoformat()} {day.account_id} {code}"
    objection = do(t.text(_("✗ Not true")), f"not_true {where}")
    if view.objected:
        undo = f"not_true {where} undo"
        objection = do(t.text(_("↩️ It is true after all")), undo if fits(undo) else f"why {where}")
    mute = do(t.text(_("🔇 Don't mention it")), f"mentor mute {code}")
    if view.muted:
        mute = do(t.text(_("🔊 Mention it again")), f"mentor unmute {code}")
    return (
        (objection, mute),
        (do(t.text(_("📒 Report")), _report(day)), do(t.text(_("🧭 Mentor")), "mentor")),
    )


def _report(day: DayReport) -> str:
    return f"report {day.day.isoformat()}" if day.finished else "report"


def _day(day: DayReport, t: Translator) -> str:
    return t.long_day(day.day) if day.finished else t.text(_("Today so far"))


def _piece(item: Evidence, currency: str, t: Translator) -> Html:
    if item.trade is not None:
        return _trade(item.trade, currency, t)
    try:
        return t.html("{at}", at=t.when(datetime.fromisoformat(item.text)))
    except ValueError:
        return t.html("{text}", text=item.text)


def _trade(trade: ClosedTrade, currency: str, t: Translator) -> Html:
    told = t.html(
        _("{dot} #{ticket} {symbol} {side} {lots}: {net}"),
        dot=dot(trade.net),
        ticket=trade.position_id,
        symbol=trade.symbol,
        side=trade.side.upper(),
        lots=t.lots(trade.lots),
        net=t.money(trade.net, currency, sign=True),
    )
    if trade.r is not None:
        told = t.html("{told} ({r})", told=told, r=t.r(trade.r))
    cause = t.text(words.EXIT_CAUSES[trade.cause])
    span = t.html(
        _("{opened} to {closed}, closed by {cause}"),
        opened=t.when(trade.opened_at),
        closed=t.when(trade.closed_at),
        cause=cause,
    )
    return Html(f"{told}\n    {span}")


@renders(WhyListView)
def why_list(view: WhyListView, t: Translator) -> Message:
    """Return the findings of a report by number, and what is not proved yet with its sample."""
    day = view.report
    told = [f"{number}. {observation(item, day.currency, t)}" for number, item in enumerate(view.findings, 1)]
    open_yet = [_unproved(item, t) for item in view.unproved]
    head = t.html(_("❓ <b>Which one?</b> {day}"), day=_day(day, t))
    text = lines(
        f"{tag(view.tag)}{head}",
        *(told or [t.html(_("Nothing was found that needs a reason."))]),
        *(["", t.html(_("🔬 <b>Not enough evidence yet</b>")), *open_yet] if open_yet else []),
    )
    buttons = [
        do(str(number), f"why {day.day.isoformat()} {day.account_id} {item.code}")
        for number, item in enumerate(view.findings, 1)
    ]
    last = (do(t.text(_("📒 Report")), _report(day)), do(t.text(_("🧭 Mentor")), "mentor"))
    return Message(text, (*rows(buttons, A_ROW), last))


def _unproved(item: Unproved, t: Translator) -> Html:
    name = t.text(DETECTORS[item.code])
    if item.sample >= item.needed:
        return t.html(_("{name}: looked at, nothing proved (n={n})"), name=name, n=item.sample)
    return t.html(
        _("{name}: not enough yet, n={n} of {needed}"), name=name, n=item.sample, needed=item.needed
    )


@renders(ObjectionReceipt)
def objection(view: ObjectionReceipt, t: Translator) -> Message:
    """Tell that a finding keeps still, or counts again."""
    name = t.text(DETECTORS.get(view.code, view.code))
    where = f"{view.day.isoformat()} {view.account_id} {view.code}"
    ways = (do(t.text(_("❓ Why")), f"why {where}"), do(t.text(_("🧭 Mentor")), "mentor"))
    if view.undone:
        return Message(t.html(_("↩️ “{name}” counts again."), name=name), (ways,))
    text = t.html(
        _("✗ Noted: “{name}” wasn't true. I don't mention it for two weeks. Thank you for telling me."),
        name=name,
    )
    first = (do(t.text(_("🔇 Never mention it")), f"mentor mute {view.code}"),)
    undo = f"not_true {where} undo"
    row = (*first, do(t.text(_("↩️ Undo")), undo)) if fits(undo) else first
    return Message(text, (row, ways))


@renders(StepReceipt)
def step(view: StepReceipt, t: Translator) -> Message:
    """Tell what was noted, and what the next step is."""
    noted = t.html(
        _("Noted: {reply}. {step}"),
        reply=t.text(STEP_ANSWERS[view.answer.reply]),
        step=t.html(STEPS.get(view.step, "")) if view.step in STEPS else "",
    )
    following = None
    if view.next_step in STEPS:
        following = t.html(_("👣 <b>Next:</b> {step}"), step=t.html(STEPS[view.next_step]))
    row = (do(t.text(_("🧭 Mentor")), "mentor"), do(t.text(_("📒 Report")), "report"))
    return Message(lines(noted, following), (row,))
