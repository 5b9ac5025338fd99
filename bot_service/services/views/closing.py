"""What closing by people's word shows and returns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot_service.domain.bots import Bot
from bot_service.domain.close_tasks import CloseTask
from bot_service.domain.events import StopMoved
from bot_service.domain.trading import Position
from bot_service.services.views.money import AccountTag


@dataclass(frozen=True)
class CloseLine:
    """A position that could be closed; `lots` are the bot's, all of them where no bot has it (`bot` None)."""

    account_id: int
    tag: AccountTag
    position: Position
    bot: Bot | None
    lots: Decimal
    currency: str

    @property
    def item(self) -> CloseItem:
        """Return what a confirmation is bound to."""
        return CloseItem(self.account_id, self.position.identifier, self.lots)


@dataclass(frozen=True)
class CloseItem:
    """What somebody confirmed: never more than `lots` of this position is closed."""

    account_id: int
    position_id: int
    lots: Decimal


@dataclass(frozen=True)
class ClosePreview:
    """Positions that could be closed, the most urgent first; `manual` are those that no bot opened.

    `waiting` are orders to close that are already under way, by account. `age_s` is that of the oldest
    snapshot; None: there is none.
    """

    lines: tuple[CloseLine, ...]
    manual: tuple[CloseLine, ...]
    age_s: int | None
    waiting: tuple[CloseTask, ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class ClosingView:
    """How far the closings of one order are; `currencies` by position id.

    `left_out` of the confirmed positions were gone already, or are at the broker just now.
    """

    batch: str
    tasks: tuple[CloseTask, ...]
    currencies: dict[int, str]
    left_out: int = 0

    @property
    def finished(self) -> bool:
        """Tell whether nothing is left to be done."""
        return not any(task.state.open for task in self.tasks)


@dataclass(frozen=True)
class StopMovedReceipt:
    """A position's stop is at its entry."""

    tag: AccountTag
    event: StopMoved
