"""Words that work without a slash: stopping in plain words, and the labels of the keys under the chat.

Every language's labels are understood always: a keyboard stays on the phone when the language changes.
"""

from __future__ import annotations

import re
from functools import cache

from bot_service.domain.people import Role
from bot_service.i18n import LANGUAGES, Translator
from bot_service.i18n import mark as _

PANIC = "panic"
STOP_ALL = "stop_all"
KEYS = {
    "status": _("📊 Status"),
    "bots": _("🤖 My bots"),
    STOP_ALL: _("⏹ Stop all"),
    PANIC: _("🆘 Panic"),
}
WORDS = {
    "stop": STOP_ALL,
    "stop semua": STOP_ALL,
    "stop all": STOP_ALL,
    "berhenti": STOP_ALL,
    "berhenti semua": STOP_ALL,
    "hentikan semua": STOP_ALL,
    "darurat": PANIC,
    "panik": PANIC,
    "panic": PANIC,
    "emergency": PANIC,
}
LONGEST = 40
_NOISE = re.compile(r"[^\w\s]|_")


def command_of(text: str) -> str | None:
    """Return the command that a message without slash means, None where it means none."""
    return _meanings().get(_plain(text)) if len(text) <= LONGEST else None


def keys_of(role: Role, t: Translator) -> tuple[tuple[str, ...], ...]:
    """Return the labels of the keys under the chat, as far as the role goes."""
    look = (t.text(KEYS["status"]), t.text(KEYS["bots"]))
    if not role.covers(Role.OPERATOR):
        return (look,)
    return (look, (t.text(KEYS[STOP_ALL]), t.text(KEYS[PANIC])))


def _plain(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).lower().split())


@cache
def _meanings() -> dict[str, str]:
    labels = {
        _plain(Translator(language).text(label)): command
        for language in LANGUAGES
        for command, label in KEYS.items()
    }
    return {**labels, **WORDS}
