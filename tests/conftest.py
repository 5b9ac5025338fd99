from __future__ import annotations

import os

# The Telegram library gives waiting times as timedelta then; without it each one is a warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")
