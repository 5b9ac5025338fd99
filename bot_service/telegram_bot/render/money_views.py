"""Accounts, positions and trades in words."""

from __future__ import annotations

from bot_service.domain.bots import BotStatus
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountView, DealsView, PositionLine, PositionsView, StatusView
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.closing import cancel_button, waits
from bot_service.telegram_bot.render.message import Button, Keyboard, Message, do
from bot_service.telegram_bot.render.parts import (
    age,
    close_labels,
    cut,
    dot,
    lines,
    pages,
    position,
    rows,
    table,
    tag,
)
from bot_service.telegram_bot.render.registry import renders

_TABLE_ROWS = 20


@renders(StatusView)
def status(view: StatusView, t: Translator) -> Message:
    """Return one screen that says whether something has to be done."""
    told: list[str | None] = []
    for account in view.accounts:
        told.extend(money_lines(account, t))
    if not view.accounts:
        told.append(t.html(_("No trading account is connected yet.")))
    alarms = [
        t.html(words.ALARMS[code]) if code in words.ALARMS else t.html("⚠️ {code}", code=code)
        for code in view.alarms
    ]
    text = lines(
        *told, "", _bots(view, t), _positions(view, t), *_troubles(view, t), *alarms, "", _advice(view, t)
    )
    keyboard: Keyboard = (
        (do(t.text(_("My bots")), "bots"), do(t.text(_("Positions")), "positions")),
        (do(t.text(_("▶️ Start all")), "start_all"), do(t.text(_("⏹ Stop all")), "stop_all")),
        (do(t.text(_("📅 Today")), "today"), do(t.text(_("📒 Report")), "report")),
        (*_all_accounts(view, t), do(t.text(_("🔄 Refresh")), "status")),
    )
    if view.closings:
        keyboard = ((do(t.text(_("❌ What is being closed")), "close"),), *keyboard)
    return Message(text, keyboard)


def _all_accounts(view: StatusView, t: Translator) -> tuple[Button, ...]:
    return (do(t.text(_("🏦 Accounts")), "accounts"),) if len(view.accounts) > 1 else ()


def money_lines(view: AccountView, t: Translator) -> list[str | None]:
    """Return an account's name, equity, floating and day."""
    # "[PAPER] Paper" would say it twice.
    said = bool(view.tag.label) or view.account.label.upper() == view.tag.trade_mode.upper()
    name = "" if said else t.html("<b>{label}</b>", label=view.account.label)
    head = f"{tag(view.tag)}{name}"
    if view.snapshot is None:
        return [f"{head}{age(None, t)}"] if said else [head, age(None, t)]
    money = view.snapshot.state
    equity = t.html(
        _("Equity <b>{equity}</b> · balance {balance}"),
        equity=t.money(money.equity, money.currency),
        balance=t.money(money.balance, money.currency),
    )
    floating = sum((item.profit + item.swap for item in view.snapshot.positions), start=money.profit * 0)
    result = t.html(
        _("{dot} Floating {floating} · today {today} (trades: {trades})"),
        dot=dot(floating + view.today_net),
        floating=t.money(floating, money.currency, sign=True),
        today=t.money(view.today_net, money.currency, sign=True),
        trades=view.today_trades,
    )
    # Without a name the tag stands before the money.
    told: list[str | None] = [f"{head}{equity}"] if said else [head, equity]
    return [*told, result, age(view.age_s, t)]


def _bots(view: StatusView, t: Translator) -> Html:
    parts = [
        f"{words.STATUS_DOTS[status]} {count} {t.text(words.STATUSES[status])}"
        for status in BotStatus
        if (count := view.by_status.get(status, 0))
    ]
    return t.html(_("Bots: {parts}"), parts=" · ".join(parts) or "0")


def _positions(view: StatusView, t: Translator) -> Html:
    if not view.positions:
        return t.html(_("No open positions."))
    if view.without_stop:
        return t.html(_("⚠️ Positions: {n}, without SL: {bare}"), n=view.positions, bare=view.without_stop)
    return t.html(_("Positions: {n}, all with SL"), n=view.positions)


def _troubles(view: StatusView, t: Translator) -> list[str]:
    told: list[str] = []
    if view.closed and view.opens is not None:
        told.append(
            t.html(_("🌙 Market closed, opens {at} · bots: {n}"), at=t.around(view.opens), n=view.closed)
        )
    if view.waiting and (view.waiting > view.closed or view.opens is None):
        told.append(t.html(_("⏳ Bots waiting: {n}"), n=view.waiting))
    if view.closings:
        told.append(t.html(_("❌ Positions being closed or waiting to be: {n}"), n=view.closings))
    if view.held:
        told.append(t.html(_("✋ Bots with entries held: {n}"), n=view.held))
    if view.unknown_outcomes:
        told.append(t.html(_("❓ Orders being checked: {n}"), n=view.unknown_outcomes))
    if view.pending_alerts:
        told.append(t.html(_("✉️ Alerts being sent: {n}"), n=view.pending_alerts))
    return told


