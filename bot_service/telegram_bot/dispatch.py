"""From an update to a handler and back: age, order, role, audit, and the one line into the inside."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from telegram import Update

from bot_service.domain.errors import (
    ConfirmationRefused,
    InvalidValue,
    NotAllowed,
    PromiseStands,
    ServiceError,
)
from bot_service.domain.people import Member, Role
from bot_service.i18n import mark as _
from bot_service.ports import Clock
from bot_service.services.auditing import Deed
from bot_service.services.orders import Checkpoint
from bot_service.telegram_bot import braking, caring
from bot_service.telegram_bot.access import Context, member_of
from bot_service.telegram_bot.acts import CONFIRMATION, Act, Acts, refused
from bot_service.telegram_bot.arrivals import OLD, Arrivals
from bot_service.telegram_bot.deeds import line_deed, press_deed
from bot_service.telegram_bot.desk import Services
from bot_service.telegram_bot.executors import Executors
from bot_service.telegram_bot.left_over import LeftOver, Unanswered, cut_off
from bot_service.telegram_bot.registry import REGISTRY, Kind
from bot_service.telegram_bot.render import Message as Shown
from bot_service.telegram_bot.render import do
from bot_service.telegram_bot.request import Reply, Request
from bot_service.telegram_bot.second_choice import told

logger = logging.getLogger(__name__)

DONE = "done"
LONGEST_TYPED = 200
_NOTHING = Reply(())
_IN_ORDER = frozenset({Kind.RAISE, Kind.CHANGE})


class Dispatcher:
    """Run what members ask for."""

    def __init__(
        self,
        services: Services,
        acts: Acts,
        arrivals: Arrivals,
        left_over: LeftOver,
        wall: Clock,
        executors: Executors,
        checkpoint: Checkpoint,
    ) -> None:
        self._services = services
        self._acts = acts
        self._arrivals = arrivals
        self._left_over = left_over
        self._wall = wall
        self._executors = executors
        self._checkpoint = checkpoint
        self._newest_stop = 0
        self._raising: dict[int, asyncio.Event] = {}

    def order_key(self, update: object) -> object | None:
        """Return the chat for what has to run in order, None for what may overtake."""
        if not isinstance(update, Update) or update.effective_chat is None:
            return None
        act = self._acts.of(update)
        if act is None or act.kind not in _IN_ORDER or caring.hears(update):
            return None
        return update.effective_chat.id

    async def run(self, update: Update, context: Context) -> Reply | None:
        """Do what an update asks for and return what to show; None: nothing."""
        act = self._acts.of(update)
        if act is None or update.effective_chat is None:
            return None
        member = member_of(context)
        if caring.hears(update) and member.mentor.care:
            act = caring.careful(act)
        request = self._arrivals.request(update, act, member)
        left_over = self._left_over.take(update.update_id)
        if act.kind is Kind.STOP:
            return await self._stop(act, request, update)
        if act.kind is Kind.LOOK:
            return await self._inside(act, request)
        if not await self._first_time(act, request):
            return None if left_over is None else await self.answer(left_over)
        if act.kind is Kind.RAISE:
            return await self._raise(act, request, update)
        return await self._inside(act, request)

    async def greet(self, update: Update, member: Member, line: str) -> Reply:
        """Return what a new member sees first."""
        act = self._acts.of_line(line)
        return await self._inside(act, self._arrivals.request(update, act, member))

    async def answer(self, left_over: Unanswered) -> Reply | None:
        """Return what is said to somebody whose answer an earlier run owes; None: he is gone."""
        found = await self._executors.run(Kind.LOOK, self._left_over.request, left_over)
        if found is None:
            return None
        request, act, looks = found
        if act is looks:
            return await self._inside(act, request)
        state, _result = await self._executors.run(Kind.LOOK, self._handled, looks, request)
        return cut_off(state, act, request)

    async def _first_time(self, act: Act, request: Request) -> bool:
        first_time = self._services.chats.first_time
        first = await self._executors.run(act.kind, first_time, request.update_id, request.asked)
        self._checkpoint("asked")
        return first

    async def _stop(self, act: Act, request: Request, update: Update) -> Reply:
        self._newest_stop = max(self._newest_stop, update.update_id)
        if not await self._first_time(act, request):
            # Executed before a crash: whoever started bots since then meant it.
            sent_at = min(request.actor.sent_at, self._arrivals.sent_at(update))
            request = replace(request, actor=replace(request.actor, sent_at=sent_at))
        reply = await self._inside(act, request)
        overtaken = [event for number, event in self._raising.items() if number < update.update_id]
        if not overtaken:
            return reply
        await asyncio.gather(*(event.wait() for event in overtaken))
        later = replace(request, actor=replace(request.actor, sent_at=self._wall.now()))
        second = await self._inside(act, later)
        return Reply((*reply.messages, *second.messages))

    async def _raise(self, act: Act, request: Request, update: Update) -> Reply:
        age = self._arrivals.age(update)
        overtaken = update.update_id < self._newest_stop
        if overtaken or age is None or age > OLD:
            return await self._executors.run(act.kind, self._late, act, request, age, overtaken)
        self._raising[update.update_id] = finished = asyncio.Event()
        try:
            return await self._inside(act, request)
        finally:
            del self._raising[update.update_id]
            finished.set()

    def _late(self, act: Act, request: Request, age: timedelta | None, overtaken: bool) -> Reply:
        self._audit(act, request, "asked_again" if act.repeatable else "expired", self._wall.now())
        asking = self._ask_again if act.repeatable else self._refuse_old
        return asking(request, age, overtaken)

    async def _inside(self, act: Act, request: Request) -> Reply:
        return await self._executors.run(act.kind, self._execute, act, request)

    def _execute(self, act: Act, request: Request) -> Reply:
        began = self._wall.now()
        reply, result = self._handled(act, request)
        self._checkpoint("acted")
        self._audit(act, request, result, began, reply)
        self._checkpoint("noted")
        later = reply.later
        if later is None:
            return reply
        return replace(reply, later=lambda: self._finish(act, request, later))

    def _handled(self, act: Act, request: Request) -> tuple[Reply, str]:
        def handle() -> Reply:
            if not request.member.role.covers(act.role):
                raise NotAllowed(act.role)
            return act.handler(request)

        return self._attempt(act, request, handle)

    def _finish(self, act: Act, request: Request, later: Callable[[], Reply]) -> Reply:
        began = self._wall.now()
        reply, result = self._attempt(act, request, later)
        if result != DONE:
            self._audit(act, request, result, began, reply)
        return reply

    def _attempt(self, act: Act, request: Request, work: Callable[[], Reply]) -> tuple[Reply, str]:
        try:
            return work(), DONE
        except ServiceError as error:
            return _told(error, request, act), error.code
        except Exception:
            # A person must get an answer whatever breaks; the reference finds the traceback in the log.
            reference = secrets.token_hex(3)
            said = {"reference": reference}
            logger.exception("handler of %s failed, reference %s", act.name, reference, extra=said)
            return self._broken(request, reference), f"failed {reference}"

    def _audit(
        self, act: Act, request: Request, result: str, began: datetime, reply: Reply = _NOTHING
    ) -> None:
        confirmed = " ".join(part for part in (reply.what, act.line) if part)
        typed = confirmed if act.name == CONFIRMATION else " ".join(act.words)
        deed = Deed(
            request.actor.user_id,
            request.actor.chat_id,
            act.name,
            "" if act.is_private else typed[:LONGEST_TYPED],
            result,
            began,
            looked=act.kind is Kind.LOOK,
            pressed=request.pressed,
            bots=act.bots,
            changes=reply.changes,
            update_id=request.update_id,
            asked=request.asked,
        )
        try:
            self._services.auditing.write(deed)
        except ServiceError:
            logger.exception("audit not written: %s", act.name)

    def _broken(self, request: Request, reference: str) -> Reply:
        text = _("Something went wrong here. It is logged as <code>{reference}</code>; please try again.")
        if not request.member.role.covers(Role.OWNER):
            return request.say(text, reference=reference)
        found = do(request.t.text(_("📜 Show the log")), f"logs {reference}")
        return request.say(text, reference=reference, keyboard=((found,),))

    def _refuse_old(self, request: Request, _age: timedelta | None, _overtaken: bool) -> Reply:
        return refused(ConfirmationRefused("expired"), request)

    def _ask_again(self, request: Request, age: timedelta | None, overtaken: bool) -> Reply:
        t = request.t
        line = REGISTRY.spoken(request.line, t.language)
        if overtaken:
            text = t.html(_("You stopped bots after this: /{line}. It was not done. Do it now?"), line=line)
        elif age is None:
            text = t.html(_("You pressed this while I was offline: /{line}. Do it now?"), line=line)
        else:
            late = t.duration(age.total_seconds())
            text = t.html(_("This was sent {age} ago: /{line}. Do it now?"), age=late, line=line)
        choice = (t.text(_("✅ Yes, do it now")), "again", {"line": request.line})
        return request.ask(Shown(text), choice, no=t.text(_("No")))


def _told(error: ServiceError, request: Request, act: Act) -> Reply:
    if isinstance(error, PromiseStands):
        return braking.reminded(request, error, press_deed(act.line) if act.is_press else line_deed(act.line))
    reply = told(error, request)
    message = reply.messages[0]
    if not isinstance(error, InvalidValue) or message.keyboard or act.command is None:
        return reply
    examples = tuple(
        (do(f"/{REGISTRY.example(line, request.t.language)}", line),)
        for line in act.command.examples[:2]
        if line != act.line
    )
    help_row = (do(request.t.text(_("❓ Help")), f"help {act.command.name}"),)
    return Reply((replace(message, keyboard=examples or (help_row,)),))
