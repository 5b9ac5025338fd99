"""Pieces that many messages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from html import escape
from string import Formatter

from bot_service.domain.bots import Bot, BotSettings, Held, SizingMethod
from bot_service.domain.market import TradeMode
from bot_service.domain.pauses import Active
from bot_service.domain.risk import DenialReason, Denied
from bot_service.domain.strategy import Analysis
from bot_service.domain.trading import Position
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import AccountTag
from bot_service.telegram_bot.render import words
from bot_service.telegram_bot.render.message import Button, Keyboard, do

STALE_S = 30
_MONEY = frozenset({"risk", "free", "needed", "base", "computed", "expected", "dearer", "allowed"})
_PERCENT = frozenset({"percent", "cap_percent", "after_percent", "level", "minimum_level"})
_TIMES = frozenset({"until", "closes", "opens"})
_PRICES = frozenset({"asked_price", "price_now", "distance"})
_LOTS = frozenset({"lots", "minimum", "step", "nearest", "maximum"})


def tag(value: AccountTag | None) -> Html:
    """Return what a message about an account begins with."""
    if value is None:
        return Html("")
    name = f" {escape(value.label)}" if value.label else ""
    if value.trade_mode is TradeMode.REAL:
        return Html(f"<b>[REAL ••{value.login % 10_000:04d}{name}]</b> ")
    mode = TradeMode.DEMO if value.trade_mode is TradeMode.CONTEST else value.trade_mode
    return Html(f"<b>[{mode.upper()}{name}]</b> ")


def lines(*items: str | None) -> str:
    """Join lines; None leaves one out, "" is a free line."""
    return "\n".join(item for item in items if item is not None)


def dot(amount: Decimal) -> str:
    """Return the colour of a result."""
    return "🟢" if amount > 0 else "🔴" if amount < 0 else "⚪"


def state(
    bot: Bot, t: Translator, opens: datetime | None = None, pause: Active | None = None, *, dot: bool = True
) -> str:
    """Return a bot's status with its dot and why it does nothing, with the end of it where it is known."""
    status = t.text(words.STATUSES[bot.status])
    parts = [f"{words.STATUS_DOTS[bot.status]} {status}" if dot else status]
    if bot.waiting is not None and opens is not None:
        parts.append(t.text(_("market closed, opens {at}"), at=t.around(opens)))
    elif bot.waiting is not None:
        parts.append(t.text(words.WAITING[bot.waiting]))
    if bot.held is Held.PAUSE and pause is not None:
        parts.append(t.text(_("entries held: pause until {until}"), until=t.when(pause.until)))
    elif bot.held is not None:
        parts.append(t.text(words.HELD[bot.held]))
    if bot.fault is not None:
        parts.append(t.text(words.FAULTS[bot.fault]))
    return " · ".join(parts)


def size(settings: BotSettings, t: Translator) -> str:
    """Return how many lots a bot takes, in words."""
    if settings.sizing is SizingMethod.FIXED_LOT:
        return t.lots(settings.size)
    return t.text(_("risk {percent} per trade"), percent=t.percent(settings.size))


def levels(stop_loss: Decimal | None, take_profit: Decimal | None, t: Translator) -> Html:
    """Return SL and TP; a missing stop is said loudly."""
    stop = f"SL\u00a0{t.price(stop_loss)}" if stop_loss else t.text(_("⚠️ no SL"))
    target = f"TP\u00a0{t.price(take_profit)}" if take_profit else t.text(_("no TP"))
    return Html(f"{stop} · {target}")


def position(value: Position, t: Translator, currency: str) -> Html:
    """Return an open position in two lines."""
    floating = value.profit + value.swap
    return t.html(
        _("{dot} {symbol} {side} {lots} at {price} · floating {floating}\n{levels} · #{ticket}"),
        dot=dot(floating),
        symbol=value.symbol,
        side=value.side.upper(),
        lots=t.lots(value.lots),
        price=t.price(value.price_open),
        floating=t.money(floating, currency, sign=True),
        levels=levels(value.stop_loss, value.take_profit, t),
        ticket=value.ticket,
    )


def age(seconds: int | None, t: Translator) -> Html | None:
    """Return how old the data is, if it isn't fresh."""
    if seconds is None:
        return t.html(_("⚠️ No data from the terminal yet."))
    if seconds < STALE_S:
        return None
    return t.html(_("⚠️ Data is {age} old."), age=t.duration(seconds))


def denial(value: Denied, t: Translator, currency: str | None = None) -> str:
    """Return why the service refuses an entry, with its figures."""
    sentence = words.DENIALS[value.reason]
    # An event of another version may lack a figure; the cause is worth telling without it.
    figures = {name: "?" for _, name, _, _ in Formatter().parse(sentence) if name}
    money = currency or value.numbers.get("currency")
    near = value.reason is DenialReason.STOP_TOO_NEAR  # what it needs is a distance, elsewhere money
    figures |= {
        name: _figure("distance" if near else name, text, t, money) for name, text in value.numbers.items()
    }
    return t.text(sentence, **figures)


def _figure(name: str, text: str, t: Translator, currency: str | None) -> str:
    # A figure that another version wrote in its own way is told as it stands.
    try:
        if name in _TIMES:
            return t.when(datetime.fromisoformat(text))
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return text
    for names, written in ((_PERCENT, t.percent), (_LOTS, t.lots), (_PRICES, t.price)):
        if name in names:
            return written(number)
    if name in _MONEY:
        return t.money(number, currency) if currency else t.number(number, 2)
    return t.number(number)


def held_back(found: Analysis, t: Translator) -> Html | None:
    """Return why the entry of the newest bar was held back."""
    if found.denied not in set(DenialReason):
        return None
    why = denial(Denied(DenialReason(found.denied), dict(found.denied_numbers)), t)
    return t.html(_("✋ Held back: {why}"), why=why)


def close_labels(found: Sequence[Position], t: Translator) -> list[str]:
    """Return what the buttons say that close positions: the symbol, with the ticket's end where it must."""
    symbols = [position.symbol for position in found]
    labels = []
    for item in found:
        symbol = cut(item.symbol, 10)
        alone = symbols.count(item.symbol) == 1
        several = f"❌ {symbol} …{item.ticket % 1000:03d}"
        labels.append(t.text(_("❌ Close {symbol}"), symbol=symbol) if alone else several)
    return labels


def pages(line: str, page: int, count: int, t: Translator) -> tuple[Button, ...]:
    """Return the buttons that turn pages of a command."""
    back, forward = words.PAGE_WORDS
    row = []
    if page > 0:
        row.append(do(t.text(back), f"{line} p{page}"))
    if page + 1 < count:
        row.append(do(t.text(forward), f"{line} p{page + 2}"))
    return tuple(row)


def rows(buttons: Iterable[Button], width: int) -> Keyboard:
    """Lay buttons out in rows."""
    items: Sequence[Button] = tuple(buttons)
    return tuple(tuple(items[start : start + width]) for start in range(0, len(items), width))


def table(cells: Sequence[Sequence[str]], aligned: str) -> Html:
    """Return a table in fixed width; `aligned` holds `<` or `>` per column."""
    widths = [max(len(row[column]) for row in cells) for column in range(len(aligned))]
    text = "\n".join(
        " ".join(
            f"{cell:{side}{width}}" for cell, side, width in zip(row, aligned, widths, strict=True)
        ).rstrip()
        for row in cells
    )
    return Html(f"<pre>{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</pre>")


def cut(text: str, width: int) -> str:
    """Shorten a name to a width."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
