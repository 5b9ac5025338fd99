"""Other bots on the same market, whatever their account: their positions may oppose each other."""

from __future__ import annotations

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings
from bot_service.domain.symbols import core_of, family_of
from bot_service.domain.trading import Side
from bot_service.ports import UnitOfWork
from bot_service.services.holdings import holdings_of
from bot_service.services.tags import tag_of
from bot_service.services.views import Rival


def rivals_of(uow: UnitOfWork, settings: BotSettings, bot_id: int | None) -> tuple[Rival, ...]:
    """Return the other bots that run or hold something on the market of some settings."""
    names = _markets(settings)
    accounts = {account.id: account for account in uow.accounts.all()}
    found = []
    for bot in uow.bots.all():
        if bot.id == bot_id or not names & _markets(bot.settings):
            continue
        account = accounts[bot.account_id]
        side = _side(uow, account, bot)
        if bot.running or side is not None:
            found.append(Rival(tag_of(account), bot.id, bot.settings.name, side))
    return tuple(found)


def _markets(settings: BotSettings) -> frozenset[str]:
    cores = {core_of(name) for name in (settings.symbol, settings.broker_symbol) if name}
    return frozenset(cores).union(*(family_of(core) for core in cores))


def _side(uow: UnitOfWork, account: Account, bot: Bot) -> Side | None:
    position = holdings_of(uow, account).of_bot(bot.id)
    return None if position is None else position.side
