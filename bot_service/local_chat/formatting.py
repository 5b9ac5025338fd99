"""Telegram's text formatting: HTML to entities, entities found by themselves, offsets in UTF-16 units."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from bot_service.local_chat.errors import ApiError, bad_request

Entity = dict[str, Any]

_TAGS: Final = {
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
    "span": "spoiler",
    "blockquote": "blockquote",
}
_ENTITY_TYPES: Final = {
    *_TAGS.values(),
    "expandable_blockquote",
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "text_mention",
    "custom_emoji",
}
_TAG_NAME = re.compile(r"<([^\s>]*)[\s>]")
_START_TAG = re.compile(r"<([^\s>/]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>")
_END_TAG = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#/])#(?=\w*[^\W\d_])\w{1,256}(?!\w)")),
)
_CONTROL = {code: " " for code in range(32) if code not in {9, 10}} | {13: None}
_LINK = re.compile(r"(?:https?|tg)://\S+|mailto:\S+", re.IGNORECASE)
_BLANK = " \t\n"


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the unit of Telegram's offsets and limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def formatted(text: str, parse_mode: str | None, entities: Any = None) -> tuple[str, list[Entity]]:
    """Return the text as Telegram keeps it and its entities.

    Raises:
        ApiError: the markup is broken, a tag is unknown, or the parse mode is not HTML.
    """
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        plain, marks = _Html(text).parse()
    else:
        plain, marks = text.translate(_CONTROL), _given(entities)
    plain, marks = _trimmed(plain, marks)
    return plain, _sorted(_found(plain, marks) + marks)


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
        plain = _CHARACTER.sub(lambda found: html.unescape(found[0]), raw).translate(_CONTROL)
        self._parts.append(plain)
        self._offset += utf16_length(plain)
        self._position = end

    def _start_tag(self) -> None:
        begin = _TAG_NAME.match(self._source, self._position)
        if begin is None:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes()}")
        name = begin[1].lower()
        if name not in _TAGS:
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
        entity: Entity = {"type": _TAGS[name], "offset": self._offset, "length": 0}
        css_class = attributes.get("class", "")
        if name == "span" and css_class != "tg-spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes()}')
        if name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if name == "code" and css_class.startswith("language-"):
            entity["language"] = css_class.removeprefix("language-")
        if name == "a":
            entity["url"] = attributes.get("href", "")
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


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _code_alone(entities: list[Entity]) -> list[Entity]:
    # A language belongs to <pre>; nothing else lives inside code, as with Telegram.
    blocks = [entity for entity in entities if entity["type"] == "pre"]
    for entity in entities:
        if entity["type"] == "code" and "language" in entity:
            language = entity.pop("language")
            for block in blocks:
                if _span(block) == _span(entity):
                    block["language"] = language
    spans = [_span(block) for block in blocks]
    kept = [entity for entity in entities if entity in blocks or not _inside(entity, spans)]
    codes = [entity for entity in kept if entity["type"] == "code"]
    spans = [_span(code) for code in codes]
    return [entity for entity in kept if entity in codes or not _inside(entity, spans)]


def _inside(entity: Entity, spans: list[tuple[int, int]]) -> bool:
    start, end = _span(entity)
    return any(first <= start and end <= last for first, last in spans)


def _given(entities: Any) -> list[Entity]:
    marks: list[Entity] = []
    for entity in entities or []:
        if not isinstance(entity, dict) or entity.get("type") not in _ENTITY_TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type")
        if not all(isinstance(entity.get(key), int) and entity[key] >= 0 for key in ("offset", "length")):
            raise bad_request("can't parse MessageEntity: offset and length must be numbers")
        marks.append(dict(entity))
    return marks


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    lead = len(text) - len(text.lstrip(_BLANK))
    lead = min([lead, *(entity["offset"] for entity in entities)])
    text = text.rstrip(_BLANK)[lead:]
    length = utf16_length(text)
    kept: list[Entity] = []
    for entity in entities:
        start, end = _span(entity)
        start, end = start - lead, min(end - lead, length)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def _found(text: str, taken: list[Entity]) -> list[Entity]:
    closed = [_span(entity) for entity in taken if entity["type"] in {"code", "pre", "text_link"}]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            entity: Entity = {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(match[0]),
            }
            if not any(first < _span(entity)[1] and entity["offset"] < last for first, last in closed):
                closed.append(_span(entity))
                found.append(entity)
    return found


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
