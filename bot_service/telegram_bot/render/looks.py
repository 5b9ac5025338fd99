"""Analysis, history, strategies and health in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot_service.domain.strategy import Analysis, Parameter, Reason, Signal
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import (
    AnalysisView,
    HealthLine,
    HealthView,
    HistoryView,
    HoldLine,
    HoldsView,
    StrategyView,
)
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Message, do
from bot_service.telegram_bot.render.parts import held_back, lines, pages, rows, tag
from bot_service.telegram_bot.render.registry import renders, tell

PAGE = 8
_OF_A_HUNDRED = ("rsi_", "adx_", "stoch_")
_SIGNAL_DOTS = {Signal.BUY: "🟢", Signal.SELL: "🔴", Signal.HOLD: "⚪"}


@dataclass(frozen=True)
class StrategiesView:
    """A page of strategies to choose from."""

    strategies: tuple[StrategyView, ...]
    page: int = 0


def _spread(found: Analysis, t: Translator) -> tuple[str, ...]:
    if found.spread_percent is None:
        return ()
    share = t.percent(found.spread_percent, 0 if found.spread_percent >= 1 else 1)
    return ("", t.html(_("Spread: {share} of the SL distance"), share=share))


@renders(AnalysisView)
def analysis(view: AnalysisView, t: Translator) -> Message:
    """Return a bot's newest analysis rule by rule."""
    bot = view.bot
    head = t.html(_("🔍 <b>{name}</b> (ID {id})"), name=bot.settings.name, id=bot.id)
    buttons = (
        do(t.text(_("🔄 Refresh")), f"analysis {bot.id}"),
        do(t.text(_("Show the bot")), f"bot {bot.id}"),
    )
    found = view.analysis
    if found is None:
        none = t.html(_("No analysis yet. It comes with the first closed candle after the start."))
        return Message(lines(f"{tag(view.tag)}{head}", none), (buttons,))
    verdict = t.html(
        _("{dot} <b>{signal}</b> · {symbol} {timeframe} · candle {at} · {price}"),
        dot=_SIGNAL_DOTS[found.signal],
        signal=found.signal.value,
        symbol=bot.settings.symbol,
        timeframe=bot.settings.timeframe.value,
        at=t.when(found.bar_time),
        price=f"{found.price:g}",
    )
    note = t.html(words.NOTES.get(found.note, found.note)) if found.note else None
    text = lines(
        f"{tag(view.tag)}{head}",
        verdict,
        note,
        *_side(_("<b>For BUY</b>"), found.long_reasons, t),
        *_side(_("<b>For SELL</b>"), found.short_reasons, t),
        *_spread(found, t),
        held_back(found, t),
    )
    return Message(text, (buttons,))


def _side(title: str, reasons: Sequence[Reason], t: Translator) -> list[str]:
    if not reasons:
        return []
    shown, way = ["", t.html(title)], ""
    for reason in reasons:
        if reason.way != way:
            way = reason.way
            shown.append(t.html(words.WAYS[way]) if way in words.WAYS else way)
        shown.append(_reason(reason, t))
    return shown


def _reason(reason: Reason, t: Translator) -> str:
    mark = "✅" if reason.passed else "❌"
    rule = t.text(words.RULES.get(reason.code, reason.code))
    if reason.value is None or reason.threshold is None:
        return t.html("{mark} {rule}", mark=mark, rule=rule)
    numbers = _compared(reason.code, reason.value, reason.threshold)
    return t.html("{mark} {rule} ({numbers})", mark=mark, rule=rule, numbers=numbers)


def _compared(code: str, value: float, threshold: float) -> str:
    """Return two numbers with as many digits as it takes to tell them apart."""
    if code.startswith(_OF_A_HUNDRED):
        for digits in (1, 2):
            both = f"{value:.{digits}f}", f"{threshold:.{digits}f}"
            if both[0] != both[1]:
                return " / ".join(both)
    return f"{value:.6g} / {threshold:.6g}"


@renders(HistoryView)
def history(view: HistoryView, t: Translator) -> Message:
    """Return what happened, newest first."""
    line = "history" if view.bot is None else f"history {view.bot.id}"
    head = t.html(_("🕐 <b>History</b>"))
    names: dict[int, str] = {}
    if view.bot is not None:
        names = {view.bot.id: view.bot.settings.name}
        head = t.html(_("🕐 <b>History of {name}</b>"), name=view.bot.settings.name)
    buttons = [do(t.text(_("🔄 Refresh")), line)]
    if view.bot is not None:
        buttons.append(do(t.text(_("Show the bot")), f"bot {view.bot.id}"))
    told = [
        f"<i>{t.when(event.happened_at)}</i> {tell(event, t, names).lines[0]}"
        for _id, _at, event in view.events
    ]
    nothing = None if told else t.html(_("Nothing has happened yet."))
    return Message(lines(f"{tag(view.tag)}{head}", nothing, *told), (tuple(buttons),))


