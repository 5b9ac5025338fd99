"""Meet the account behind a terminal that was never seen before."""

from __future__ import annotations

import logging

from bot_service.app.terminals import PAPER_LABEL, Venue
from bot_service.domain import codec
from bot_service.domain.accounts import Account
from bot_service.domain.errors import ServiceError, TerminalUnavailable
from bot_service.domain.market import LinkCause
from bot_service.ports import Database
from bot_service.services.facade import Services
from bot_service.services.health import NOT_MET, NotMet, not_met

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


def forget_absences(database: Database) -> None:
    """Forget which accounts an earlier run could not meet."""
    with database.write() as uow:
        uow.set_value(NOT_MET, "")
        uow.commit()


class FirstMeeting:
    """Try to meet an account until it is there; the health check says what keeps it away."""

    def __init__(
        self,
        venue: Venue,
        services: Services,
        database: Database,
        time_zone: str,
        name: str = "",
        causes: dict[str, LinkCause] | None = None,
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
            self._note(LinkCause(error.cause))
            return None
        except ServiceError:
            log.exception("the account can't be taken into the books")
            self._note(LinkCause.NO_ANSWER)
            return None
        self._note(None)
        return account

    def _note(self, cause: LinkCause | None) -> None:
        if cause is None:
            self._causes.pop(self._name, None)
        else:
            self._causes[self._name] = cause
        away = NotMet(dict(self._causes))
        with self._database.read() as uow:
            if not_met(uow) == away:
                return
        with self._database.write() as uow:
            uow.set_value(NOT_MET, codec.written(away))
            uow.commit()
        log.info("first connection of %s: %s", self._name or "the account", cause or "made")
