"""Stop bots: one update of the table first, then everything else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot_service.domain.bots import Bot
from bot_service.domain.errors import BotNotFound
from bot_service.domain.events import BotsStopping
from bot_service.domain.people import Actor
from bot_service.domain.trading import Snapshot
from bot_service.services.braking import MESSAGE_STEP, mark_busy
from bot_service.services.desk import Desk
from bot_service.services.holdings import holdings_of
from bot_service.services.tags import common_tag, tag_of
from bot_service.services.views import BotOutcome, PositionLine, StopReceipt


def after_message(actor: Actor) -> datetime:
    """Return the first moment that surely lies after a message was sent.

    Telegram cuts a message's time to whole seconds; in the second of doubt stopping wins.
    """
    return actor.sent_at + MESSAGE_STEP


class Stopping:
    """The brake: never asks back, never asks a terminal, waits for nobody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def stop(self, actor: Actor, bot_ids: Sequence[int] | None) -> StopReceipt:
        """Stop bots (None: all) except those that were started after the message was sent."""
        now = self._desk.wall.now()
        batch = f"{now.isoformat()}/{actor.user_id}"
        with self._desk.database.write() as uow:
            stopped = uow.bots.stop_all(bot_ids, now, after_message(actor), batch)
            bots = {bot.id: bot for bot in uow.bots.all()}
            busy = mark_busy(uow, bots, stopped)
            if stopped:
                accounts = {bots[bot_id].account_id for bot_id in stopped}
                uow.record(
                    BotsStopping(
                        happened_at=self._desk.market.now(),
                        account_id=accounts.pop() if len(accounts) == 1 else None,
                        actor=actor.user_id,
                        bot_ids=stopped,
                        busy=tuple(sorted(busy & set(stopped))),
                        everything=bot_ids is None,
                    ),
                    answered_chat=actor.chat_id,
                )
            uow.commit()
        self._desk.lanes.discard_ticks(stopped)
        self._desk.ticker.cancel(stopped)
        return self._receipt(actor, bot_ids, stopped, bots, busy)

    def _receipt(
        self,
        actor: Actor,
        asked: Sequence[int] | None,
        stopped: Sequence[int],
        bots: dict[int, Bot],
        busy: set[int],
    ) -> StopReceipt:
        if asked is None:
            chosen = [bot_id for bot_id in bots if bot_id in stopped or bot_id in busy]
            spared = tuple(bot.id for bot in bots.values() if bot.running)
        else:
            chosen = list(dict.fromkeys(asked))
            spared = tuple(bot_id for bot_id in chosen if bot_id in bots and bots[bot_id].running)
        outcomes = tuple(_outcome(bot_id, bots, busy) for bot_id in chosen if bot_id not in spared)
        accounts = {bots[bot_id].account_id for bot_id in chosen if bot_id in bots}
        with self._desk.database.read() as uow:
            stored = [account for account in uow.accounts.all() if account.id in accounts or asked is None]
            holdings = {account.id: holdings_of(uow, account) for account in stored}
        snapshots = [item.snapshot for item in holdings.values() if item.snapshot is not None]
        shown = None if asked is None else set(chosen)
        common = common_tag(stored)
        lines = tuple(
            PositionLine(
                position,
                bot,
                currency=account.currency,
                account=tag_of(account) if common is None else None,
            )
            for account in stored
            for position in holdings[account.id].positions
            if (bot := bots.get(holdings[account.id].owners.get(position.identifier, 0))) is not None
            and (shown is None or bot.id in shown)
        )
        return StopReceipt(
            tag=common,
            outcomes=outcomes,
            spared=spared,
            positions=lines,
            age_s=self._age_s(snapshots),
            message_age_s=max(0, int((self._desk.wall.now() - actor.sent_at).total_seconds())),
        )

    def _age_s(self, snapshots: Sequence[Snapshot]) -> int | None:
        if not snapshots:
            return None
        oldest = min(snapshot.taken_at for snapshot in snapshots)
        return max(0, int((self._desk.wall.now() - oldest).total_seconds()))


def _outcome(bot_id: int, bots: dict[int, Bot], busy: set[int]) -> BotOutcome:
    bot = bots.get(bot_id)
    if bot is None:
        return BotOutcome(bot_id, "", done=False, error=BotNotFound(bot_id))
    return BotOutcome(bot_id, bot.settings.name, done=True, busy=bot_id in busy)
