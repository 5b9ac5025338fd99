"""What the chat asks of the use cases."""

from __future__ import annotations

from typing import Protocol

from bot_service.services.accounts import Accounts
from bot_service.services.alerts import Alerts
from bot_service.services.asking import Asking
from bot_service.services.auditing import Auditing
from bot_service.services.charting import Charting
from bot_service.services.chats import Chats
from bot_service.services.check_ins import CheckIns
from bot_service.services.closing import Closing
from bot_service.services.copies import Copies
from bot_service.services.delivery import Delivery
from bot_service.services.entry_stops import EntryStops
from bot_service.services.explaining import Explaining
from bot_service.services.exporting import Exporting
from bot_service.services.farewells import Farewells
from bot_service.services.groups import ChatGroups
from bot_service.services.limits import Limits
from bot_service.services.membership import Membership
from bot_service.services.mentor_hub import MentorHub
from bot_service.services.pausing import Pausing
from bot_service.services.preferences import Preferences
from bot_service.services.promising import Promising
from bot_service.services.restarts import Restarts
from bot_service.services.restored import Restored
from bot_service.services.results import Results
from bot_service.services.runaways import Runaways
from bot_service.services.tastes import Tastes
from bot_service.services.wishes import Wishes
from bot_service.services.wizard import Wizard
from bot_service.telegram_bot.desks import (
    BackTestsDesk,
    ControlDesk,
    HoldingDesk,
    MentoringDesk,
    PhrasingDesk,
    QueriesDesk,
    StopsDesk,
    StrangersDesk,
    SymbolsDesk,
)


class Services(Protocol):
    """The use cases that the chat calls."""

    @property
    def control(self) -> ControlDesk:
        """Return the acts on bots."""

    @property
    def queries(self) -> QueriesDesk:
        """Return the looks."""

    @property
    def wizard(self) -> Wizard:
        """Return the unfinished bots."""

    @property
    def symbols(self) -> SymbolsDesk:
        """Return the account's symbols."""

    @property
    def pausing(self) -> Pausing:
        """Return the pauses."""

    @property
    def backtests(self) -> BackTestsDesk:
        """Return the back-tests."""

    @property
    def stops(self) -> StopsDesk:
        """Return the acts on stops."""

    @property
    def closing(self) -> Closing:
        """Return the closing of positions."""

    @property
    def entry_stops(self) -> EntryStops:
        """Return the stops that go to the entry."""

    @property
    def farewells(self) -> Farewells:
        """Return the ways on for bots that shall be deleted."""

    @property
    def holding(self) -> HoldingDesk:
        """Return what holds entries."""

    @property
    def tastes(self) -> Tastes:
        """Return how members like their pictures."""

    @property
    def charting(self) -> Charting:
        """Return what charts show."""

    @property
    def accounts(self) -> Accounts:
        """Return what concerns several accounts."""

    @property
    def asking(self) -> Asking:
        """Return who waits for a terminal."""

    @property
    def results(self) -> Results:
        """Return what trades came to."""

    @property
    def restarts(self) -> Restarts:
        """Return what is known of restarts."""

    @property
    def restored(self) -> Restored:
        """Return what is known of a restored copy."""

    @property
    def limits(self) -> Limits:
        """Return the limits of the accounts."""

    @property
    def runaways(self) -> Runaways:
        """Return what is known of bots that have gone astray."""

    @property
    def strangers(self) -> StrangersDesk:
        """Return what is done with positions that nobody knows."""

    @property
    def copies(self) -> Copies:
        """Return what is known of other copies."""

    @property
    def chats(self) -> Chats:
        """Return members and confirmations."""

    @property
    def membership(self) -> Membership:
        """Return who is let in."""

    @property
    def auditing(self) -> Auditing:
        """Return the audit and the log."""

    @property
    def groups(self) -> ChatGroups:
        """Return the connected groups."""

    @property
    def exporting(self) -> Exporting:
        """Return what can be taken away."""

    @property
    def preferences(self) -> Preferences:
        """Return how members like to read and to be told."""

    @property
    def alerts(self) -> Alerts:
        """Return the last alerts."""

    @property
    def delivery(self) -> Delivery:
        """Return the outbox."""

    @property
    def check_ins(self) -> CheckIns:
        """Return moods and notes."""

    @property
    def phrasing(self) -> PhrasingDesk:
        """Return the mentor's other words."""

    @property
    def promising(self) -> Promising:
        """Return the promises."""

    @property
    def hub(self) -> MentorHub:
        """Return what the mentor shows when he is asked."""

    @property
    def explaining(self) -> Explaining:
        """Return what findings stand on."""

    @property
    def wishes(self) -> Wishes:
        """Return how members want the mentor to speak."""

    @property
    def mentoring(self) -> MentoringDesk:
        """Return the mentor."""
