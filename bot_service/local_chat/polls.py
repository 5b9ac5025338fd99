from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot_service.local_chat.bell import Bell


class Poll:
    """Stand for one waiting `getUpdates` call; it is `ousted` by another one, or `cut` by a lost line."""

    def __init__(self) -> None:
        self.ousted = False
        self.cut = False


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

    def waiting(self) -> int:
        """Return how many calls wait."""
        return len(self._waiting)

    def oust_all(self) -> None:
        """End all waiting calls as if other programs asked for the same bots' updates."""
        for poll in self._waiting.values():
            poll.ousted = True
        self._bell.ring()

    def cut_all(self) -> None:
        """End all waiting calls by cutting their connections."""
        for poll in self._waiting.values():
            poll.cut = True
        self._bell.ring()
