"""Which market an instrument belongs to, told from its properties."""

from __future__ import annotations

import re
from datetime import time
from typing import Protocol

from bot_service.domain.strategy import ExchangeHours, SymbolKind, SymbolProfile

METALS = frozenset({"XAU", "XAG", "XPT", "XPD"})
COINS = frozenset(
    {
        "ADA",
        "AVAX",
        "BCH",
        "BNB",
        "BTC",
        "DOGE",
        "DOT",
        "EOS",
        "ETH",
        "LINK",
        "LTC",
        "SOL",
        "TRX",
        "XBT",
        "XLM",
        "XMR",
        "XRP",
    }
)
MONEY = frozenset(
    {
        *(
            "AUD",
            "BRL",
            "CAD",
            "CHF",
            "CLP",
            "CNH",
            "CNY",
            "COP",
            "CZK",
            "DKK",
            "EUR",
            "GBP",
            "HKD",
            "HUF",
            "IDR",
        ),
        *(
            "ILS",
            "INR",
            "JPY",
            "KRW",
            "MXN",
            "MYR",
            "NOK",
            "NZD",
            "PHP",
            "PLN",
            "RON",
            "RUB",
            "SAR",
            "SEK",
            "SGD",
        ),
        *("THB", "TRY", "TWD", "USD", "ZAR"),
    }
)
FOLDERS = {
    "index": SymbolKind.INDEX,
    "indexes": SymbolKind.INDEX,
    "indices": SymbolKind.INDEX,
    "crypto": SymbolKind.CRYPTO,
    "cryptos": SymbolKind.CRYPTO,
    "cryptocurrency": SymbolKind.CRYPTO,
    "cryptocurrencies": SymbolKind.CRYPTO,
    "metal": SymbolKind.METAL,
    "metals": SymbolKind.METAL,
}


NYSE = ExchangeHours("nyse", "America/New_York", time(9, 30), time(16))
XETRA = ExchangeHours("xetra", "Europe/Berlin", time(9), time(17, 30))
INDEX_HOURS = {"USD": NYSE, "EUR": XETRA}
"""The home exchange of an index, told from the currency in which it is quoted."""


class SymbolProperties(Protocol):
    """What the market of a symbol is told from; an `Instrument` has it."""

    @property
    def currency_base(self) -> str:
        """Return the currency that is bought."""

    @property
    def currency_profit(self) -> str:
        """Return the currency in which it is quoted."""

    @property
    def path(self) -> str:
        """Return its place in the broker's tree."""


def symbol_profile(instrument: SymbolProperties) -> SymbolProfile:
    """Return what strategies may know about a symbol."""
    kind = symbol_kind(instrument)
    hours = INDEX_HOURS.get(instrument.currency_profit.upper()) if kind is SymbolKind.INDEX else None
    return SymbolProfile(kind, hours)


def symbol_kind(instrument: SymbolProperties) -> SymbolKind:
    """Return the market by base currency, then by the folders of the broker's tree, never by the name.

    Folders named after forex don't count: brokers keep gold there; two different currencies of states do.
    """
    base, quote = instrument.currency_base.upper(), instrument.currency_profit.upper()
    if base in METALS:
        return SymbolKind.METAL
    if base in COINS:
        return SymbolKind.CRYPTO
    for folder in _folder_words(instrument.path):
        if folder in FOLDERS:
            return FOLDERS[folder]
    return SymbolKind.FOREX if base != quote and {base, quote} <= MONEY else SymbolKind.OTHER


def _folder_words(path: str) -> list[str]:
    folders = re.split(r"[\\/]", path)[:-1]
    return [word for folder in folders for word in re.findall(r"[a-z]+", folder.lower())]
