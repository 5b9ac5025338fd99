"""The ways on for a bot that shall be deleted and has a position: close it, let it end, or release it."""

from __future__ import annotations

import json
from enum import StrEnum

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotStatus
from bot_service.domain.errors import BotNotFound, OutcomePending, VersionConflict
from bot_service.domain.people import Actor
from bot_service.domain.trading import Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import lifecycle
from bot_service.services.closing import Closing
from bot_service.services.control import Control
from bot_service.services.desk import Desk
from bot_service.services.views import ClosingView


class Way(StrEnum):
    """How a bot with a position goes."""

    CLOSE = "close"
    EXIT_ONLY = "exit_only"
    RELEASE = "release"


class Farewells:
    """Delete bots whose position has to end first, whatever restarts come between."""

    def __init__(self, desk: Desk, control: Control, closing: Closing) -> None:
        self._desk = desk
        self._control = control
        self._closing = closing

    def close(self, actor: Actor, bot_id: int, version: int) -> ClosingView:
        """Stop a bot, close its position, then delete it.

        Raises:
            VersionConflict: the bot was changed since it was shown.
        """
        self._at_version(bot_id, version)
        self._control.stop(actor, [bot_id])
        self._plan(actor, bot_id)
        view = self._closing.preview()
        return self._closing.order(
            actor, [line.item for line in view.lines if line.bot is not None and line.bot.id == bot_id]
        )

    def exit_only(self, actor: Actor, bot_id: int, version: int) -> Bot:
        """Let a bot manage its position to the end and delete it then; starting it again calls that off.

        Raises:
            VersionConflict: the bot was changed since it was shown.
            ServiceError: the bot can't be started for this.
        """
        bot = self._at_version(bot_id, version)
        if not bot.running:
            # A start looks only at bars that close from now on, so nothing is opened in between.
            _checked(self._control.start(actor, [bot_id], leaving=True).outcomes[0].error)
        if bot.status is not BotStatus.EXIT_ONLY:
            _checked(self._control.exit_only(actor, [bot_id]).outcomes[0].error)
        self._plan(actor, bot_id)
        return bot

    def release(self, actor: Actor, bot_id: int, version: int) -> Bot:
        """Stop and delete a bot and leave its position to the owner; it is watched on.

        Raises:
            VersionConflict: the bot was changed since it was shown.
            OutcomePending: an order's outcome is not known yet.
        """
        self._at_version(bot_id, version)
        self._control.stop(actor, [bot_id])
        with self._desk.database.write() as uow:
            bot = uow.bots.get(bot_id)
            if bot.running or lifecycle.is_busy(uow, bot):
                raise OutcomePending(bot_id)
            deleted = lifecycle.delete(uow, self._desk, bot, actor.user_id, actor.chat_id)
            uow.commit()
        self._desk.ticker.cancel([bot_id])
        return deleted

    def round(self, account: Account, terminal: Terminal, seen: Snapshot) -> None:  # noqa: ARG002  # every round has this shape
        """Delete the bots whose position has ended."""
        with self._desk.database.read() as uow:
            if not _plans(uow, account.id):
                return
        with self._desk.database.write() as uow:
            plans = _plans(uow, account.id)
            left = {bot_id: actor for bot_id, actor in plans.items() if self._stays(uow, bot_id, actor)}
            if left != plans:
                uow.set_value(_key(account.id), json.dumps(left))
                uow.commit()

    def _stays(self, uow: UnitOfWork, bot_id: str, actor: int) -> bool:
        try:
            bot = uow.bots.get(int(bot_id))
        except BotNotFound:
            return False
        if bot.status is BotStatus.ACTIVE:
            return False
        if bot.running or lifecycle.is_busy(uow, bot) or uow.intents.open_positions(bot.account_id, bot.id):
            return True
        lifecycle.delete(uow, self._desk, bot, actor, None)
        return False

    def _at_version(self, bot_id: int, version: int) -> Bot:
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
        if bot.version != version:
            raise VersionConflict(bot_id, version)
        return bot

    def _plan(self, actor: Actor, bot_id: int) -> None:
        with self._desk.database.write() as uow:
            account_id = uow.bots.get(bot_id).account_id
            plans = _plans(uow, account_id) | {str(bot_id): actor.user_id}
            uow.set_value(_key(account_id), json.dumps(plans))
            uow.commit()


def _checked(error: Exception | None) -> None:
    if error is not None:
        raise error


def _plans(uow: UnitOfWork, account_id: int) -> dict[str, int]:
    return {
        str(bot): int(actor) for bot, actor in json.loads(uow.get_value(_key(account_id)) or "{}").items()
    }


def _key(account_id: int) -> str:
    return f"farewells:{account_id}"
