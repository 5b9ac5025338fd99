"""Entries that a passing thing holds back: their bots look again before the signal is stale."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from bot_service.domain.accounts import Account
from bot_service.domain.errors import BotNotFound
from bot_service.domain.jobs import TickJob
from bot_service.domain.trading import Snapshot
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services.desk import Desk


def note(uow: UnitOfWork, account_id: int, bot_id: int, at: datetime) -> None:
    """Remember that a bot wants another look at a moment (market time)."""
    wanted = _wanted(uow, account_id)
    uow.set_value(_key(account_id), json.dumps({**wanted, str(bot_id): at.isoformat()}))


class SecondLooks:
    """Let bots look again when their moment has come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def round(self, account: Account, _terminal: Terminal, _seen: Snapshot) -> None:
        """Submit the ticks whose moment has come; each wish is granted once."""
        account_id, now = account.id, self._desk.market.now()
        with self._desk.database.read() as uow:
            if not _due(_wanted(uow, account_id), now):
                return
        with self._desk.database.write() as uow:
            wanted = _wanted(uow, account_id)
            due = _due(wanted, now)
            kept = {bot_id: at for bot_id, at in wanted.items() if int(bot_id) not in due}
            uow.set_value(_key(account_id), json.dumps(kept))
            ready = [bot_id for bot_id in due if _pulled(uow, bot_id, now)]
            uow.commit()
        for bot_id in ready:
            self._desk.lanes.submit(TickJob(account_id, bot_id, now))


def _key(account_id: int) -> str:
    return f"second_looks:{account_id}"


def _wanted(uow: UnitOfWork, account_id: int) -> dict[str, str]:
    stored: dict[str, str] = json.loads(uow.get_value(_key(account_id)) or "{}")
    return stored


def _due(wanted: dict[str, str], now: datetime) -> list[int]:
    return [int(bot_id) for bot_id, at in wanted.items() if datetime.fromisoformat(at) <= now]


def _pulled(uow: UnitOfWork, bot_id: int, now: datetime) -> bool:
    try:
        bot = uow.bots.get(bot_id)
    except BotNotFound:
        return False
    if not bot.running:
        return False
    if bot.due_at is not None and bot.due_at > now:
        uow.bots.save(replace(bot, due_at=now))
    return True
