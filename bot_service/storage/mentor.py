from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, delete, select, update

from bot_service.domain.check_ins import Prompt, PromptAnswer
from bot_service.domain.journal import Objection, StepAnswer
from bot_service.domain.weekly import WeeklyLetter
from bot_service.storage.repository import Repository
from bot_service.storage.tables import ObjectionRow, PromptRow, StepAnswerRow, WeeklyLetterRow
from bot_service.storage.types import columns_of, table_of, values_of

PROMPT = table_of(PromptRow)
OBJECTION = table_of(ObjectionRow)
STEP = table_of(StepAnswerRow)
LETTER = table_of(WeeklyLetterRow)
PROMPT_COLUMNS = columns_of(PROMPT, Prompt)
OBJECTION_COLUMNS = columns_of(OBJECTION, Objection)
STEP_COLUMNS = columns_of(STEP, StepAnswer)


class SqlMentorBook(Repository):
    """The mentor's questions and what people answered, in the database."""

    def ask(self, prompt: Prompt) -> int | None:
        """Store a question and return its id; None when its slot was asked on that day already."""
        if not self.insert_new(PROMPT, values_of(prompt, "id")):
            return None
        this = (PROMPT.c.user_id == prompt.user_id) & (PROMPT.c.day == prompt.day)
        query = select(PROMPT.c.id).where(this, PROMPT.c.slot == prompt.slot)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def prompt(self, prompt_id: int) -> Prompt | None:
        """Return a question."""
        row = self._connection.execute(select(*PROMPT_COLUMNS).where(PROMPT.c.id == prompt_id)).one_or_none()
        return None if row is None else Prompt(*row)

    def prompts(self, user_id: int, day: date) -> tuple[Prompt, ...]:
        """Return what a person was asked on a day of his clock, oldest first."""
        this = (PROMPT.c.user_id == user_id) & (PROMPT.c.day == day)
        rows = self._connection.execute(select(*PROMPT_COLUMNS).where(this).order_by(PROMPT.c.id))
        return tuple(Prompt(*row) for row in rows)

    def answer(self, prompt_id: int, user_id: int, answer: PromptAnswer, at: datetime) -> bool:
        """Write what became of a question; False when it is somebody else's."""
        this = (PROMPT.c.id == prompt_id) & (PROMPT.c.user_id == user_id)
        change = update(PROMPT).where(this).values(answer=answer, answered_at=at)
        return self._connection.execute(change).rowcount == 1

    def object_to(self, objection: Objection) -> None:
        """Remember that somebody called a finding untrue."""
        self.replace(OBJECTION, values_of(objection))

    def objections(self, user_id: int, account_id: int) -> tuple[Objection, ...]:
        """Return what a person has called untrue, oldest first."""
        theirs = (OBJECTION.c.user_id == user_id) & (OBJECTION.c.account_id == account_id)
        rows = self._connection.execute(
            select(*OBJECTION_COLUMNS).where(theirs).order_by(OBJECTION.c.at, OBJECTION.c.code)
        )
        return tuple(Objection(*row) for row in rows)

    def objections_about(self, account_id: int) -> tuple[Objection, ...]:
        """Return what anybody has called untrue about an account, oldest first."""
        query = select(*OBJECTION_COLUMNS).where(OBJECTION.c.account_id == account_id)
        rows = self._connection.execute(query.order_by(OBJECTION.c.at, OBJECTION.c.code))
        return tuple(Objection(*row) for row in rows)

    def withdraw(self, user_id: int, account_id: int, day: date, code: str) -> None:
        """Forget that somebody called a finding untrue."""
        this = and_(
            OBJECTION.c.user_id == user_id,
            OBJECTION.c.account_id == account_id,
            OBJECTION.c.day == day,
            OBJECTION.c.code == code,
        )
        self._connection.execute(delete(OBJECTION).where(this))

    def answer_step(self, answer: StepAnswer) -> None:
        """Store or replace an answer to a day's step."""
        self.replace(STEP, values_of(answer))

    def step_answer(self, user_id: int, account_id: int, day: date) -> StepAnswer | None:
        """Return what became of a day's step, None while nobody said."""
        this = (STEP.c.user_id == user_id) & (STEP.c.account_id == account_id) & (STEP.c.day == day)
        row = self._connection.execute(select(*STEP_COLUMNS).where(this)).one_or_none()
        return None if row is None else StepAnswer(*row)

    def step_answers(self, account_id: int, since: date, until: date) -> tuple[StepAnswer, ...]:
        """Return what anybody answered to the steps of reports with since <= day < until."""
        span = and_(STEP.c.account_id == account_id, STEP.c.day >= since, STEP.c.day < until)
        rows = self._connection.execute(select(*STEP_COLUMNS).where(span).order_by(STEP.c.day))
        return tuple(StepAnswer(*row) for row in rows)

    def keep_letter(self, letter: WeeklyLetter, at: datetime) -> bool:
        """Store the letter of a person and week; False when there is one already."""
        values = {"user_id": letter.user_id, "week": letter.week, "written_at": at, "letter": letter}
        return self.insert_new(LETTER, values)

    def letter(self, user_id: int, week: date) -> WeeklyLetter | None:
        """Return the letter of a week."""
        this = (LETTER.c.user_id == user_id) & (LETTER.c.week == week)
        return self._connection.execute(select(LETTER.c.letter).where(this)).scalar_one_or_none()

    def lettered_weeks(self, user_id: int) -> tuple[date, ...]:
        """Return the weeks with a letter, oldest first."""
        query = select(LETTER.c.week).where(LETTER.c.user_id == user_id).order_by(LETTER.c.week)
        return tuple(self._connection.execute(query).scalars())
