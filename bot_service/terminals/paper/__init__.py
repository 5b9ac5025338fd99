"""A simulated MetaTrader 5 terminal, on any system, with the official package's shape."""

from .book import PaperMismatch, stored_market_time
from .brokers import PROFILES
from .conditions import Conditions
from .installer import as_module, forbid_install, history_start, install
from .profile import BrokerProfile
from .specs import SPECS, SymbolSpec
from .terminal import PaperTerminal

__all__ = [
    "PROFILES",
    "SPECS",
    "BrokerProfile",
    "Conditions",
    "PaperMismatch",
    "PaperTerminal",
    "SymbolSpec",
    "as_module",
    "forbid_install",
    "history_start",
    "install",
    "stored_market_time",
]
