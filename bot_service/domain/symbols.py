"""Which symbol of an account is surely the one that a person means; anything less sure is a refusal."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot_service.domain.errors import SymbolRefused
from bot_service.domain.market import SymbolTerms

UNKNOWN = "unknown"
AMBIGUOUS = "ambiguous"
NOT_TRADABLE = "not_tradable"
GONE = "gone"
PINNED_GONE = "pinned_gone"
OTHER_MARKET = "other_market"
CHANGED = "changed"

MAJORS = ("EURUSD", "GBPUSD", "USDJPY", "USDCHF", "USDCAD", "AUDUSD", "NZDUSD")
MAX_OFFERS = 6
_LEAST_MAJORS = 2

_MAJOR_MONEY = frozenset(("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD"))
_MONEY = _MAJOR_MONEY | frozenset(
    ("SGD", "HKD", "CNH", "CNY", "IDR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "ZAR", "MXN", "TRY", "THB")
)
_GOODS = frozenset(
    ("XAU", "XAG", "XPT", "XPD", "BTC", "ETH", "LTC", "XRP", "BCH", "SOL", "ADA", "DOT", "BNB")
)
# Cent accounts count in cents of the same currency.
_CENTS = {"USC": "USD", "EUC": "EUR", "GBC": "GBP", "USX": "USD"}
_PAIR = 6

_FAMILIES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "XAUUSD GOLD",
        "XAGUSD SILVER",
        "US30 DJ30 DOW30 DJI30 DJIA WS30 WALLSTREET30",
        "US100 NAS100 USTEC UT100 NDX100 NASDAQ100 NDX",
        "US500 SPX500 SP500 SPX",
        "DE40 GER40 DAX40 DE30 GER30 DAX30 DAX",
        "UK100 FTSE100",
        "JP225 JPN225 NIKKEI225",
        "USOIL WTI XTIUSD CL",
        "UKOIL BRENT XBRUSD",
        "BTCUSD BITCOIN BTC",
        "ETHUSD ETHEREUM ETH",
    )
)
_SPOKEN = {
    "EMAS": "GOLD",
    "PERAK": "SILVER",
    "MINYAK": "OIL",
    "NASDAQ": "US100",
    "DOW": "US30",
    "DAX": "DE40",
}

_CORE = re.compile(r"^[a-z._#!]*?([A-Z0-9]{2,})")
# What may stand around a name without making it another one: never a digit or a capital next to it.
_BEFORE = re.compile(r"(.*[^A-Z0-9])?", re.DOTALL)
_AFTER = re.compile(r"([^A-Z0-9].*)?", re.DOTALL)


@dataclass(frozen=True)
class Affix:
    """What an account type writes before and behind the plain names."""

    prefix: str = ""
    suffix: str = ""

    def carried_by(self, name: str, core: str) -> bool:
        """Tell whether a name is this core (in any case) with exactly this around it."""
        inside = name[len(self.prefix) : len(name) - len(self.suffix)]
        return name == f"{self.prefix}{inside}{self.suffix}" and inside.upper() == core.upper()


POPULAR = ("XAUUSD", "EURUSD", "GBPUSD", "USDJPY", "BTCUSD", "US30", "AUDUSD", "US100", "XAGUSD", "USDCAD")
MOST_SHOWN = 8


def learned_affix(listed: Iterable[SymbolTerms]) -> Affix | None:
    """Return what more than half of the account's tradable majors carry; None where that isn't one thing."""
    carriers: defaultdict[Affix, set[str]] = defaultdict(set)
    seen: set[str] = set()
    for symbol in listed:
        found = _major_in(symbol)
        if found is not None:
            major, affix = found
            carriers[affix].add(major)
            seen.add(major)
    most = [affix for affix, majors in carriers.items() if 2 * len(majors) > len(seen)]
    if len(seen) < _LEAST_MAJORS or len(most) != 1:
        return None
    return most[0]


def _major_in(symbol: SymbolTerms) -> tuple[str, Affix] | None:
    if not symbol.tradable:
        return None
    name = symbol.name.upper()
    for major in MAJORS:
        place = name.find(major)
        if place < 0 or contradicts(major, symbol):
            continue
        affix = Affix(symbol.name[:place], symbol.name[place + _PAIR :])
        if _around(affix.prefix, affix.suffix):
            return major, affix
    return None


def choose(asked: str, listed: Mapping[str, SymbolTerms], pinned: Mapping[str, str]) -> str:
    """Return the account's name of the one symbol that is meant: pinned, exact, or with the account's affix.

    Raises:
        SymbolRefused: none is surely meant, or it can't be traded in full; with what could be meant.
    """
    asked = asked.strip()
    name = _pinned(asked, listed, pinned) or _exact(asked, listed) or _with_affix(asked, listed)
    if name is None:
        raise SymbolRefused(asked, UNKNOWN, offers(asked, listed.values()))
    if contradicts(asked, listed[name]):
        raise SymbolRefused(asked, OTHER_MARKET, offers(asked, listed.values()))
    if not listed[name].tradable:
        raise SymbolRefused(asked, NOT_TRADABLE, offers(asked, listed.values()))
    return name


def _pinned(asked: str, listed: Mapping[str, SymbolTerms], pinned: Mapping[str, str]) -> str | None:
    name = next((name for plain, name in pinned.items() if plain.upper() == asked.upper()), None)
    if name is not None and name not in listed:
        raise SymbolRefused(asked, PINNED_GONE, offers(asked, listed.values()))
    return name


def _exact(asked: str, listed: Mapping[str, SymbolTerms]) -> str | None:
    if asked in listed:
        return asked
    same = sorted(name for name in listed if name.upper() == asked.upper())
    if len(same) > 1:
        raise SymbolRefused(asked, AMBIGUOUS, tuple(listed[name] for name in same[:MAX_OFFERS]))
    return same[0] if same else None


def _with_affix(asked: str, listed: Mapping[str, SymbolTerms]) -> str | None:
    affix = learned_affix(listed.values())
    if affix is None or not asked:
        return None
    own = [name for name in listed if affix.carried_by(name, asked)]
    if not own:
        return None
    like = [
        symbol
        for symbol in listed.values()
        if symbol.name not in own
        and symbol.tradable
        and is_variant(symbol.name, asked)
        and symbol.contract_size != listed[own[0]].contract_size
    ]
    if len(own) > 1 or like:
        found = (*(listed[name] for name in own), *sorted(like, key=lambda symbol: symbol.name))
        raise SymbolRefused(asked, AMBIGUOUS, found[:MAX_OFFERS])
    return own[0]


def contradicts(asked: str, symbol: SymbolTerms) -> bool:
    """Tell whether a symbol's currencies say that it is surely not the pair that was asked for."""
    pair = asked.strip().upper()[:_PAIR]
    base, quote = pair[:3], pair[3:]
    if base not in _MONEY | _GOODS or quote not in _MONEY:
        return False
    profit = _currency(symbol.currency_profit)
    if profit in _MONEY and profit != quote:
        return True
    own = _currency(symbol.currency_base)
    if own not in _MONEY | _GOODS or own == base:
        return False
    # Contracts for difference name their profit currency twice; a currency pair never does.
    return base in _MONEY or own != profit


