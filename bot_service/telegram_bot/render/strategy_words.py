"""The words of strategies, of their rules and of the ways into a trade."""

from __future__ import annotations

from collections.abc import Mapping

from bot_service.i18n import mark as _

STRATEGIES: Mapping[str, tuple[str, str]] = {
    "MA_CROSSOVER": (
        _("Moving average crossover"),
        _(
            "Follows trends: BUY when the fast average crosses above the slow one, SELL when it crosses "
            "below. "
            "Weak when the market goes sideways."
        ),
    ),
    "RSI_CROSSOVER": (
        _("RSI crossover"),
        _(
            "Momentum with the trend: enters when the RSI crosses its own average and the price is on the "
            "same side of the trend average."
        ),
    ),
    "BOLLINGER_REVERSION": (
        _("Bollinger reversion"),
        _(
            "Buys a dip to the lower band in an uptrend, sells a rise to the upper band in a downtrend. "
            "Weak in strong moves against it."
        ),
    ),
    "TURTLE_BREAKOUT": (
        _("Turtle breakout"),
        _(
            "Buys a new high of the last candles, sells a new low, and exits by itself at the shorter "
            "channel on the other side. Many small losses, few large wins."
        ),
    ),
    "PULSE_SYNC": (
        _("Pulse Sync"),
        _(
            "Waits until the stochastic turns back into the direction of the trend average and the "
            "MACD. One timeframe only."
        ),
    ),
    "ICHIMOKU_CLOUD": (
        _("Ichimoku cloud"),
        _(
            "Trades the crossing of tenkan and kijun on the candle on which it closes, normally only "
            "beyond the cloud."
        ),
    ),
    "BOLLINGER_SQUEEZE": (
        _("Bollinger squeeze breakout"),
        _(
            "Waits until the bands have become narrow, then follows the first close outside them. "
            "Beware of false breaks."
        ),
    ),
    "QUANTUM_VELOCITY": (
        _("Quantum Velocity"),
        _("A squeeze breakout, but only in the direction of a long exponential average."),
    ),
    "INDEX_MOMENTUM": (
        _("Index momentum"),
        _(
            "Follows an index while its home exchange is open: RSI and volume must agree; large gaps "
            "are followed, small ones faded if wanted."
        ),
    ),
    "MERCY_EDGE": (
        _("Mercy Edge"),
        _("Stochastic turn, MACD momentum and the average of 200 candles must agree. No AI, one timeframe."),
    ),
    "DYNAMIC_BREAKOUT": (
        _("Dynamic breakout"),
        _("Follows a close beyond the channel when the candle is large enough and the trend agrees."),
    ),
    "INDEX_BREAKOUT_PRO": (
        _("Index breakout"),
        _(
            "Enters once when several closes have confirmed the break of a range, with more volume "
            "than usual and the trend."
        ),
    ),
    "QUANTUMBOTX_HYBRID": (
        _("QuantumBotX hybrid"),
        _(
            "Trades average crossings while the ADX shows a trend, and touches of the band while it "
            "shows none; always on the side of a long average."
        ),
    ),
    "QUANTUMBOTX_CRYPTO": (
        _("QuantumBotX crypto"),
        _("The hybrid for crypto: the RSI must agree, wild days are skipped, weekends need a strong RSI."),
    ),
}

