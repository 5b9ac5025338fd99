"""Whether an entry may be sent, and with how many lots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from bot_service.domain import sizing, slippage
from bot_service.domain.bots import BotSettings
from bot_service.domain.market import Instrument, Tick
from bot_service.domain.quotes import Quote as Quote  # noqa: PLC0414  # callers find both sides of a decision here
from bot_service.domain.quotes import RiskLimits as RiskLimits  # noqa: PLC0414  # as above
from bot_service.domain.trading import Side

MOST_STRETCH = 2
"""How many times its distance a stop may be moved away from the price to please the broker."""


class DenialReason(StrEnum):
    """Why the service itself refuses an entry."""

    BELOW_MINIMUM_LOT = "below_minimum_lot"
    ABOVE_MAXIMUM_LOT = "above_maximum_lot"
    INVALID_LOT = "invalid_lot"
    RISK_ABOVE_CAP = "risk_above_cap"
    NO_ATR = "no_atr"
    STOP_TOO_NEAR = "stop_too_near"
    TICK_VALUE_DOUBTFUL = "tick_value_doubtful"
    NOT_ENOUGH_MARGIN = "not_enough_margin"
    MARGIN_LEVEL_LOW = "margin_level_low"
    NOT_TRADABLE = "not_tradable"
    NO_MONEY = "no_money"
    PRICE_MOVED = "price_moved"
    PAUSED = "paused"
    PAUSE_DAY = "pause_day"
    PAUSE_HOURS = "pause_hours"
    REENTRY = "reentry"
    JUST_OPENED = "just_opened"
    ABOUT_TO_CLOSE = "about_to_close"
    LONG_CLOSE_AHEAD = "long_close_ahead"
    SPREAD_WIDE = "spread_wide"
    SPREAD_UNUSUAL = "spread_unusual"
    SPREAD_AFTER_CLOSE = "spread_after_close"
    OPEN_RISK = "open_risk"
    CURRENCY_RISK = "currency_risk"
    NO_STOP_OPEN = "no_stop_open"
    TOO_MANY_ENTRIES = "too_many_entries"


@dataclass(frozen=True)
class Denied:
    """A refusal by the service; `numbers` hold the figures that explain it, as text.

    `again_at` is the market time at which another look at the same signal is worth while.
    """

    reason: DenialReason
    numbers: dict[str, str] = field(default_factory=dict)
    again_at: datetime | None = None


@dataclass(frozen=True)
class Sized:
    """An entry that may be sent; `planned_risk` in account currency, `risk_percent` of the sizing base.

    `entry` is the price of the decision, `worst_price` the last acceptable one.
    """

    lots: Decimal
    stop_loss: Decimal
    take_profit: Decimal | None
    planned_risk: Decimal
    risk_percent: Decimal
    margin: Decimal
    entry: Decimal
    worst_price: Decimal


@dataclass(frozen=True)
class Stops:
    """Where an entry would be filled and where it ends, on the instrument's ticks."""

    entry: Decimal
    stop_loss: Decimal
    take_profit: Decimal | None


def stops(
    side: Side, tick: Tick, atr: float | Decimal | None, settings: BotSettings, instrument: Instrument
) -> Stops | Denied:
    """Return the prices of an entry at the present quote, or why the market allows none.

    Distances are multiples of `atr` (price units). A sell's stop lies one spread further away: it is hit by
    the ask, while bars and signals are bid prices. A `take_profit_atr` of 0 means no take profit. A stop
    nearer than the broker allows is moved out, to at most the double distance, if the lots follow the risk.
    """
    range_ = Decimal(str(atr)) if atr is not None else Decimal("NaN")
    if not range_.is_finite() or range_ <= 0:
        return Denied(DenialReason.NO_ATR)
    entry, spread = (tick.ask, Decimal(0)) if side is Side.BUY else (tick.bid, tick.spread)
    stop_loss = instrument.round_price(entry - side.sign * (range_ * settings.stop_atr + spread))
    take_profit = None
    if settings.take_profit_atr > 0:
        take_profit = instrument.round_price(entry + side.sign * range_ * settings.take_profit_atr)
    prices = Stops(entry, stop_loss, take_profit)
    if not sizing.find(settings.sizing).exact:
        prices = _moved_out(side, tick, prices, instrument)
    return _allowed(side, tick, prices, instrument)


def _moved_out(side: Side, tick: Tick, prices: Stops, instrument: Instrument) -> Stops:
    closing = tick.bid if side is Side.BUY else tick.ask
    distance, needed = side.sign * (closing - prices.stop_loss), instrument.least_distance
    if not 0 < distance < needed <= MOST_STRETCH * distance:
        return prices
    ticks = (needed / instrument.tick_size).to_integral_value(ROUND_CEILING) + 1
    stop_loss = instrument.round_price(closing - side.sign * ticks * instrument.tick_size)
    return replace(prices, stop_loss=stop_loss)


