"""The accounts of a service: each with its own terminal, all with one market clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot_service.app.accounts import AccountPlan
from bot_service.app.market import PaperPlace, paper_clock, paper_directory, paper_start
from bot_service.app.meeting import FirstMeeting, meet
from bot_service.app.terminals import Venue, account_of, open_venue
from bot_service.domain.accounts import Account
from bot_service.domain.market import LinkCause
from bot_service.ports import Database
from bot_service.services.facade import Services


@dataclass(frozen=True)
class Opened:
    """A planned account and its venue."""

    plan: AccountPlan
    venue: Venue


def open_venues(plans: Sequence[AccountPlan]) -> tuple[Opened, ...]:
    """Open a venue per account; those on paper share one clock, so that they live in one market.

    Raises:
        PaperMismatch, PackageMissing, ValueError: as `open_venue`.
    """
    labelled = [plan for plan in plans if plan.paper and plan.label]
    start, paced = None, None
    if labelled:
        service = labelled[0].settings
        folders = [paper_directory(service, plan.label) for plan in labelled]
        start = paper_start(service, folders)
        paced = paper_clock(service, start)
    opened: list[Opened] = []
    try:
        for plan in plans:
            login = plan.paper_login
            place = None
            if plan.paper and login is not None:
                place = PaperPlace(plan.label, login, start, paced)
            opened.append(Opened(plan, open_venue(plan.settings, place=place)))
    # Whatever ends this, Ctrl-C too, leaves no terminal open behind it.
    except BaseException:
        for one in opened:
            one.venue.close()
        raise
    return tuple(opened)


class Branch:
    """One account of the service, met now or later."""

    def __init__(
        self, opened: Opened, services: Services, database: Database, zone: str, causes: dict[str, LinkCause]
    ) -> None:
        self.label = opened.plan.label
        self.venue = opened.venue
        self.account_id: int | None = None
        self._plan = opened.plan
        self._services = services
        self._database = database
        self._zone = zone
        self._meeting = FirstMeeting(self.venue, services, database, zone, self.label, causes)

    def known(self) -> Account | None:
        """Return the account if it is known without asking its terminal, or stands on paper."""
        if self.venue.paper is not None:
            account = meet(self.venue, self._services, self._zone, self.label)
        else:
            with self._database.read() as uow:
                found = account_of(self._plan.settings, uow.accounts.all())
            if found is None:
                return None
            account = found
        if account.market_time is not None:
            self.venue.terminal.recall_offset(account.server_offset, account.market_time)
        return self._taken(account)

    def attempt(self) -> Account | None:
        """Try to meet the account; None while its terminal is away."""
        account = self._meeting.attempt()
        return None if account is None else self._taken(account)

    def ends_at(self) -> datetime | None:
        """Return when a replayed history is over."""
        return None if self.venue.paper is None else self.venue.paper.ends_at

    def _taken(self, account: Account) -> Account:
        self.account_id = account.id
        if self.label and account.label != self.label:
            with self._database.write() as uow:
                uow.accounts.set_label(account.id, self.label)
                uow.commit()
        return account


def openings(
    branches: Sequence[Branch], symbols: Mapping[int, frozenset[str]], now: datetime
) -> list[datetime]:
    """Return when the closed paper markets of running bots open next."""
    found = []
    for branch in branches:
        paper = branch.venue.paper
        if paper is None or branch.account_id is None:
            continue
        found += [paper.next_open(symbol, now) for symbol in symbols.get(branch.account_id, ())]
    return [opening for opening in found if opening is not None]
