"""The steps with plain answers: what, how much, how often, on which account."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.market import Timeframe
from bot_service.domain.numbers import spelled
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountView
from bot_service.services.wizard import AUTOMATIC
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.contract import label
from bot_service.telegram_bot.render.looks import strategy_idea, strategy_title
from bot_service.telegram_bot.render.message import Button
from bot_service.telegram_bot.render.parts import rows
from bot_service.telegram_bot.render.wizard_parts import Body, Screen, answers, choice, data, fitting

_RISKS = ("0.25", "0.5", "1", "2")
_MULTIPLES = {"stop_atr": ("1", "1.5", "2", "3"), "take_profit_atr": ("0", "2", "3", "4", "6")}
_LOOKS = ("60", "300", "900", "3600")


@answers("symbol")
def symbols(shown: Screen, t: Translator) -> Body:
    """Show what was found, or the usual ones."""
    draft = shown.draft
    told: list[str] = []
    if draft.search and shown.symbols:
        told.append(t.html(_("Found for “{text}”:"), text=draft.search))
    elif draft.search:
        told.append(t.html(_("Nothing found for “{text}”. Try a shorter word."), text=draft.search))
    every = [one for one in shown.symbols if fitting(draft, "symbol", one.name)]
    width = 1 if draft.search else 2
    names = (label(one, t) if draft.search else one.name for one in every)
    buttons = (choice(draft, "symbol", one.name, text) for one, text in zip(every, names, strict=True))
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


@answers("strategy")
def strategies(shown: Screen, t: Translator) -> Body:
    """Show a page of strategies with what each is about."""
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
        if fitting(shown.draft, "strategy", one.key):
            buttons.append(choice(shown.draft, "strategy", one.key, strategy_title(one, t)))
    return told, (*rows(buttons, 1), _turning(shown))


@answers("timeframe")
def timeframes(shown: Screen, _t: Translator) -> Body:
    """Offer every timeframe."""
    return [], rows((choice(shown.draft, "timeframe", one.value, one.value) for one in Timeframe), 4)


@answers("risk")
def risks(shown: Screen, t: Translator) -> Body:
    """Offer usual risks with their money, and the smallest lot."""
    buttons = []
    for text in _RISKS:
        percent, money = Decimal(text), ""
        if shown.base is not None:
            money = f" · {t.money(shown.base * percent / 100, shown.currency)}"
        buttons.append(choice(shown.draft, "risk", text, f"{t.percent(percent)}{money}"))
    told: list[str] = []
    least = shown.view.least if shown.view is not None else None
    if least is not None:
        loss, share = t.money(least.risk, shown.currency), t.percent(least.percent)
        told.append(t.html(_("The smallest lot {lots} would lose ≈ {risk} ({percent}) at the SL."),
                           lots=t.number(least.lots), risk=loss, percent=share))  # fmt: skip
        buttons.append(choice(shown.draft, "risk", f"lot {spelled(least.lots)}", t.lots(least.lots)))
    return told, rows(buttons, 2)


@answers("name")
def names(shown: Screen, t: Translator) -> Body:
    """Offer a name made of the settings."""
    return [], ((choice(shown.draft, "name", AUTOMATIC, t.text(_("Automatic name"))),),)


@answers("stop_atr", "take_profit_atr")
def multiples(shown: Screen, t: Translator) -> Body:
    """Offer usual distances in ATR."""
    name = shown.draft.step
    buttons = [
        choice(shown.draft, name, text, t.text(_("no TP")) if text == "0" else f"{t.number(Decimal(text))} x")
        for text in _MULTIPLES[name]
    ]
    return [], rows(buttons, 5)


@answers("interval")
def intervals(shown: Screen, t: Translator) -> Body:
    """Offer how often to look between candles."""
    longest = 0 if shown.settings is None else shown.settings.timeframe.duration.total_seconds()
    buttons = [choice(shown.draft, "interval", AUTOMATIC, t.text(_("Automatic")))]
    buttons += [
        choice(shown.draft, "interval", text, t.duration(int(text))) for text in _LOOKS if int(text) < longest
    ]
    return [], rows(buttons, 3)


@answers("tags")
def tags(shown: Screen, t: Translator) -> Body:
    """Show the tags there are, and a way to drop them."""
    if not shown.draft.tags:
        return [], ()
    now = " ".join(f"#{name}" for name in shown.draft.tags)
    return [t.html("{now}", now=now)], ((choice(shown.draft, "tags", "", t.text(_("No tags"))),),)


@answers("account")
def accounts(shown: Screen, _t: Translator) -> Body:
    """Offer every connected account."""
    buttons = [
        choice(shown.draft, "account", str(one.account.id), f"{_plain_tag(one)} {one.account.label}")
        for one in shown.accounts
    ]
    return [], rows(buttons, 1)


def _plain_tag(one: AccountView) -> str:
    return f"••{one.tag.login % 10_000:04d} {one.account.currency}"
