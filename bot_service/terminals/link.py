"""One call to a MetaTrader5-shaped API: its answer, or its last error read in the same step."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.terminals.retcodes import LINK_CAUSES, link_cause

INVALID_PARAMS = -2
NOT_FOUND = -4
CALL_FAILED = -1


@dataclass(frozen=True)
class Failure:
    """The API said None or False, and this was its last error."""

    code: int
    text: str

    @property
    def breaks_link(self) -> bool:
        """Tell whether the error speaks of the connection and not of the question."""
        return self.code in LINK_CAUSES


class Link:
    """Call the API so that an answer and its last error can't be torn apart.

    The package keeps one last error per process; terminals that share one API object must share the lock.
    """

    def __init__(self, api: Any, lock: AbstractContextManager[Any] | None = None) -> None:
        self._api = api
        self._lock = lock or threading.RLock()

    def attempt(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return the API's answer, or a Failure.

        Raises:
            TerminalUnavailable: the call itself broke; whatever it asked for may have happened.
        """
        with self._lock:
            try:
                answer = getattr(self._api, name)(*args, **kwargs)
                if answer is None or answer is False:
                    code, text = self._api.last_error()
                    return Failure(int(code), str(text))
            except TimeoutError as error:
                raise TerminalUnavailable(LinkCause.TIMEOUT, detail=repr(error)) from error
            except Exception as error:
                # The package raises TypeError and SystemError, bridges their own: all mean "no answer".
                raise TerminalUnavailable(LinkCause.NO_ANSWER, detail=repr(error)) from error
        return answer

    def ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return the API's answer; every refusal is an error.

        Raises:
            TerminalUnavailable: None, False or an exception.
        """
        answer = self.attempt(name, *args, **kwargs)
        if isinstance(answer, Failure):
            raise unavailable(answer)
        return answer

    def ask_about(self, missing: Exception, codes: Iterable[int], name: str, *args: Any) -> Any:
        """Return the API's answer; raise `missing` when the last error is one of `codes`.

        Raises:
            TerminalUnavailable: any other refusal.
        """
        answer = self.attempt(name, *args)
        if isinstance(answer, Failure):
            raise missing if answer.code in codes else unavailable(answer)
        return answer


def unavailable(failure: Failure) -> TerminalUnavailable:
    """Return the error that a failure amounts to."""
    return TerminalUnavailable(link_cause(failure.code), failure.code, failure.text)
