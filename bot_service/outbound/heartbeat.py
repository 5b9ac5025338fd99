"""A sign of life for a dead-man's switch: a dead service can't say that it is dead, its silence can."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx

log = logging.getLogger(__name__)

PATIENCE_S = 10.0


class Heartbeat:
    """Call an address while all is well; whoever owns it warns when the calls end.

    The address is a secret (whoever has it can keep the switch quiet), so it is never logged.
    """

    def __init__(self, url: str, is_well: Callable[[], bool], client: httpx.Client | None = None) -> None:
        self._url = url
        self._is_well = is_well
        self._client = client or httpx.Client(timeout=PATIENCE_S, follow_redirects=True)
        self._reached = True

    def beat(self) -> bool:
        """Call once if all is well; tell whether the call arrived."""
        if not self._is_well():
            log.warning("no sign of life is given: ticks are late")
            return False
        try:
            self._client.get(self._url).raise_for_status()
        except httpx.HTTPError as error:
            if self._reached:
                log.warning("the sign of life does not arrive: %s", type(error).__name__)
            self._reached = False
            return False
        if not self._reached:
            log.info("the sign of life arrives again")
        self._reached = True
        return True

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()
