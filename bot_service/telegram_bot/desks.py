"""The use cases that the chat calls, desk by desk, where it needs less than the whole class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.findings import DayReport
from bot_service.domain.market import SymbolTerms
from bot_service.domain.people import Actor
from bot_service.domain.trading import Position
from bot_service.services.small import Way
from bot_service.services.views import (
    AccountView,
    AnalysisView,
    BackTestView,
    BotCard,
    BotFilter,
    BotsView,
    DealsView,
    HealthView,
    HistoryView,
    HoldsView,
    PositionsView,
    Preview,
    PutBackReceipt,
    StartAllPreview,
    StartReceipt,
    StatusView,
    StopReceipt,
    StrategyView,
    SwapPreview,
    SwapReceipt,
    SymbolChoiceView,
    SymbolsView,
    TagsReceipt,
    VersionsView,
)


class ControlDesk(Protocol):
    """Acts on bots."""

    def preview(self, actor: Actor, account_id: int | None, settings: BotSettings) -> Preview:
        """Return what saving a new bot would mean."""

    def create(self, actor: Actor, settings: BotSettings, account_id: int | None = None) -> Bot:
        """Store a new stopped bot."""

    def start(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Let bots run."""

    def start_all_preview(self, actor: Actor) -> StartAllPreview:
        """Return what starting all would mean."""

    def start_all(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Let several bots run after the confirmation."""

    def stop(self, actor: Actor, bot_ids: Sequence[int] | None) -> StopReceipt:
        """Stop bots at once; None means all."""

    def exit_only(self, actor: Actor, bot_ids: Sequence[int]) -> StartReceipt:
        """Let bots open nothing any more."""

    def ways_out(self, shown: Preview, account_id: int | None) -> tuple[Way, ...]:
        """Return what a small account could do instead."""

    def edit_preview(self, actor: Actor, bot_id: int, changes: Mapping[str, str]) -> Preview:
        """Return what changing a bot would mean."""

    def edit(self, actor: Actor, bot_id: int, version: int, settings: BotSettings) -> Bot:
        """Write new settings."""

    def versions(self, bot_id: int) -> VersionsView:
        """Return the newest versions of a bot's settings."""

    def undo_preview(self, actor: Actor, bot_id: int, version: int | None = None) -> Preview:
        """Return what going back to an earlier version would mean."""

    def set_tags(self, actor: Actor, bot_id: int, tags: Sequence[str]) -> TagsReceipt:
        """Give a bot other tags."""

    def delete(self, actor: Actor, bot_id: int, version: int) -> Bot:
        """Mark a bot deleted."""

    def confirm_real(self, actor: Actor, bot_ids: Sequence[int]) -> None:
        """Remember that bots may trade real money."""


class QueriesDesk(Protocol):
    """Looks; none of them asks a terminal."""

    def status(self) -> StatusView:
        """Return one screen about everything."""

    def tags(self) -> dict[int, tuple[str, ...]]:
        """Return the tags of all bots that have any."""

    def bots(self, page: int = 0, chosen: BotFilter = ...) -> BotsView:
        """Return a page of bots."""

    def bot(self, bot_id: int) -> BotCard:
        """Return all about one bot."""

    def account(self, account_id: int | None = None) -> AccountView:
        """Return an account's money."""

    def positions(self, account_id: int | None = None, page: int | None = None) -> PositionsView:
        """Return the open positions."""

    def deals(self, days: int = 7, page: int = 0, account_id: int | None = None) -> DealsView:
        """Return closed trades."""

    def analysis(self, bot_id: int) -> AnalysisView:
        """Return a bot's newest analysis."""

    def history(self, bot_id: int | None = None, limit: int = 20) -> HistoryView:
        """Return what happened."""

    def strategies(self) -> tuple[StrategyView, ...]:
        """Return every strategy."""

    def strategy(self, key: str) -> StrategyView:
        """Return one strategy."""

    def health(self) -> HealthView:
        """Return every checked part."""


class SymbolsDesk(Protocol):
    """The account's symbols; these ask the terminal."""

    def search(self, text: str, page: int = 0, account_id: int | None = None) -> SymbolsView:
        """Return a page of the symbols that a text finds."""

    def popular(self, account_id: int | None = None) -> tuple[SymbolTerms, ...]:
        """Return the symbols that most people trade."""

    def choice(self, actor: Actor, bot_id: int) -> SymbolChoiceView:
        """Return what could replace a bot's symbol."""

    def preview(self, actor: Actor, bot_id: int, name: str) -> SwapPreview:
        """Return what another symbol would mean for all bots of this one."""

    def swap(self, actor: Actor, versions: Mapping[int, int], symbol: str, now: SymbolTerms) -> SwapReceipt:
        """Give bots the symbol that was shown."""


class BackTestsDesk(Protocol):
    """Back-tests, and the messages that tell of their progress."""

    def bot(self, bot_id: int) -> Bot:
        """Return the bot, if a back-test of it could begin now."""

    def run(self, bot_id: int, days: int) -> BackTestView:
        """Replay the bot over its last days; takes long."""

    def cancel(self) -> None:
        """End the one that runs."""

    def shown(self, chat_id: int, message_id: int) -> None:
        """Remember a progress message."""

    def finished(self, chat_id: int, message_id: int) -> None:
        """Forget a progress message."""

    def left_over(self) -> tuple[tuple[int, int], ...]:
        """Return the progress messages that nobody has finished."""


class StopsDesk(Protocol):
    """Stops of open positions."""

    def put_back(self, actor: Actor, account_id: int, position_id: int, removal: int) -> PutBackReceipt:
        """Set the stop again that somebody took away."""


class MentoringDesk(Protocol):
    """Reports."""

    def report(self, account_id: int | None = None, day: date | None = None) -> DayReport:
        """Return the report of a trading day."""

    def reports(self, day: date | None = None) -> tuple[DayReport, ...]:
        """Return the reports of all accounts that have something to say of a day."""


class PhrasingDesk(Protocol):
    """The mentor's sentences in other words."""

    def of(self, report: DayReport, language: str) -> Mapping[str, str]:
        """Return what may be said in other words, by the catalog's sentence."""


class HoldingDesk(Protocol):
    """What holds entries, and what only a person can end."""

    def shown(self) -> HoldsView:
        """Return every hold."""

    def other_copy_is_off(self, actor: Actor) -> None:
        """Let entries go on after the owner's word."""

    def confirm_currency(self, actor: Actor, account_id: int, currency: str) -> None:
        """Take an account with the currency that was shown."""


class StrangersDesk(Protocol):
    """Positions that no order of ours explains."""

    def shown(self, account_id: int, position_id: int) -> Position:
        """Return one as it was seen last."""

    def close(self, actor: Actor, account_id: int, position_id: int) -> Position:
        """Let one be closed."""

    def leave(self, account_id: int, position_id: int) -> Position:
        """Leave one alone."""
