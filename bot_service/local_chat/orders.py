from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot_service.local_chat.shapes import Json

LANGUAGES: Final = ("id", "en")
_KINDS: Final = {int: "a number", str: "a text"}


class Order:
    """Read the JSON body of a request, field by field."""

    def __init__(self, body: Json) -> None:
        self.body = body

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        found = self._field(name, str, needed=default is None)
        return str(default if found is None else found)

    def number(self, name: str) -> int:
        """Return a number that must be there."""
        return int(self._field(name, int, needed=True))

    def number_or_none(self, name: str) -> int | None:
        """Return a number that may be absent."""
        found = self._field(name, int, needed=False)
        return None if found is None else int(found)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return yes or no."""
        value = self.body.get(name, default)
        if not isinstance(value, bool):
            raise bad_request(f"{name} must be true or false")
        return value

    def several(self, name: str, kind: type) -> list[Any]:
        """Return a list of values of a kind; empty if absent."""
        values = self.body.get(name) or []
        if not isinstance(values, list) or not all(type(value) is kind for value in values):
            raise bad_request(f"{name} must be a list")
        return values

    def language(self) -> str | None:
        """Return the language code if one is given."""
        found = self._field("language", str, needed=False)
        if found is not None and found not in LANGUAGES:
            raise bad_request("language must be id or en")
        return None if found is None else str(found)

    def _field(self, name: str, kind: type, *, needed: bool) -> Any:
        value = self.body.get(name)
        if value is None and not needed:
            return None
        if isinstance(value, bool) or not isinstance(value, kind):
            raise bad_request(f"{name} must be {_KINDS[kind]}")
        if isinstance(value, str) and not in_utf8(value):
            raise bad_request("strings must be encoded in UTF-8")
        return value


def in_utf8(text: str) -> bool:
    """Tell whether a text is made of whole characters; JSON can carry halves."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


async def read_order(request: Request) -> Order:
    """Return the body of a request.

    Raises:
        ApiError: it is no JSON object.
    """
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise bad_request("the body must be JSON") from None
    if not isinstance(body, dict):
        raise bad_request("the body must be a JSON object")
    return Order(body)


def query_number(request: Request, name: str) -> int | None:
    """Return a number of a request's query.

    Raises:
        ApiError: it is something else.
    """
    value = request.query_params.get(name)
    if value is None or value == "":
        return None
    try:
        return int(value)
    except ValueError:
        raise bad_request(f"{name} must be a number") from None
