"""How people feel: said, corrected, skipped, and the notes that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot_service.domain.accounts import Account
from bot_service.domain.check_ins import Prompt, PromptAnswer
from bot_service.domain.errors import InvalidValue, NoAccount, NothingToCorrect
from bot_service.domain.findings import CheckIn, Mood
from bot_service.domain.people import Actor
from bot_service.ports import UnitOfWork
from bot_service.services.desk import Desk

LONGEST_NOTE = 1000
CORRECTED_WITHIN = timedelta(days=1)
_DAYS_BACK = 2


@dataclass(frozen=True)
class CheckInView:
    """The question how somebody feels; `prompt_id` where it came by itself, `correcting` a mood."""

    prompt_id: int | None = None
    correcting: Mood | None = None


@dataclass(frozen=True)
class CheckInReceipt:
    """What was stored: a mood with its note, or a question that was skipped.

    `accounts` are the labels of those that it was stored for, where there are several.
    """

    check_in: CheckIn | None
    note: str = ""
    corrected: bool = False
    accounts: tuple[str, ...] = ()


class CheckIns:
    """Keep moods and notes in market time, for days are cut by it; a mood touches no note."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mood(
        self,
        actor: Actor,
        mood: Mood,
        account_id: int | None = None,
        prompt_id: int | None = None,
        note: str = "",
    ) -> CheckInReceipt:
        """Store how a person feels, on all connected accounts if none is named; needs no trades.

        Raises:
            NoAccount: no account is connected yet.
            InvalidValue: the note is too long.
        """
        now, kept = self._desk.market.now(), _checked(note) if note else ""
        with self._desk.database.write() as uow:
            accounts = self._accounts(uow, account_id)
            check_ins = [_felt(uow, account, actor.user_id, mood, now) for account in accounts]
            if kept:
                uow.journal.add_note(actor.user_id, accounts[0].id, now, kept)
            if prompt_id is not None:
                uow.mentor.answer(prompt_id, actor.user_id, PromptAnswer.GIVEN, self._desk.wall.now())
            uow.commit()
        labels = tuple(account.label for account in accounts) if len(accounts) > 1 else ()
        return CheckInReceipt(check_ins[0], kept, accounts=labels)

    def correct(self, actor: Actor, mood: Mood) -> CheckInReceipt:
        """Change the newest mood of the last day; when it was said stays.

        Raises:
            NothingToCorrect: there is none.
        """
        with self._desk.database.write() as uow:
            since = self._desk.market.now() - CORRECTED_WITHIN
            found = uow.journal.correct_check_in(actor.user_id, since, mood, self._desk.wall.now())
            if found is None:
                raise NothingToCorrect
            uow.commit()
        return CheckInReceipt(found, corrected=True)

    def correctable(self, actor: Actor) -> CheckInView:
        """Return the question with the mood that would be changed.

        Raises:
            NothingToCorrect: there is none of the last day.
        """
        with self._desk.database.read() as uow:
            newest = uow.journal.newest_check_in(actor.user_id)
        if newest is None or newest.at < self._desk.market.now() - CORRECTED_WITHIN:
            raise NothingToCorrect
        return CheckInView(correcting=newest.mood)

    def skip(self, actor: Actor, prompt_id: int) -> CheckInReceipt:
        """Remember that somebody did not want to answer; nobody asks why.

        Raises:
            InvalidValue: he was not asked.
        """
        with self._desk.database.write() as uow:
            found = uow.mentor.prompt(prompt_id)
            if found is None or found.user_id != actor.user_id:
                raise InvalidValue("mood", str(prompt_id), "no_such_choice")
            if found.answer is None:
                uow.mentor.answer(prompt_id, actor.user_id, PromptAnswer.SKIPPED, self._desk.wall.now())
                uow.commit()
        return CheckInReceipt(None)

    def note(self, actor: Actor, text: str, account_id: int | None = None) -> str:
        """Store a note of 1 to 1000 characters and return it as stored, without blanks around it.

        Raises:
            InvalidValue: it is empty or too long.
            NoAccount: no account is connected yet.
        """
        kept = _checked(text)
        with self._desk.database.write() as uow:
            account = self._accounts(uow, account_id)[0]
            uow.journal.add_note(actor.user_id, account.id, self._desk.market.now(), kept)
            uow.commit()
        return kept

    def shown_as(self, actor: Actor, at: datetime, message_id: int) -> None:
        """Remember which message tells of a check-in; a reply to it is a note."""
        with self._desk.database.write() as uow:
            uow.journal.shown_as(actor.user_id, at, message_id)
            uow.commit()

    def told_by(self, actor: Actor, message_id: int) -> CheckIn | None:
        """Return the check-in that a message tells of."""
        with self._desk.database.read() as uow:
            return uow.journal.check_in_of(actor.user_id, message_id)

    def asked_by(self, actor: Actor, message_id: int, zone: str) -> Prompt | None:
        """Return the question that a message asks, of the last days."""
        today = self._desk.wall.now().astimezone(ZoneInfo(zone)).date()
        with self._desk.database.read() as uow:
            for back in range(_DAYS_BACK):
                for prompt in uow.mentor.prompts(actor.user_id, today - timedelta(days=back)):
                    if uow.outbox.reply_to(actor.chat_id, f"check_in:{prompt.id}") == message_id:
                        return prompt
        return None

    def _accounts(self, uow: UnitOfWork, account_id: int | None) -> tuple[Account, ...]:
        if account_id is not None:
            return (uow.accounts.get(account_id),)
        every = uow.accounts.all()
        if not every:
            raise NoAccount
        # Books of an account that is not connected any more are kept, but nobody lives there.
        return tuple(one for one in every if one.id in self._desk.terminals) or every[:1]


def _felt(uow: UnitOfWork, account: Account, user_id: int, mood: Mood, now: datetime) -> CheckIn:
    start, _ = account.day_bounds(account.trading_day(now))
    closed = uow.books.trades(account.id, start, now)
    check_in = CheckIn(now, mood, before_close=not closed)
    uow.journal.add_check_in(user_id, account.id, check_in)
    return check_in


def _checked(text: str) -> str:
    kept = text.strip()
    if not 1 <= len(kept) <= LONGEST_NOTE:
        raise InvalidValue("note", str(len(kept)), "out_of_bounds", f"1 - {LONGEST_NOTE}")
    return kept
