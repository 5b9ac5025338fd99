"""What people do with bots: one object for the edge, built from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random, SystemRandom

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.market import AccountIdentity, AccountState
from bot_service.domain.people import Actor
from bot_service.domain.quotes import RiskLimits
from bot_service.ports import Clock, Database, Lanes, Terminal, Ticker
from bot_service.services import past, small
from bot_service.services.braking import Brake
from bot_service.services.designing import Designing
from bot_service.services.desk import Desk
from bot_service.services.prospects import Prospects
from bot_service.services.registration import Registration
from bot_service.services.small import Way
from bot_service.services.starting import Starting
from bot_service.services.stopping import Stopping
from bot_service.services.views import (
    Preview,
    StartAllPreview,
    StartReceipt,
    StopReceipt,
    TagsReceipt,
    VersionsView,
)


class Control:
    """Create, start, stop, change and delete bots; each act is one transaction with its event."""

    def __init__(
        self,
        database: Database,
        ticker: Ticker,
        lanes: Lanes,
        terminals: Mapping[int, Terminal],
        market: Clock,
        wall: Clock,
        limits: RiskLimits | None = None,
        random: Random | None = None,
        *,
        spread: bool = True,
    ) -> None:
        desk = Desk(database, ticker, lanes, terminals, market, wall, spread)
        limits = limits or RiskLimits()
        self._desk = desk
        self._starting = Starting(desk)
        self._prospects = Prospects(desk)
        self._stopping = Stopping(desk)
        self._brake = Brake(database, wall, market)
        self._designing = Designing(desk, limits)
        self._registration = Registration(desk, random or SystemRandom())

    def preview(self, actor: Actor, account_id: int | None, settings: BotSettings) -> Preview:
        """Return what a bot with these settings would risk now."""
        return self._designing.preview(actor, account_id, settings)

    def create(self, actor: Actor, settings: BotSettings, account_id: int | None = None) -> Bot:
        """Store a new, stopped bot."""
        return self._designing.create(actor, settings, account_id)

    def ways_out(self, shown: Preview, account_id: int | None) -> tuple[Way, ...]:
        """Return what an account that is too small for some settings could do instead."""
        return small.ways_out(lambda settings: self._designing.weigh(account_id, settings), shown)

    def edit_preview(self, actor: Actor, bot_id: int, changes: Mapping[str, str]) -> Preview:
        """Return what a change of settings would mean."""
        return self._designing.edit_preview(actor, bot_id, changes)

    def edit(self, actor: Actor, bot_id: int, version: int, settings: BotSettings) -> Bot:
        """Write new settings over the version that was shown."""
        return self._designing.edit(actor, bot_id, version, settings)

    def versions(self, bot_id: int) -> VersionsView:
        """Return the newest versions of a bot's settings."""
        return past.versions(self._desk, bot_id)

    def undo_preview(self, actor: Actor, bot_id: int, version: int | None = None) -> Preview:
        """Return what going back to an earlier version would mean."""
        return self._designing.undo_preview(actor, bot_id, version)

    def set_tags(self, actor: Actor, bot_id: int, tags: Sequence[str]) -> TagsReceipt:
        """Give a bot other tags."""
        del actor
        return past.set_tags(self._desk, bot_id, tags)

    def delete(self, actor: Actor, bot_id: int, version: int) -> Bot:
        """Mark a bot deleted."""
        return self._designing.delete(actor, bot_id, version)

    def start(self, actor: Actor, bot_ids: Sequence[int], *, leaving: bool = False) -> StartReceipt:
        """Start bots; `leaving`: only to bring a position to its end."""
        return self._starting.start(actor, bot_ids, leaving=leaving)

    def start_all_preview(self, actor: Actor) -> StartAllPreview:
        """Return what starting all bots would mean."""
        del actor
        return self._prospects.start_all()

    def start_all(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Start the bots that were shown and confirmed."""
        return self._starting.start_all(actor, bot_ids)

    def confirm_real(self, actor: Actor, bot_ids: Sequence[int]) -> None:
        """Remember that a person confirmed that these bots trade real money."""
        self._starting.confirm_real(actor, bot_ids)

    def stop(self, actor: Actor, bot_ids: Sequence[int] | None) -> StopReceipt:
        """Stop bots, None for all."""
        return self._stopping.stop(actor, bot_ids)

    def console_stop_all(self) -> tuple[int, ...]:
        """Stop all bots from the machine itself."""
        return self._brake.stop_all()

    def exit_only(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Let bots manage what is open and open nothing more."""
        return self._starting.exit_only(actor, bot_ids)

    def begin(self) -> None:
        """End what a killed process left unfinished; call it before updates are read."""
        self._starting.begin()

    def resume(self) -> tuple[int, ...]:
        """Let running bots go on after a restart."""
        return self._starting.resume()

    def ensure_account(
        self,
        identity: AccountIdentity,
        state: AccountState,
        label: str,
        zone: str,
        terminal: Terminal | None = None,
    ) -> Account:
        """Return the stored account of an identity, or store it."""
        return self._registration.ensure_account(identity, state, label, zone, terminal)
