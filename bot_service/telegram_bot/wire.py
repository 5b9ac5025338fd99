"""What Telegram says as JSON, before anybody reads it."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import HTTPXRequest


def whole(found: Any) -> Any:
    """Return JSON whose half characters are question marks: JSON can carry them, no answer or file can."""
    text = json.dumps(found, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode(errors="replace"))
    return found


class Wire(HTTPXRequest):
    """The way to Telegram; what comes back can be said again."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer's JSON.

        Raises:
            TelegramError: it is none.
        """
        found: dict[str, Any] = whole(HTTPXRequest.parse_json_payload(payload))
        return found
