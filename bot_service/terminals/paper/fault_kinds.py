"""Every kind of fault by its name."""

from __future__ import annotations

from typing import Final

from . import fault_answers, fault_broker, fault_refusals
from .fault_base import Call, Fault

__all__ = ["KINDS", "Call", "Fault"]


def _kinds(module: object) -> dict[str, type[Fault]]:
    found = (item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Fault))
    return {item.kind: item for item in found if item.kind}


KINDS: Final[dict[str, type[Fault]]] = _kinds(fault_answers) | _kinds(fault_refusals) | _kinds(fault_broker)
