"""Read the size of a picture from its first bytes, without a picture library."""

from __future__ import annotations

import struct
from typing import Final

from bot_service.local_chat.errors import bad_request

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST_BYTES: Final = 10 * 1024 * 1024
_LONGEST_SIDES: Final = 10_000
_WORST_RATIO: Final = 20
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def picture_size(content: bytes) -> tuple[str, int, int]:
    """Return extension, width and height of a PNG or JPEG.

    Raises:
        ApiError: Telegram would not take it as a photo.
    """
    found = _png(content) or _jpeg(content)
    if found is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    extension, width, height = found
    if len(content) > _MOST_BYTES:
        raise bad_request("file is too big")
    if min(width, height) < 1 or width + height > _LONGEST_SIDES:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if max(width, height) > _WORST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return extension, width, height


def _png(content: bytes) -> tuple[str, int, int] | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 24:  # noqa: PLR2004 - header
        return None
    width, height = struct.unpack(">II", content[16:24])
    return "png", width, height


def _jpeg(content: bytes) -> tuple[str, int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:  # noqa: PLR2004 - marker byte
        marker, length = content[position + 1], struct.unpack(">H", content[position + 2 : position + 4])[0]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return "jpg", width, height
        position += 2 + length
    return None
