"""A simulated MetaTrader 5 terminal, on any system, with the official package's shape."""

from .book import PaperMismatch, stored_market_time
from .installer import as_module, forbid_install, history_start, install
from .specs import SPECS, SymbolSpec
from .terminal import PaperTerminal

__all__ = [
    "SPECS",
    "PaperMismatch",
    "PaperTerminal",
    "SymbolSpec",
    "as_module",
    "forbid_install",
    "history_start",
    "install",
    "stored_market_time",
]
