"""Stops of open positions: what is asked of the broker, and what is known of a position that we opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot_service.domain.market import AccountIdentity


class StopPolicy(StrEnum):
    """What happens to a position whose stop can't be set in time."""

    CLOSE = "close"
    ALERT = "alert"


class StopOutcome(StrEnum):
    """What became of a change of stops; UNKNOWN: look at the position again."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class StopRequest:
    """A change of a position's levels; a level that is None stays as the position has it."""

    ticket: int
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    expected: AccountIdentity | None = None


@dataclass(frozen=True)
class StopResult:
    """The answer to a change of stops; after DONE the levels are those that the position shows."""

    outcome: StopOutcome
    retcode: int | None = None
    reject_class: str = ""
    detail: str = ""
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None


@dataclass(frozen=True)
class Protection:
    """What one of our open positions looked like when people were told last, and what is being mended.

    Attributes:
        own_lots: what our own deals alone would have left open; tells our part of a change from others'.
        lost_stop: the stop that the position should have, or that somebody took away.
        removals: how often somebody took the stop away; the button of an earlier removal is worthless.
        setting: the stop that was asked for and whose answer is not known.
        missing_since: since when (wall time) the intended stop is missing; None: nothing to mend.
        tries: how often the broker was asked in vain; `tried_at` the last time, `cause` its reject class.
        closing: the stop is given up; by policy the position is being closed, or only told.
        reminders: how often the trouble was told; `told_at` the last time.
    """

    account_id: int
    position_id: int
    lots: Decimal
    own_lots: Decimal
    stop_loss: Decimal | None
    take_profit: Decimal | None
    lost_stop: Decimal | None = None
    removals: int = 0
    setting: Decimal | None = None
    missing_since: datetime | None = None
    tries: int = 0
    tried_at: datetime | None = None
    cause: str = ""
    closing: bool = False
    reminders: int = 0
    told_at: datetime | None = None

    def whole(self, stop_loss: Decimal | None, take_profit: Decimal | None) -> Protection:
        """Return the row of a position that has a stop: nothing is left to mend or to put back."""
        return replace(
            self,
            stop_loss=stop_loss,
            take_profit=take_profit,
            lost_stop=None,
            setting=None,
            missing_since=None,
            tries=0,
            tried_at=None,
            cause="",
            closing=False,
            reminders=0,
            told_at=None,
        )
