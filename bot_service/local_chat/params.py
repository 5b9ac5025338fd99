"""Parameters of one call, whatever way they came: query, form, multipart or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile

from bot_service.local_chat.errors import bad_request

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True)
class Upload:
    """Hold one file of a multipart request."""

    name: str
    content: bytes
    mime: str


class Params:
    """Read named parameters as text, number, flag, JSON structure or file."""

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload] | None = None) -> None:
        self._values = values
        self._uploads = uploads or {}

    def given(self, name: str) -> bool:
        """Tell whether the caller sent a value that is not null."""
        return self._values.get(name) is not None or name in self._uploads

    def text(self, name: str, default: str = "") -> str:
        """Return the parameter as text."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """Return the parameter as a whole number."""
        value = self._values.get(name)
        if value is None or value == "":
            if default is None:
                raise bad_request(f"{name} is not specified")
            return default
        if isinstance(value, bool):
            raise bad_request(f"{name} must be a number")
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"{name} must be a number") from None

    def chat_number(self, name: str = "chat_id") -> int | None:
        """Return the number of a chat; None if absent or a name."""
        text = self.text(name).strip()
        return int(text) if text.removeprefix("-").isdecimal() else None

    def flag(self, name: str) -> bool:
        """Return the parameter as true or false."""
        return str(self._values.get(name, "")).lower() in {"true", "1", "yes", "y", "t"}

    def structure(self, name: str) -> Any:
        """Return an array or object, parsed if it came as JSON text; None if absent."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def part(self, values: Any) -> Params:
        """Return the parameters of an object inside this call, which shares its files."""
        if not isinstance(values, dict):
            raise bad_request("object expected")
        return Params(values, self._uploads)

    def upload(self, name: str) -> Upload | None:
        """Return the file sent under this name or attached by reference."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._uploads.get(value.removeprefix("attach://"))
        return self._uploads.get(name)


async def read_params(request: Request) -> Params:
    """Collect the parameters of a request; those of the body win over the query.

    Raises:
        ApiError: the body is not what its content type says.
    """
    values: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "POST" and kind == "application/json":
        values |= await _json_object(request)
    elif request.method == "POST" and kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    uploads[name] = Upload(value.filename or name, await value.read(), mime)
                else:
                    values[name] = value
    return Params(values, uploads)


async def _json_object(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body:
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("request JSON must be an object")
    return found