RULES: Mapping[str, str] = {
    "fast_above_slow_now": _("fast average above slow"),
    "fast_above_slow_before": _("it was not above one candle before"),
    "fast_below_slow_now": _("fast average below slow"),
    "fast_below_slow_before": _("it was not below one candle before"),
    "close_above_trend": _("close above the trend average"),
    "close_below_trend": _("close below the trend average"),
    "rsi_above_average_now": _("RSI above its average"),
    "rsi_above_average_before": _("RSI was not above one candle before"),
    "rsi_below_average_now": _("RSI below its average"),
    "rsi_below_average_before": _("RSI was not below one candle before"),
    "band_has_width": _("the band width is above zero"),
    "low_touches_band": _("low touches the lower band"),
    "high_touches_band": _("high touches the upper band"),
    "close_above_channel": _("close above the channel of the candles before"),
    "close_below_channel": _("close below the channel of the candles before"),
    "momentum_above_zero": _("MACD histogram above zero"),
    "momentum_below_zero": _("MACD histogram below zero"),
    "stoch_above_signal_now": _("stochastic %K above %D"),
    "stoch_above_signal_before": _("%K was not above %D one candle before"),
    "stoch_below_signal_now": _("stochastic %K below %D"),
    "stoch_below_signal_before": _("%K was not below %D one candle before"),
    "tenkan_above_kijun_now": _("tenkan above kijun"),
    "tenkan_above_kijun_before": _("tenkan was not above one candle before"),
    "tenkan_below_kijun_now": _("tenkan below kijun"),
    "tenkan_below_kijun_before": _("tenkan was not below one candle before"),
    "close_above_cloud": _("close above the cloud"),
    "close_below_cloud": _("close below the cloud"),
    "width_shrank_before": _("band was narrow one candle before"),
    "width_at_low_before": _("band was at its narrowest of 125 candles"),
    "band_had_width_before": _("one candle before the band width was above zero"),
    "close_above_band_before": _("close above the upper band of the candle before"),
    "close_below_band_before": _("close below the lower band of the candle before"),
    "rsi_not_overbought": _("RSI not overbought"),
    "rsi_not_oversold": _("RSI not oversold"),
    "rsi_above_middle": _("RSI above 50"),
    "rsi_below_middle": _("RSI below 50"),
    "rsi_below_overbought": _("RSI below the overbought level"),
    "rsi_above_oversold": _("RSI above the oversold level"),
    "close_rose": _("close higher than the candle before (%)"),
    "close_fell": _("close lower than the candle before (%)"),
    "volume_is_high": _("volume against its average"),
    "gap_up_is_large": _("large gap up (%)"),
    "gap_down_is_large": _("large gap down (%)"),
    "gap_up": _("gap up (%)"),
    "gap_down": _("gap down (%)"),
    "gap_up_is_small": _("the gap up is small enough to fade (%)"),
    "gap_down_is_small": _("the gap down is small enough to fade (%)"),
    "exchange_is_open": _("the home exchange is open"),
    "session_is_known": _("the symbol has a known session (or switch session_filter off)"),
    "bar_is_large": _("candle range against the ATR needed"),
    "closes_above_range_now": _("the last closes are above the range"),
    "closes_above_range_before": _("they were not above the range one candle before"),
    "closes_below_range_now": _("the last closes are below the range"),
    "closes_below_range_before": _("they were not below the range one candle before"),
    "volume_surged": _("volume surged on the break"),
    "adx_trending": _("ADX shows a trend"),
    "adx_ranging": _("ADX shows no trend"),
    "volatility_in_limit": _("24 candles vary within the limit"),
    "rsi_far_enough_on_weekend": _("RSI far enough from 50 for the weekend"),
    "rsi_pulled_back": _("RSI has pulled back"),
    "rsi_bounced": _("RSI has bounced"),
}

WAYS: Mapping[str, str] = {
    "trending": _("<i>with a trend</i>"),
    "ranging": _("<i>or without a trend</i>"),
    "momentum": _("<i>with momentum</i>"),
    "gap_follow": _("<i>or by a large gap</i>"),
    "gap_fade": _("<i>or against a small gap</i>"),
}

NOTES: Mapping[str, str] = {
    "no_bars": _("There are no candles yet."),
    "bad_bar": _("The last candle has impossible numbers; nothing is concluded from it."),
    "not_enough_bars": _("There are too few candles for this strategy yet."),
    "flat_market": _("The price doesn't move, so the indicators say nothing."),
    "missing_values": _("An indicator has no value at the last candle."),
}
