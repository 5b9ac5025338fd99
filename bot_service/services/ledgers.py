"""Keep the ledger of interventions: what hands did, judged as soon as the bars tell how the rule ended."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot_service.domain.accounts import Account
from bot_service.domain.bots import BotSettings
from bot_service.domain.errors import TerminalUnavailable
from bot_service.domain.findings import Intervention
from bot_service.mentor import ledger
from bot_service.mentor.ledger import Life
from bot_service.mentor.replay import End, Levels, end_of
from bot_service.ports import UnitOfWork
from bot_service.services import acts, lives, paused_trades, running_spans
from bot_service.services.courses import Courses
from bot_service.services.desk import Desk
from bot_service.services.paused_trades import Pause

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)
"""How often (market time) an account's interventions are looked at."""
AGAIN = timedelta(minutes=1)
"""How soon a terminal that was away is asked again."""
LOOK_BACK = timedelta(days=30)
"""How long an end is waited for; what has none by then is never judged."""
JUST_STOPPED = timedelta(minutes=2)
"""A stop so shortly before a close belongs to it: the bot ran until then."""

Todo = tuple[list[Life], list[Pause]]


class Ledgers:
    """Judge interventions; a terminal that is away leaves them pending, and nothing is guessed."""

    def __init__(self, desk: Desk, courses: Courses) -> None:
        self._desk = desk
        self._courses = courses
        self._looked: dict[int, datetime] = {}

    def judge(self, account_id: int) -> None:
        """Book new interventions of an account, and what has become of those that were pending."""
        now = self._desk.market.now()
        last = self._looked.get(account_id)
        if last is not None and timedelta(0) <= now - last < EVERY:
            return
        with self._desk.database.read() as uow:
            account = uow.accounts.get(account_id)
            touched, pauses = _todo(uow, account, now)
        booked: list[Intervention] = []
        try:
            self._looked[account_id] = now
            booked.extend(self._all(account, touched, pauses))
        except TerminalUnavailable as error:
            log.info("interventions wait for the terminal", extra={"account": account_id, "why": str(error)})
            self._looked[account_id] = now - EVERY + AGAIN
            booked.extend(_waiting(touched, pauses, booked))
        if booked:
            with self._desk.database.write() as uow:
                uow.ledger.book(account.id, booked)
                uow.commit()

    def _all(
        self, account: Account, touched: Sequence[Life], pauses: Sequence[Pause]
    ) -> Iterator[Intervention]:
        for life in touched:
            yield from self._judged(account, life)
        for pause in pauses:
            yield self._missed(account, pause)

    def _judged(self, account: Account, life: Life) -> tuple[Intervention, ...]:
        first = min(touch.at for touch in life.touches)
        with self._desk.database.read() as uow:
            settings = _settings_of(uow, account, life)
            ran = running_spans.ran_at(uow, account, life.bot_id, first - JUST_STOPPED)
        followed = self._courses.since(account, settings, first, signals=ran is not False)

        def replay(levels: Levels, since: datetime) -> End | None:
            if followed is None:
                return None
            end = end_of(life.side, levels, followed.course, since)
            # A rule that could not be asked may have left earlier, by a signal.
            return end if end is None or followed.rule_known else replace(end, approximate=True)

        return ledger.interventions(life, replay, lambda one, other: lives.nights(account, one, other))

    def _missed(self, account: Account, pause: Pause) -> Intervention:
        followed = self._courses.since(account, pause.settings, pause.act.at, signals=True)
        with self._desk.database.read() as uow:
            return paused_trades.judged(uow, account, pause, followed)


def _todo(uow: UnitOfWork, account: Account, now: datetime) -> Todo:
    since = now - LOOK_BACK
    done = acts.acts_of(uow, account, since, now)
    settled = {_key(one) for one in uow.ledger.done(account.id, since, now) if not one.pending}
    touched = []
    for position_id in lives.touched(done, uow.books.closed_by_hand(account.id, since, now)):
        life = lives.life_of(uow, account, position_id, done, now)
        if life is not None and any(_key(one) not in settled for one in _unjudged(life)):
            touched.append(life)
    pauses = paused_trades.pauses(uow, account, done, now)
    return touched, [one for one in pauses if _key(paused_trades.waiting(one)) not in settled]


def _waiting(
    touched: Sequence[Life], pauses: Sequence[Pause], judged: Sequence[Intervention]
) -> list[Intervention]:
    known = {_key(one) for one in judged}
    every = [one for life in touched for one in _unjudged(life)]
    every += [paused_trades.waiting(pause) for pause in pauses]
    return [one for one in every if _key(one) not in known]


def _unjudged(life: Life) -> tuple[Intervention, ...]:
    return ledger.interventions(
        replace(life, ended=None), lambda _levels, _since: None, lambda _one, _other: 0
    )


def _key(one: Intervention) -> tuple[object, ...]:
    return (one.kind, one.at, one.position_id, one.bot_id)


def _settings_of(uow: UnitOfWork, account: Account, life: Life) -> BotSettings:
    """Return the settings with which a bot opened a position."""
    intents = uow.intents.of_position(account.id, life.position_id)
    opening = next(one for one in intents if one.bot_id == life.bot_id)
    versions = uow.bots.settings_of(opening.bot_id)
    earlier = [settings for _, since, settings in versions if since <= opening.created_at]
    return earlier[-1] if earlier else versions[0][2]
