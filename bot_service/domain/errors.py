"""Every way in which the service says no, as data with a code.

ServiceError
    UserError            the person can mend it: wrong input, wrong moment, missing permission
    Unavailable          the truth is out of reach just now: terminal, database
    Conflict             somebody else changed the same thing first
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from bot_service.domain import codec
from bot_service.domain.market import SymbolTerms
from bot_service.domain.promises import Standing

ERRORS: dict[str, type[ServiceError]] = {}


class ServiceError(Exception):
    """Say why something was not done; `code` finds the words, the fields fill them."""

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            ERRORS[cls.code] = cls

    def __str__(self) -> str:
        return f"{self.code} {self.fields}"

    @property
    def fields(self) -> dict[str, Any]:
        """Return the data of the error by field name."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]  # every concrete error is a dataclass

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"error": self.code, **codec.to_json(self)}


def from_json(data: dict[str, Any]) -> ServiceError:
    """Build an error from its JSON form."""
    kind = ERRORS[data["error"]]
    return codec.from_json(kind, {name: item for name, item in data.items() if name != "error"})


class UserError(ServiceError):
    """The person can mend it."""


class Unavailable(ServiceError):
    """The truth is out of reach just now; nothing may be concluded."""


class Conflict(ServiceError):
    """Somebody else changed the same thing first."""


@dataclass(eq=False)
class BotNotFound(UserError):
    """No bot has this id."""

    code: ClassVar[str] = "bot_not_found"
    bot_id: int


@dataclass(eq=False)
class ImpossibleTransition(UserError):
    """The lifecycle has no such step from the bot's present status."""

    code: ClassVar[str] = "impossible_transition"
    bot_id: int
    status: str
    trigger: str


@dataclass(eq=False)
class InvalidValue(UserError):
    """A typed value does not fit; `reason` is a code, `allowed` what would fit."""

    code: ClassVar[str] = "invalid_value"
    field: str
    value: str
    reason: str
    allowed: str = ""


@dataclass(eq=False)
class AmbiguousNumber(UserError):
    """A typed number can be read in two ways."""

    code: ClassVar[str] = "ambiguous_number"
    value: str
    small: Decimal
    large: Decimal


@dataclass(eq=False)
class UnknownStrategy(UserError):
    """No strategy has this key."""

    code: ClassVar[str] = "unknown_strategy"
    key: str
    nearest: tuple[str, ...] = ()


@dataclass(eq=False)
class StrategyBroken(UserError):
    """A strategy's own code raised; `reason` is what it raised, for whoever wrote it."""

    code: ClassVar[str] = "strategy_broken"
    key: str
    reason: str


@dataclass(eq=False)
class BackTestRunning(UserError):
    """A back-test runs already; there is room for one."""

    code: ClassVar[str] = "back_test_running"


@dataclass(eq=False)
class BackTestFailed(UserError):
    """A back-test came to no result; `cause` is a `BackTestTrouble`."""

    code: ClassVar[str] = "back_test_failed"
    bot_id: int
    cause: str


@dataclass(eq=False)
class SymbolRefused(UserError):
    """The account has no symbol that is surely the one asked for; `candidates` could be meant."""

    code: ClassVar[str] = "symbol_refused"
    symbol: str
    reason: str
    candidates: tuple[SymbolTerms, ...] = ()


@dataclass(eq=False)
class PositionStillOpen(UserError):
    """The act has to wait until the bot's position is closed."""

    code: ClassVar[str] = "position_still_open"
    bot_id: int
    ticket: int


@dataclass(eq=False)
class StopNotPutBack(UserError):
    """A stop that was taken away could not be put back; `reason` is a code or a reject class."""

    code: ClassVar[str] = "stop_not_put_back"
    ticket: int
    reason: str
    stop: Decimal | None = None
    price: Decimal | None = None
    retcode: int | None = None


@dataclass(eq=False)
class NoSuchPosition(UserError):
    """Neither an open position nor a bot with one has this number."""

    code: ClassVar[str] = "no_such_position"
    number: str


@dataclass(eq=False)
class StopNotMoved(UserError):
    """A stop could not be set to the entry; `reason` is a code or a reject class."""

    code: ClassVar[str] = "stop_not_moved"
    ticket: int
    reason: str
    entry: Decimal | None = None
    price: Decimal | None = None


@dataclass(eq=False)
class OutcomePending(UserError):
    """The act has to wait until the outcome of an order is known."""

    code: ClassVar[str] = "outcome_pending"
    bot_id: int


