"""The words by which people choose bots from a list."""

from __future__ import annotations

from collections.abc import Sequence

from bot_service.domain.errors import InvalidValue
from bot_service.services.views import BotFilter
from bot_service.telegram_bot.typed import is_tag, tag_of

_STATES = {
    "active": ("active", "aktif", "running", "jalan", "berjalan"),
    "exit_only": ("exit_only", "exitonly", "tanpa_entry", "tanpaentry"),
    "stopped": ("stopped", "berhenti", "stop", "nonaktif", "inactive"),
    "error": ("error", "errors", "galat", "rusak", "gagal"),
    "paused": ("paused", "dijeda", "jeda", "pause"),
    "held": ("held", "ditahan"),
    "waiting": ("waiting", "menunggu"),
}
WORDS = {word: state for state, words in _STATES.items() for word in words}
_EVERYTHING = frozenset({"all", "semua"})


def filter_of(words: Sequence[str]) -> BotFilter:
    """Return the filter that typed words mean.

    Raises:
        InvalidValue: a word is neither a state nor a tag.
    """
    parts = [part for word in words for part in word.lower().split(",") if part]
    states, tags = [], []
    for part in parts:
        if is_tag(part):
            tags.append(tag_of(part))
        elif part in WORDS:
            states.append(WORDS[part])
        elif part not in _EVERYTHING:
            raise InvalidValue("filter", part[:32], "unknown_filter", "aktif, berhenti, error, dijeda, #gold")
    return BotFilter(tuple(dict.fromkeys(states)), tuple(dict.fromkeys(tags)))
