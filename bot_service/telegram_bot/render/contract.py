"""What a lot of a symbol is, in words; so that nobody takes a look-alike for the real one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot_service.domain.market import SymbolTerms
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.telegram_bot.render.message import Button, do, fits

_LABEL = 44


def contract(terms: SymbolTerms, t: Translator) -> Html:
    """Return contract size, digits and currency in one line."""
    return t.html(
        _("1 lot = {amount} · {digits} digits · {currency}"),
        amount=lot(terms, t),
        digits=terms.digits,
        currency=terms.currency_profit,
    )


def lot(terms: SymbolTerms, t: Translator) -> str:
    """Return how much one lot is."""
    size = t.number(terms.contract_size)
    if not terms.currency_base or terms.currency_base == terms.currency_profit:
        return size
    return f"{size} {terms.currency_base}"


def offered(terms: SymbolTerms, t: Translator) -> list[str]:
    """Return a symbol that could be meant, with what tells it from the others."""
    known = f" {terms.description}" if terms.description not in ("", terms.name) else ""
    return [
        f"• {t.html('<b>{name}</b>{known}', name=terms.name, known=known)}",
        f"   {contract(terms, t)}",
    ]


def changed_contract(before: SymbolTerms | None, now: SymbolTerms, t: Translator) -> list[str]:
    """Return the contract before and now, and loudly how many times larger or smaller a lot became."""
    if before is None:
        return [contract(now, t)]
    if replace(before, name=now.name).same_contract(now) and not other_market(before, now):
        return [t.html(_("{contract} (as before)"), contract=contract(now, t))]
    told: list[str] = [
        t.html(_("Before: {contract}"), contract=contract(before, t)),
        t.html(_("Now: <b>{contract}</b>"), contract=contract(now, t)),
    ]
    if other_market(before, now):
        return [*told, t.html(_("⚠️ This is ANOTHER MARKET."))]
    return [*told, *_ratio(before.contract_size, now.contract_size, t)]


def other_market(before: SymbolTerms, now: SymbolTerms) -> bool:
    """Tell whether two symbols count different things, or count them in different money."""
    return (before.currency_base, before.currency_profit) != (now.currency_base, now.currency_profit)


def _ratio(before: Decimal, now: Decimal, t: Translator) -> list[str]:
    if before == now or before <= 0 or now <= 0:
        return []
    if now > before:
        times = t.number((now / before).quantize(Decimal("0.01")).normalize() + Decimal(0))
        return [t.html(_("⚠️ 1 lot is now {times} times LARGER."), times=times)]
    times = t.number((before / now).quantize(Decimal("0.01")).normalize() + Decimal(0))
    return [t.html(_("⚠️ 1 lot is now {times} times smaller."), times=times)]


def choices(
    bot_ids: Sequence[int], offers: Iterable[SymbolTerms], t: Translator
) -> tuple[tuple[Button, ...], ...]:
    """Return a button per symbol that asks to give it to all bots of these bots' symbol."""
    if not bot_ids:
        return ()
    lines = [(one, f"change_symbol {bot_ids[0]} {one.name}") for one in offers]
    return tuple((do(label(one, t), line),) for one, line in lines if fits(line))


def label(terms: SymbolTerms, t: Translator) -> str:
    """Return a symbol with its contract size for a button."""
    text = f"{terms.name} · 1 lot = {lot(terms, t)}"
    return text if len(text) <= _LABEL else terms.name