@renders(StrategiesView)
def strategies(view: StrategiesView, t: Translator) -> Message:
    """Return the strategies in the order in which people learn them."""
    count = -(-len(view.strategies) // PAGE)
    shown = view.strategies[view.page * PAGE : (view.page + 1) * PAGE]
    head = t.html(_("<b>Strategies: {n}</b>"), n=len(view.strategies))
    told = [
        t.html("• <b>{name}</b> · {level}", name=strategy_title(item, t), level=_level(item, t))
        for item in shown
    ]
    turning = pages("strategies", view.page, count, t)
    chosen = rows((do(strategy_title(item, t), f"strategy {item.key}") for item in shown), 1)
    return Message(lines(head, *told), (*chosen, *((turning,) if turning else ())))


def _level(view: StrategyView, t: Translator) -> str:
    return t.text(words.LEVELS[view.level])


def strategy_title(view: StrategyView, t: Translator) -> str:
    """Return a strategy's name for people."""
    # Nobody translates the words of a strategy from outside.
    if view.key in words.STRATEGIES:
        return t.text(words.STRATEGIES[view.key][0])
    return view.title or view.key


def strategy_idea(view: StrategyView, t: Translator) -> Html | None:
    """Return what a strategy does, None where nobody wrote it down."""
    if view.key in words.STRATEGIES:
        return t.html(words.STRATEGIES[view.key][1])
    return t.html("{idea}", idea=view.idea) if view.idea else None


@renders(StrategyView)
def strategy(view: StrategyView, t: Translator) -> Message:
    """Return what a strategy does and what can be set."""
    head = t.html(
        "<b>{name}</b> (<code>{key}</code>) · {level}",
        name=strategy_title(view, t),
        key=view.key,
        level=_level(view, t),
    )
    told = strategy_idea(view, t)
    markets = ", ".join(t.text(words.MARKETS[kind]) for kind in view.markets)
    fields = [_parameter(parameter, t) for parameter in view.parameters]
    text = lines(
        head,
        told,
        t.html(_("Suited to: {markets}"), markets=markets),
        "",
        t.html(_("<b>Parameters</b>")),
        *fields,
    )
    make = do(t.text(_("🆕 New bot with this")), f"new_bot strategy {view.key}")
    return Message(text, ((make,), (do(t.text(_("All strategies")), "strategies"),)))


def _parameter(parameter: Parameter, t: Translator) -> Html:
    if isinstance(parameter.default, bool):
        return t.html(
            "• {name}: {default}", name=parameter.name, default="on" if parameter.default else "off"
        )
    return t.html(
        _("• {name}: {default} (from {low} to {high})"),
        name=parameter.name,
        default=t.number(parameter.default),
        low=t.number(parameter.minimum),
        high=t.number(parameter.maximum),
    )


@renders(HealthView)
def health(view: HealthView, t: Translator) -> Message:
    """Return each checked part with what to do about it."""
    good = all(line.ok for line in view.lines)
    head = t.html(_("<b>Everything is fine.</b>")) if good else t.html(_("<b>Something needs attention.</b>"))
    causes = [
        t.html("🔌 {account}: {why}", account=name or "MT5", why=t.text(words.LINK_CAUSES[cause]))
        for name, cause in view.link_causes.items()
    ]
    locks = [
        t.html("🔒 {account}: {why}", account=name, why=t.text(words.TRADE_LOCKS[lock]))
        for name, lock in view.trade_locks.items()
    ]
    text = lines(head, *(_checked(line, t) for line in view.lines), *causes, *locks)
    return Message(text, ((do(t.text(_("🔄 Refresh")), "health"), do(t.text(_("📊 Status")), "status")),))


def _checked(line: HealthLine, t: Translator) -> Html:
    mark = "✅" if line.ok else "⚠️"
    if line.code in words.HEALTH:
        good, bad = words.HEALTH[line.code]
        return t.html("{mark} {what}", mark=mark, what=t.html(good if line.ok else bad, **line.numbers))
    numbers = " ".join(f"{name} {value}" for name, value in line.numbers.items())
    return t.html("{mark} {code} {numbers}", mark=mark, code=line.code, numbers=numbers)


@renders(HoldsView)
def holds(view: HoldsView, t: Translator) -> Message:
    """Return what holds entries, since when, and how they go on."""
    buttons = ((do(t.text(_("🔄 Refresh")), "lift"), do(t.text(_("My bots")), "bots")),)
    if not view.lines:
        return Message(t.html(_("✅ No entries are held.")), buttons)
    head = t.html(_("<b>Held entries</b> (exits continue)"))
    return Message(lines(head, *(line for item in view.lines for line in _hold(item, t))), buttons)


def _hold(line: HoldLine, t: Translator) -> tuple[str, ...]:
    whose = t.text(_("all bots")) if line.bot is None else line.bot.settings.name
    head = t.html(
        _("• <b>{whose}</b>: {reason} (since {since})"),
        whose=whose,
        reason=t.text(words.HELD[line.reason]),
        since=t.when(line.since),
    )
    return f"{tag(line.tag)}{head}", t.html(words.LIFTED_BY[line.reason])
