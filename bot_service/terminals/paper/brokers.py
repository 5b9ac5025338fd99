"""Brokers that Indonesian traders use, as far as names and contracts can tell them apart.

Names follow the brokers' own help pages; contracts, where they differ, are near enough to be told apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import constants as c
from .conditions import Conditions
from .profile import ALL, BrokerProfile, broker, gold_share, listed_only, other_gold
from .specs import SPECS

if TYPE_CHECKING:
    from collections.abc import Callable

_INDEX: Final = "US500"
_NO_INDEX: Final = tuple(name for name in ALL if name != _INDEX)


def _suffixed(suffix: str, names: tuple[str, ...] = ALL) -> dict[str, str]:
    return {name: name + suffix for name in names}


def exness_standard() -> BrokerProfile:
    """Return Exness Standard: `m` behind every name, gold with three digits."""
    gold = SPECS["XAUUSD"]
    return broker(
        "Exness",
        _suffixed("m"),
        changes={"XAUUSDm": {"digits": 3, "spread": 160, "volume_max": 200.0, "commission": 0.0}},
        extras=[
            other_gold("XAUEURm", "EUR", 0.9),
            other_gold("XAUGBPm", "GBP", 0.78),
            listed_only(gold, "XAUUSD"),
        ],
        conditions=Conditions(server="Exness-MT5Trial9", company="Exness Technologies Ltd", leverage=2000),
    )


def exness_pro() -> BrokerProfile:
    """Return Exness Pro: plain names and instant execution on currencies, so that requotes happen."""
    forex = ("EURUSD", "GBPUSD", "USDJPY")
    instant = {"exemode": c.SYMBOL_TRADE_EXECUTION_INSTANT, "filling_mode": 1}
    return broker("Exness Pro", _suffixed(""), changes=dict.fromkeys(forex, instant))


def exness_cent() -> BrokerProfile:
    """Return Exness Standard Cent: `c` behind the names, an account that counts cents."""
    lots = {"contract_size": 1000.0, "commission": 0.0}
    changes = {f"{name}c": lots for name in ("EURUSD", "GBPUSD", "USDJPY")}
    changes["XAUUSDc"] = {"contract_size": 1.0, "commission": 0.0}
    return broker(
        "Exness Cent",
        _suffixed("c", ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD")),
        changes=changes,
        conditions=Conditions(server="Exness-MT5Real8", currency="USC", leverage=2000),
        deposit=100_000.0,
    )


def xm_standard() -> BrokerProfile:
    """Return XM Standard: gold is GOLD; the variants of the Ultra Low account are shown in grey."""
    return broker(
        "XM",
        _suffixed("", _NO_INDEX) | {"XAUUSD": "GOLD", _INDEX: "US500Cash"},
        changes={"GOLD": {"description": "Gold"}},
        extras=[listed_only(SPECS["XAUUSD"], "GOLD#"), listed_only(SPECS["EURUSD"], "EURUSD#")],
        conditions=Conditions(server="XMGlobal-MT5 5", company="XM Global Limited", leverage=1000),
    )


def xm_ultra_low() -> BrokerProfile:
    """Return XM Ultra Low: `#` behind every name, gold is GOLD#."""
    return broker(
        "XM Ultra Low",
        _suffixed("#", _NO_INDEX) | {"XAUUSD": "GOLD#", _INDEX: "US500Cash#"},
        extras=[listed_only(SPECS["XAUUSD"], "GOLD"), listed_only(SPECS["EURUSD"], "EURUSD")],
    )


def ftmo() -> BrokerProfile:
    """Return FTMO: `.cash` behind indices only, and a share that is called GOLD."""
    return broker("FTMO", _suffixed("", _NO_INDEX) | {_INDEX: "US500.cash"}, extras=[gold_share("GOLD")])


def axi_pro() -> BrokerProfile:
    """Return Axi Pro: `.pro` behind every name; gold has two more variants that others trade."""
    gold = SPECS["XAUUSD"]
    return broker(
        "Axi",
        _suffixed(".pro"),
        extras=[
            listed_only(gold, "XAUUSD"),
            listed_only(gold, "XAUUSD.crp"),
            listed_only(gold, "XAUUSD.m.e"),
        ],
        conditions=Conditions(
            server="Axi-US51-Live", company="AxiTrader LLC", leverage=1000, margin_so_call=99.0
        ),
    )


def iux_standard() -> BrokerProfile:
    """Return IUX Standard: `.iux` behind every name."""
    return broker("IUX", _suffixed(".iux"))


def justmarkets_cent() -> BrokerProfile:
    """Return JustMarkets Cent: `.c` behind every name, an account that counts cents."""
    return broker(
        "JustMarkets",
        _suffixed(".c"),
        conditions=Conditions(server="JustMarkets-Live3", currency="USC", leverage=3000),
        deposit=100_000.0,
    )


def fbs() -> BrokerProfile:
    """Return FBS: plain names, and gold in euros beside gold in dollars."""
    return broker("FBS", _suffixed(""), extras=[other_gold("XAUEUR", "EUR", 0.9)])


def futures_house() -> BrokerProfile:
    """Return an Indonesian house with a rupiah account at a rate that it fixes itself."""
    rupiah = Conditions(server="Berjangka-Live", currency="IDR", currency_digits=0, per_dollar=14_000.0)
    return broker("Berjangka", _suffixed(".i"), conditions=rupiah, deposit=100_000_000.0)


PROFILES: Final[dict[str, Callable[[], BrokerProfile]]] = {
    "exness_standard": exness_standard,
    "exness_pro": exness_pro,
    "exness_cent": exness_cent,
    "xm_standard": xm_standard,
    "xm_ultra_low": xm_ultra_low,
    "ftmo": ftmo,
    "axi_pro": axi_pro,
    "iux_standard": iux_standard,
    "justmarkets_cent": justmarkets_cent,
    "fbs": fbs,
    "futures_house": futures_house,
}
