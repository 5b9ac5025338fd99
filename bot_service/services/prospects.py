"""What starting all bots would mean, before anybody confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.bots import Bot, BotSettings, BotStatus, SizingMethod
from bot_service.domain.errors import MarketDataMissing, SymbolRefused, TerminalUnavailable
from bot_service.domain.market import TradeMode
from bot_service.domain.trading import Side
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services.desk import LOOK_TURN_S, Desk
from bot_service.services.looks import atr_of, bars_needed
from bot_service.services.tags import common_tag, tag_of
from bot_service.services.views import StartAllPreview


def unconfirmed(bot: Bot, account: Account) -> bool:
    """Tell whether a bot's first start with real money is still to be confirmed."""
    return account.identity.trade_mode is TradeMode.REAL and bot.real_confirmed_at is None


class Prospects:
    """Look ahead: which bots would start, and the money if every stop is hit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start_all(self) -> StartAllPreview:
        """Return what starting all bots would mean."""
        with self._desk.database.read() as uow:
            bots = tuple(bot for bot in uow.bots.all() if bot.status is not BotStatus.ACTIVE)
            accounts = {account.id: account for account in uow.accounts.all()}
            bases = {item: _base(uow, item) for item in accounts}
        chosen = [accounts[item] for item in dict.fromkeys(bot.account_id for bot in bots)]
        common = common_tag(chosen)
        stopped = [bot for bot in bots if bot.stop_batch is not None and bot.stopped_at is not None]
        newest = max(stopped, key=lambda bot: (bot.stopped_at, bot.stop_batch), default=None)
        batch = None if newest is None else newest.stop_batch
        return StartAllPreview(
            tag=common,
            bots=bots,
            last_batch=tuple(bot.id for bot in stopped if bot.stop_batch == batch),
            last_stopped_at=None if newest is None else newest.stopped_at,
            losses=self._losses(bots, accounts, bases),
            needs_real_confirmation=any(unconfirmed(bot, accounts[bot.account_id]) for bot in bots),
            accounts={} if common else {bot.id: tag_of(accounts[bot.account_id]) for bot in bots},
        )

    def _losses(
        self, bots: Sequence[Bot], accounts: Mapping[int, Account], bases: dict[int, Decimal | None]
    ) -> dict[str, Decimal | None]:
        # Money of different currencies is never added up.
        counted: dict[str, list[Bot]] = {}
        for bot in bots:
            counted.setdefault(accounts[bot.account_id].currency, []).append(bot)
        return {currency: self._largest_loss(own, bases) for currency, own in counted.items()}

    def _largest_loss(self, bots: Sequence[Bot], bases: dict[int, Decimal | None]) -> Decimal | None:
        total, questions = Decimal(0), dict[tuple[int, str, str, Decimal], list[Bot]]()
        for bot in bots:
            settings, base = bot.settings, bases[bot.account_id]
            if settings.sizing is SizingMethod.RISK_PERCENT:
                if base is None:
                    return None
                total += (base * settings.size / 100).quantize(Decimal("0.01"))
            else:
                key = (bot.account_id, settings.broker_symbol, settings.timeframe, settings.stop_atr)
                questions.setdefault(key, []).append(bot)
        for (account_id, *_), alike in questions.items():
            per_lot = self._loss_per_lot(account_id, alike[0].settings)
            if per_lot is None:
                return None
            total += (per_lot * sum(bot.settings.size for bot in alike)).quantize(Decimal("0.01"))
        return total

    def _loss_per_lot(self, account_id: int, settings: BotSettings) -> Decimal | None:
        def question(terminal: Terminal) -> Decimal | None:
            symbol = settings.broker_symbol
            atr = atr_of(terminal.closed_bars(symbol, settings.timeframe, bars_needed(settings)))
            if atr is None:
                return None
            entry = terminal.tick(symbol).ask
            return -terminal.profit(Side.BUY, symbol, Decimal(1), entry, entry - atr * settings.stop_atr)

        try:
            return self._desk.lanes.ask(account_id, question, turn_s=LOOK_TURN_S)
        except (TerminalUnavailable, MarketDataMissing, SymbolRefused):
            return None


def _base(uow: UnitOfWork, account_id: int) -> Decimal | None:
    snapshot = uow.accounts.snapshot(account_id)
    return None if snapshot is None else snapshot.state.sizing_base
