"""How members like their pictures; a small stored value each."""

from __future__ import annotations

from bot_service.domain.people import Actor
from bot_service.domain.tastes import Taste, Theme
from bot_service.ports import Database


class Tastes:
    """Remember what a member has chosen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, user_id: int) -> Taste:
        """Return a member's choice, the usual one where none was made."""
        with self._database.read() as uow:
            stored = (uow.get_value(_key(user_id)) or "").split()
        known = [theme for theme in Theme if theme in stored]
        return Taste(known[0] if known else Theme.LIGHT, "charts" in stored)

    def choose(self, actor: Actor, taste: Taste) -> Taste:
        """Store a choice of the person who acts."""
        words = [taste.theme.value, *(["charts"] if taste.trade_charts else [])]
        with self._database.write() as uow:
            uow.set_value(_key(actor.user_id), " ".join(words))
            uow.commit()
        return taste


def _key(user_id: int) -> str:
    return f"pictures:{user_id}"
