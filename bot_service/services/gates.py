"""Gather what the gates before an entry must know, from what is stored and from the quote at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot_service.domain import gates
from bot_service.domain.accounts import Account
from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.exposure import AccountRisk, Exposure, Stake
from bot_service.domain.guards import GuardRules
from bot_service.domain.kinds import symbol_kind
from bot_service.domain.market import Tick
from bot_service.domain.risk import Denied, Sized
from bot_service.domain.sessions import Session
from bot_service.domain.trading import Side, Snapshot
from bot_service.ports import UnitOfWork
from bot_service.services import guard_rules, hours, pausing, reentry, runaways, spreads
from bot_service.services.desk import Desk
from bot_service.services.exposures import Exposures
from bot_service.services.turns import Turn


class Gates:
    """The gates with their rules; without rules every road is open, as in replays of history."""

    def __init__(self, desk: Desk, rules: GateRules | None, exposures: Exposures | None = None) -> None:
        self._desk = desk
        self._rules = rules
        self._exposures = exposures or Exposures()

    def refusal(
        self,
        turn: Turn,
        side: Side,
        tick: Tick,
        stop_distance: Decimal,
        snapshot: Snapshot,
        sized: Sized | None = None,
    ) -> Denied | None:
        """Return why a bot must not enter now; before it is `sized` the terminal is not asked."""
        if self._rules is None:
            return None
        with self._desk.database.read() as uow:
            entry = self._entry(uow, self._rules, turn, side, tick, stop_distance)
            limits = guard_rules.of_account(uow, turn.account.id)
            unsettled = uow.intents.unsettled(turn.account.id)
        if sized is not None and (limits.open_risk is not None or limits.currency_risk is not None):
            exposure = self._exposures.of(turn.account, turn.terminal, snapshot, unsettled)
            risk = _account_risk(turn, side, snapshot, sized, limits, exposure)
            entry = replace(entry, account_risk=risk)
        return gates.refusal(entry, self._rules)

    def opening(self, account: Account, symbol: str) -> datetime | None:
        """Return when a market that is closed now may be entered again, None where nobody knows."""
        if self._rules is None:
            return None
        with self._desk.database.read() as uow:
            opens = hours.opens_at(uow, account.id, symbol, self._desk.market.now())
        return None if opens is None else opens + self._rules.edge

    def _entry(
        self, uow: UnitOfWork, rules: GateRules, turn: Turn, side: Side, tick: Tick, stop_distance: Decimal
    ) -> Entry:
        account, bot, symbol = turn.account, turn.bot, turn.instrument.symbol
        now = self._desk.market.now()
        week = hours.week(uow, account.id, symbol)
        session = None if week is None else week.session(now)
        pause = pausing.plan(uow).active(account.id, bot.id, self._desk.wall.now(), now)
        return Entry(
            side=side,
            kind=symbol_kind(turn.instrument),
            at=now,
            spread=tick.spread,
            stop_distance=stop_distance,
            usual_spread=_usual(spreads.samples(uow, account.id, symbol), session, now, rules),
            session=session,
            off_first=reentry.off_first(uow, bot.id),
            pause=pause,
            entries_today=runaways.entries_today(uow, account, bot, now),
            entries_cap=guard_rules.of_account(uow, account.id).entries_a_day,
        )


def _usual(
    known: spreads.Samples, session: Session | None, now: datetime, rules: GateRules
) -> Decimal | None:
    before = None if session is None else session.before
    if before is None or before.length < rules.long_close or now >= before.ends + rules.gap_watch:
        return known.usual()
    # A morning of wide spreads must not make itself usual.
    return known.usual(before.ends)


def _account_risk(
    turn: Turn, side: Side, snapshot: Snapshot, sized: Sized, limits: GuardRules, exposure: Exposure
) -> AccountRisk:
    instrument = turn.instrument
    planned = Stake(
        instrument.symbol, side, instrument.currency_base, instrument.currency_profit, sized.planned_risk
    )
    return AccountRisk(
        exposure=exposure,
        base=snapshot.state.sizing_base,
        open_percent=limits.open_risk,
        currency_percent=limits.currency_risk,
        planned=planned,
    )
