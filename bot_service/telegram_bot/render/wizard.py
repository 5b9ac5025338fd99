"""The screens on which a bot is made, changed or copied; each button carries its draft's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot_service.domain.bots import BotSettings, ParameterValue
from bot_service.domain.market import SymbolTerms, Timeframe
from bot_service.domain.numbers import spelled
from bot_service.domain.strategy import Parameter
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.drafts import BOUNDS
from bot_service.services.small import Way
from bot_service.services.views import AccountView, Preview, StrategyView
from bot_service.services.wizard import AUTOMATIC, MENU, PARAMETERS, REVIEW, STEPS, Draft, before
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.bot_views import settings_lines
from bot_service.telegram_bot.render.contract import label
from bot_service.telegram_bot.render.looks import strategy_idea, strategy_title
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, fits
from bot_service.telegram_bot.render.parts import cut, lines, rows, size
from bot_service.telegram_bot.render.previews import preview_text

STRATEGIES_PER_PAGE = 5
_LABEL = 40
_RISKS = ("0.25", "0.5", "1", "2")
_MULTIPLES = {"stop_atr": ("1", "1.5", "2", "3"), "take_profit_atr": ("0", "2", "3", "4", "6")}
_LOOKS = ("60", "300", "900", "3600")
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


@dataclass(frozen=True)
class Screen:
    """Everything a step shows; what a step doesn't need stays empty."""

    draft: Draft
    settings: BotSettings | None = None
    bot_name: str = ""
    symbols: Sequence[SymbolTerms] = ()
    pages: int = 1
    strategies: Sequence[StrategyView] = ()
    parameters: Sequence[Parameter] = ()
    values: dict[str, ParameterValue] = field(default_factory=dict)
    accounts: Sequence[AccountView] = ()
    view: Preview | None = None
    ways: Sequence[Way] = ()
    start: Button | None = None
    save: Button | None = None
    base: Decimal | None = None
    currency: str = ""


def data(draft: Draft, *parts: str) -> str:
    """Return what a button of a draft sends."""
    return ":".join(("w", draft.serial, *parts))


def screen(shown: Screen, t: Translator, notes: Iterable[str] = ()) -> Message:
    """Return the message of the present step, notes about the last answer first."""
    draft = shown.draft
    body, keyboard = _review(shown, t) if draft.step == REVIEW else _step(shown, t)
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


