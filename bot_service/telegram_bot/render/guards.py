"""The limits of accounts and bots in words, with bars of how much is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from bot_service.domain.guards import GuardAction, GuardEnd, GuardRules, LimitKind, Reference, reference_of
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.guard_views import AccountLimits, LimitsReceipt, LimitsView
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import lines, tag
from bot_service.telegram_bot.render.registry import renders

CELLS = 10
CHOSEN = "✓ "
_BETS = 3
LIMIT_FIELDS: Mapping[str, str] = {
    "daily_amount": _("daily loss"),
    "daily_kind": _("daily loss counted in"),
    "daily_currency": _("currency of the daily loss"),
    "daily_initial": _("initial balance"),
    "daily_reference": _("daily loss counted from"),
    "daily_reset_at": _("reset at"),
    "daily_zone": _("time zone of the reset"),
    "daily_action": _("at the limit"),
    "daily_until": _("ends"),
    "open_risk": _("open risk"),
    "currency_risk": _("open risk per currency"),
    "margin_level": _("margin alert"),
    "entries_a_day": _("entries a day per bot"),
    "rejections": _("rejections in a row"),
    "losses": _("losses in a row"),
}
LIMIT_VALUES: Mapping[str, str] = {
    "off": _("off"),
    "": _("broker"),
    Reference.BALANCE: _("balance at the reset"),
    Reference.EQUITY: _("equity at the reset"),
    Reference.HIGHER: _("balance or equity at the reset, the higher"),
    GuardAction.HOLD: _("entries are held"),
    GuardAction.CLOSE: _("entries are held, all positions are closed"),
    GuardEnd.RESET: _("by itself at the reset"),
    GuardEnd.OWNER: _("when the owner lifts it"),
    LimitKind.PERCENT: _("percent of the money at the reset"),
    LimitKind.INITIAL: _("percent of the initial balance"),
    LimitKind.MONEY: _("money"),
}
_PERCENT = frozenset({"open_risk", "currency_risk", "margin_level"})


def bar(used: Decimal) -> str:
    """Return how much of a limit is used, 1 being all of it."""
    full = min(CELLS, max(0, int(used * CELLS)))
    return "▓" * full + "░" * (CELLS - full)


def bar_dot(used: Decimal) -> str:
    """Return the colour of a bar."""
    return "🔴" if used >= 1 else "🟡" if used >= Decimal("0.8") else "🟢"


@renders(LimitsView)
def limits(view: LimitsView, t: Translator) -> Message:
    """Return every account's limits with bars, and the usual changes as buttons."""
    head = t.html(_("🛡 <b>Limits</b> (they hold entries, never exits)"))
    if not view.accounts:
        return Message(lines(head, t.html(_("No account is connected yet."))))
    told = [line for account in view.accounts for line in ("", *_account(account, t))]
    hint = t.html(
        _(
            "<i>Change: <code>/limits daily 4</code>, <code>/limits daily 200 usd</code>, "
            "<code>/limits open 5</code>, <code>/limits entries 8</code></i>"
        )
    )
    return Message(lines(head, *told, "", hint), _buttons(view, t))


def _buttons(view: LimitsView, t: Translator) -> Keyboard:
    rows: list[tuple[Button, ...]] = []
    rows += [
        (do(t.text(_("🔓 Lift the daily limit")), f"limits a{one.account_id} lift"),)
        for one in view.accounts
        if one.held
    ]
    if len(view.accounts) == 1:
        rows += _choices(view.accounts[0].rules, t)
    rows.append((do(t.text(_("🔄 Refresh")), "limits"), do(t.text(_("📊 Status")), "status")))
    return tuple(rows)


def _choices(rules: GuardRules, t: Translator) -> list[tuple[Button, ...]]:
    shares = ("3", "4", "5")
    daily = _("{share} a day")
    now = rules.daily.amount if rules.daily.kind is LimitKind.PERCENT else None
    day = tuple(
        do(CHOSEN * (now == Decimal(share)) + t.text(daily, share=f"{share}%"), f"limits daily {share}")
        for share in shares
    )
    if rules.daily.action is GuardAction.HOLD:
        act = do(t.text(_("At the limit: close all")), "limits action close")
    else:
        act = do(t.text(_("At the limit: only hold")), "limits action hold")
    if rules.daily.until is GuardEnd.RESET:
        end = do(t.text(_("Until I lift it")), "limits until owner")
    else:
        end = do(t.text(_("Until the reset")), "limits until reset")
    return [day, (act, end)]


def _account(view: AccountLimits, t: Translator) -> list[str]:
    told = [t.html("{tag}<b>{label}</b>", tag=tag(view.tag), label=view.label)]
    told += _day(view, t)
    told += _open(view, t)
    told += _margin(view, t)
    rules = view.rules
    told.append(
        t.html(
            _(
                "🤖 Per bot: {entries} entries a day, held after {rejections} rejections "
                "or {losses} losses in a row"
            ),
            entries=_count(rules.entries_a_day, t),
            rejections=_count(rules.rejections, t),
            losses=_count(rules.losses, t),
        )
    )
    return list(told)


