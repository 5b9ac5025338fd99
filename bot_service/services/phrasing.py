"""Have a report said more warmly before its hour, by a Writer that may be slow, wrong, or lie."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot_service.domain import distress
from bot_service.domain.accounts import Account
from bot_service.domain.findings import DayReport
from bot_service.domain.writing import Part
from bot_service.mentor import hours
from bot_service.mentor.guard import Refused, check, checked
from bot_service.mentor.writing import instruction, material
from bot_service.ports import Clock, Database, UnitOfWork, Wording, Writer, WriterSilent
from bot_service.services.due_reports import is_known
from bot_service.services.trading_days import TradingDay

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WriterRules:
    """What the Writer may cost and get: calls a month, and whether it reads the notes of the day."""

    monthly_limit: int = 200
    notes: bool = False


@dataclass(frozen=True)
class _Job:
    report: DayReport
    language: str
    time_zone: str


class Phrasing:
    """Ask the Writer between a day's end and its report's hour; no report ever waits for it."""

    def __init__(
        self,
        database: Database,
        market: Clock,
        wall: Clock,
        wording: Wording | None = None,
        writer: Writer | None = None,
        rules: WriterRules = WriterRules(),  # frozen
    ) -> None:
        self._database = database
        self._market = market
        self._wall = wall
        self._wording = wording
        self._writer = writer
        self._rules = rules

    def of(self, report: DayReport, language: str) -> Mapping[str, str]:
        """Return what may be said in other words, by the catalog's sentence."""
        with self._database.read() as uow:
            return uow.phrases.of(report.account_id, report.day, language)

    def prepare(self) -> bool:
        """Have the next report that has none yet put in words; tell whether the Writer was asked."""
        if self._writer is None or self._wording is None:
            return False
        with self._database.read() as uow:
            job = self._next(uow)
        if job is None:
            return False
        with self._database.write() as uow:
            # Written down before the call: whatever happens in it, it has been paid for.
            self._count(uow)
            uow.set_value(_asked_key(job.report.account_id, job), job.report.day.isoformat())
            uow.commit()
        texts = self._asked(self._writer, self._wording, job)
        if texts:
            with self._database.write() as uow:
                report = job.report
                uow.phrases.keep(report.account_id, report.day, job.language, texts, self._wall.now())
                uow.commit()
        return True

    def _asked(self, writer: Writer, wording: Wording, job: _Job) -> Mapping[str, str]:
        parts = [
            part for part in wording.parts(job.report, job.language, job.time_zone) if _sayable(part, job)
        ]
        notes = _tellable(job.report.notes) if self._rules.notes else ()
        try:
            answer = writer.write(instruction(job.language), material(parts, notes))
            found = checked(parts, answer, job.language)
        except WriterSilent as error:
            log.warning("the Writer is silent: %s", error.reason)
            return {}
        except Refused as error:
            log.warning("the Writer's answer is not used: %s", error)
            return {}
        log.info("the Writer's answer", extra={"used": len(found.texts), "refused": len(found.refused)})
        shown = {part.code: part for part in parts}
        return {shown[code].shown: shown[code].unmasked(text) for code, text in found.texts.items()}

    def _next(self, uow: UnitOfWork) -> _Job | None:
        now = self._market.now()
        if self._used(uow) >= self._rules.monthly_limit:
            return None
        for account in uow.accounts.all():
            day = account.trading_day(now) - _DAY
            if now >= hours.report_due(account, day):
                continue
            for language, time_zone in _readers(uow):
                report = _unasked(uow, account, day, language, time_zone)
                if report is not None:
                    return _Job(report, language, time_zone)
        return None

    def _used(self, uow: UnitOfWork) -> int:
        return int(uow.get_value(_month_key(self._wall.now())) or 0)

    def _count(self, uow: UnitOfWork) -> None:
        uow.set_value(_month_key(self._wall.now()), str(self._used(uow) + 1))


def _readers(uow: UnitOfWork) -> list[tuple[str, str]]:
    people = {(member.language, member.time_zone) for member in uow.people.all()}
    rooms = {(group.language, group.time_zone) for group in uow.groups.all()}
    return sorted(people | rooms)


def _unasked(uow: UnitOfWork, account: Account, day: date, language: str, time_zone: str) -> DayReport | None:
    asked = uow.get_value(f"writer_asked:{account.id}:{language}:{time_zone}")
    if asked == day.isoformat() or not is_known(uow, account, day):
        return None
    stored = TradingDay(uow, account, day)
    return stored.finished(None) if stored.eventful else None


def _tellable(notes: Sequence[str]) -> Sequence[str]:
    # The chat keeps no words of distress; a note of before, or one that came by another way, might hold some.
    return tuple(note for note in notes if not distress.speaks(note))


def _sayable(part: Part, job: _Job) -> bool:
    if not part.sentence:
        return True
    try:
        check(part.sentence, part.sentence, job.language)
    except Refused:
        # It holds signs that could be markup: it stays ours.
        return False
    return True


def _asked_key(account_id: int, job: _Job) -> str:
    return f"writer_asked:{account_id}:{job.language}:{job.time_zone}"


def _month_key(at: datetime) -> str:
    return f"writer_calls:{at:%Y-%m}"
