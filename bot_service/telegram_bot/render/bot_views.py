"""Bots in words: the list, the card, the previews."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot_service.domain.bots import Bot, BotSettings, BotStatus, Fault, Held
from bot_service.domain.risk import DenialReason, Denied
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import (
    BotCard,
    BotFilter,
    BotLine,
    BotsView,
    StartAllPreview,
)
from bot_service.telegram_bot.render.contract import contract
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do, fits
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
from bot_service.telegram_bot.render.words import FILTERS, STATUS_DOTS, STATUSES

_BUTTONS_A_ROW = 5
_PAGES_WORTH_A_FILTER = 2


@renders(BotsView)
def bots(view: BotsView, t: Translator) -> Message:
    """Return the list of bots with a button for each."""
    controls = (
        do(t.text(_("▶️ Start all")), "start_all"),
        do(t.text(_("⏹ Stop all")), "stop_all"),
    )
    last = (do(t.text(_("🆕 New bot")), "new_bot"), do(t.text(_("🔄 Refresh")), _page_line(view)))
    every = (do(t.text(_("All bots")), "bots"),)
    if not view.lines and view.chosen != BotFilter():
        return Message(t.html(_("No bot matches: {chosen}"), chosen=_chosen_words(view, t)), (every, last))
    if not view.lines:
        empty = t.html(_("No bots yet. Create one with /new_bot."))
        return Message(f"{tag(view.tag)}{empty}", (last,))
    head = t.html(_("<b>Bots: {total}</b>"), total=view.total)
    if view.chosen != BotFilter():
        head = t.html(_("<b>Bots: {total}</b> · {chosen}"), total=view.total, chosen=_chosen_words(view, t))
    if view.pages > 1:
        page = t.html(_("page {page} of {pages}"), page=view.page + 1, pages=view.pages)
        head = Html(f"{head} · {page}")
    told = [_line(line, t) for line in view.lines]
    chosen = [
        do(f"{STATUS_DOTS[line.bot.status]} {line.bot.id}", f"bot {line.bot.id}") for line in view.lines
    ]
    line = _filter_line(view)
    turning = pages(line, view.page, view.pages, t) if fits(f"{line} p{view.pages}") else ()
    keyboard: Keyboard = (
        *rows(chosen, _BUTTONS_A_ROW),
        *((turning,) if turning else ()),
        *_filters(view, every, t),
        controls,
        last,
    )
    return Message(lines(f"{tag(view.tag)}{head}", *told), keyboard)


def which_bot(view: BotsView, command: str, what: str, t: Translator) -> Message:
    """Ask which bot a command is for: a button for each, with its state and name."""
    if not view.lines:
        return bots(view, t)
    head = t.html(_("<b>Which bot?</b>"))
    buttons = (
        do(f"{STATUS_DOTS[line.bot.status]} {line.bot.id} {cut(line.bot.settings.name, 30)}",
           f"{command} {line.bot.id}")
        for line in view.lines
    )  # fmt: skip
    turning = pages(command, view.page, view.pages, t)
    keyboard = (*rows(buttons, 1), *((turning,) if turning else ()))
    return Message(lines(f"{tag(view.tag)}{head}", t.html("{what}", what=what)), keyboard)


def _filters(view: BotsView, every: tuple[Button, ...], t: Translator) -> Keyboard:
    if view.chosen != BotFilter():
        return (every,)
    if view.pages < _PAGES_WORTH_A_FILTER:
        return ()
    states = (BotStatus.ACTIVE, BotStatus.STOPPED, BotStatus.ERROR)
    return (tuple(do(f"{STATUS_DOTS[one]} {t.text(STATUSES[one])}", f"bots {one}") for one in states),)


def _chosen_words(view: BotsView, t: Translator) -> str:
    states = [t.text(FILTERS[state]) for state in view.chosen.states]
    return ", ".join((*states, *(f"#{name}" for name in view.chosen.tags)))


def _filter_line(view: BotsView) -> str:
    return " ".join(("bots", *view.chosen.states, *(f"#{name}" for name in view.chosen.tags)))


def _page_line(view: BotsView) -> str:
    line = f"{_filter_line(view)} p{view.page + 1}" if view.page else _filter_line(view)
    return line if fits(line) else "bots"


def _line(line: BotLine, t: Translator) -> str:
    settings, currency = line.bot.settings, line.currency
    told = f" {settings.symbol} {settings.timeframe.value}"
    if settings.symbol in settings.name and settings.timeframe.value in settings.name:
        told = ""  # an automatic name says both
    tags = "".join(f" #{name}" for name in line.tags)
    name = t.html(
        "{dot} <b>{id}</b> {account}{name}{told}{tags}",
        dot=STATUS_DOTS[line.bot.status],
        id=line.bot.id,
        account=tag(line.account),
        name=cut(settings.name, 40),
        told=f" ·{told}" if told else "",
        tags=tags,
    )
    facts = []
    if line.floating is not None:
        facts.append(t.text(_("floating {amount}"), amount=t.money(line.floating, currency, sign=True)))
    if line.today:
        facts.append(t.text(_("today {amount}"), amount=t.money(line.today, currency, sign=True)))
    money = [fact.replace(" ", "\u00a0") for fact in facts]
    # The dot says that a bot is active; a line of money is enough then.
    plain = line.bot.status is BotStatus.ACTIVE and not (line.bot.waiting or line.bot.held or line.bot.fault)
    says = [] if plain and money else [state(line.bot, t, line.opens, dot=False)]
    return f"{name}\n{t.html('{facts}', facts=' · '.join((*says, *money)))}"


def settings_lines(settings: BotSettings, t: Translator) -> list[str]:
    """Return what a person chose for a bot."""
    symbol = settings.symbol
    if settings.broker_symbol and settings.broker_symbol != settings.symbol:
        symbol = f"{settings.symbol} ({settings.broker_symbol})"
    target = t.text(_("no TP"))
    if settings.take_profit_atr > 0:
        target = t.text(_("TP {multiple} x ATR"), multiple=t.number(settings.take_profit_atr))
    stop = t.text(_("SL {multiple} x ATR"), multiple=t.number(settings.stop_atr))
    stop, target = (text.replace(" ", "\u00a0") for text in (stop, target))
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
        t.html("{tags}", tags=" ".join(f"#{name}" for name in view.tags)) if view.tags else None,
        contract(view.terms, t) if view.terms is not None else None,
        "",
        held,
        today,
        analysis,
        back or _off_first(view, t),
        age(view.age_s, t) if view.position is not None else None,
    )
    return Message(text, (*_allow(view, t), *_close(view, t), *_card_buttons(bot, t)))


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


def _close(view: BotCard, t: Translator) -> Keyboard:
    if view.position is None:
        return ()
    ticket = view.position.ticket
    return ((do(t.text(_("❌ Close #{ticket}"), ticket=ticket), f"close t{ticket}"),),)


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
            do(t.text(_("📋 Copy")), f"clone_bot {bot.id}"),
        ),
        (
            do(t.text(_("🏷 Tags")), f"tag {bot.id}"),
            do(t.text(_("🗑 Delete")), f"delete_bot {bot.id}"),
        ),
        (do(t.text(_("🔄 Refresh")), f"bot {bot.id}"), do(t.text(_("My bots")), "bots")),
    )


@renders(StartAllPreview)
def start_all_preview(view: StartAllPreview, t: Translator) -> Message:
    """Return what starting all would mean; the command adds the buttons."""
    if not view.bots:
        nothing = t.html(_("There is no stopped bot to start."))
        return Message(f"{tag(view.tag)}{nothing}", ((do(t.text(_("My bots")), "bots"),),))
    head = t.plural("<b>Start {n} bot?</b>", "<b>Start {n} bots?</b>", n=len(view.bots))
    told = [
        t.html(
            "• {account}{id} {name} · {size}",
            account=tag(view.accounts.get(bot.id)),
            id=bot.id,
            name=cut(bot.settings.name, 30),
            size=size(bot.settings, t),
        )
        for bot in view.bots[:20]
    ]
    if len(view.bots) > len(told):
        told.append(t.html(_("… and {n} more"), n=len(view.bots) - len(told)))
    return Message(lines(f"{tag(view.tag)}{head}", *told, "", _largest(view.losses, t)))


def _largest(losses: Mapping[str, Decimal | None], t: Translator) -> Html:
    known = {currency: loss for currency, loss in losses.items() if loss is not None}
    if len(known) < len(losses):
        return t.html(_("The largest loss can't be calculated right now."))
    return t.html(
        _("If all of them enter and every SL is hit: {dot} ≈ {loss} (can be more with a gap or slippage)"),
        dot=dot(-sum(known.values(), Decimal(0))),
        loss=" + ".join(t.money(loss, currency) for currency, loss in known.items()),
    )
