"""Turn the words a person typed into a bot's settings, and say what a change changes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot_service.domain.bots import BotSettings, ParameterValue, SizingMethod
from bot_service.domain.errors import InvalidValue
from bot_service.domain.market import Timeframe
from bot_service.domain.numbers import parse_number, spelled
from bot_service.domain.strategy import Parameter, Strategy
from bot_service.strategies import all_strategies, find

FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("nama",),
    "symbol": ("simbol", "pair"),
    "strategy": ("strategi",),
    "timeframe": ("tf",),
    "risk": ("risiko", "resiko", "risk_percent"),
    "lot": ("lots", "fixed_lot"),
    "stop_atr": ("sl", "stop"),
    "take_profit_atr": ("tp", "take_profit", "target"),
    "interval": ("check_interval_s",),
}
"""The fields of a bot and what else people call them; strategy parameters go by their own names."""

BOUNDS: Mapping[str, tuple[Decimal, Decimal]] = {
    "risk": (Decimal("0.01"), Decimal(5)),
    "stop_atr": (Decimal("0.5"), Decimal(10)),
    "take_profit_atr": (Decimal("0.5"), Decimal(20)),
}

DEFAULT_TIMEFRAME = Timeframe.H1
DEFAULT_RISK = Decimal(1)

_LONGEST_NAME = 64
_LONGEST_SYMBOL = 31
_LARGEST_LOT = Decimal(10_000)
_NONE = frozenset({"auto", "otomatis"})
_SWITCHES = {
    **dict.fromkeys(("true", "yes", "on", "ya", "hidup", "1"), True),
    **dict.fromkeys(("false", "no", "off", "tidak", "mati", "0"), False),
}
_ALIASES = {alias: name for name, aliases in FIELDS.items() for alias in (name, *aliases)}


@dataclass(frozen=True)
class _Draft:
    fields: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


def settings_from_words(words: Mapping[str, str], base: BotSettings | None) -> BotSettings:
    """Return complete settings: the words over the base, or over the defaults for a new bot.

    `broker_symbol` is empty where the symbol is new: whoever can ask the terminal resolves it.

    Raises:
        InvalidValue: a field is unknown, missing, or has a value that doesn't fit.
        AmbiguousNumber: a number can be read in two ways.
        UnknownStrategy: no strategy has this key.
    """
    strategy = _strategy(words, base)
    draft = _sorted_out(words, strategy)
    fields = draft.fields
    symbol = _symbol(fields, base)
    timeframe = _timeframe(fields, base)
    sizing, size = _size(fields, base)
    return BotSettings(
        name=_name(fields, base, default_name(symbol, strategy.key, timeframe)),
        symbol=symbol,
        broker_symbol=base.broker_symbol if base is not None and base.symbol == symbol else "",
        strategy=strategy.key,
        timeframe=timeframe,
        sizing=sizing,
        size=size,
        stop_atr=_multiple("stop_atr", fields, base.stop_atr if base else BotSettings.stop_atr),
        take_profit_atr=_multiple(
            "take_profit_atr",
            fields,
            base.take_profit_atr if base else BotSettings.take_profit_atr,
            none_at_zero=True,
        ),
        check_interval_s=_interval(fields, base, timeframe),
        parameters=_parameters(draft.parameters, base, strategy),
    )


def parameters_from_words(strategy: type[Strategy], words: Mapping[str, str]) -> dict[str, ParameterValue]:
    """Return complete parameters of a strategy from the words a person typed.

    Raises:
        InvalidValue: a parameter is unknown or its value doesn't fit.
        AmbiguousNumber: a number can be read in two ways.
    """
    known = {parameter.name: parameter for parameter in strategy.parameters}
    for name, text in words.items():
        if name not in known:
            raise InvalidValue(name, text, "unknown_parameter", ", ".join(known))
    return _parameters(words, None, strategy)


def default_name(symbol: str, strategy: str, timeframe: Timeframe) -> str:
    """Return the name of a bot that nobody named."""
    return f"{symbol} {strategy} {timeframe}"


def changes(old: BotSettings, new: BotSettings) -> dict[str, tuple[str, str]]:
    """Return what differs as (before, after) by field or parameter; "" where a side has no such value."""
    before, after = _flat(old), _flat(new)
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def words_of(settings: BotSettings) -> dict[str, str]:
    """Return words that `settings_from_words` reads as these settings; the broker's symbol is left out."""
    values = {name: _spelled(value) for name, value in settings.parameters.items()}
    return {**_flat(settings), **values}


