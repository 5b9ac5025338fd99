"""What people type to change a limit, in both languages, as new rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import time
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import available_timezones

from bot_service.domain.errors import InvalidValue
from bot_service.domain.guards import DailyLoss, GuardAction, GuardEnd, GuardRules, LimitKind, Reference
from bot_service.domain.numbers import parse_number

OFF = frozenset({"off", "mati", "none"})
BROKER = frozenset({"broker", "server"})
MOST_PERCENT = Decimal(100)
MOST_MARGIN = Decimal(10_000)
MOST_TIMES = 100
LONGEST_CURRENCY = 4

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "daily": "daily",
        "harian": "daily",
        "open": "open",
        "openrisk": "open",
        "terbuka": "open",
        "currency": "currency",
        "matauang": "currency",
        "margin": "margin",
        "entries": "entries",
        "entry": "entries",
        "rejections": "rejections",
        "tolakan": "rejections",
        "losses": "losses",
        "rugi": "losses",
        "reset": "reset",
        "reference": "reference",
        "acuan": "reference",
        "action": "action",
        "tindakan": "action",
        "until": "until",
        "sampai": "until",
    }
)
_REFERENCES = {
    "balance": Reference.BALANCE,
    "saldo": Reference.BALANCE,
    "equity": Reference.EQUITY,
    "ekuitas": Reference.EQUITY,
    "higher": Reference.HIGHER,
    "tertinggi": Reference.HIGHER,
}
_ACTIONS = {
    "hold": GuardAction.HOLD,
    "tahan": GuardAction.HOLD,
    "close": GuardAction.CLOSE,
    "tutup": GuardAction.CLOSE,
}
_ENDS = {
    "reset": GuardEnd.RESET,
    "owner": GuardEnd.OWNER,
    "me": GuardEnd.OWNER,
    "saya": GuardEnd.OWNER,
    "pemilik": GuardEnd.OWNER,
}
_WITH_SUM = 2
_INITIAL = frozenset({"initial", "awal"})
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
T = TypeVar("T")


def changed(rules: GuardRules, words: Sequence[str]) -> GuardRules:
    """Return the rules with the change that somebody typed, as in `daily 4` or `reset 22:00 Asia/Jakarta`.

    Raises:
        InvalidValue: what was wrong, and what is allowed.
        AmbiguousNumber: a number has two readings.
    """
    field = FIELDS.get(words[0].lower().replace("_", "").replace("-", "")) if words else None
    if field is None:
        given = words[0][:32] if words else ""
        raise InvalidValue("limit", given, "unknown_field", "daily, open, currency, margin, entries, …")
    if len(words) == 1:
        raise InvalidValue("limit", words[0][:32], "no_value", "daily 4, open 6, margin 300, …")
    return _SETTERS[field](rules, tuple(word.lower() for word in words[1:]), words[1:])


def _daily(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    day = rules.daily
    if low[0] in OFF:
        return replace(rules, daily=replace(day, amount=None))
    amount = parse_number(low[0], "limit")
    unit = low[1] if len(low) > 1 else "%"
    if unit in _INITIAL:
        initial = _bounded(parse_number(low[2], "limit"), None) if len(low) > _WITH_SUM else day.initial
        if initial is None:
            raise InvalidValue("limit", " ".join(low), "missing", "daily 5 initial 10000")
        wanted = replace(day, kind=LimitKind.INITIAL, initial=initial, currency="")
    elif unit in {"%", "percent", "persen"}:
        wanted = replace(day, kind=LimitKind.PERCENT, initial=None, currency="")
    elif unit.isascii() and unit.isalpha() and len(unit) <= LONGEST_CURRENCY:
        return replace(rules, daily=_in_money(day, _bounded(amount, None), unit.upper()))
    else:
        raise InvalidValue("limit", unit[:32], "not_a_number", "4, 200 usd, 5 initial 10000")
    return replace(rules, daily=replace(wanted, amount=_bounded(amount, MOST_PERCENT)))


def _in_money(day: DailyLoss, amount: Decimal, currency: str) -> DailyLoss:
    return replace(day, amount=amount, kind=LimitKind.MONEY, currency=currency, initial=None)


def _reset(rules: GuardRules, low: Sequence[str], given: Sequence[str]) -> GuardRules:
    match = _CLOCK.fullmatch(low[0])
    try:
        at = time(int(match[1]), int(match[2])) if match else None
    except ValueError:
        at = None
    if at is None:
        raise InvalidValue("limit", given[0][:32], "not_hours", "00:00 broker, 05:00 Asia/Jakarta")
    zone = ""
    if len(low) > 1 and low[1] not in BROKER:
        zone = next((name for name in available_timezones() if name.lower() == low[1]), "")
        if not zone:
            raise InvalidValue("limit", given[1][:32], "unknown_zone", "broker, Asia/Jakarta, …")
    return replace(rules, daily=replace(rules.daily, reset_at=at, zone=zone))


def _reference(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    chosen = _one_of(_REFERENCES, low[0], "balance, equity, higher")
    return replace(rules, daily=replace(rules.daily, reference=chosen))


def _action(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, daily=replace(rules.daily, action=_one_of(_ACTIONS, low[0], "hold, close")))


def _until(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, daily=replace(rules.daily, until=_one_of(_ENDS, low[0], "reset, owner")))


def _open(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, open_risk=_share(low[0], MOST_PERCENT))


def _currency(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, currency_risk=_share(low[0], MOST_PERCENT))


def _margin(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, margin_level=_share(low[0], MOST_MARGIN))


def _entries(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, entries_a_day=_times(low[0]))


def _rejections(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, rejections=_times(low[0]))


def _losses(rules: GuardRules, low: Sequence[str], _given: Sequence[str]) -> GuardRules:
    return replace(rules, losses=_times(low[0]))


def _share(word: str, most: Decimal) -> Decimal | None:
    return None if word in OFF else _bounded(parse_number(word, "limit"), most)


def _bounded(value: Decimal, most: Decimal | None) -> Decimal:
    if value <= 0 or (most is not None and value > most):
        raise InvalidValue("limit", f"{value:f}", "out_of_bounds", f"0 - {most}" if most else "> 0")
    return value


def _times(word: str) -> int | None:
    if word in OFF:
        return None
    value = parse_number(word, "limit")
    if value != value.to_integral_value():
        raise InvalidValue("limit", word[:32], "not_whole")
    return int(_bounded(value, Decimal(MOST_TIMES)))


def _one_of(known: Mapping[str, T], word: str, allowed: str) -> T:
    if word not in known:
        raise InvalidValue("limit", word[:32], "unknown_field", allowed)
    return known[word]


_SETTERS: Mapping[str, Callable[[GuardRules, Sequence[str], Sequence[str]], GuardRules]] = MappingProxyType(
    {
        "daily": _daily,
        "open": _open,
        "currency": _currency,
        "margin": _margin,
        "entries": _entries,
        "rejections": _rejections,
        "losses": _losses,
        "reset": _reset,
        "reference": _reference,
        "action": _action,
        "until": _until,
    }
)
