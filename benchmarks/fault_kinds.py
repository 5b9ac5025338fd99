"""All kinds of faults by name."""

from __future__ import annotations

import fault_broker
import fault_cases
import fault_deeds
import fault_kills
from fault_cases import CASES

__all__ = ["CASES", "fault_broker", "fault_cases", "fault_deeds", "fault_kills"]
