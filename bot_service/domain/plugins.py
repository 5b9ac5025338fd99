"""Find plug-ins: every module of a package counts, no list mentions them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType


def modules(package: str, paths: Iterable[str]) -> tuple[ModuleType, ...]:
    """Return the imported public modules of a package in the order of their names."""
    names = sorted(info.name for info in pkgutil.iter_modules(paths) if not info.name.startswith("_"))
    return tuple(importlib.import_module(f"{package}.{name}") for name in names)
