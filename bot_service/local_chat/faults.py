"""Faults on demand: what goes wrong at a chosen call, and how a connection is really dropped."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot_service.local_chat.errors import ApiError, bad_request

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

KINDS: Final = ("status", "drop_before", "drop_after", "delay", "blocked")
BLOCKED: Final = "Forbidden: bot was blocked by the user"
_DESCRIPTIONS: Final = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
}


@dataclass
class Fault:
    """Describe what goes wrong with the next `times` calls of a method."""

    method: str
    kind: str
    status: int
    retry_after: int | None
    seconds: float
    times: int

    def error(self) -> ApiError:
        """Build the refusal of a fault of kind `status` or `blocked`."""
        if self.kind == "blocked":
            return ApiError(403, BLOCKED)
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = 1 if self.retry_after is None else self.retry_after
            return ApiError(self.status, f"Too Many Requests: retry after {wait}", retry_after=wait)
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "Error"
        return ApiError(self.status, _DESCRIPTIONS.get(self.status, phrase), retry_after=self.retry_after)


class FaultBook:
    """Keep the faults that are still to happen, first come first served."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, order: dict[str, Any]) -> None:
        """Take an order of the form of `POST /sim/fault`.

        Raises:
            ApiError: the order is not complete or not of a known kind.
        """
        method, kind = order.get("method"), order.get("kind")
        if not isinstance(method, str) or not method:
            raise bad_request("method is missing")
        if kind not in KINDS:
            raise bad_request(f"kind must be one of {', '.join(KINDS)}")
        status = _number(order, "status", 429)
        if not 400 <= status <= 599:  # noqa: PLR2004 - the range of HTTP errors
            raise bad_request("status must be an HTTP error")
        retry_after = order.get("retry_after")
        if retry_after is not None:
            retry_after = int(_number(order, "retry_after", 0))
        seconds, times = _number(order, "seconds", 1), int(_number(order, "times", 1))
        self._faults.append(Fault(method, kind, int(status), retry_after, seconds, times))

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def take(self, method: str, *, to_chat: bool) -> Fault | None:
        """Use up the first fault that applies to a call; a block only meets calls to a chat."""
        for fault in self._faults:
            named = fault.method == "*" or fault.method.lower() == method.lower()
            if named and fault.times > 0 and (fault.kind != "blocked" or to_chat):
                fault.times -= 1
                self._faults = [one for one in self._faults if one.times > 0]
                return fault
        return None


def _number(order: dict[str, Any], name: str, default: float) -> float:
    value = order.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise bad_request(f"{name} must be a number")
    return value


class DroppableProtocol(H11Protocol):
    """Offer the application a way to cut its connection, which ASGI itself has not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope["cut_connection"] = self._cut
            await inner(scope, receive, send)

        self.app = app

    def _cut(self) -> None:
        self.transport.abort()


class DroppedConnection(Response):
    """Close the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        """Cut the connection and wait until the server has noticed."""
        scope["cut_connection"]()
        while (await receive())["type"] != "http.disconnect":
            pass
