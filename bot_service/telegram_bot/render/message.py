"""What is sent: HTML text, buttons, a picture; and how it fits into Telegram's limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DATA_LIMIT = 64
TABLE_WIDTH = 34

_TAG = re.compile(r"<(/?)([a-z]+)([^>]*)>")


@dataclass(frozen=True)
class Button:
    """A button below a message; `data` comes back when it is pressed."""

    label: str
    data: str

    def __post_init__(self) -> None:
        if len(self.data.encode()) > DATA_LIMIT:
            raise ValueError(f"button data above {DATA_LIMIT} bytes, was {self.data!r}")


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Document:
    """A file to take away."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """One message; `photo` (PNG) turns the text into its caption, or into a message after it.

    A `headline` begins the text; it is the caption alone where the whole text is too long for one.

    `keys` are the labels of the keyboard that stays under the chat; such a message has no buttons. A
    `silent` one makes no sound on the phone.
    """

    text: str
    keyboard: Keyboard = ()
    photo: bytes | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    document: Document | None = None
    silent: bool = False
    headline: str = ""


def do(label: str, line: str) -> Button:
    """Return a button that runs a command line, for example `bot 3`."""
    return Button(label, f"do:{line}")


def fits(line: str, prefix: str = "do:") -> bool:
    """Tell whether a command line fits into a button."""
    return len(f"{prefix}{line}".encode()) <= DATA_LIMIT


def units(text: str) -> int:
    """Return the length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def plain(text: str) -> str:
    """Return the text without tags, for a chat that refused the HTML."""
    return unescape(_TAG.sub("", text))


def split(text: str, limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """Cut HTML text on line ends into parts within the limit; open tags are closed and opened again."""
    parts: list[str] = []
    part, open_tags = "", ""
    for line in _short_lines(text, limit // 2):
        joined = f"{part}\n{line}" if part else open_tags + line
        if part and units(joined + _closing(joined)) > limit:
            parts.append(part + _closing(part))
            open_tags = _opening(part)
            joined = open_tags + line
        part = joined
    parts.append(part + _closing(part))
    return tuple(parts)


def _short_lines(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line
        while units(rest) > width:
            cut = _cut_before(rest, width)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def _cut_before(line: str, width: int) -> int:
    cut = width // 2
    inside_tag = line.rfind("<", 0, cut) > line.rfind(">", 0, cut)
    inside_entity = line.rfind("&", max(0, cut - 8), cut) > line.rfind(";", 0, cut)
    if inside_tag:
        return line.rfind("<", 0, cut) or cut
    return line.rfind("&", 0, cut) or cut if inside_entity else cut


def _open(text: str) -> list[tuple[str, str]]:
    stack: list[tuple[str, str]] = []
    for match in _TAG.finditer(text):
        closing, name, attributes = match.groups()
        if not closing:
            stack.append((name, attributes))
        elif stack and stack[-1][0] == name:
            stack.pop()
    return stack


def _closing(text: str) -> str:
    return "".join(f"</{name}>" for name, _attributes in reversed(_open(text)))


def _opening(text: str) -> str:
    return "".join(f"<{name}{attributes}>" for name, attributes in _open(text))