def _allowed(side: Side, tick: Tick, prices: Stops, instrument: Instrument) -> Stops | Denied:
    if min(prices.stop_loss, prices.take_profit or prices.stop_loss) <= 0:
        return Denied(DenialReason.NO_ATR, {"stop_loss": f"{prices.stop_loss:f}"})
    # A long position closes at the bid, a short one at the ask: stops are measured from there.
    closing = tick.bid if side is Side.BUY else tick.ask
    distances = [side.sign * (closing - prices.stop_loss)]
    if prices.take_profit is not None:
        distances.append(side.sign * (prices.take_profit - closing))
    needed = instrument.least_distance
    if min(distances) <= 0 or min(distances) < needed:
        return Denied(
            DenialReason.STOP_TOO_NEAR, {"distance": f"{min(distances):f}", "needed": f"{needed:f}"}
        )
    return prices


def decide(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Sized | Denied:
    """Return the lots of an entry with its true risk, or why the service itself refuses it.

    Lots are floored to the volume step and never raised to the minimum.
    """
    refusal = _market_refusal(quote) or _doubt(quote, limits)
    if refusal is not None:
        return refusal
    lots = _lots(settings, quote, limits)
    if isinstance(lots, Denied):
        return lots
    risk = lots * quote.risk_per_lot
    percent = _percent(risk, quote)
    if risk * 100 > limits.trade_cap_percent * quote.account.sizing_base:
        cap = limits.trade_cap_percent
        return _denied(DenialReason.RISK_ABOVE_CAP, lots=lots, risk=risk, percent=percent, cap_percent=cap)
    margin = lots * quote.margin_per_lot
    refusal = _margin_refusal(margin, quote, limits)
    if refusal is not None:
        return refusal
    worst = slippage.worst_price(
        quote.side, quote.entry, quote.stop_loss, limits.slippage_percent, quote.instrument
    )
    return Sized(lots, quote.stop_loss, quote.take_profit, risk, percent, margin, quote.entry, worst)


def _market_refusal(quote: Quote) -> Denied | None:
    if not (quote.instrument.tradable and quote.account.trade_allowed):
        return Denied(DenialReason.NOT_TRADABLE)
    if quote.account.sizing_base <= 0:
        return _denied(DenialReason.NO_MONEY, base=quote.account.sizing_base)
    closing = quote.tick.bid if quote.side is Side.BUY else quote.tick.ask
    distance = quote.side.sign * (closing - quote.stop_loss)
    if distance <= 0:
        return _denied(DenialReason.STOP_TOO_NEAR, distance=distance, needed=Decimal(0))
    return None


def _doubt(quote: Quote, limits: RiskLimits) -> Denied | None:
    # Two independent roads to the same money; a broker's wrong tick value would size every trade wrong.
    ticks = abs(quote.entry - quote.stop_loss) / quote.instrument.tick_size
    expected = ticks * quote.instrument.tick_value
    apart = abs(quote.loss_per_lot - expected)
    sound = expected > 0 and quote.loss_per_lot > 0 and quote.commission_per_lot >= 0
    if sound and apart <= limits.tick_value_tolerance * expected:
        return None
    return _denied(DenialReason.TICK_VALUE_DOUBTFUL, computed=quote.loss_per_lot, expected=expected)


def _lots(settings: BotSettings, quote: Quote, limits: RiskLimits) -> Decimal | Denied:
    instrument, method = quote.instrument, sizing.find(settings.sizing)
    wanted = method.lots(settings, quote, limits)
    lots = instrument.floor_lots(wanted)
    if lots < instrument.volume_min:
        least = instrument.volume_min
        risk = least * quote.risk_per_lot
        return _denied(
            DenialReason.BELOW_MINIMUM_LOT,
            lots=wanted,
            minimum=least,
            risk=risk,
            percent=_percent(risk, quote),
        )
    if method.exact and lots != wanted:
        return _denied(DenialReason.INVALID_LOT, lots=wanted, step=instrument.volume_step, nearest=lots)
    most = instrument.floor_lots(instrument.volume_max)
    if lots <= most:
        return lots
    if method.exact:
        return _denied(DenialReason.ABOVE_MAXIMUM_LOT, lots=wanted, maximum=most)
    return most


def _margin_refusal(margin: Decimal, quote: Quote, limits: RiskLimits) -> Denied | None:
    account = quote.account
    if margin > account.free_margin:
        return _denied(DenialReason.NOT_ENOUGH_MARGIN, needed=margin, free=account.free_margin)
    used = account.margin + margin
    if account.equity * 100 >= limits.margin_level_percent * used:
        return None
    level = account.equity * 100 / used
    return _denied(
        DenialReason.MARGIN_LEVEL_LOW,
        needed=margin,
        free=account.free_margin,
        level=level,
        minimum_level=limits.margin_level_percent,
    )


def _percent(risk: Decimal, quote: Quote) -> Decimal:
    return (risk * 100 / quote.account.sizing_base).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def _denied(reason: DenialReason, **numbers: Decimal) -> Denied:
    return Denied(reason, {name: f"{_short(number):f}" for name, number in numbers.items()})


def _short(number: Decimal) -> Decimal:
    # Exact money has few digits; what a division left behind is cut for people.
    cut = number.quantize(Decimal("1e-8"))
    return number if cut == number else cut