def _currency(code: str) -> str:
    return _CENTS.get(code.upper(), code.upper())


def is_variant(name: str, core: str) -> bool:
    """Tell whether a name is a plain name with something around it that can't be part of another name."""
    wanted, written = core.upper(), name.upper()
    place = written.find(wanted) if wanted else -1
    while place >= 0:
        if _around(name[:place], name[place + len(wanted) :]):
            return True
        place = written.find(wanted, place + 1)
    return False


def _around(prefix: str, suffix: str) -> bool:
    return bool(_BEFORE.fullmatch(prefix) and _AFTER.fullmatch(suffix))


def core_of(name: str) -> str:
    """Return the plain name inside a broker's name, as far as it can be told."""
    found = _CORE.match(name.strip())
    return found.group(1) if found else name.strip().upper()


def family_of(core: str) -> frozenset[str]:
    """Return the other names under which brokers offer the same market."""
    wanted = core.upper()
    return next((names for names in _FAMILIES if wanted in names), frozenset()) - {wanted}


def offers(asked: str, listed: Iterable[SymbolTerms]) -> tuple[SymbolTerms, ...]:
    """Return what a person could have meant, surest first; never taken without his choice."""
    symbols = [symbol for symbol in listed if symbol.tradable]
    asked = _SPOKEN.get(asked.strip().upper(), asked.strip())
    found = _ranked(asked, symbols)
    return (found or _ranked(core_of(asked), symbols))[:MAX_OFFERS]


