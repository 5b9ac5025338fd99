"""Gather what the gates before an entry must know, from what is stored and from the quote at hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot_service.domain import gates
from bot_service.domain.accounts import Account
from bot_service.domain.entering import Entry, GateRules
from bot_service.domain.kinds import symbol_kind
from bot_service.domain.market import Tick
from bot_service.domain.risk import Denied
from bot_service.domain.sessions import Session
from bot_service.domain.trading import Side
from bot_service.ports import UnitOfWork
from bot_service.services import hours, pausing, reentry, spreads
from bot_service.services.desk import Desk
from bot_service.services.turns import Turn


class Gates:
    """The gates with their rules; without rules every road is open, as in replays of history."""

    def __init__(self, desk: Desk, rules: GateRules | None) -> None:
        self._desk = desk
        self._rules = rules

    def refusal(self, turn: Turn, side: Side, tick: Tick, stop_distance: Decimal) -> Denied | None:
        """Return why a bot must not enter now; the terminal is not asked."""
        if self._rules is None:
            return None
        with self._desk.database.read() as uow:
            entry = self._entry(uow, self._rules, turn, side, tick, stop_distance)
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
        )


def _usual(
    known: spreads.Samples, session: Session | None, now: datetime, rules: GateRules
) -> Decimal | None:
    before = None if session is None else session.before
    if before is None or before.length < rules.long_close or now >= before.ends + rules.gap_watch:
        return known.usual()
    # A morning of wide spreads must not make itself usual.
    return known.usual(before.ends)