def _spelled(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else spelled(Decimal(str(value)))


def field_of(word: str) -> str:
    """Return the field that a word means; a strategy's parameter goes by its own name."""
    return _ALIASES.get(_plain(word), _plain(word))


def raises_risk(old: BotSettings, new: BotSettings) -> bool:
    """Tell whether a trade of the new settings may lose more than one of the old.

    The risk in percent is the same wherever the stop lies; fixed lots lose more with a wider stop, and on
    another symbol or timeframe nobody knows.
    """
    if old.sizing is not new.sizing or new.size > old.size:
        return True
    if new.sizing is SizingMethod.RISK_PERCENT:
        return False
    return new.stop_atr > old.stop_atr or (old.symbol, old.timeframe) != (new.symbol, new.timeframe)


def _strategy(words: Mapping[str, str], base: BotSettings | None) -> type[Strategy]:
    named = [text for word, text in words.items() if _ALIASES.get(_plain(word)) == "strategy"]
    if named:
        return find(named[-1])
    if base is not None:
        return find(base.strategy)
    raise InvalidValue("strategy", "", "missing", ", ".join(strategy.key for strategy in all_strategies()))


def _sorted_out(words: Mapping[str, str], strategy: type[Strategy]) -> _Draft:
    draft = _Draft()
    parameters = {parameter.name for parameter in strategy.parameters}
    for word, text in words.items():
        name = _plain(word)
        target = draft.parameters if name in parameters else draft.fields
        name = name if name in parameters else _ALIASES.get(name, "")
        if not name:
            raise _unknown(word, parameters)
        if name in target:
            raise InvalidValue(name, text, "given_twice")
        target[name] = text.strip()
    return draft


def _unknown(word: str, parameters: set[str]) -> InvalidValue:
    known = [*_ALIASES, *sorted(parameters)]
    nearest = difflib.get_close_matches(_plain(word), known, n=3, cutoff=0.5)
    return InvalidValue(word, "", "unknown_field", ", ".join(nearest or [*FIELDS, *sorted(parameters)]))


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_")


def _symbol(fields: Mapping[str, str], base: BotSettings | None) -> str:
    if "symbol" not in fields:
        if base is None:
            raise InvalidValue("symbol", "", "missing")
        return base.symbol
    text = fields["symbol"]
    if not text or len(text) > _LONGEST_SYMBOL or not text.isprintable():
        raise InvalidValue("symbol", text[:_LONGEST_SYMBOL], "not_a_symbol")
    # Brokers' names have capitals that count ("EURUSDm"); all-small letters are just quick typing.
    return text.upper() if text == text.lower() else text


def _timeframe(fields: Mapping[str, str], base: BotSettings | None) -> Timeframe:
    if "timeframe" not in fields:
        return base.timeframe if base is not None else DEFAULT_TIMEFRAME
    text = fields["timeframe"].upper()
    if text not in set(Timeframe):
        raise InvalidValue("timeframe", fields["timeframe"], "unknown_timeframe", ", ".join(Timeframe))
    return Timeframe(text)


def _size(fields: Mapping[str, str], base: BotSettings | None) -> tuple[SizingMethod, Decimal]:
    if "risk" in fields and "lot" in fields:
        raise InvalidValue("lot", fields["lot"], "risk_or_lot")
    if "risk" in fields:
        return SizingMethod.RISK_PERCENT, _bounded("risk", fields["risk"])
    if "lot" in fields:
        lots = parse_number(fields["lot"], "lot")
        if not 0 < lots <= _LARGEST_LOT or fields["lot"].endswith("%"):
            raise InvalidValue("lot", fields["lot"], "out_of_bounds", f"> 0, <= {_LARGEST_LOT}")
        return SizingMethod.FIXED_LOT, lots
    return (base.sizing, base.size) if base is not None else (SizingMethod.RISK_PERCENT, DEFAULT_RISK)


def _bounded(name: str, text: str) -> Decimal:
    value = parse_number(text, name)
    low, high = BOUNDS[name]
    if not low <= value <= high:
        raise InvalidValue(name, text, "out_of_bounds", f"{low} - {high}")
    return value


def _multiple(
    name: str, fields: Mapping[str, str], default: Decimal, *, none_at_zero: bool = False
) -> Decimal:
    if name not in fields:
        return default
    if fields[name].endswith("%"):
        raise InvalidValue(name, fields[name], "not_a_number")
    if none_at_zero and parse_number(fields[name], name) == 0:
        return Decimal(0)
    return _bounded(name, fields[name])


def _interval(fields: Mapping[str, str], base: BotSettings | None, timeframe: Timeframe) -> int | None:
    longest = int(timeframe.duration.total_seconds())
    if "interval" not in fields:
        kept = base.check_interval_s if base is not None else None
        return kept if kept is None else min(kept, longest)
    text = fields["interval"]
    if text.lower() in _NONE:
        return None
    seconds = parse_number(text, "interval")
    if seconds != int(seconds) or not 1 <= seconds <= longest:
        raise InvalidValue("interval", text, "out_of_bounds", f"1 - {longest}")
    return int(seconds)


def _name(fields: Mapping[str, str], base: BotSettings | None, default: str) -> str:
    if "name" not in fields:
        given = base is not None and base.name != default_name(base.symbol, base.strategy, base.timeframe)
        return base.name if base is not None and given else default
    name = " ".join(fields["name"].split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidValue("name", name[:_LONGEST_NAME], "not_a_name", f"1 - {_LONGEST_NAME}")
    return name


def _parameters(
    words: Mapping[str, str], base: BotSettings | None, strategy: type[Strategy]
) -> dict[str, ParameterValue]:
    kept = dict(base.parameters) if base is not None and base.strategy == strategy.key else {}
    known = {parameter.name: parameter for parameter in strategy.parameters}
    return strategy.checked({**kept, **{name: _parameter(known[name], text) for name, text in words.items()}})


def _parameter(parameter: Parameter, text: str) -> ParameterValue:
    if isinstance(parameter.default, bool):
        if text.lower() not in _SWITCHES:
            raise InvalidValue(parameter.name, text, "not_a_switch", "on, off")
        return _SWITCHES[text.lower()]
    number = parse_number(text, parameter.name)
    return int(number) if number == int(number) else float(number)


def _flat(settings: BotSettings) -> dict[str, str]:
    interval = settings.check_interval_s
    return {
        "name": settings.name,
        "symbol": settings.symbol,
        "strategy": settings.strategy,
        "timeframe": str(settings.timeframe),
        ("risk" if settings.sizing is SizingMethod.RISK_PERCENT else "lot"): spelled(settings.size),
        "stop_atr": spelled(settings.stop_atr),
        "take_profit_atr": spelled(settings.take_profit_atr),
        "interval": "auto" if interval is None else str(interval),
        **{name: str(value) for name, value in settings.parameters.items()},
    }