@dataclass(eq=False)
class BotMustStopFirst(UserError):
    """The act needs a stopped bot."""

    code: ClassVar[str] = "bot_must_stop_first"
    bot_id: int


@dataclass(eq=False)
class NoAccount(UserError):
    """No trading account is connected yet."""

    code: ClassVar[str] = "no_account"


@dataclass(eq=False)
class NotAllowed(UserError):
    """The person's role does not allow this act."""

    code: ClassVar[str] = "not_allowed"
    needed: str


@dataclass(eq=False)
class PairingRefused(UserError):
    """The pairing code is wrong, used or expired."""

    code: ClassVar[str] = "pairing_refused"


@dataclass(eq=False)
class MemberNotFound(UserError):
    """Nobody with this Telegram user id is a member, or has knocked."""

    code: ClassVar[str] = "member_not_found"
    user_id: int


@dataclass(eq=False)
class OwnerIsFixed(UserError):
    """Who the owner is can only be changed on the machine itself."""

    code: ClassVar[str] = "owner_is_fixed"


@dataclass(eq=False)
class ExportTooLarge(UserError):
    """What was asked for doesn't fit into a message."""

    code: ClassVar[str] = "export_too_large"
    megabytes: int


@dataclass(eq=False)
class InPrivateOnly(UserError):
    """The act shows something that a group must not see."""

    code: ClassVar[str] = "in_private_only"


@dataclass(eq=False)
class ConfirmationRefused(UserError):
    """A confirmation was used before, is too old, or belongs to somebody else."""

    code: ClassVar[str] = "confirmation_refused"
    reason: str


@dataclass(eq=False)
class AccountDiffers(UserError):
    """The terminal is logged in to another account than the one the bot belongs to."""

    code: ClassVar[str] = "account_differs"
    expected: str
    actual: str


@dataclass(eq=False)
class MagicBlockTaken(UserError):
    """Somebody else's orders already use the magic numbers of this service."""

    code: ClassVar[str] = "magic_block_taken"
    block: int


@dataclass(eq=False)
class NothingToReport(UserError):
    """The asked day has no report."""

    code: ClassVar[str] = "nothing_to_report"
    day: str


@dataclass(eq=False)
class PromiseStands(UserError):
    """A promise of the person's own forbids the act right now; nothing was done.

    `deed` is what would be run again, filled in by the edge.
    """

    code: ClassVar[str] = "promise_stands"
    account_id: int
    standing: tuple[Standing, ...]
    deed: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class NothingToCorrect(UserError):
    """There is no check-in of the last day that could be changed."""

    code: ClassVar[str] = "nothing_to_correct"


@dataclass(eq=False)
class VersionConflict(Conflict):
    """The bot was changed since it was read."""

    code: ClassVar[str] = "version_conflict"
    bot_id: int
    expected: int


@dataclass(eq=False)
class PositionGone(UserError):
    """There is no such position any more, or it is not what it was."""

    code: ClassVar[str] = "position_gone"
    position_id: int


@dataclass(eq=False)
class SymbolTaken(UserError):
    """Another bot has this symbol, and the account allows one bot per symbol only."""

    code: ClassVar[str] = "symbol_taken"
    symbol: str
    bot_id: int
    name: str


@dataclass(eq=False)
class ResourcesShort(UserError):
    """The machine has run out of something; `resource` is one of Resource's values."""

    code: ClassVar[str] = "resources_short"
    resource: str


@dataclass(eq=False)
class NothingHeld(UserError):
    """No entries are held for this reason."""

    code: ClassVar[str] = "nothing_held"
    reason: str


@dataclass(eq=False)
class IntentExists(Conflict):
    """The same order was wanted before: an opening at this bar, or a closing without outcome."""

    code: ClassVar[str] = "intent_exists"
    bot_id: int
    purpose: str


@dataclass(eq=False)
class TerminalUnavailable(Unavailable):
    """The terminal did not answer, or answered that it cannot.

    `cause` is one of LinkCause's values, `retcode` the terminal's own last error.
    """

    code: ClassVar[str] = "terminal_unavailable"
    cause: str
    retcode: int = 0
    detail: str = ""


@dataclass(eq=False)
class MarketDataMissing(Unavailable):
    """The terminal has no bars or no tick for this symbol just now."""

    code: ClassVar[str] = "market_data_missing"
    symbol: str
    timeframe: str = ""


@dataclass(eq=False)
class DatabaseBusy(Unavailable):
    """The database stayed locked longer than the service waits."""

    code: ClassVar[str] = "database_busy"
