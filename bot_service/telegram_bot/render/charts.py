"""Charts in words, for those who get no picture."""

from __future__ import annotations

from decimal import Decimal

from bot_service.domain.bots import Bot
from bot_service.i18n import Html, Translator
from bot_service.i18n import mark as _
from bot_service.services.views import ChartView
from bot_service.telegram_bot.render.message import Message, do
from bot_service.telegram_bot.render.parts import lines, position, tag
from bot_service.telegram_bot.render.registry import renders


def progress(bot: Bot, t: Translator) -> Message:
    """Return what is shown while the candles are fetched."""
    return Message(
        t.html(_("⏳ Drawing the chart of <b>{name}</b> (ID {id}) …"), name=bot.settings.name, id=bot.id)
    )


def done(bot: Bot, t: Translator) -> Html:
    """Return what the progress message says at the end."""
    return t.html(_("✅ Chart of <b>{name}</b> (ID {id}), see below."), name=bot.settings.name, id=bot.id)


@renders(ChartView)
def chart(view: ChartView, t: Translator) -> Message:
    """Return the newest close, the position and the trades on the chart."""
    bot, settings = view.bot, view.bot.settings
    head = t.html(
        _("📊 <b>{name}</b> (ID {id}) · {symbol} {timeframe}"),
        name=settings.name,
        id=bot.id,
        symbol=settings.symbol,
        timeframe=settings.timeframe.value,
    )
    last = view.bars.index[-1].to_pydatetime() + settings.timeframe.duration
    closed = t.html(
        _("Last candle closed {at} at {price}"), at=t.when(last), price=f"{view.bars['close'].iloc[-1]:g}"
    )
    held = (
        t.html(_("No open position.")) if view.position is None else position(view.position, t, view.currency)
    )
    trades = t.html(
        _("Trades on the chart: {n}, net {net}"),
        n=len(view.trades),
        net=t.money(sum((trade.net for trade in view.trades), start=Decimal(0)), view.currency, sign=True),
    )
    legend = t.html(_("▲ buy · ▼ sell · ✖ exit · dotted line: a trade"))
    card = do(t.text(_("Show the bot")), f"bot {bot.id}")
    buttons = (do(t.text(_("🔍 Analysis")), f"analysis {bot.id}"), card)
    refresh = (do(t.text(_("🔄 Refresh")), f"chart {bot.id}"),)
    return Message(lines(f"{tag(view.tag)}{head}", closed, held, trades, legend), (buttons, refresh))
