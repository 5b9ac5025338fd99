from __future__ import annotations

import os

from hypothesis import settings

# The Telegram library gives waiting times as timedelta then; without it each one is a warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# How long an example takes says nothing about the rule. Under CI the library has such a profile of its own.
if not os.environ.get("CI"):
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")
