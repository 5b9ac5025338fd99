"""Telegram's own limits of how fast a bot may send, off unless somebody switches them on."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Final

from bot_service.local_chat.errors import bad_request, too_many

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json

_WINDOWS_S: Final = {"per_second": 1.0, "per_chat_per_second": 1.0, "per_group_per_minute": 60.0}


class Pace:
    """Count what was sent lately and refuse what comes too soon."""

    def __init__(self) -> None:
        self._most: dict[str, int] = {}
        self._sent: dict[tuple[str, int], deque[float]] = {}

    def limit(self, order: Json) -> None:
        """Take new limits by name; none at all switches them off.

        Raises:
            ApiError: a limit is unknown or no positive number.
        """
        for name, most in order.items():
            if name not in _WINDOWS_S or isinstance(most, bool) or not isinstance(most, int) or most < 1:
                raise bad_request(f"limits are positive numbers of {', '.join(_WINDOWS_S)}")
        self._most = dict(order)
        self._sent = {}

    def send(self, chat_id: int, now: float) -> None:
        """Count a message to a chat.

        Raises:
            ApiError: 429 with the seconds until there is room again.
        """
        asked = [self._window(name, most, chat_id, now) for name, most in self._most.items()]
        wait = max((self._wait(*one, now) for one in asked), default=0)
        if wait > 0:
            raise too_many(wait)
        for sent, _, _ in asked:
            sent.append(now)

    def _window(self, name: str, most: int, chat_id: int, now: float) -> tuple[deque[float], int, float]:
        length = _WINDOWS_S[name]
        if name == "per_group_per_minute" and chat_id > 0:
            return deque(), most, length
        sent = self._sent.setdefault((name, 0 if name == "per_second" else chat_id), deque())
        while sent and now - sent[0] >= length:
            sent.popleft()
        return sent, most, length

    def _wait(self, sent: deque[float], most: int, length: float, now: float) -> int:
        return 0 if len(sent) < most else max(1, math.ceil(sent[0] + length - now))
