from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot_service.local_chat.bell import Bell


class Poll:
    """Stand for one waiting `getUpdates` call."""

    def __init__(self) -> None:
        self.ousted = False


class Polls:
    """Let one `getUpdates` call wait per bot: a second one ends the first."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._waiting: dict[str, Poll] = {}

    def enter(self, token: str) -> Poll:
        """Begin a call and end the one of the same bot that is still waiting."""
        poll = Poll()
        before = self._waiting.get(token)
        self._waiting[token] = poll
        if before is not None:
            before.ousted = True
            self._bell.ring()
        return poll

    def leave(self, token: str, poll: Poll) -> None:
        """End a call."""
        if self._waiting.get(token) is poll:
            del self._waiting[token]
