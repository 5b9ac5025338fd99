"""The screens on which a bot is made, changed or copied; each button carries its draft's number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.drafts import BOUNDS
from bot_service.services.wizard import MENU, PARAMETERS, REVIEW, STEPS, Draft, before
from bot_service.telegram_bot.render.message import Button, Keyboard, Message
from bot_service.telegram_bot.render.parts import lines
from bot_service.telegram_bot.render.wizard_parameters import parameter
from bot_service.telegram_bot.render.wizard_parts import ANSWERS, Body, Screen, data
from bot_service.telegram_bot.render.wizard_review import review

__all__ = ["STRATEGIES_PER_PAGE", "Screen", "data", "screen"]

STRATEGIES_PER_PAGE = 5
_QUESTIONS = {
    "symbol": _("<b>Which symbol?</b> Tap one, or type a name or word, e.g. <code>gold</code>."),
    "strategy": _("<b>Which strategy?</b>"),
    "timeframe": _("<b>Which timeframe?</b> A smaller one trades more often, with a closer SL."),
    "risk": _(
        "<b>How much may one trade lose at most?</b> Tap, or type e.g. <code>0.5%</code> or <code>lot "
        "0.01</code>."
    ),
    "name": _("<b>What should the bot be called?</b> Type a name (1 - 64 characters)."),
    "stop_atr": _("<b>SL: how many times the ATR away?</b> Tap or type a number, allowed: {low} - {high}."),
    "take_profit_atr": _(
        "<b>TP: how many times the ATR away?</b> Tap or type a number, allowed: 0 (no TP), {low} - {high}."
    ),
    "interval": _(
        "<b>How often to check between candles?</b> Automatic checks once per candle; or type the seconds."
    ),
    PARAMETERS: _("<b>Parameters of {strategy}</b>. Tap one to change it."),
    "tags": _(
        "<b>Tags</b>: type them, e.g. <code>#gold #slow</code>. One tag addresses several bots at once."
    ),
    "account": _("<b>On which account?</b>"),
    MENU: _("Tap what you want to change."),
}


def screen(shown: Screen, t: Translator, notes: Iterable[str] = ()) -> Message:
    """Return the message of the present step, notes about the last answer first."""
    draft = shown.draft
    body, keyboard = review(shown, t) if draft.step == REVIEW else _step(shown, t)
    # The preview says itself which bot it is about.
    own_head = draft.step == REVIEW and shown.view is not None
    text = lines(*notes, None if own_head else _head(shown, t), *body)
    return Message(text, (*(row for row in keyboard if row), _leave(draft, t, keyboard)))


def _head(shown: Screen, t: Translator) -> Html:
    draft = shown.draft
    if draft.bot_id is not None:
        return t.html(_("✏️ <b>Change {name}</b> (ID {id})"), name=shown.bot_name, id=draft.bot_id)
    if draft.copied:
        return t.html(_("📋 <b>Copy of {name}</b>"), name=draft.copied)
    place = STEPS.index(draft.step) + 1 if draft.step in STEPS else len(STEPS) + 1
    if draft.step == MENU or draft.from_menu or draft.step not in (*STEPS, REVIEW):
        return t.html(_("🆕 <b>New bot</b> · Advanced"))
    return t.html(_("🆕 <b>New bot</b> · {step}/{steps}"), step=place, steps=len(STEPS) + 1)


def _leave(draft: Draft, t: Translator, above: Keyboard) -> tuple[Button, ...]:
    cancel = Button(t.text(_("✖️ Cancel")), data(draft, "no"))
    back = before(draft)
    if back is None or any(button.data == data(draft, "go", back) for row in above for button in row):
        return (cancel,)
    return (Button(t.text(_("◀️ Back")), data(draft, "go", back)), cancel)


def _step(shown: Screen, t: Translator) -> Body:
    draft, name = shown.draft, shown.draft.step
    told: list[str] = [] if name == MENU else _so_far(shown, t)
    if draft.parameter:
        return parameter(shown, told, t)
    low, high = BOUNDS.get(name, (Decimal(0), Decimal(0)))
    told.append(
        t.html(
            _QUESTIONS[name],
            low=t.number(low),
            high=t.number(high),
            strategy="" if shown.settings is None else shown.settings.strategy,
        )
    )
    more, keyboard = ANSWERS[name](shown, t)
    return [*told, *more], keyboard


def _so_far(shown: Screen, t: Translator) -> list[str]:
    given = shown.draft.words
    if shown.settings is not None:
        whole = {"symbol": shown.settings.symbol, "strategy": shown.settings.strategy}
        whole["timeframe"] = shown.settings.timeframe.value
        # What nobody has chosen yet is no choice.
        changed = shown.draft.bot_id is not None
        given = {name: text for name, text in whole.items() if changed or name in given}
    chosen = " · ".join(given[name] for name in ("symbol", "strategy", "timeframe") if name in given)
    return [t.html("<i>{chosen}</i>", chosen=chosen)] if chosen else []
