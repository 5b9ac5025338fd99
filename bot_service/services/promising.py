"""Promises: made in calm, ended, reminded of in heat, and how they went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot_service.domain.accounts import Account
from bot_service.domain.acts import ActKind
from bot_service.domain.errors import ConfirmationRefused, InvalidValue, PromiseStands
from bot_service.domain.events import WaitOver
from bot_service.domain.people import Actor
from bot_service.domain.promises import (
    ASKED_FOR,
    DELAY,
    FREE_FOR,
    LONGEST_OWN,
    Brake,
    BrakedAct,
    BrakeState,
    Promise,
    PromiseKind,
    PromiseMark,
    PromiseOccasion,
    Standing,
    from_template,
)
from bot_service.ports import UnitOfWork
from bot_service.services import promise_tests
from bot_service.services.desk import Desk
from bot_service.services.promise_lines import lines_of
from bot_service.services.tags import tag_of
from bot_service.services.views import AccountTag, PromiseLine
from bot_service.services.vows import Intended, tested

MOST_PROMISES = 6
LOOK_BACK = 40
_OPEN = (BrakeState.ASKED, BrakeState.WAITING, BrakeState.FREE)


@dataclass(frozen=True)
class PromisesView:
    """A person's promises about an account; `made`, `ended`, `judged` is the one that was just."""

    tag: AccountTag
    account_id: int
    lines: tuple[PromiseLine, ...]
    kinds: frozenset[PromiseKind]
    made: Promise | None = None
    ended: Promise | None = None
    judged: Promise | None = None
    mark: PromiseMark | None = None


@dataclass(frozen=True)
class BrakedView:
    """An act that has to wait, with the promises that stand in its way; `now` is market time."""

    tag: AccountTag
    act: BrakedAct
    standing: tuple[Standing, ...]
    now: datetime


