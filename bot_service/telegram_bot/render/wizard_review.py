"""Everything that can be changed at once, and the last look before a bot is saved."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.numbers import spelled
from bot_service.i18n import Translator
from bot_service.i18n import mark as _
from bot_service.services.views import Preview
from bot_service.services.wizard import MENU, PARAMETERS, REVIEW
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.bot_views import settings_lines
from bot_service.telegram_bot.render.message import Button, Keyboard
from bot_service.telegram_bot.render.parts import cut, rows, size
from bot_service.telegram_bot.render.previews import preview_text
from bot_service.telegram_bot.render.wizard_parts import LABEL, Body, Screen, answers, choice, data

_MENU = {**{name: words.FIELDS[name] for name in ("symbol", "strategy", "timeframe", "name", "stop_atr")}}
_MENU |= {name: words.FIELDS[name] for name in ("take_profit_atr", "interval", "account", "tags")}
_MENU |= {"risk": _("size"), PARAMETERS: _("parameters")}


@answers(MENU)
def menu(shown: Screen, t: Translator) -> Body:
    """Show everything that can be changed."""
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
        Button(cut(f"{t.text(_MENU[name])}{': ' if text else ''}{text}", LABEL), data(draft, "in", name))
        for name, text in said.items()
    ]
    ready = Button(t.text(_("✅ Review and save")), data(draft, "go", REVIEW))
    return settings_lines(settings, t), (*rows(buttons, 2), (ready,))


@answers(REVIEW)
def review(shown: Screen, t: Translator) -> Body:
    """Show what saving means, and what would fit a small account."""
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
            found.append((choice(shown.draft, "risk", f"lot {spelled(Decimal(way.value))}",
                               f"{t.lots(Decimal(way.value))}: {risk}"),))  # fmt: skip
        else:
            found.append((choice(shown.draft, way.field, way.value, f"{way.value}: {risk}"),))
    return (*found, (Button(t.text(_("Another symbol")), data(shown.draft, "in", "symbol")),))
