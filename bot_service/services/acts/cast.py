"""The bots of an account as they were: read many at a time, and once in a transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings
from bot_service.ports import UnitOfWork


class Cast:
    """Bots and their versions; several spans of one account may share what was read."""

    def __init__(self, uow: UnitOfWork, account: Account) -> None:
        self._uow = uow
        self._account_id = account.id
        self._bots: dict[int, Bot | None] = {}
        self._versions: dict[int, tuple[tuple[int, datetime, BotSettings], ...]] = {}

    def meet(self, bot_ids: Iterable[int]) -> None:
        """Read many bots and their versions at once: a thousand of them may have been started in a day."""
        new = [bot_id for bot_id in set(bot_ids) if bot_id not in self._bots]
        if not new:
            return
        found = {bot.id: bot for bot in self._uow.bots.all(self._account_id, ids=new, deleted=True)}
        self._bots.update((bot_id, found.get(bot_id)) for bot_id in new)
        self._versions.update(self._uow.bots.versions_of(found))

    def bot(self, bot_id: int | None) -> Bot | None:
        """Return a bot of this account, deleted or not; None for another account's."""
        if bot_id is None:
            return None
        if bot_id not in self._bots:
            self.meet((bot_id,))
        return self._bots[bot_id]

    def bots(self, bot_ids: tuple[int, ...]) -> list[Bot]:
        """Return those of some bots that are this account's."""
        self.meet(bot_ids)
        return [bot for bot_id in bot_ids if (bot := self._bots[bot_id]) is not None]

    def versions(self, bot_id: int) -> tuple[tuple[int, datetime, BotSettings], ...]:
        """Return (version, since, settings) of all versions of a bot of this account, oldest first."""
        if bot_id not in self._versions:
            self.meet((bot_id,))
        return self._versions[bot_id]

    def settings_at(self, bot: Bot, recorded_at: datetime) -> BotSettings:
        """Return the settings that a bot had at a moment of wall time."""
        earlier = [settings for _, since, settings in self.versions(bot.id) if since <= recorded_at]
        return earlier[-1] if earlier else bot.settings
