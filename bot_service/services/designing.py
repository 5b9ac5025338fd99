"""Make, change and delete bots, with what it would cost shown before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.bots import Bot, BotSettings, Held
from bot_service.domain.errors import (
    BotMustStopFirst,
    InvalidValue,
    MarketDataMissing,
    OutcomePending,
    PositionStillOpen,
    TerminalUnavailable,
    VersionConflict,
)
from bot_service.domain.events import BotCreated, BotEdited
from bot_service.domain.market import Instrument, SymbolTerms
from bot_service.domain.people import Actor
from bot_service.domain.quotes import RiskLimits
from bot_service.domain.risk import Denied, Sized
from bot_service.domain.trading import Side
from bot_service.ports import Terminal, UnitOfWork
from bot_service.services import contracts, drafts, entries, holds, lifecycle, past, rivals, sharing, vows
from bot_service.services.desk import LOOK_TURN_S, Desk
from bot_service.services.looks import atr_of, bars_needed
from bot_service.services.tags import tag_of
from bot_service.services.views import LeastLot, Preview
from bot_service.services.vows import Intended
from bot_service.strategies import find

FIXED_WHILE_OPEN = ("symbol", "broker_symbol", "timeframe")


@dataclass(frozen=True)
class _Weighed:
    instrument: Instrument | None = None
    decision: Sized | Denied | None = None


class Designing:
    """Everything about a bot's settings."""

    def __init__(self, desk: Desk, limits: RiskLimits) -> None:
        self._desk = desk
        self._limits = limits

    def preview(self, actor: Actor, account_id: int | None, settings: BotSettings) -> Preview:
        """Return what a bot with these settings would risk now.

        Raises:
            NoAccount, SymbolRefused, UnknownStrategy, InvalidValue: it can't be made like this.
        """
        del actor
        return self.weigh(account_id, settings)

    def weigh(self, account_id: int | None, settings: BotSettings) -> Preview:
        """Return what settings would risk now, whoever asks.

        Raises:
            NoAccount, SymbolRefused, UnknownStrategy, InvalidValue: it can't be made like this.
        """
        return self._preview(self._desk.account(account_id), _checked(settings))

    def edit_preview(self, actor: Actor, bot_id: int, changes: Mapping[str, str]) -> Preview:
        """Return what a change of settings would mean, with the changed fields as text."""
        del actor
        with self._desk.database.read() as uow:
            bot = uow.bots.get(bot_id)
        return self._change_preview(bot, drafts.settings_from_words(changes, bot.settings))

    def undo_preview(self, actor: Actor, bot_id: int, version: int | None = None) -> Preview:
        """Return what going back to an earlier version, without a number to the one before, would mean.

        Raises:
            InvalidValue: there is no such version, or none before.
        """
        del actor
        bot, settings = past.earlier(self._desk, bot_id, version)
        return self._change_preview(bot, settings)

    def _change_preview(self, bot: Bot, wanted: BotSettings) -> Preview:
        settings = _checked(wanted)
        with self._desk.database.read() as uow:
            account = uow.accounts.get(bot.account_id)
            _refuse_while_open(uow, bot, settings)
        shown = self._preview(account, settings, bot.id)
        return replace(
            shown,
            bot=bot,
            changes=drafts.changes(bot.settings, shown.settings),
            raises_risk=drafts.raises_risk(bot.settings, shown.settings),
        )

    def create(self, actor: Actor, settings: BotSettings, account_id: int | None = None) -> Bot:
        """Store a new, stopped bot.

        Raises:
            NoAccount, SymbolRefused, SymbolTaken, UnknownStrategy, InvalidValue: it can't be made like this.
            TerminalUnavailable: the symbol can't be resolved just now.
            PromiseStands: the person promised himself not to.
        """
        account = self._desk.account(account_id)
        vows.refuse(self._desk, actor, [account.id], Intended(ActKind.CREATE))
        resolved, terms = self._resolved(account, _checked(settings))
        with self._desk.database.write() as uow:
            sharing.refuse_second(uow, account, resolved.broker_symbol)
            bot = uow.bots.add(account.id, resolved, self._desk.wall.now())
            contracts.remember(uow, bot.id, terms)
            uow.record(
                BotCreated(
                    happened_at=self._desk.market.now(),
                    account_id=account.id,
                    bot_id=bot.id,
                    actor=actor.user_id,
                    name=resolved.name,
                ),
                answered_chat=actor.chat_id,
            )
            uow.commit()
        return bot

    def edit(self, actor: Actor, bot_id: int, version: int, settings: BotSettings) -> Bot:
        """Write new settings; they count from the next trade.

        Raises:
            VersionConflict: the bot was changed since it was shown.
            PositionStillOpen: symbol or timeframe can't change while a position is open.
            PromiseStands: the person promised himself not to.
        """
        checked = _checked(settings)
        with self._desk.database.read() as uow:
            before = uow.bots.get(bot_id)
            account = uow.accounts.get(before.account_id)
            raises = vows.is_raise(uow, account, before.settings, checked, self._desk.market.now())
        vows.refuse(self._desk, actor, [account.id], Intended(ActKind.EDIT, raises))
        resolved, terms = checked, None
        if not checked.broker_symbol:
            resolved, terms = self._resolved(account, checked)
        with self._desk.database.write() as uow:
            bot = _at_version(uow, bot_id, version)
            _refuse_while_open(uow, bot, resolved)
            if resolved.broker_symbol != bot.settings.broker_symbol:
                sharing.refuse_second(uow, account, resolved.broker_symbol, bot.id)
            changes = drafts.changes(bot.settings, resolved)
            if terms is not None:
                contracts.remember(uow, bot_id, terms)
                holds.lift(uow, account.id, Held.SYMBOL, bot_id=bot_id)
                bot = uow.bots.get(bot_id)
            ready = lifecycle.looking_ahead(self._desk, bot, account, resolved)
            edited = uow.bots.edit(ready, resolved, self._desk.wall.now(), actor.user_id)
            uow.record(
                BotEdited(
                    happened_at=self._desk.market.now(),
                    account_id=bot.account_id,
                    bot_id=bot.id,
                    actor=actor.user_id,
                    name=resolved.name,
                    version=edited.version,
                    changes=changes,
                ),
                answered_chat=actor.chat_id,
            )
            uow.commit()
        if edited.running:
            self._desk.ticker.schedule(edited, account, edited.due_at or self._desk.market.now())
        return edited

    def delete(self, actor: Actor, bot_id: int, version: int) -> Bot:
        """Mark a bot deleted; its number is never used again.

        Raises:
            VersionConflict: the bot was changed since it was shown.
            BotMustStopFirst, PositionStillOpen, OutcomePending: not yet.
        """
        with self._desk.database.write() as uow:
            bot = _at_version(uow, bot_id, version)
            if bot.running:
                raise BotMustStopFirst(bot_id)
            if lifecycle.is_busy(uow, bot):
                raise OutcomePending(bot_id)
            position = _own_position(uow, bot)
            if position is not None:
                raise PositionStillOpen(bot_id, position)
            deleted = lifecycle.delete(uow, self._desk, bot, actor.user_id, actor.chat_id)
            uow.commit()
        self._desk.ticker.cancel([bot_id])
        return deleted

    def _resolved(self, account: Account, settings: BotSettings) -> tuple[BotSettings, SymbolTerms]:
        instrument = self._desk.lanes.ask(account.id, lambda terminal: terminal.resolve(settings.symbol))
        return replace(settings, broker_symbol=instrument.symbol), instrument.terms

    def _preview(self, account: Account, settings: BotSettings, bot_id: int | None = None) -> Preview:
        with self._desk.database.read() as uow:
            symbol = settings.broker_symbol or settings.symbol
            commission = entries.commission_per_lot(uow, account.id, symbol)

        def question(terminal: Terminal) -> _Weighed:
            return self._weigh(terminal, settings, commission)

        try:
            weighed = self._desk.lanes.ask(account.id, question, turn_s=LOOK_TURN_S)
        except TerminalUnavailable:
            weighed = _Weighed()
        instrument, decision = weighed.instrument, weighed.decision
        named = replace(settings, broker_symbol=instrument.symbol) if instrument else settings
        with self._desk.database.read() as uow:
            others = rivals.rivals_of(uow, named, bot_id)
        return Preview(
            tag=tag_of(account),
            settings=named,
            sized=decision if isinstance(decision, Sized) else None,
            denied=decision if isinstance(decision, Denied) else None,
            currency=account.currency,
            contract_size=instrument.contract_size if instrument else Decimal(0),
            digits=instrument.digits if instrument else 0,
            terms=instrument.terms if instrument else None,
            rivals=others,
            least=_least(instrument, decision),
        )

    def _weigh(self, terminal: Terminal, settings: BotSettings, commission: Decimal) -> _Weighed:
        known = settings.broker_symbol
        instrument = terminal.instrument(known) if known else terminal.resolve(settings.symbol)
        named = replace(settings, broker_symbol=instrument.symbol)
        try:
            atr = atr_of(terminal.closed_bars(instrument.symbol, settings.timeframe, bars_needed(settings)))
            decision = entries.weigh(
                terminal, instrument, named, terminal.account(), Side.BUY, atr, commission, self._limits
            )
        except MarketDataMissing:
            return _Weighed(instrument)
        return _Weighed(instrument, decision)


