"""What the Writer is asked to say in warmer words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """One sentence of a report: `code` says what it claims, `numbers` are those of its finding.

    `shown` is the catalog's sentence as the reader would get it. `sentence` is the same without names: for
    each the mask of `names` stands there. It is empty for what claims nothing, such as an opening.
    """

    code: str
    shown: str = ""
    sentence: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def unmasked(self, text: str) -> str:
        """Return a text with the names in it."""
        for mask, name in self.names.items():
            text = text.replace(mask, name)
        return text


OPENING = "opening"
"""The code of a first line that claims nothing."""