class Promising:
    """Keep promises and the acts that they brake; nothing here ever stops a stop or a close."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        """Return the present moment of wall time."""
        return self._desk.wall.now()

    def view(self, actor: Actor, account_id: int | None = None) -> PromisesView:
        """Return what a person has promised about an account.

        Raises:
            NoAccount: no account is connected yet.
        """
        account = self._desk.account(account_id)
        with self._desk.database.read() as uow:
            return self._view(uow, actor, account)

    def make(
        self, actor: Actor, kind: PromiseKind, brake: Brake, account_id: int | None = None, text: str = ""
    ) -> PromisesView:
        """Store a promise with the numbers of its template, or an own sentence.

        Raises:
            NoAccount: no account is connected yet.
            InvalidValue: it is held already, too long, or there are too many.
        """
        account = self._desk.account(account_id)
        words = " ".join(text.split())
        if kind is PromiseKind.OWN and not 1 <= len(words) <= LONGEST_OWN:
            raise InvalidValue("promise", str(len(words)), "out_of_bounds", f"1 - {LONGEST_OWN}")
        now = self._desk.market.now()
        plain = Promise(0, actor.user_id, account.id, PromiseKind.OWN, now, brake, text=words)
        with self._desk.database.write() as uow:
            held = lines_of(uow, actor.user_id, account, now)
            if len(held) >= MOST_PROMISES:
                raise InvalidValue("promise", str(len(held) + 1), "too_many", f"1 - {MOST_PROMISES}")
            if kind is not PromiseKind.OWN and any(line.promise.kind is kind for line in held):
                raise InvalidValue("promise", kind, "promised_already")
            made = from_template(kind, plain)
            made = replace(made, id=uow.promises.add(made))
            uow.commit()
        with self._desk.database.read() as uow:
            return replace(self._view(uow, actor, account), made=made)

    def end(self, actor: Actor, promise_id: int) -> PromisesView:
        """End a promise; one that is being tested right now holds until that is over.

        Raises:
            InvalidValue: there is none of this number.
        """
        now = self._desk.market.now()
        with self._desk.database.write() as uow:
            theirs = (one for one in uow.promises.of_person(actor.user_id) if one.id == promise_id)
            promise = next((one for one in theirs if one.holds_at(now)), None)
            if promise is None:
                raise InvalidValue("promise", str(promise_id), "no_such_promise")
            account = uow.accounts.get(promise.account_id)
            over = _tested_until(uow, account, promise, now) or now
            uow.promises.end(promise_id, over)
            uow.commit()
        with self._desk.database.read() as uow:
            return replace(self._view(uow, actor, account), ended=replace(promise, ended_at=over))

    def judge(self, actor: Actor, promise_id: int, mark: PromiseMark) -> PromisesView:
        """Store how an own sentence went today, which only its owner can tell; his last word of a day counts.

        Raises:
            InvalidValue: he holds no own sentence of this number.
        """
        now = self._desk.market.now()
        with self._desk.database.write() as uow:
            theirs = (one for one in uow.promises.of_person(actor.user_id) if one.id == promise_id)
            promise = next((one for one in theirs if one.holds_at(now) and not one.watched), None)
            if promise is None:
                raise InvalidValue("promise", str(promise_id), "no_such_promise")
            account = uow.accounts.get(promise.account_id)
            uow.promises.unnote(promise_id, *account.day_bounds(account.trading_day(now)))
            uow.promises.note(PromiseOccasion(promise_id, now, mark, "promise", "own_words"))
            uow.commit()
        with self._desk.database.read() as uow:
            return replace(self._view(uow, actor, account), judged=promise, mark=mark)

    def brake(
        self, actor: Actor, error: PromiseStands, deed: dict[str, Any], before: BrakedAct | None = None
    ) -> BrakedView:
        """Remember an act that promises stand in the way of, and return the reminder.

        `before` is the same act when another promise has let it pass already.
        """
        passed = () if before is None else before.promise_ids
        known = () if before is None else before.reasons
        careful = any(one.promise.brake is Brake.SENTENCE for one in error.standing)
        act = BrakedAct(
            id=0,
            user_id=actor.user_id,
            chat_id=actor.chat_id,
            account_id=error.account_id,
            promise_ids=(*passed, *(one.promise.id for one in error.standing)),
            reasons=(*known, *(one.reason for one in error.standing)),
            brake=Brake.SENTENCE if careful else Brake.DELAY,
            deed=deed,
            happened_at=self._desk.market.now(),
            asked_at=self._desk.wall.now(),
        )
        with self._desk.database.write() as uow:
            account = uow.accounts.get(error.account_id)
            for other in uow.promises.braked_of(actor.user_id, *_OPEN):
                if other.deed == deed:
                    # The same wish once more: the newer question counts.
                    uow.promises.move(other.id, _OPEN, BrakeState.DONE)
            act = replace(act, id=uow.promises.brake(act))
            uow.commit()
        return BrakedView(tag_of(account), act, error.standing, self._desk.market.now())

    def keep(self, actor: Actor, act_id: int) -> BrakedAct:
        """Leave a braked act: the promise is kept.

        Raises:
            ConfirmationRefused: it is over, or somebody else's.
        """
        with self._desk.database.write() as uow:
            act = self._mine(uow, actor, act_id)
            if not uow.promises.move(act_id, _OPEN, BrakeState.LEFT):
                raise ConfirmationRefused("used")
            _mark(uow, act, PromiseMark.KEPT, act.happened_at)
            uow.commit()
        return act

    def wait(self, actor: Actor, act_id: int) -> BrakedAct:
        """Let an act wait for ten minutes.

        Raises:
            ConfirmationRefused: it is over, or somebody else's.
        """
        free_at = self._desk.wall.now() + DELAY
        with self._desk.database.write() as uow:
            act = self._mine(uow, actor, act_id)
            asked = act.state is BrakeState.ASKED and act.brake is Brake.DELAY
            if not asked or not uow.promises.move(act_id, (BrakeState.ASKED,), BrakeState.WAITING, free_at):
                raise ConfirmationRefused("used")
            uow.commit()
        return replace(act, state=BrakeState.WAITING, free_at=free_at)

    def awaits_sentence(self, actor: Actor) -> BrakedAct | None:
        """Return the newest act in this chat that waits for a typed sentence."""
        since = self._desk.wall.now() - ASKED_FOR
        with self._desk.database.read() as uow:
            for act in uow.promises.braked_of(actor.user_id, BrakeState.ASKED):
                if act.brake is Brake.SENTENCE and act.chat_id == actor.chat_id and act.asked_at >= since:
                    return act
        return None

    def spoken(self, actor: Actor, act_id: int) -> BrakedAct:
        """Set an act free whose sentence was typed.

        Raises:
            ConfirmationRefused: it is over, or somebody else's.
        """
        free_at = self._desk.wall.now()
        with self._desk.database.write() as uow:
            act = self._mine(uow, actor, act_id)
            if not uow.promises.move(act_id, (BrakeState.ASKED,), BrakeState.FREE, free_at):
                raise ConfirmationRefused("used")
            uow.commit()
        return replace(act, state=BrakeState.FREE, free_at=free_at)

    def freed(self, actor: Actor, act_id: int) -> BrakedAct:
        """Return an act whose wait is over.

        Raises:
            ConfirmationRefused: it still waits, is over, or is somebody else's.
        """
        with self._desk.database.read() as uow:
            act = self._mine(uow, actor, act_id)
        if act.state is BrakeState.WAITING:
            raise ConfirmationRefused("still_waits")
        if act.state is not BrakeState.FREE:
            raise ConfirmationRefused("used")
        return act

    def done(self, actor: Actor, act_id: int, began: datetime) -> bool:
        """Book what became of a free act: broken if anything came of it since `began` (wall time)."""
        with self._desk.database.write() as uow:
            act = self._mine(uow, actor, act_id)
            happened = [
                event
                for _number, at, event in uow.history(limit=LOOK_BACK)
                if at >= began and event.actor == actor.user_id
            ]
            if not happened or not uow.promises.move(act_id, (BrakeState.FREE,), BrakeState.DONE):
                return False
            _mark(uow, act, PromiseMark.BROKEN, self._desk.market.now())
            uow.commit()
        return True

    def round(self, account_id: int) -> None:
        """Tell whose wait is over, end what nobody came back to, and book what was kept unasked."""
        now = self._desk.wall.now()
        with self._desk.database.read() as uow:
            over = uow.promises.waited_out(now)
            stale = uow.promises.unanswered(now - ASKED_FOR, now - FREE_FOR)
            settling = promise_tests.has_news(uow, uow.accounts.get(account_id), self._desk.market.now())
        if not over and not stale and not settling:
            return
        with self._desk.database.write() as uow:
            for act in uow.promises.waited_out(now):
                if uow.promises.move(act.id, (BrakeState.WAITING,), BrakeState.FREE):
                    uow.record(self._wait_over(act))
            for act in uow.promises.unanswered(now - ASKED_FOR, now - FREE_FOR):
                if uow.promises.move(act.id, (act.state,), BrakeState.LEFT):
                    _mark(uow, act, PromiseMark.KEPT, act.happened_at)
            promise_tests.settle(uow, uow.accounts.get(account_id), self._desk.market.now())
            uow.commit()

    def _wait_over(self, act: BrakedAct) -> WaitOver:
        return WaitOver(
            happened_at=self._desk.market.now(),
            account_id=act.account_id,
            user_id=act.user_id,
            act_id=act.id,
        )

    def _view(self, uow: UnitOfWork, actor: Actor, account: Account) -> PromisesView:
        lines = lines_of(uow, actor.user_id, account, self._desk.market.now())
        return PromisesView(
            tag_of(account), account.id, lines, frozenset(line.promise.kind for line in lines)
        )

    def _mine(self, uow: UnitOfWork, actor: Actor, act_id: int) -> BrakedAct:
        act = uow.promises.braked(act_id)
        if act is None or act.user_id != actor.user_id:
            raise ConfirmationRefused("somebody_elses" if act else "unknown")
        return act


def _tested_until(uow: UnitOfWork, account: Account, promise: Promise, now: datetime) -> datetime | None:
    kinds: Iterable[Intended] = (
        Intended(ActKind.EDIT, raises=True),
        Intended(ActKind.START),
        Intended(ActKind.LIMITS),
    )
    found = (tested(uow, account, promise, intended, now) for intended in kinds)
    ends = [one.until for one in found if one is not None and one.until is not None]
    return max(ends, default=None)


def _mark(uow: UnitOfWork, act: BrakedAct, mark: PromiseMark, at: datetime) -> None:
    command = str(act.deed.get("line") or act.deed.get("action") or "").split(" ")[0]
    for promise_id, reason in zip(act.promise_ids, act.reasons, strict=True):
        if mark is PromiseMark.KEPT and _kept_lately(uow, promise_id, at):
            continue
        uow.promises.note(PromiseOccasion(promise_id, at, mark, command, reason))


def _kept_lately(uow: UnitOfWork, promise_id: int, at: datetime) -> bool:
    # Who asks ten times in one bad hour and leaves it each time has kept his promise once.
    near = uow.promises.occasions((promise_id,), at - timedelta(hours=1), at + timedelta(hours=1))
    return any(one.mark is PromiseMark.KEPT for one in near)
