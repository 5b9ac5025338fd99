"""The parameters of a strategy as buttons: all of them, or one with the values near it."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.bots import ParameterValue
from bot_service.domain.numbers import spelled
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.wizard import PARAMETERS
from bot_service.telegram_bot.render.message import Button, fits
from bot_service.telegram_bot.render.parts import cut, rows
from bot_service.telegram_bot.render.wizard_parts import LABEL, Body, Screen, answers, choice, data, fitting


@answers(PARAMETERS)
def all_parameters(shown: Screen, t: Translator) -> Body:
    """Show every parameter with its value."""
    buttons = [
        Button(cut(f"{one.name}: {_value(shown.values[one.name], t)}", LABEL), data(shown.draft, "in", step))
        for one in shown.parameters
        if fits(data(shown.draft, "in", step := f"p-{one.name}"), "")
    ]
    none: list[str] = [] if buttons else [t.html(_("This strategy has no parameters."))]
    return none, rows(buttons, 1)


def _value(value: ParameterValue, t: Translator) -> str:
    if isinstance(value, bool):
        return t.text(_("on")) if value else t.text(_("off"))
    return t.number(value)


def parameter(shown: Screen, told: list[str], t: Translator) -> Body:
    """Offer the values near the present one, and the usual one."""
    one = next(item for item in shown.parameters if item.name == shown.draft.parameter)
    now, name = shown.values[one.name], f"p-{one.name}"
    if isinstance(one.default, bool):
        told.append(t.html(_("<b>{name}</b>: now {now}."), name=one.name, now=_value(now, t)))
        values: list[ParameterValue] = [True, False]
    else:
        told.append(
            t.html(
                _("<b>{name}</b>: now {now}. Tap or type a number, allowed: {low} - {high}."),
                name=one.name,
                now=_value(now, t),
                low=t.number(one.minimum),
                high=t.number(one.maximum),
            )
        )
        near = (round(now + by * one.step, 8) for by in (-2, -1, 1, 2))
        values = list(dict.fromkeys((*sorted({*near}), one.default)))
        values = [item for item in values if one.minimum <= item <= one.maximum]
    buttons = [
        choice(shown.draft, name, _typed(item), _value(item, t))
        for item in values
        if fitting(shown.draft, name, _typed(item))
    ]
    return told, rows(buttons, 5)


def _typed(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else spelled(Decimal(str(value)))
