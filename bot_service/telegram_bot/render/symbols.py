"""Symbols in words: the search, what could take a symbol's place, and what that would mean."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain import events
from bot_service.domain.bots import Bot, SizingMethod
from bot_service.domain.symbols import CHANGED, NOT_TRADABLE
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import SwapPreview, SwapReceipt, SymbolChoiceView, SymbolLine, SymbolsView
from bot_service.telegram_bot.render.bot_events import named
from bot_service.telegram_bot.render.contract import changed_contract, choices, contract, offered
from bot_service.telegram_bot.render.message import Button, Message, do, fits
from bot_service.telegram_bot.render.parts import cut, lines, pages, rows, tag
from bot_service.telegram_bot.render.registry import Names, Telling, render, renders, tells

EXAMPLES = ("gold", "EURUSD", "US30", "bitcoin")
_SHOWN = 12
_OFFERED = 4
_MADE = 3


@renders(SymbolsView)
def symbols(view: SymbolsView, t: Translator) -> Message:
    """Return what a search found; an empty result says what to try."""
    tries = rows((do(f"🔎 {example}", f"symbols {example}") for example in EXAMPLES), 2)
    if not view.lines:
        return Message(lines(f"{tag(view.tag)}{_nothing(view, t)}", "", _hint(t)), tries)
    head = t.html(_("🔎 <b>Symbols of this account: {total}</b>"), total=view.total)
    if view.text:
        head = t.plural(
            "🔎 <b>“{text}”: {n} symbol</b>", "🔎 <b>“{text}”: {n} symbols</b>", n=view.total, text=view.text
        )
    if view.pages > 1:
        head = Html(f"{head} · {t.html(_('page {page} of {pages}'), page=view.page + 1, pages=view.pages)}")
    told = [row for line in view.lines for row in _line(line, t)]
    turning = pages(f"symbols {view.text}".strip(), view.page, view.pages, t)
    keyboard = ((turning,) if turning else ()) + (_make(view, t) if view.text else tries)
    return Message(lines(f"{tag(view.tag)}{head}", *told, "", _hint(t)), keyboard)


def _make(view: SymbolsView, t: Translator) -> tuple[tuple[Button, ...], ...]:
    names = [line.terms.name for line in view.lines if line.terms.tradable][:_MADE]
    label = _("🆕 New bot: {symbol}")
    return rows(
        (do(t.text(label, symbol=name), f"new_bot {name}") for name in names if fits(f"new_bot {name}")), 1
    )


def _hint(t: Translator) -> Html:
    return t.html(_("Search by name or words: <code>/symbols gold</code>"))


def _nothing(view: SymbolsView, t: Translator) -> Html:
    return t.html(
        _(
            "The account has no symbol with “{text}”. Try a shorter part of the name (XAU, EUR, US), or the "
            "word in English. What your broker offers depends on the account type."
        ),
        text=view.text,
    )


def _line(line: SymbolLine, t: Translator) -> list[str]:
    terms = line.terms
    known = f" {terms.description}" if terms.description not in ("", terms.name) else ""
    facts: str = contract(terms, t)
    if not terms.tradable:
        facts = t.html(_("can't be traded on this account"))
    elif terms.spread is not None:
        spread = t.html(_("spread {spread}"), spread=t.price(terms.spread))
        facts = f"{facts} · {spread}"
    told = [t.html("<code>{name}</code>{known}", name=terms.name, known=known), f"   {facts}"]
    if line.bots:
        users = ", ".join(f"{cut(bot.settings.name, 24)} ({bot.id})" for bot in line.bots[:_OFFERED])
        more = "…" if len(line.bots) > _OFFERED else ""
        told.append(t.html("   🤖 {users}{more}", users=users, more=more))
    return told


@renders(SymbolChoiceView)
def choice(view: SymbolChoiceView, t: Translator) -> Message:
    """Return what all bots of a symbol could trade instead."""
    head = t.html(_("🔁 <b>Another symbol for {symbol}</b>"), symbol=view.symbol)
    before = t.html(_("When chosen: {contract}"), contract=contract(view.before, t)) if view.before else None
    ids = tuple(bot.id for bot in view.bots)
    told = [row for one in view.offers for row in offered(one, t)]
    if not view.offers:
        told = [t.html(_("No similar symbol on this account."))]
    other = t.html(
        _("Another one: <code>/change_symbol {bot_id} NAME</code>"), bot_id=ids[0] if ids else "ID"
    )
    search = (do(t.text(_("🔎 Search symbols")), "symbols"),)
    text = lines(f"{tag(view.tag)}{head}", _bots(view.bots, t), before, "", *told, "", other)
    return Message(text, (*choices(ids, view.offers, t), search))


def _bots(bots: Sequence[Bot], t: Translator) -> Html:
    shown = ", ".join(f"{cut(bot.settings.name, 24)} ({bot.id})" for bot in bots[:_SHOWN])
    return t.html(_("Bots: {names}"), names=f"{shown}…" if len(bots) > _SHOWN else shown)


@renders(SwapPreview)
def swap_preview(view: SwapPreview, t: Translator) -> Message:
    """Return what another symbol would mean; the command adds the buttons."""
    head = t.html(_("🔁 <b>{before} → {now}</b>"), before=view.symbol, now=view.now.name)
    if view.symbol == view.now.name:
        head = t.html(_("🔁 <b>Keep {symbol} with its new contract?</b>"), symbol=view.symbol)
    known = t.html("{text}", text=view.now.description) if view.now.description else None
    fixed = [bot for bot in view.bots if bot.settings.sizing is SizingMethod.FIXED_LOT]
    warned = None
    if fixed and view.before is not None and view.before.contract_size != view.now.contract_size:
        warned = t.html(
            _("⚠️ Bots with a fixed lot now risk more or less than before: {ids}. Please check their lots."),
            ids=", ".join(str(bot.id) for bot in fixed),
        )
    users = _bots(view.bots, t) if view.bots else t.html(_("No bot can be changed right now."))
    text = lines(
        f"{tag(view.tag)}{head}",
        known,
        *changed_contract(view.before, view.now, t),
        "",
        users,
        warned,
        *(_refused(bot.name, bot.error, t) for bot in view.blocked[:_SHOWN] if bot.error is not None),
    )
    return Message(text)


def _refused(name: str, error: Exception, t: Translator) -> Html:
    return t.html("✋ {name}: {why}", name=name, why=Html(render(error, t).text))


@renders(SwapReceipt)
def swapped(view: SwapReceipt, t: Translator) -> Message:
    """Return which bots trade the other symbol now, with the start of those that wait for it."""
    done = [one for one in view.outcomes if one.done]
    head = t.plural(
        "✅ {n} bot now trades <b>{now}</b>.",
        "✅ {n} bots now trade <b>{now}</b>.",
        n=len(done),
        now=view.now.name,
    )
    if not done:
        head = t.html(_("Nothing changed."))
    told = [t.html("• {name} ({id})", name=cut(one.name, 40), id=one.bot_id) for one in done[:_SHOWN]]
    failed = [
        _refused(one.name or str(one.bot_id), one.error, t) for one in view.outcomes if one.error is not None
    ]
    line = "start_bot " + " ".join(str(bot_id) for bot_id in view.faulted)
    start: tuple[Button, ...] = ()
    if view.faulted:
        start = (do(t.text(_("▶️ Start again")), line if fits(line) else "start_all"),)
    text = lines(
        f"{tag(view.tag)}{head}",
        contract(view.now, t) if done else None,
        *told,
        *failed[:_SHOWN],
        t.html(_("Still stopped because of the old symbol: {n}."), n=len(view.faulted))
        if view.faulted
        else None,
    )
    return Message(text, (*((start,) if start else ()), (do(t.text(_("My bots")), "bots"),)))


@tells(events.SymbolTrouble)
def symbol_trouble(event: events.SymbolTrouble, t: Translator, names: Names) -> Telling:
    """Tell what is wrong with a symbol, which bots it stops, what stays open, and what could replace it."""
    told = [_trouble_head(event, t)]
    if event.reason == CHANGED and event.now is not None:
        told += [Html(line) for line in changed_contract(event.before, event.now, t)]
    users = named(event.bot_ids, names, t)
    if event.now is None:
        told.append(t.html(_("Stopped with an error: {names}"), names=users))
    else:
        told.append(t.html(_("New entries are held, exits continue: {names}"), names=users))
    told += [_left_open(one, t) for one in event.left_open] or [t.html(_("No open position."))]
    offers = event.offers[:_OFFERED]
    if offers:
        told.append(t.html(_("Similar symbols on this account:")))
        told += [Html(row) for one in offers for row in offered(one, t)]
    return Telling(tuple(told), _trouble_buttons(event, t))


def _trouble_head(event: events.SymbolTrouble, t: Translator) -> Html:
    if event.reason == CHANGED:
        return t.html(_("🔴 The broker changed <b>{symbol}</b>."), symbol=event.symbol)
    if event.reason == NOT_TRADABLE:
        return t.html(_("🔴 <b>{symbol}</b> can't be traded on this account right now."), symbol=event.symbol)
    return t.html(_("🔴 <b>{symbol}</b> is gone from this account."), symbol=event.symbol)


def _left_open(one: events.LeftOpen, t: Translator) -> Html:
    if one.stop_loss is None:
        return t.html(
            _("⚠️ Position #{ticket} is open WITHOUT a stop loss. Please check it in MT5 now."),
            ticket=one.ticket,
        )
    return t.html(
        _("Position #{ticket} is open with SL {stop}."), ticket=one.ticket, stop=t.price(one.stop_loss)
    )


def _trouble_buttons(event: events.SymbolTrouble, t: Translator) -> tuple[tuple[Button, ...], ...]:
    if not event.bot_ids:
        return ()
    first = event.bot_ids[0]
    keep: tuple[tuple[Button, ...], ...] = ()
    line = f"change_symbol {first} {event.symbol}"
    if event.reason == CHANGED and fits(line):
        keep = ((do(t.text(_("Keep {symbol} as it is now"), symbol=event.symbol), line),),)
    more = (do(t.text(_("🔁 Choose another symbol")), f"change_symbol {first}"),)
    return (*keep, *choices(event.bot_ids, event.offers[:_OFFERED], t), more)


@tells(events.SymbolReplaced)
def symbol_replaced(event: events.SymbolReplaced, t: Translator, names: Names) -> Telling:
    """Tell which bots trade another symbol now, with its contract."""
    head = t.html(
        _("🔁 <b>{before} → {now}</b>: {names}"),
        before=event.symbol,
        now=event.now.name,
        names=named(event.bot_ids, names, t),
    )
    return Telling((head, *(Html(line) for line in changed_contract(event.before, event.now, t))))
