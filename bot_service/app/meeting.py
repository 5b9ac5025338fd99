"""Meet the account behind a terminal that was never seen before."""

from __future__ import annotations

import logging

from bot_service.app.terminals import PAPER_LABEL, Venue
from bot_service.domain.accounts import Account
from bot_service.domain.errors import ServiceError, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.ports import Database
from bot_service.services.facade import Services
from bot_service.services.health import NOT_MET

log = logging.getLogger(__name__)


def meet(venue: Venue, services: Services, time_zone: str, name: str = "") -> Account:
    """Connect, and return the account as it is stored from now on.

    Raises:
        TerminalUnavailable: the terminal can't be used.
        MagicBlockTaken: no block of magic numbers is free.
    """
    venue.terminal.connect()
    identity = venue.terminal.identity()
    label = name or (identity.server if venue.paper is None else PAPER_LABEL)
    return services.control.ensure_account(
        identity, venue.terminal.account(), label, time_zone, venue.terminal
    )


class FirstMeeting:
    """Try to meet an account until it is there; the health check says what keeps it away."""

    def __init__(
        self,
        venue: Venue,
        services: Services,
        database: Database,
        time_zone: str,
        name: str = "",
        causes: dict[str, str] | None = None,
    ) -> None:
        self._name = name
        self._causes = {} if causes is None else causes
        self._venue = venue
        self._services = services
        self._database = database
        self._time_zone = time_zone

    def attempt(self) -> Account | None:
        """Try once; the API behind the terminal spaces out what reaches it."""
        try:
            account = meet(self._venue, self._services, self._time_zone, self._name)
        except TerminalUnavailable as error:
            self._note(error.cause)
            return None
        except ServiceError:
            log.exception("the account can't be taken into the books")
            self._note(LinkCause.NO_ANSWER.value)
            return None
        self._note("")
        return account

    def _note(self, cause: str) -> None:
        # Of several accounts that are away the first one's cause is told.
        self._causes[self._name] = cause
        cause = next((found for found in tuple(self._causes.values()) if found), "")
        with self._database.read() as uow:
            if (uow.get_value(NOT_MET) or "") == cause:
                return
        with self._database.write() as uow:
            uow.set_value(NOT_MET, cause)
            uow.commit()
        log.info("first connection: %s", cause or "made")
