"""Telegram's text formatting: entities given, parsed from HTML, and found by themselves."""

from __future__ import annotations

import re
from typing import Any, Final

from bot_service.local_chat.errors import bad_request
from bot_service.local_chat.markup_html import CONTROL, TAGS, Entity, parsed_html, span, utf16_length

__all__ = ["CAPTION_LIMIT", "TEXT_LIMIT", "formatted", "utf16_length"]

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
_MOST_ENTITIES: Final = 100
_ENTITY_TYPES: Final = {
    *TAGS.values(),
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
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("url", re.compile(r"(?<![\w/.@])t\.me/[A-Za-z0-9_]{4,32}(?:\?start=[A-Za-z0-9_-]{1,64})?(?!\w)")),
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("mention", re.compile(r"(?<![\w/@])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#/])#(?=\w*[^\W\d_])\w{1,256}(?!\w)")),
)
_BLANK = " \t\n"


def formatted(text: str, parse_mode: str | None, entities: Any = None) -> tuple[str, list[Entity]]:
    """Return the text as Telegram keeps it and its entities.

    Raises:
        ApiError: the markup is broken, a tag is unknown, or the parse mode is not HTML.
    """
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        plain, marks = parsed_html(text)
    else:
        plain, marks = text.translate(CONTROL), _given(entities)
    plain, marks = _trimmed(plain, marks)
    # Telegram shows the first hundred and forgets the rest.
    return plain, _sorted(_found(plain, marks) + marks)[:_MOST_ENTITIES]


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
        start, end = span(entity)
        start, end = start - lead, min(end - lead, length)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def _found(text: str, taken: list[Entity]) -> list[Entity]:
    closed = [span(entity) for entity in taken if entity["type"] in {"code", "pre", "text_link"}]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            entity: Entity = {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(match[0]),
            }
            if not any(first < span(entity)[1] and entity["offset"] < last for first, last in closed):
                closed.append(span(entity))
                found.append(entity)
    return found


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
