"""What a post has become in its chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """The messages of one post by their ids: its picture or file, then its texts."""

    picture: int | None = None
    texts: tuple[int, ...] = ()

    @property
    def first(self) -> int:
        """Return the message that others reply to and that is edited."""
        return self.texts[0] if self.texts else self.picture or 0
