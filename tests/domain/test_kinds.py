from __future__ import annotations

from decimal import Decimal

import pytest

from bot_service.domain.kinds import symbol_kind
from bot_service.domain.market import Instrument
from bot_service.domain.strategy import SymbolKind


def instrument(symbol, path, base, quote):
    one = Decimal(1)
    return Instrument(symbol, 2, one, one, one, one, one, one, one, 0, base, quote, path)


@pytest.mark.parametrize(
    ("symbol", "path", "base", "quote", "kind"),
    [
        ("EURUSD", "Forex\\EURUSD", "EUR", "USD", SymbolKind.FOREX),
        ("USDCADm", "Standard\\Majors\\USDCADm", "USD", "CAD", SymbolKind.FOREX),
        ("USDCHF", "Forex\\USDCHF", "USD", "CHF", SymbolKind.FOREX),
        ("XAUUSD", "Forex\\XAUUSD", "XAU", "USD", SymbolKind.METAL),
        ("GOLD", "Spot Metals\\GOLD", "USD", "USD", SymbolKind.METAL),
        ("BTCUSD", "CFD\\BTCUSD", "BTC", "USD", SymbolKind.CRYPTO),
        ("Bitcoin", "Crypto\\Bitcoin", "USD", "USD", SymbolKind.CRYPTO),
        ("US500", "Indices\\US500", "USD", "USD", SymbolKind.INDEX),
        ("CANADA60", "CFD\\Indices\\CANADA60", "CAD", "CAD", SymbolKind.INDEX),
        ("METALS.US", "Stocks\\US\\METALS", "USD", "USD", SymbolKind.OTHER),
        ("SOLAR", "Shares\\Cryptography Corp\\SOLAR", "USD", "USD", SymbolKind.OTHER),
        ("INDEX", "INDEX", "USD", "USD", SymbolKind.OTHER),
    ],
)
def test_the_market_comes_from_properties_never_from_parts_of_the_name(symbol, path, base, quote, kind):
    assert symbol_kind(instrument(symbol, path, base, quote)) is kind