def _day(view: AccountLimits, t: Translator) -> Iterable[Html]:
    rule, look, period = view.rules.daily, view.day, view.period
    if rule.amount is None:
        yield t.html(_("⚠️ Daily loss: no limit"))
        return
    if look is None or period is None or not look.limit:
        yield t.html(_("Daily loss: limit {limit}, nothing seen yet"), limit=_amount(view, t))
        return
    loss = max(look.loss, Decimal(0))
    used = loss / look.limit
    yield t.html(
        _("{dot} Daily loss: {loss} of {limit} ({amount})"),
        dot=bar_dot(used),
        loss=t.money(loss, view.currency),
        limit=t.money(look.limit, view.currency),
        amount=_amount(view, t),
    )
    yield t.html("{bar} {used}", bar=bar(used), used=t.percent(used * 100, 0))
    yield t.html(
        _("from {reference} ({kind}), reset {reset}"),
        reference=t.money(reference_of(period, rule) if look.paid is None else look.paid, view.currency),
        kind=t.text(LIMIT_VALUES[rule.reference] if look.paid is None else _("paid in since the reset")),
        reset=t.when(period.ends_at),
    )
    yield t.html(
        _("At the limit: {action}; ends {until}"),
        action=t.text(LIMIT_VALUES[rule.action]),
        until=t.text(LIMIT_VALUES[rule.until]),
    )
    if view.held:
        yield t.html(_("⛔ <b>The limit is hit: entries are held.</b>"))
    elif period.lifted_at is not None:
        yield t.html(_("🔓 Lifted by the owner until the reset."))


def _amount(view: AccountLimits, t: Translator) -> str:
    rule = view.rules.daily
    amount = rule.amount or Decimal(0)
    if rule.kind is LimitKind.MONEY:
        return t.money(amount, rule.currency)
    if rule.kind is LimitKind.INITIAL and rule.initial is not None:
        whole = t.money(rule.initial, view.currency)
        return t.text(_("{share} of {whole}"), share=t.percent(amount), whole=whole)
    return t.percent(amount)


def _open(view: AccountLimits, t: Translator) -> Iterable[Html]:
    cap, exposure = view.rules.open_risk, view.exposure
    share = exposure.total * 100 / view.base if view.base and view.base > 0 else Decimal(0)
    total = t.money(exposure.total, view.currency)
    if cap is None:
        yield t.html(_("⚠️ Open risk: {total}, no limit"), total=total)
    else:
        yield t.html(
            _("{dot} Open risk: {share} of {cap} (≈ {total} if all SL are hit)"),
            dot=bar_dot(share / cap),
            share=t.percent(share, 1),
            cap=t.percent(cap),
            total=total,
        )
        yield t.html("{bar} {used}", bar=bar(share / cap), used=t.percent(share * 100 / cap, 0))
    bets = [(bet, loss) for bet, loss in exposure.by_currency.items() if loss > 0][:_BETS]
    if bets and view.base and view.base > 0:
        named = ", ".join(_bet(bet, loss * 100 / view.base, t) for bet, loss in bets)
        capped = "" if view.rules.currency_risk is None else f" (max {t.percent(view.rules.currency_risk)})"
        yield t.html(_("Per currency: {bets}{cap}"), bets=named, cap=capped)
    naked = exposure.without_stop
    if naked:
        yield t.html(
            _("⚠️ Without SL: {tickets}. No entries until they have one."),
            tickets=", ".join(f"#{stake.ticket} {stake.symbol}" for stake in naked[:_BETS]),
        )


def _margin(view: AccountLimits, t: Translator) -> Iterable[Html]:
    level = t.text(_("no margin in use")) if view.margin_level is None else t.percent(view.margin_level, 0)
    cap = view.rules.margin_level
    limit = t.text(LIMIT_VALUES["off"]) if cap is None else t.percent(cap, 0)
    if view.margin_call is not None:
        limit += t.text(_(", broker's call {call}"), call=t.percent(view.margin_call, 0))
    yield t.html(_("💧 Margin level: {level} (alert below {limit})"), level=level, limit=limit)


def _bet(bet: tuple[str, int], share: Decimal, t: Translator) -> str:
    name, way = bet
    return f"{name}{'↑' if way > 0 else '↓'} {t.percent(share, 1)}"


def _count(value: int | None, t: Translator) -> str:
    return "∞" if value is None else t.number(value)


@renders(LimitsReceipt)
def changed(view: LimitsReceipt, t: Translator) -> Message:
    """Return what was changed."""
    head = t.html(_("{tag}✅ <b>Limits are set</b>"), tag=tag(view.tag))
    if not view.lines:
        head = t.html(_("{tag}It is already set like this. Nothing was changed."), tag=tag(view.tag))
    row = (do(t.text(_("🛡 Limits")), "limits"), do(t.text(_("📊 Status")), "status"))
    return Message(lines(head, *change_lines(view.lines, t)), (row,))


def change_lines(changes: Iterable[tuple[str, str, str]], t: Translator) -> list[Html]:
    """Return each change as what it was and what it is."""
    return [
        t.html(
            "• {field}: {old} → <b>{new}</b>",
            field=t.text(LIMIT_FIELDS.get(field, field)),
            old=_value(field, old, t),
            new=_value(field, new, t),
        )
        for field, old, new in changes
    ]


def _value(field: str, text: str, t: Translator) -> str:
    if text in LIMIT_VALUES and not (field == "daily_currency" and not text):
        return t.text(LIMIT_VALUES[text])
    if field == "daily_reset_at":
        return text[:5]
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text or "-"
    return t.percent(number) if field in _PERCENT else t.number(number)
