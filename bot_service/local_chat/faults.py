"""Faults on demand: what goes wrong at chosen calls, so many times or for so long."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from bot_service.local_chat.errors import ApiError, bad_request, forbidden, too_many

if TYPE_CHECKING:
    from bot_service.local_chat.shapes import Json

OUSTED: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
BLOCKED: Final = "bot was blocked by the user"
_EVERYWHERE: Final = "*"
# Which method a kind meets if the order names none.
_OWN_METHOD: Final = {"offline": _EVERYWHERE, "conflict": "getUpdates"}
KINDS: Final = (
    *("status", "drop_before", "drop_after", "delay", "blocked"),
    *("timeout_before", "timeout_after", *_OWN_METHOD),
)
_DESCRIPTIONS: Final = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: OUSTED}
_FOR_EVER: Final = 10**9


@dataclass
class Fault:
    """Describe what goes wrong with calls of a method: the next `times`, or all `until` a moment.

    Of the calls it could meet it meets each `every`th; `chat_id` narrows it to one chat.
    """

    method: str
    kind: str
    status: int
    retry_after: int | None
    seconds: float
    times: int
    chat_id: int | None = None
    until: float | None = None
    every: int = 1
    passed: int = 0

    @property
    def done_first(self) -> bool:
        """Tell whether the call is carried out before things go wrong."""
        return self.kind in {"drop_after", "timeout_after"}

    def meets(self, method: str, chat_id: int | None) -> bool:
        """Tell whether a call is one that this fault is about."""
        if self.kind == "blocked" and chat_id is None:
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return self.method == _EVERYWHERE or self.method.lower() == method.lower()

    def over(self, now: float) -> bool:
        """Tell whether it has happened often or long enough."""
        return self.times <= 0 or (self.until is not None and now >= self.until)

    def error(self) -> ApiError:
        """Build the refusal of a fault that is told in an answer."""
        if self.kind == "blocked":
            return forbidden(BLOCKED)
        status = HTTPStatus.CONFLICT.value if self.kind == "conflict" else self.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return too_many(1 if self.retry_after is None else self.retry_after)
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Error"
        hint = {} if self.retry_after is None else {"retry_after": self.retry_after}
        return ApiError(status, _DESCRIPTIONS.get(status, phrase), **hint)


class FaultBook:
    """Keep the faults that are still to happen, first come first served."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, order: Json, now: float) -> Fault:
        """Take an order of the form of `POST /sim/fault`.

        Raises:
            ApiError: the order is not complete or not of a known kind.
        """
        kind = order.get("kind")
        if kind not in KINDS:
            raise bad_request(f"kind must be one of {', '.join(KINDS)}")
        method = order.get("method", _OWN_METHOD.get(kind))
        if not isinstance(method, str) or not method:
            raise bad_request("method is missing")
        status = int(_number(order, "status", 429))
        if not 400 <= status <= 599:  # noqa: PLR2004 - the range of HTTP errors
            raise bad_request("status must be an HTTP error")
        lasting = order.get("for_s") is not None
        fault = Fault(
            method,
            kind,
            status,
            int(_number(order, "retry_after", 0)) if order.get("retry_after") is not None else None,
            seconds=_number(order, "seconds", 1),
            times=int(_number(order, "times", _FOR_EVER if lasting else 1)),
            chat_id=_chat(order),
            until=now + _number(order, "for_s", 0) if lasting else None,
            every=max(1, int(_number(order, "every", 1))),
        )
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def active(self, now: float) -> list[Json]:
        """Return the faults that are still to happen."""
        self._tidy(now)
        return [{key: value for key, value in asdict(one).items() if key != "passed"} for one in self._faults]

    def offline(self, now: float) -> bool:
        """Tell whether Telegram can't be reached at all."""
        return any(one.kind == "offline" and not one.over(now) for one in self._faults)

    def take(self, method: str, chat_id: int | None, now: float) -> Fault | None:
        """Use up the first fault that applies to a call; a block only meets calls to a chat."""
        self._tidy(now)
        for fault in self._faults:
            if not fault.meets(method, chat_id):
                continue
            fault.passed += 1
            if fault.passed % fault.every == 0:
                fault.times -= 1
                self._tidy(now)
                return fault
        return None

    def _tidy(self, now: float) -> None:
        self._faults = [one for one in self._faults if not one.over(now)]


def _number(order: dict[str, Any], name: str, default: float) -> float:
    value = order.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise bad_request(f"{name} must be a number")
    return value


def _chat(order: Json) -> int | None:
    value = order.get("chat_id")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise bad_request("chat_id must be a number")
    return value
