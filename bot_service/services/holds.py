"""What holds entries back, of one bot or of a whole account; each hold stays until its own cause is gone.

A bot shows one reason. Several can stand at once, so the reasons are kept beside the bots, and a bot that
starts while its account is held is held too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot_service.domain import codec
from bot_service.domain.bots import Bot, Held
from bot_service.ports import UnitOfWork


@dataclass(frozen=True)
class Hold:
    """Why entries are held and since when (wall time); without `bot_id` those of the whole account.

    `source` tells apart what has found the same reason twice, so that one finding can end without the other.
    """

    reason: Held
    since: datetime
    bot_id: int | None = None
    source: str = ""

    def concerns(self, bot_id: int) -> bool:
        """Tell whether a bot's entries are held."""
        return self.bot_id in {None, bot_id}


@dataclass(frozen=True)
class _Stored:
    holds: tuple[Hold, ...] = ()


def of_account(uow: UnitOfWork, account_id: int) -> tuple[Hold, ...]:
    """Return every hold of an account and its bots, oldest first."""
    text = uow.get_value(_key(account_id))
    return codec.read(_Stored, text).holds if text else ()


def standing(uow: UnitOfWork, account_id: int, bot_id: int) -> Held | None:
    """Return why a bot opens nothing, the oldest reason first; None where nothing holds it."""
    return next((hold.reason for hold in of_account(uow, account_id) if hold.concerns(bot_id)), None)


def put(uow: UnitOfWork, account_id: int, hold: Hold) -> bool:
    """Hold entries; False if this hold stood already."""
    return bool(put_all(uow, account_id, (hold,)))


def put_all(uow: UnitOfWork, account_id: int, holds: Iterable[Hold]) -> tuple[Hold, ...]:
    """Hold entries for several causes at once and return those that are new."""
    known = of_account(uow, account_id)
    new = tuple(hold for hold in holds if not any(_same(hold, other) for other in known))
    if not new:
        return ()
    _save(uow, account_id, (*known, *new))
    for bot in uow.bots.all(account_id):
        hold = next((hold for hold in new if hold.concerns(bot.id)), None)
        if hold is not None and bot.running and bot.held is None:
            uow.bots.set_held(bot.id, hold.reason)
    return new


def lift(
    uow: UnitOfWork, account_id: int, reason: Held, *, bot_id: int | None = None, source: str | None = None
) -> tuple[Hold, ...]:
    """End the holds of a reason, of all sources unless one is named, and return them."""
    known = of_account(uow, account_id)
    ended = tuple(
        hold
        for hold in known
        if (hold.reason, hold.bot_id) == (reason, bot_id) and source in {None, hold.source}
    )
    if ended:
        _save(uow, account_id, tuple(hold for hold in known if hold not in ended))
    for bot in uow.bots.all(account_id):
        if bot.held is reason and bot_id in {None, bot.id}:
            _show(uow, bot)
    return ended


def _show(uow: UnitOfWork, bot: Bot) -> None:
    held = standing(uow, bot.account_id, bot.id) if bot.running else None
    if held is not bot.held:
        uow.bots.set_held(bot.id, held)


def _same(one: Hold, other: Hold) -> bool:
    return (one.reason, one.bot_id, one.source) == (other.reason, other.bot_id, other.source)


def _save(uow: UnitOfWork, account_id: int, holds: Iterable[Hold]) -> None:
    uow.set_value(_key(account_id), codec.written(_Stored(tuple(holds))))


def _key(account_id: int) -> str:
    return f"holds:{account_id}"