def _ranked(asked: str, symbols: Iterable[SymbolTerms]) -> tuple[SymbolTerms, ...]:
    if not asked:
        return ()
    family = family_of(asked)
    ranks = [(_rank(asked, family, symbol), symbol) for symbol in symbols if not contradicts(asked, symbol)]
    found = [(rank, symbol) for rank, symbol in ranks if rank is not None]
    found.sort(key=lambda item: (item[0], len(item[1].name), item[1].name))
    return tuple(symbol for _, symbol in found)


def _rank(asked: str, family: frozenset[str], symbol: SymbolTerms) -> int | None:
    if is_variant(symbol.name, asked):
        return 0
    if any(is_variant(symbol.name, other) for other in family):
        return 1
    return 2 if any(_continues(symbol.name, start) for start in (asked, *family)) else None


def _continues(name: str, start: str) -> bool:
    """Tell whether a name begins with another; 300 doesn't begin with 30."""
    rest = name[len(start) :]
    split_number = start[-1:].isdigit() and rest[:1].isdigit()
    return name.upper().startswith(start.upper()) and not split_number


def search(text: str, listed: Iterable[SymbolTerms]) -> tuple[SymbolTerms, ...]:
    """Return the symbols whose name or description contains a text, for people to look at; surest first."""
    wanted = text.strip().upper()
    wanted = _SPOKEN.get(wanted, wanted)
    family = family_of(wanted)

    def place(symbol: SymbolTerms) -> tuple[bool, int, int, str]:
        rank = _rank(wanted, family, symbol)
        return (not symbol.tradable, 3 if rank is None else rank, len(symbol.name), symbol.name)

    found = [
        symbol
        for symbol in listed
        if wanted in symbol.name.upper()
        or wanted in symbol.description.upper()
        or any(is_variant(symbol.name, other) for other in family)
    ]
    return tuple(sorted(found, key=place))


def most_traded(listed: Sequence[SymbolTerms], used: Sequence[str] = ()) -> tuple[SymbolTerms, ...]:
    """Return tradable symbols that most people trade, at most one per market; those used already first."""
    by_name = {symbol.name: symbol for symbol in listed if symbol.tradable}
    found = {name: by_name[name] for name in used if name in by_name}
    for asked in POPULAR:
        near = next((one for one in offers(asked, by_name.values()) if _is_one(asked, one.name)), None)
        if near is not None and not any(_is_one(asked, name) for name in found):
            found[near.name] = near
    return tuple(found.values())[:MOST_SHOWN]


def _is_one(asked: str, name: str) -> bool:
    return is_variant(name, asked) or any(is_variant(name, other) for other in family_of(asked))


def pinned_of(text: str) -> dict[str, str]:
    """Return the map that a setting such as `XAUUSD=GOLD.m, US30=DJ30` writes.

    Raises:
        ValueError: a part isn't a pair, or a name is given twice.
    """
    found: dict[str, str] = {}
    for part in (item.strip() for item in text.split(",")):
        if not part:
            continue
        plain, sign, own = (piece.strip() for piece in part.partition("="))
        if not (plain and sign and own) or "=" in own:
            raise ValueError(f"has {part!r}, which is not like XAUUSD=GOLD.m")
        if plain.upper() in found:
            raise ValueError(f"names {plain.upper()} twice")
        found[plain.upper()] = own
    return found
