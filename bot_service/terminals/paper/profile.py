"""What a broker makes of the market: its names, contracts, account and money."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from . import constants as c
from .bars import Bars, Row
from .conditions import INITIAL_BALANCE, Conditions
from .specs import SPECS, SymbolSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .bars import Feed

    Change = Mapping[str, object]


class Source(NamedTuple):
    """Name the feed's symbol behind a broker's, and what its prices are multiplied by."""

    symbol: str
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class BrokerProfile:
    """Describe one broker's account type; `sources` tells which feed symbol is behind each name."""

    name: str
    specs: Mapping[str, SymbolSpec]
    sources: Mapping[str, Source]
    conditions: Conditions = field(default_factory=Conditions)
    deposit: float = INITIAL_BALANCE

    def with_conditions(self, **fields: object) -> BrokerProfile:
        """Return the same broker with other conditions; fields of `Conditions`."""
        conditions = dataclasses.replace(self.conditions, **fields)  # type: ignore[arg-type]  # any field
        return dataclasses.replace(self, conditions=conditions)


class BrokerFeed:
    """Show a feed under a broker's names."""

    def __init__(
        self, feed: Feed, sources: Mapping[str, Source], specs: Mapping[str, SymbolSpec], name: str = ""
    ) -> None:
        known = set(feed.names)
        self._feed = feed
        self._specs = specs
        self._name = name
        self.sources = {name: source for name, source in sources.items() if source.symbol in known}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the broker's names."""
        return tuple(self.sources)

    @property
    def identity(self) -> dict[str, str]:
        """Return the feed's identity and the broker where there is one."""
        return self._feed.identity | ({"broker": self._name} if self._name else {})

    def seconds(self, symbol: str) -> int:
        """Return the length of one row."""
        return self._feed.seconds(self.sources[symbol].symbol)

    def first(self, symbol: str) -> int:
        """Return the label of the first row."""
        return self._feed.first(self.sources[symbol].symbol)

    def ends_at(self) -> int | None:
        """Return the label after which nothing comes any more."""
        return self._feed.ends_at()

    def span(self, symbol: str, lo: int, hi: int) -> Bars:
        """Return the rows that open in [lo, hi)."""
        source = self.sources[symbol]
        return _scaled(self._feed.span(source.symbol, lo, hi), source.scale)

    def hours(self, symbol: str, lo: int, hi: int) -> Bars | None:
        """Return ready-made H1 bars, where the feed has them."""
        source = self.sources[symbol]
        bars = self._feed.hours(source.symbol, lo, hi)
        return None if bars is None else _scaled(bars, source.scale)

    def last_row(self, symbol: str, label: int) -> Row | None:
        """Return the newest row that has begun at `label`."""
        source = self.sources[symbol]
        row = self._feed.last_row(source.symbol, label)
        digits = self._specs[symbol].digits
        if row is None or (source.scale == 1.0 and row.digits == digits):
            return row
        prices = (row.open, row.high, row.low, row.close)
        first, high, low, last = (round(price * source.scale, digits + 2) for price in prices)
        return Row(row.time, row.seconds, digits, first, high, low, last, row.volume)

    def next_row(self, symbol: str, label: int) -> int | None:
        """Return when the first row at or after `label` opens."""
        return self._feed.next_row(self.sources[symbol].symbol, label)


def _scaled(bars: Bars, scale: float) -> Bars:
    if scale == 1.0:
        return bars
    first, high, low, last = (column * scale for column in (bars.open, bars.high, bars.low, bars.close))
    return Bars(bars.time, first, high, low, last, bars.volume)


def house() -> BrokerProfile:
    """Return the paper house itself: plain names, a hedging account in dollars."""
    return BrokerProfile(name="", specs=SPECS, sources={name: Source(name) for name in SPECS})


def broker(
    name: str,
    names: Mapping[str, str],
    *,
    changes: Mapping[str, Change] | None = None,
    extras: Iterable[tuple[SymbolSpec, Source]] = (),
    conditions: Conditions | None = None,
    deposit: float = INITIAL_BALANCE,
) -> BrokerProfile:
    """Return a broker that calls the house's symbols by other names.

    Args:
        name: of the broker; a data directory remembers it.
        names: the house's symbol to the broker's; symbols that are left out are not offered.
        changes: per broker's name, fields of its contract that differ.
        extras: contracts of the broker's own with their sources, such as traps for a careless search.
        conditions: of the account.
        deposit: in the account's currency.
    """
    specs: dict[str, SymbolSpec] = {}
    sources: dict[str, Source] = {}
    for plain, own in names.items():
        change = dict((changes or {}).get(own, {}))
        path = SPECS[plain].path.rpartition("\\")[0]
        usual: dict[str, object] = {"name": own, "path": f"{path}\\{own}"}
        specs[own] = dataclasses.replace(SPECS[plain], **(usual | change))  # type: ignore[arg-type]  # any field
        sources[own] = Source(plain)
    for spec, source in extras:
        specs[spec.name], sources[spec.name] = spec, source
    return BrokerProfile(
        name=name,
        specs=specs,
        sources=sources,
        conditions=conditions or Conditions(server=f"{name}-Demo", company=name),
        deposit=deposit,
    )


def other_gold(name: str, currency: str, scale: float) -> tuple[SymbolSpec, Source]:
    """Return gold in another currency: right metal, wrong instrument."""
    spec = dataclasses.replace(
        SPECS["XAUUSD"],
        name=name,
        path=f"Metals\\{name}",
        description=f"Gold vs {currency}",
        currency_profit=currency,
        spread=40,
    )
    return spec, Source("XAUUSD", scale)


def gold_share(name: str) -> tuple[SymbolSpec, Source]:
    """Return the share of a gold mine: called gold, and none."""
    spec = dataclasses.replace(
        SPECS["US500"],
        name=name,
        path=f"Shares\\{name}",
        description="Barrick Gold Corporation share",
        currency_base="USD",
        calc_mode=c.SYMBOL_CALC_MODE_CFD,
        volume_min=1.0,
        volume_step=1.0,
    )
    return spec, Source("US500", 0.004)


def listed_only(spec: SymbolSpec, name: str) -> tuple[SymbolSpec, Source]:
    """Return another account type's variant of a symbol: shown in the list, never tradable."""
    grey = dataclasses.replace(spec, name=name, trade_mode=c.SYMBOL_TRADE_MODE_DISABLED)
    return grey, Source(spec.name)


ALL: Final = tuple(SPECS)
