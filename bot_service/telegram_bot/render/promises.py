"""Promises in words: the list, the reminder in heat, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot_service.domain import errors, events
from bot_service.domain.promises import (
    CALM_MINUTES,
    LOSS_R,
    MOST_INTERVENTIONS,
    Brake,
    BrakedAct,
    BrakeState,
    Promise,
    PromiseKind,
    PromiseMark,
    Standing,
)
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.promising import BrakedView, PromisesView
from bot_service.services.views import PromiseLine
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import cut, lines, tag
from bot_service.telegram_bot.render.registry import Names, Telling, renders, tells

PROMISES: Mapping[PromiseKind, str] = {
    PromiseKind.CALM_AFTER_LOSS: _("after {loss} no higher risk for {minutes} minutes"),
    PromiseKind.NO_RESTART: _("no restart after the daily limit"),
    PromiseKind.FEW_INTERVENTIONS: _("at most {most} interventions a day"),
    PromiseKind.OWN: _("“{text}”"),
}
WORDS: Mapping[PromiseKind, str] = {
    PromiseKind.CALM_AFTER_LOSS: "calm",
    PromiseKind.NO_RESTART: "restart",
    PromiseKind.FEW_INTERVENTIONS: "few",
}
BRAKES: Mapping[Brake, str] = {Brake.DELAY: _("10 minutes' wait"), Brake.SENTENCE: _("a typed sentence")}
MARKS: Mapping[PromiseMark, str] = {PromiseMark.KEPT: _("kept"), PromiseMark.BROKEN: _("not kept")}
SENTENCE = _("I know that this breaks my promise")
SHORT = 18
KEEP = _("🤝 I keep my promise")


@dataclass(frozen=True)
class BrakeChoiceView:
    """A template is chosen; how it should slow him down is asked."""

    kind: PromiseKind
    account_id: int | None


@dataclass(frozen=True)
class KeptView:
    """Somebody left an act because he had promised to."""


@dataclass(frozen=True)
class WaitingView:
    """An act that waits, or may be done by one more tap."""

    act: BrakedAct


def promise_words(promise: Promise, t: Translator) -> Html:
    """Return what was promised."""
    return t.html(
        PROMISES[promise.kind],
        loss=t.r(-promise.loss_r),
        minutes=promise.minutes,
        most=promise.most,
        text=promise.text,
    )


def promise_line(line: PromiseLine, t: Translator) -> Html:
    """Return a promise with how it went."""
    told = t.html("• {promise}", promise=promise_words(line.promise, t))
    if line.promise.watched:
        told = t.html(_("{told} · brake: {brake}"), told=told, brake=t.text(BRAKES[line.promise.brake]))
    if line.kept or line.broken:
        told = t.html(
            _("{told} · kept {kept}, broken {broken}"), told=told, kept=line.kept, broken=line.broken
        )
    if line.today is not None:
        told = t.html(_("{told} · today: {mark}"), told=told, mark=t.text(MARKS[line.today]))
    if line.ends_at is not None:
        told = t.html(_("{told} · ends {at}"), told=told, at=t.when(line.ends_at))
    return told


@renders(PromisesView)
def promises(view: PromisesView, t: Translator) -> Message:
    """Return what is promised, with buttons for the templates and for each end."""
    head = t.html(_("🤝 <b>Your promises</b>"))
    told = [promise_line(line, t) for line in view.lines]
    empty = t.html(_("None yet. What you decide in calm, I bring back to you in heat.")) if not told else None
    text = lines(
        _news(view, t),
        f"{tag(view.tag)}{head}",
        empty,
        *told,
        "",
        _asking(view, t),
        t.html(_("Stopping and closing are never held back.")),
        t.html(_("In your own words: <code>/promise no trades during NFP</code>")),
    )
    ways = (*judging(view.lines, t), *_templates(view, t), *_ends(view, t))
    return Message(text, (*ways, (do(t.text(_("🧭 Mentor")), "mentor"),)))


def judging(held: Sequence[PromiseLine], t: Translator) -> Keyboard:
    """Return two buttons for each own sentence, by which its owner says how it went today."""
    return tuple(
        (
            do(t.text(_("✓ Kept: {promise}"), promise=_short(line)), f"promise kept {line.promise.id}"),
            do(t.text(_("✗ Not kept")), f"promise broken {line.promise.id}"),
        )
        for line in held
        if not line.promise.watched and line.ends_at is None
    )


def _short(line: PromiseLine) -> str:
    return cut(line.promise.text, SHORT)


def _asking(view: PromisesView, t: Translator) -> Html | None:
    if all(line.promise.watched or line.today is not None for line in view.lines):
        return None
    return t.html(_("Nobody can watch a sentence of your own: say in the evening how it went, in one tap."))


def _news(view: PromisesView, t: Translator) -> Html | None:
    if view.made is not None:
        return t.html(_("✅ Promised: {promise}."), promise=promise_words(view.made, t))
    if view.judged is not None and view.mark is not None:
        told = promise_words(view.judged, t)
        return t.html(_("🤝 Today {promise}: {mark}."), promise=told, mark=t.text(MARKS[view.mark]))
    if view.ended is None:
        return None
    words = promise_words(view.ended, t)
    if any(line.promise.id == view.ended.id for line in view.lines) and view.ended.ended_at is not None:
        sentence = _("It is being tested right now, so it holds until {at}: {promise}.")
        return t.html(sentence, at=t.when(view.ended.ended_at), promise=words)
    return t.html(_("Ended: {promise}."), promise=words)


def _templates(view: PromisesView, t: Translator) -> Keyboard:
    sample = {
        "loss": t.r(-LOSS_R),
        "minutes": CALM_MINUTES,
        "most": MOST_INTERVENTIONS,
    }
    return tuple(
        (do(f"🤝 {t.text(PROMISES[kind], **sample)}", f"promise {word} @{view.account_id}"),)
        for kind, word in WORDS.items()
        if kind not in view.kinds
    )


def _ends(view: PromisesView, t: Translator) -> Keyboard:
    going = [line.promise for line in view.lines if line.ends_at is None]
    buttons = tuple(
        do(t.text(_("✖️ End {number}"), number=number), f"promise end {promise.id}")
        for number, promise in enumerate(going, 1)
    )
    return tuple(buttons[start : start + 3] for start in range(0, len(buttons), 3))


@renders(BrakeChoiceView)
def brake_choice(view: BrakeChoiceView, t: Translator) -> Message:
    """Ask what should stand between him and breaking the promise."""
    promise = t.text(PROMISES[view.kind], loss=t.r(-LOSS_R), minutes=CALM_MINUTES, most=MOST_INTERVENTIONS)
    text = lines(
        t.html(_("🤝 <b>{promise}</b>"), promise=promise),
        t.html(_("When you want to do it after all, what should slow you down?")),
        t.html(_("⏳ Ten minutes of waiting, or ✍️ one sentence that you type.")),
    )
    at = f" @{view.account_id}" if view.account_id is not None else ""
    choices = (
        do(t.text(_("⏳ Wait 10 minutes")), f"promise {WORDS[view.kind]} delay{at}"),
        do(t.text(_("✍️ Type a sentence")), f"promise {WORDS[view.kind]} sentence{at}"),
    )
    return Message(text, (choices, (do(t.text(_("⬅️ Promises")), "promise"),)))


@renders(BrakedView)
def braked(view: BrakedView, t: Translator) -> Message:
    """Remind of the promise, with the facts of this moment and the ways on."""
    told = [_standing(one, view.now, t) for one in view.standing]
    keep = (Button(t.text(KEEP), f"vow:keep:{view.act.id}"),)
    if view.act.brake is Brake.SENTENCE:
        ask = t.html(_("If you still want it, type: <code>{sentence}</code>"), sentence=t.text(SENTENCE))
        keyboard: Keyboard = (keep,)
    else:
        ask = t.html(_("If you still want it, wait ten minutes first."))
        keyboard = (keep, (Button(t.text(_("⏳ Wait 10 minutes")), f"vow:wait:{view.act.id}"),))
    text = lines(
        f"{tag(view.tag)}{t.html(_STOP)}",
        *told,
        "",
        t.html(_("Nothing has been done yet.")),
        ask,
    )
    return Message(text, keyboard)


_STOP = _("🤝 <b>You promised yourself something.</b>")


def _standing(one: Standing, now: datetime, t: Translator) -> Html:
    promise = one.promise
    told = t.html(_("• On {day}: {promise}."), day=t.when(promise.made_at), promise=promise_words(promise, t))
    left = None if one.until is None else t.duration((one.until - now).total_seconds())
    if one.day_r is not None and left is not None:
        fact = t.html(_("The day stands at {r}; {left} are left."), r=t.r(one.day_r), left=left)
    elif one.count:
        fact = t.html(_("This would be number {count} today."), count=one.count)
    elif left is not None:
        fact = t.html(_("The limit was reached; it resets in {left}."), left=left)
    else:
        return told
    return Html(f"{told} {fact}")


@renders(errors.PromiseStands)
def stands(error: errors.PromiseStands, t: Translator) -> Message:
    """Name the promises that stand in the way."""
    told = [promise_words(one.promise, t) for one in error.standing]
    head = t.html(_("🤝 You promised: {promises}."), promises=Html(", ".join(told)))
    return Message(head, ((do(t.text(_("🤝 Promises")), "promise"),),))


@renders(KeptView)
def kept(_view: KeptView, t: Translator) -> Message:
    """Tell that the promise was kept; no more words than that."""
    row = (do(t.text(_("🧭 Mentor")), "mentor"), do(t.text(_("📊 Status")), "status"))
    return Message(t.html(_("🤝 Promise kept. Nothing was changed.")), (row,))


@renders(WaitingView)
def waiting(view: WaitingView, t: Translator) -> Message:
    """Tell until when an act waits, or offer it once more."""
    act = view.act
    keep = Button(t.text(KEEP), f"vow:keep:{act.id}")
    if act.state is BrakeState.FREE:
        go = Button(t.text(_("Do it now")), f"vowgo:{act.id}")
        return Message(t.html(_("Do you still want it?")), ((keep,), (go,)))
    until = t.clock(act.free_at) if act.free_at is not None else ""
    text = t.html(_("⏳ All right. At {until} I ask you again; until then nothing happens."), until=until)
    return Message(text, ((keep,),))


@tells(events.WaitOver)
def wait_over(event: events.WaitOver, t: Translator, _names: Names) -> Telling:
    """Ask whether it is still wanted."""
    line = t.html(_("⏳ <b>The ten minutes are over.</b> Do you still want what you asked for?"))
    keep = (Button(t.text(KEEP), f"vow:keep:{event.act_id}"),)
    go = (Button(t.text(_("Do it now")), f"vowgo:{event.act_id}"),)
    return Telling((line,), (keep, go))
