"""Telegram's HTML: tags to entities with offsets in UTF-16 units, refused in Telegram's words."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from bot_service.local_chat.errors import ApiError

Entity = dict[str, Any]

TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "span": "spoiler",
    "blockquote": "blockquote",
}
CONTROL: Final = {code: " " for code in range(32) if code not in {9, 10}} | {13: None}
_TAG_NAME = re.compile(r"<([^\s>]*)[\s>]")
_START_TAG = re.compile(r"<([^\s>/]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>")
_END_TAG = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
_LINK = re.compile(r"(?:https?|tg)://\S+|mailto:\S+", re.IGNORECASE)


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the unit of Telegram's offsets and limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def parsed_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text without its tags, and the entities they meant.

    Raises:
        ApiError: a tag is unknown, not closed or closed in the wrong order.
    """
    return _Html(source).parse()


def span(entity: Entity) -> tuple[int, int]:
    """Return where an entity begins and ends."""
    return entity["offset"], entity["offset"] + entity["length"]


class _Html:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._parts: list[str] = []
        self._offset = 0
        self._open: list[tuple[str, Entity]] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        source = self._source
        while self._position < len(source):
            if source.startswith("</", self._position):
                self._end_tag()
            elif source[self._position] == "<":
                self._start_tag()
            else:
                self._text()
        if self._open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return "".join(self._parts), _code_alone(self._entities)

    def _text(self) -> None:
        end = self._source.find("<", self._position)
        end = len(self._source) if end < 0 else end
        raw = self._source[self._position : end]
        plain = _CHARACTER.sub(lambda found: html.unescape(found[0]), raw).translate(CONTROL)
        self._parts.append(plain)
        self._offset += utf16_length(plain)
        self._position = end

    def _start_tag(self) -> None:
        begin = _TAG_NAME.match(self._source, self._position)
        if begin is None:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes()}")
        name = begin[1].lower()
        if name not in TAGS:
            raise _broken(f'Unsupported start tag "{name}" at byte offset {self._bytes()}')
        found = _START_TAG.match(self._source, self._position)
        if found is None:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes()}")
        attributes = {
            key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(found[2])
        }
        self._open.append((name, self._entity(name, attributes)))
        self._position = found.end()

    def _entity(self, name: str, attributes: dict[str, str]) -> Entity:
        entity: Entity = {"type": TAGS[name], "offset": self._offset, "length": 0}
        css_class = attributes.get("class", "")
        if name == "span" and css_class != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes()}')
        if name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if name == "code" and css_class.startswith("language-"):
            entity["language"] = css_class.removeprefix("language-")
        if name == "a":
            entity["url"] = attributes.get("href", "")
        if name == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        return entity

    def _end_tag(self) -> None:
        found = _END_TAG.match(self._source, self._position)
        if found is None:
            raise _broken(f"Unclosed end tag at byte offset {self._bytes()}")
        if not self._open:
            raise _broken(f"Unexpected end tag at byte offset {self._bytes()}")
        name, entity = self._open.pop()
        if found[1] and found[1].lower() != name:
            raise _broken(
                f"Unmatched end tag at byte offset {self._bytes()}, "
                f'expected "</{name}>", found "</{found[1].lower()}>"'
            )
        self._position = found.end()
        entity["length"] = self._offset - entity["offset"]
        if entity["length"] and (name != "a" or _LINK.fullmatch(entity["url"])):
            self._entities.append(entity)

    def _bytes(self) -> int:
        return len(self._source[: self._position].encode())


def _broken(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _code_alone(entities: list[Entity]) -> list[Entity]:
    # A language belongs to <pre>; nothing else lives inside code, as with Telegram.
    blocks = [entity for entity in entities if entity["type"] == "pre"]
    for entity in entities:
        if entity["type"] == "code" and "language" in entity:
            language = entity.pop("language")
            for block in blocks:
                if span(block) == span(entity):
                    block["language"] = language
    spans = [span(block) for block in blocks]
    kept = [entity for entity in entities if entity in blocks or not _inside(entity, spans)]
    codes = [entity for entity in kept if entity["type"] == "code"]
    spans = [span(code) for code in codes]
    return [entity for entity in kept if entity in codes or not _inside(entity, spans)]


def _inside(entity: Entity, spans: list[tuple[int, int]]) -> bool:
    start, end = span(entity)
    return any(first <= start and end <= last for first, last in spans)
