"""What nobody should send into a chat: bot tokens and passwords."""

from __future__ import annotations

import re

BOT_TOKEN = re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{30,}")
_NAMES = r"(?:password|passwd|pwd|kata\s*sandi|sandi|mt5_password|telegram_bot_token)"
_FILLERS = r"(?:\s+(?:saya|mt5|akun|akunnya|my|the|is|adalah|itu|baru|new))*"
NAMED = re.compile(
    rf"\b{_NAMES}\b{_FILLERS}\s*[:=]?\s*(?=\S*\d)\S{{6,}}|\b(?:{_NAMES}|pass)\s*[:=]\s*\S{{4,}}",
    re.IGNORECASE,
)
BARE = re.compile(r"(?!\w+://)(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!@#$%^&*?+=~])\S{8,64}")


def looks_confidential(text: str) -> bool:
    """Tell whether a message looks like a bot token or a password."""
    if BOT_TOKEN.search(text) or NAMED.search(text):
        return True
    return not text.startswith("/") and BARE.fullmatch(text.strip()) is not None