def _advice(view: StatusView, t: Translator) -> Html:
    if view.by_status.get(BotStatus.ERROR):
        return t.html(_("👉 A bot needs attention: open it from the list."))
    if view.without_stop:
        return t.html(_("👉 Check the position without a stop loss."))
    if view.alarms or not view.accounts:
        return t.html(_("👉 The health check shows what to do: /health"))
    return t.html(_("✅ There is nothing you need to do."))


@renders(AccountView)
def account(view: AccountView, t: Translator) -> Message:
    """Return an account's money."""
    owner = view.account
    facts = t.html(
        _("{server} · login {login} · 1:{leverage} · {mode}"),
        server=owner.identity.server,
        login=owner.identity.login,
        leverage=owner.leverage,
        mode=t.text(words.MARGIN_MODES[owner.margin_mode]),
    )
    told = money_lines(view, t)
    refresh: Keyboard = ((do(t.text(_("Positions")), "positions"), do(t.text(_("🔄 Refresh")), "account")),)
    if view.snapshot is None:
        return Message(lines(*told, facts), refresh)
    money = view.snapshot.state
    margin = t.html(
        _("Margin {used} · free margin {free}"),
        used=t.money(money.margin, money.currency),
        free=t.money(money.free_margin, money.currency),
    )
    level = None
    if money.margin_level is not None:
        level = t.html(_("Margin level {level}"), level=t.percent(money.margin_level, 0))
    seen = t.html(_("Seen at {at}"), at=t.clock(view.snapshot.taken_at))
    return Message(lines(*told, margin, level, facts, seen), refresh)


@renders(PositionsView)
def positions(view: PositionsView, t: Translator) -> Message:
    """Return open positions with their bots."""
    refresh = (do(t.text(_("My bots")), "bots"), do(t.text(_("🔄 Refresh")), "positions"))
    if not view.lines:
        return Message(
            lines(f"{tag(view.tag)}{t.html(_('No open positions.'))}", age(view.age_s, t)), (refresh,)
        )
    head = t.html(
        _("<b>Positions: {n}</b> · floating {floating}"),
        n=view.total,
        floating=t.money(view.floating, view.currency, sign=True),
    )
    if view.pages > 1:
        page = t.html(_("page {page} of {pages}"), page=view.page + 1, pages=view.pages)
        head = Html(f"{head} · {page}")
    told = [
        f"{_owner(line, t)}\n{position(line.position, t, view.currency)}{_closing(line, t)}"
        for line in view.lines
    ]
    turning = pages("positions", view.page, view.pages, t)
    labels = close_labels([line.position for line in view.lines], t)
    acts = rows((_act(line, label, t) for line, label in zip(view.lines, labels, strict=True)), 2)
    everything = (do(t.text(_("❌ Close all")), "close_all"),)
    keyboard = (*acts, everything, *((turning,) if turning else ()), refresh)
    return Message(lines(f"{tag(view.tag)}{head}", *told, age(view.age_s, t)), keyboard)


def _act(line: PositionLine, label: str, t: Translator) -> Button:
    ticket = line.position.ticket
    if line.closing is not None:
        return cancel_button(ticket, t)
    return do(label, f"close t{ticket}")


def _closing(line: PositionLine, t: Translator) -> str:
    return "" if line.closing is None else f"\n{waits(line.closing, t)}"


def _owner(line: PositionLine, t: Translator) -> Html:
    if line.bot is None:
        return t.html(_("✋ <b>Not from a bot (manual)</b>"))
    return t.html("🤖 <b>{name}</b> ({id})", name=line.bot.settings.name, id=line.bot.id)


@renders(DealsView)
def deals(view: DealsView, t: Translator) -> Message:
    """Return closed trades of the last days as a table with their sum."""
    line = f"deals {view.days}"
    refresh = (do(t.text(_("🔄 Refresh")), line), do(t.text(_("📒 Report")), "report"))
    span = t.plural("last {n} day", "last {n} days", n=view.days)
    if not view.trades:
        none = t.html(_("No closed trades, {span}."), span=span)
        return Message(f"{tag(view.tag)}{none}", (refresh,))
    head = t.html(
        _("<b>Trades, {span}</b>: {net}"), span=span, net=t.money(view.net, view.currency, sign=True)
    )
    cells = [
        [
            t.stamp(trade.closed_at),
            cut(trade.symbol, 8),
            "B" if trade.side.sign > 0 else "S",
            t.short_money(trade.net, view.currency, sign=True),
        ]
        for trade in view.trades[:_TABLE_ROWS]
    ]
    wins = t.html(_("Winning trades: {wins} · {currency}"), wins=view.wins, currency=view.currency)
    turning = pages(line, view.page, view.pages, t)
    keyboard = (turning, refresh) if turning else (refresh,)
    return Message(lines(f"{tag(view.tag)}{head}", table(cells, "<<<>"), wins), keyboard)
