"""What a trade return code means for the next step: one table, and the meaning of "no answer"."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from bot_service.domain.market import LinkCause


class RetcodeClass(StrEnum):
    """How to go on after an answer of the trade server; the values are `OrderResult.reject_class`."""

    DONE = "done"
    PLACED = "placed"
    UNKNOWN = "unknown"
    REQUOTE = "requote"
    NO_QUOTES = "no_quotes"
    SLIPPED = "slipped"
    REJECT = "reject"
    CONFIG = "config"
    FILLING = "filling"
    DISABLED = "disabled"
    ALGO_OFF = "algo_off"
    CLOSED = "closed"
    FUNDS = "funds"
    RETRY_LATER = "retry_later"
    LOCKED = "locked"
    NO_CHANGES = "no_changes"
    FROZEN = "frozen"
    INVALID_STOPS = "invalid_stops"
    PAST = "past"
    LIMIT = "limit"
    STATE = "state"
    NOT_SENT = "not_sent"
    OTHER_ACCOUNT = "other_account"


# Last errors of our own, beside the package's: what an API with a far side found out about the way there.
NO_LINK = (-10004, "No IPC connection")
OTHER_ACCOUNT = -20001
OTHER_SESSION = -20002
NOT_ANSWERING = -20003
BROKEN = -20004
HOST_DOWN = -20005
WRONG_VERSION = -20006
NO_PACKAGE = -20007
NOT_READY = -20008

PLACED = 10008
DONE = 10009
DONE_PARTIAL = 10010
INVALID_STOPS = 10016
INVALID_FILL = 10030

CLASSES: Mapping[int, RetcodeClass] = MappingProxyType(
    {
        10004: RetcodeClass.REQUOTE,
        10006: RetcodeClass.REJECT,
        10007: RetcodeClass.REJECT,
        PLACED: RetcodeClass.PLACED,
        DONE: RetcodeClass.DONE,
        DONE_PARTIAL: RetcodeClass.DONE,
        10011: RetcodeClass.UNKNOWN,
        10012: RetcodeClass.UNKNOWN,
        10013: RetcodeClass.CONFIG,
        10014: RetcodeClass.CONFIG,
        10015: RetcodeClass.REQUOTE,
        10016: RetcodeClass.CONFIG,
        10017: RetcodeClass.DISABLED,
        10018: RetcodeClass.CLOSED,
        10019: RetcodeClass.FUNDS,
        10020: RetcodeClass.REQUOTE,
        10021: RetcodeClass.NO_QUOTES,
        10022: RetcodeClass.CONFIG,
        10023: RetcodeClass.STATE,
        10024: RetcodeClass.RETRY_LATER,
        10025: RetcodeClass.NO_CHANGES,
        10026: RetcodeClass.ALGO_OFF,
        10027: RetcodeClass.ALGO_OFF,
        10028: RetcodeClass.LOCKED,
        10029: RetcodeClass.FROZEN,
        INVALID_FILL: RetcodeClass.FILLING,
        10031: RetcodeClass.UNKNOWN,
        10032: RetcodeClass.DISABLED,
        10033: RetcodeClass.LIMIT,
        10034: RetcodeClass.LIMIT,
        10035: RetcodeClass.CONFIG,
        10036: RetcodeClass.STATE,
        10038: RetcodeClass.STATE,
        10039: RetcodeClass.STATE,
        10040: RetcodeClass.LIMIT,
        10041: RetcodeClass.REJECT,
        10042: RetcodeClass.DISABLED,
        10043: RetcodeClass.DISABLED,
        10044: RetcodeClass.DISABLED,
        10045: RetcodeClass.STATE,
        10046: RetcodeClass.DISABLED,
    }
)

# order_send answered None: only these last errors prove that nothing left the terminal.
UNSENT: Mapping[int, RetcodeClass] = MappingProxyType(
    {
        -2: RetcodeClass.CONFIG,
        -5: RetcodeClass.NOT_SENT,
        -6: RetcodeClass.NOT_SENT,
        -8: RetcodeClass.ALGO_OFF,
        -10003: RetcodeClass.NOT_SENT,
        -10004: RetcodeClass.NOT_SENT,
    }
)

LINK_CAUSES: Mapping[int, LinkCause] = MappingProxyType(
    {
        -5: LinkCause.WRONG_BUILD,
        -6: LinkCause.NOT_LOGGED_IN,
        -7: LinkCause.NOT_LOGGED_IN,
        -8: LinkCause.ALGO_OFF,
        -10000: LinkCause.NO_ANSWER,
        -10001: LinkCause.NO_ANSWER,
        -10002: LinkCause.NO_ANSWER,
        -10003: LinkCause.TERMINAL_CLOSED,
        -10004: LinkCause.TERMINAL_CLOSED,
        -10005: LinkCause.TIMEOUT,
        OTHER_ACCOUNT: LinkCause.OTHER_ACCOUNT,
        OTHER_SESSION: LinkCause.OTHER_SESSION,
        NOT_ANSWERING: LinkCause.TIMEOUT,
        BROKEN: LinkCause.NO_ANSWER,
        HOST_DOWN: LinkCause.HOST_DOWN,
        WRONG_VERSION: LinkCause.WRONG_BUILD,
        NO_PACKAGE: LinkCause.HOST_DOWN,
        NOT_READY: LinkCause.NOT_LOGGED_IN,
    }
)


def class_of(retcode: int) -> RetcodeClass:
    """Return the class of a return code; a code nobody described proves nothing, so it is UNKNOWN."""
    return CLASSES.get(retcode, RetcodeClass.UNKNOWN)


def link_cause(last_error: int) -> LinkCause:
    """Return why the link can't be trusted after this last error."""
    return LINK_CAUSES.get(last_error, LinkCause.NO_ANSWER)
