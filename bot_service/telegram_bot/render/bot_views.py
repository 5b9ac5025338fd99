"""Bots in words: the list, the card, the previews."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.bots import Bot, BotSettings, BotStatus, Fault, Held
from bot_service.domain.market import SymbolTerms
from bot_service.domain.risk import DenialReason, Denied
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import BotCard, BotLine, BotsView, Preview, StartAllPreview
from bot_service.telegram_bot.render.bot_events import change
from bot_service.telegram_bot.render.contract import contract
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import (
    age,
    cut,
    denial,
    dot,
    held_back,
    lines,
    pages,
    position,
    rows,
    size,
    state,
    tag,
)
from bot_service.telegram_bot.render.registry import renders
from bot_service.telegram_bot.render.words import STATUS_DOTS

_BUTTONS_A_ROW = 5


@renders(BotsView)
def bots(view: BotsView, t: Translator) -> Message:
    """Return the list of bots with a button for each."""
    controls = (
        do(t.text(_("▶️ Start all")), "start_all"),
        do(t.text(_("⏹ Stop all")), "stop_all"),
    )
    last = (do(t.text(_("🆕 New bot")), "new_bot"), do(t.text(_("🔄 Refresh")), _page_line(view)))
    if not view.lines:
        empty = t.html(_("There is no bot yet. Make one with /new_bot."))
        return Message(f"{tag(view.tag)}{empty}", (last,))
    head = t.html(_("<b>Bots: {total}</b>"), total=view.total)
    if view.pages > 1:
        page = t.html(_("page {page} of {pages}"), page=view.page + 1, pages=view.pages)
        head = Html(f"{head} · {page}")
    told = [_line(line, view.currency, t) for line in view.lines]
    chosen = [
        do(f"{STATUS_DOTS[line.bot.status]} {line.bot.id}", f"bot {line.bot.id}") for line in view.lines
    ]
    turning = pages("bots", view.page, view.pages, t)
    keyboard: Keyboard = (*rows(chosen, _BUTTONS_A_ROW), *((turning,) if turning else ()), controls, last)
    return Message(lines(f"{tag(view.tag)}{head}", *told), keyboard)


def _page_line(view: BotsView) -> str:
    return f"bots p{view.page + 1}" if view.page else "bots"


def _line(line: BotLine, currency: str, t: Translator) -> str:
    settings = line.bot.settings
    name = t.html("<b>{id}</b> {name}", id=line.bot.id, name=cut(settings.name, 40))
    facts = [state(line.bot, t, line.opens)]
    if line.floating is not None:
        facts.append(t.text(_("floating {amount}"), amount=t.money(line.floating, currency, sign=True)))
    if line.today:
        facts.append(t.text(_("today {amount}"), amount=t.money(line.today, currency, sign=True)))
    return f"{name}\n   {t.html('{facts}', facts=' · '.join(facts))}"


def settings_lines(settings: BotSettings, t: Translator) -> list[str]:
    """Return what a person chose for a bot."""
    symbol = settings.symbol
    if settings.broker_symbol and settings.broker_symbol != settings.symbol:
        symbol = f"{settings.symbol} ({settings.broker_symbol})"
    target = t.text(_("no TP"))
    if settings.take_profit_atr > 0:
        target = t.text(_("TP {multiple} x ATR"), multiple=t.number(settings.take_profit_atr))
    stop = t.text(_("SL {multiple} x ATR"), multiple=t.number(settings.stop_atr))
    told: list[str] = [
        t.html(
            "{symbol} · {timeframe} · {strategy}",
            symbol=symbol,
            timeframe=settings.timeframe.value,
            strategy=settings.strategy,
        ),
        t.html("{size} · {stop} · {target}", size=size(settings, t), stop=stop, target=target),
    ]
    if settings.parameters:
        given = ", ".join(f"{name} {value}" for name, value in settings.parameters.items())
        told.append(t.html("<i>{given}</i>", given=given))
    return told


@renders(BotCard)
def card(view: BotCard, t: Translator) -> Message:
    """Return everything about one bot with a button for every action."""
    bot = view.bot
    head = t.html(_("<b>{name}</b> (ID {id})"), name=bot.settings.name, id=bot.id)
    today = t.html(
        _("Today: {net} · trades: {trades}"),
        net=t.money(view.today_net, view.currency, sign=True),
        trades=view.today_trades,
    )
    held = t.html(_("No open position."))
    if view.position is not None:
        held = position(view.position, t, view.currency)
    analysis = back = None
    if view.analysis is not None:
        back = held_back(view.analysis, t)
        analysis = t.html(
            _("Last analysis: {signal} at {price} (candle {at})"),
            signal=view.analysis.signal.value,
            price=f"{view.analysis.price:g}",
            at=t.clock(view.analysis.bar_time),
        )
    text = lines(
        f"{tag(view.tag)}{head}",
        t.html("{state}", state=state(bot, t, view.opens, view.pause)),
        *settings_lines(bot.settings, t),
        contract(view.terms, t) if view.terms is not None else None,
        "",
        held,
        today,
        analysis,
        back or _off_first(view, t),
        age(view.age_s, t) if view.position is not None else None,
    )
    return Message(text, (*_allow(view, t), *_card_buttons(bot, t)))


def _off_first(view: BotCard, t: Translator) -> Html | None:
    if view.off_first is None:
        return None
    held = Denied(DenialReason.REENTRY, {"side": view.off_first.upper()})
    return t.html(_("✋ Held back: {why}"), why=denial(held, t))


def _allow(view: BotCard, t: Translator) -> Keyboard:
    if view.off_first is None:
        return ()
    label = t.text(_("✅ Allow {side} now"), side=view.off_first.upper())
    return ((do(label, f"allow_entry {view.bot.id}"),),)


def _card_buttons(bot: Bot, t: Translator) -> Keyboard:
    start = do(t.text(_("▶️ Start")), f"start_bot {bot.id}")
    stop = do(t.text(_("⏹ Stop")), f"stop_bot {bot.id}")
    leave = do(t.text(_("🟡 Exit only")), f"exit_only {bot.id}")
    mend = (do(t.text(_("🔁 Choose another symbol")), f"change_symbol {bot.id}"),)
    broken = bot.fault is Fault.SYMBOL_GONE or bot.held is Held.SYMBOL
    acts: dict[BotStatus, tuple[Button, ...]] = {
        BotStatus.ACTIVE: (stop, leave),
        BotStatus.EXIT_ONLY: (stop, start),
        BotStatus.STOPPED: (start,),
        BotStatus.ERROR: (stop, start),
    }
    return (
        *((mend,) if broken else ()),
        acts[bot.status],
        (
            do(t.text(_("🔍 Analysis")), f"analysis {bot.id}"),
            do(t.text(_("🕐 History")), f"history {bot.id}"),
        ),
        (
            do(t.text(_("✏️ Change")), f"edit_bot {bot.id}"),
            do(t.text(_("🗑 Delete")), f"delete_bot {bot.id}"),
        ),
        (do(t.text(_("🔄 Refresh")), f"bot {bot.id}"), do(t.text(_("My bots")), "bots")),
    )


@renders(Preview)
def preview(view: Preview, t: Translator) -> Message:
    """Return what saving would mean: the loss at the stop, before anything is saved."""
    if view.bot is None:
        head = t.html(_("🆕 <b>New bot: {name}</b>"), name=view.settings.name)
    else:
        head = t.html(_("✏️ <b>Change {name}</b> (ID {id})"), name=view.bot.settings.name, id=view.bot.id)
    told = [change(name, before, after, t) for name, (before, after) in view.changes.items()]
    if view.bot is None:
        told = [Html(line) for line in settings_lines(view.settings, t)]
    if view.terms is not None:
        told += [Html(line) for line in _chosen(view.terms, t)]
    risen = t.html(_("⚠️ This raises the risk.")) if view.raises_risk else None
    later = t.html(_("New risk and stops count from the next trade.")) if view.bot is not None else None
    return Message(lines(f"{tag(view.tag)}{head}", *told, "", *_loss(view, t), risen, later))


def _chosen(terms: SymbolTerms, t: Translator) -> list[str]:
    known = terms.description and terms.description != terms.name
    described = [t.html("<i>{text}</i>", text=terms.description)] if known else []
    return [*described, contract(terms, t)]


def _loss(view: Preview, t: Translator) -> list[str]:
    if view.sized is not None:
        risk = t.money(view.sized.planned_risk, view.currency)
        head = t.html(
            _("<b>If the SL is hit: ± {risk} ({percent})</b>, can be more with a gap or slippage"),
            risk=risk,
            percent=t.percent(view.sized.risk_percent),
        )
        facts = t.html(
            _("At today's price: {lots} · SL {stop} · margin {margin}"),
            lots=t.lots(view.sized.lots),
            stop=t.price(view.sized.stop_loss),
            margin=t.money(view.sized.margin, view.currency),
        )
        return [head, facts]
    if view.denied is not None:
        why = denial(view.denied, t, view.currency)
        return [t.html(_("✋ With these settings an entry would be held back now: {why}"), why=why)]
    return [t.html(_("The market can't be asked just now, so the loss at the SL can't be shown."))]


@renders(StartAllPreview)
def start_all_preview(view: StartAllPreview, t: Translator) -> Message:
    """Return what starting all would mean; the command adds the buttons."""
    if not view.bots:
        nothing = t.html(_("There is no stopped bot to start."))
        return Message(f"{tag(view.tag)}{nothing}", ((do(t.text(_("My bots")), "bots"),),))
    head = t.plural("<b>Start {n} bot?</b>", "<b>Start {n} bots?</b>", n=len(view.bots))
    told = [
        t.html(
            "• {id} {name} · {size}", id=bot.id, name=cut(bot.settings.name, 30), size=size(bot.settings, t)
        )
        for bot in view.bots[:20]
    ]
    if len(view.bots) > len(told):
        told.append(t.html(_("… and {n} more"), n=len(view.bots) - len(told)))
    return Message(lines(f"{tag(view.tag)}{head}", *told, "", _largest(view.largest_loss, view.currency, t)))


def _largest(loss: Decimal | None, currency: str, t: Translator) -> Html:
    if loss is None:
        return t.html(_("How much can be lost at most can't be computed just now."))
    return t.html(
        _("If all of them enter and every SL is hit: {dot} ± {loss} (can be more with a gap or slippage)"),
        dot=dot(-loss),
        loss=t.money(loss, currency),
    )
