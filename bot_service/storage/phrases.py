from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import and_, insert, select
from sqlalchemy import delete as remove

from bot_service.storage.repository import Repository
from bot_service.storage.tables import PhraseRow
from bot_service.storage.types import table_of

PHRASE = table_of(PhraseRow)


class SqlPhrases(Repository):
    """Checked texts of the Writer in the database."""

    def keep(self, account_id: int, day: date, language: str, texts: Mapping[str, str], at: datetime) -> None:
        """Store texts for the report of a day; they replace those of the same sentences."""
        theirs = and_(PHRASE.c.account_id == account_id, PHRASE.c.day == day, PHRASE.c.language == language)
        self._connection.execute(remove(PHRASE).where(theirs, PHRASE.c.sentence.in_(list(texts))))
        fixed = {"account_id": account_id, "day": day, "language": language, "at": at}
        rows = [fixed | {"sentence": sentence, "text": text} for sentence, text in texts.items()]
        if rows:
            self._connection.execute(insert(PHRASE), rows)

    def of(self, account_id: int, day: date, language: str) -> dict[str, str]:
        """Return the texts for a report."""
        theirs = and_(PHRASE.c.account_id == account_id, PHRASE.c.day == day, PHRASE.c.language == language)
        rows = self._connection.execute(select(PHRASE.c.sentence, PHRASE.c.text).where(theirs))
        return {row.sentence: row.text for row in rows}