def _step(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    draft, name = shown.draft, shown.draft.step
    told: list[str] = [] if name == MENU else _so_far(shown, t)
    if draft.parameter:
        return _parameter(shown, told, t)
    low, high = BOUNDS.get(name, (Decimal(0), Decimal(0)))
    told.append(
        t.html(
            _QUESTIONS[name],
            low=t.number(low),
            high=t.number(high),
            strategy="" if shown.settings is None else shown.settings.strategy,
        )
    )
    more, keyboard = _ANSWERS[name](shown, t)
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


def _set(draft: Draft, name: str, value: str, text: str) -> Button:
    return Button(cut(text, _LABEL), data(draft, "set", name, value))


def _fitting(draft: Draft, name: str, value: str) -> bool:
    return fits(data(draft, "set", name, value), "")


def _symbols(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    draft = shown.draft
    told: list[str] = []
    if draft.search and shown.symbols:
        told.append(t.html(_("Found for “{text}”:"), text=draft.search))
    elif draft.search:
        told.append(t.html(_("Nothing found for “{text}”. Try a shorter word."), text=draft.search))
    every = [one for one in shown.symbols if _fitting(draft, "symbol", one.name)]
    width = 1 if draft.search else 2
    names = (label(one, t) if draft.search else one.name for one in every)
    buttons = (_set(draft, "symbol", one.name, text) for one, text in zip(every, names, strict=True))
    return told, (*rows(buttons, width), _turning(shown))


def _turning(shown: Screen) -> tuple[Button, ...]:
    # Numbers, because "back" means the step before here.
    draft, row = shown.draft, []
    if draft.page > 0:
        row.append(
            Button(f"⬅️ {draft.page}/{shown.pages}", data(draft, "pg", draft.step, str(draft.page - 1)))
        )
    if draft.page + 1 < shown.pages:
        text = f"{draft.page + 2}/{shown.pages} ➡️"
        row.append(Button(text, data(draft, "pg", draft.step, str(draft.page + 1))))
    return tuple(row)


def _strategies(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    told: list[str] = []
    buttons = []
    for one in shown.strategies:
        told.append(
            t.html(
                "\n<b>{name}</b> · {level}",
                name=strategy_title(one, t),
                level=t.text(words.LEVELS[one.level]),
            )
        )
        idea = strategy_idea(one, t)
        told += [idea] if idea else []
        if _fitting(shown.draft, "strategy", one.key):
            buttons.append(_set(shown.draft, "strategy", one.key, strategy_title(one, t)))
    return told, (*rows(buttons, 1), _turning(shown))


def _timeframes(shown: Screen, _t: Translator) -> tuple[list[str], Keyboard]:
    return [], rows((_set(shown.draft, "timeframe", one.value, one.value) for one in Timeframe), 4)


def _risks(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    buttons = []
    for text in _RISKS:
        percent, money = Decimal(text), ""
        if shown.base is not None:
            money = f" · {t.money(shown.base * percent / 100, shown.currency)}"
        buttons.append(_set(shown.draft, "risk", text, f"{t.percent(percent)}{money}"))
    told: list[str] = []
    least = shown.view.least if shown.view is not None else None
    if least is not None:
        loss, share = t.money(least.risk, shown.currency), t.percent(least.percent)
        told.append(t.html(_("The smallest lot {lots} would lose ≈ {risk} ({percent}) at the SL."),
                           lots=t.number(least.lots), risk=loss, percent=share))  # fmt: skip
        buttons.append(_set(shown.draft, "risk", f"lot {spelled(least.lots)}", t.lots(least.lots)))
    return told, rows(buttons, 2)


def _names(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    return [], ((_set(shown.draft, "name", AUTOMATIC, t.text(_("Automatic name"))),),)


def _multiples(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    name = shown.draft.step
    buttons = [
        _set(shown.draft, name, text, t.text(_("no TP")) if text == "0" else f"{t.number(Decimal(text))} x")
        for text in _MULTIPLES[name]
    ]
    return [], rows(buttons, 5)


def _intervals(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    longest = 0 if shown.settings is None else shown.settings.timeframe.duration.total_seconds()
    buttons = [_set(shown.draft, "interval", AUTOMATIC, t.text(_("Automatic")))]
    buttons += [
        _set(shown.draft, "interval", text, t.duration(int(text))) for text in _LOOKS if int(text) < longest
    ]
    return [], rows(buttons, 3)


def _all_parameters(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    buttons = [
        Button(cut(f"{one.name}: {_value(shown.values[one.name], t)}", _LABEL), data(shown.draft, "in", step))
        for one in shown.parameters
        if fits(data(shown.draft, "in", step := f"p-{one.name}"), "")
    ]
    none: list[str] = [] if buttons else [t.html(_("This strategy has no parameters."))]
    return none, rows(buttons, 1)


def _value(value: ParameterValue, t: Translator) -> str:
    if isinstance(value, bool):
        return t.text(_("on")) if value else t.text(_("off"))
    return t.number(value)


def _parameter(shown: Screen, told: list[str], t: Translator) -> tuple[list[str], Keyboard]:
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
        _set(shown.draft, name, _typed(item), _value(item, t))
        for item in values
        if _fitting(shown.draft, name, _typed(item))
    ]
    return told, rows(buttons, 5)


def _typed(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else spelled(Decimal(str(value)))


def _tags(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    if not shown.draft.tags:
        return [], ()
    now = " ".join(f"#{name}" for name in shown.draft.tags)
    return [t.html("{now}", now=now)], ((_set(shown.draft, "tags", "", t.text(_("No tags"))),),)


def _accounts(shown: Screen, _t: Translator) -> tuple[list[str], Keyboard]:
    buttons = [
        _set(shown.draft, "account", str(one.account.id), f"{_plain_tag(one)} {one.account.label}")
        for one in shown.accounts
    ]
    return [], rows(buttons, 1)


def _plain_tag(one: AccountView) -> str:
    return f"••{one.tag.login % 10_000:04d} {one.account.currency}"


def _menu(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    draft, settings = shown.draft, shown.settings
    if settings is None:
        return [], ()
    said = {
        "symbol": settings.symbol,
        "strategy": settings.strategy,
        "timeframe": settings.timeframe.value,
        "risk": size(settings, t),
        "name": settings.name,
        "stop_atr": t.number(settings.stop_atr),
        "take_profit_atr": t.number(settings.take_profit_atr)
        if settings.take_profit_atr
        else t.text(_("no TP")),
        "interval": t.text(_("Automatic"))
        if settings.check_interval_s is None
        else t.duration(settings.check_interval_s),
        PARAMETERS: "",
    }
    if draft.bot_id is None:
        said["tags"] = " ".join(f"#{name}" for name in draft.tags)
    if len(shown.accounts) > 1 and draft.bot_id is None:
        said["account"] = ""
    buttons = [
        Button(cut(f"{t.text(_MENU[name])}{': ' if text else ''}{text}", _LABEL), data(draft, "in", name))
        for name, text in said.items()
    ]
    ready = Button(t.text(_("✅ Review and save")), data(draft, "go", REVIEW))
    return settings_lines(settings, t), (*rows(buttons, 2), (ready,))


def _review(shown: Screen, t: Translator) -> tuple[list[str], Keyboard]:
    if shown.view is None:
        return [], ()
    copied = shown.draft.copied
    head = t.html(_("📋 <b>Copy of {name}</b>"), name=copied) if copied else None
    told = [preview_text(shown.view, t, head), *_small(shown, t)]
    saving = tuple(button for button in (shown.save, shown.start) if button is not None)
    more = (Button(t.text(_("⚙️ Advanced")), data(shown.draft, "go", MENU)),)
    return told, (*((button,) for button in saving), *_ways(shown, t), more)


def _small(shown: Screen, t: Translator) -> list[str]:
    if shown.view is None or shown.view.denied is None:
        return []
    if not _is_small(shown.view):
        return []
    return [
        t.html(
            _(
                "💡 The account is too small for this. Choose below: a smaller timeframe, the smallest "
                "lot with its true risk, or another symbol; or open a cent account, where a lot is 100 "
                "times smaller."
            )
        )
    ]


def _is_small(view: Preview) -> bool:
    return view.denied is not None and view.denied.reason in ("below_minimum_lot", "risk_above_cap")


def _ways(shown: Screen, t: Translator) -> Keyboard:
    if shown.view is None or not _is_small(shown.view):
        return ()
    found = []
    for way in shown.ways:
        risk = f"≈ {t.money(way.risk, shown.view.currency)} ({t.percent(way.percent)})"
        if way.field == "lot":
            found.append((_set(shown.draft, "risk", f"lot {spelled(Decimal(way.value))}",
                               f"{t.lots(Decimal(way.value))}: {risk}"),))  # fmt: skip
        else:
            found.append((_set(shown.draft, way.field, way.value, f"{way.value}: {risk}"),))
    return (*found, (Button(t.text(_("Another symbol")), data(shown.draft, "in", "symbol")),))


_MENU = {**{name: words.FIELDS[name] for name in ("symbol", "strategy", "timeframe", "name", "stop_atr")}}
_MENU |= {name: words.FIELDS[name] for name in ("take_profit_atr", "interval", "account", "tags")}
_MENU |= {"risk": _("size"), PARAMETERS: _("parameters")}
_ANSWERS = {
    "symbol": _symbols,
    "strategy": _strategies,
    "timeframe": _timeframes,
    "risk": _risks,
    "name": _names,
    "stop_atr": _multiples,
    "take_profit_atr": _multiples,
    "interval": _intervals,
    PARAMETERS: _all_parameters,
    "tags": _tags,
    "account": _accounts,
    MENU: _menu,
}