def _checked(settings: BotSettings) -> BotSettings:
    strategy = find(settings.strategy)
    if settings.size <= 0:
        raise InvalidValue("size", f"{settings.size}", "out_of_bounds", "> 0")
    if settings.stop_atr <= 0:
        raise InvalidValue("stop_atr", f"{settings.stop_atr}", "out_of_bounds", "> 0")
    return replace(settings, strategy=strategy.key, parameters=strategy.checked(settings.parameters))


def _least(instrument: Instrument | None, decision: Sized | Denied | None) -> LeastLot | None:
    if instrument is None or not isinstance(decision, Sized):
        return None
    share = instrument.volume_min / decision.lots
    percent = (decision.risk_percent * share).quantize(Decimal("0.0001"))
    return LeastLot(instrument.volume_min, instrument.volume_step, decision.planned_risk * share, percent)


def _at_version(uow: UnitOfWork, bot_id: int, version: int) -> Bot:
    bot = uow.bots.get(bot_id)
    if bot.version != version:
        raise VersionConflict(bot_id, version)
    return bot


def _own_position(uow: UnitOfWork, bot: Bot) -> int | None:
    opened = uow.intents.open_positions(bot.account_id)
    return next((position for position, intent in opened.items() if intent.bot_id == bot.id), None)


def _refuse_while_open(uow: UnitOfWork, bot: Bot, settings: BotSettings) -> None:
    if all(
        getattr(bot.settings, name) == getattr(settings, name)
        for name in FIXED_WHILE_OPEN
        if name != "broker_symbol" or settings.broker_symbol
    ):
        return
    if uow.intents.unsettled(bot_id=bot.id):
        raise OutcomePending(bot.id)
    position = _own_position(uow, bot)
    if position is not None:
        raise PositionStillOpen(bot.id, position)
