"""What a person did to his bots and positions: the acts that the mentor looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class ActKind(StrEnum):
    """The kinds of acts; a look-up changes nothing and is counted only."""

    START = "start"
    STOP = "stop"
    CREATE = "create"
    EDIT = "edit"
    UNDO = "undo"
    DELETE = "delete"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    CLOSE = "close"
    MOVE_STOP = "move_stop"
    REMOVE_STOP = "remove_stop"
    MOVE_TARGET = "move_target"
    PANIC = "panic"
    LIMITS = "limits"
    LOOK = "look"
    BACKTEST = "backtest"


@dataclass(frozen=True)
class Act:
    """One act in market time; `user_id` None when it was done in the terminal, `reference` is its audit line.

    `changes` are settings or stops before and after, as plain text. `risk_before` and `risk_after` are the
    planned loss per trade in percent of the balance where it is known. `lifted` names the guard or stop that
    a start ended ("daily_loss", "own_stop"). `refresh` marks a look-up that only renewed a message.
    """

    at: datetime
    kind: ActKind
    user_id: int | None = None
    bot_id: int | None = None
    position_id: int | None = None
    symbol: str = ""
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    risk_before: Decimal | None = None
    risk_after: Decimal | None = None
    lifted: str = ""
    command: str = ""
    reference: int | None = None
    refresh: bool = False
    planned: bool = False
    """Announced by a note or promise before it, or said to be a plan afterwards."""
    near_close: bool = False
    """Done at most two hours before the symbol's market closed for two hours or more."""

    @property
    def raises_risk(self) -> bool:
        """Tell whether it made a bot risk more per trade than before."""
        if self.risk_before is None or self.risk_after is None:
            return False
        return self.risk_after > self.risk_before
