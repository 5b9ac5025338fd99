"""What can be taken away as sheets, and what a person may have deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, cast, delete, select, update

from bot_service.domain import codec
from bot_service.domain.bots import BotSettings
from bot_service.domain.findings import DayReport, Intervention
from bot_service.storage.repository import Repository
from bot_service.storage.tables import (
    AccountRow,
    AuditRow,
    BotRow,
    BotVersionRow,
    BrakedActRow,
    CheckInRow,
    DealRow,
    DraftRow,
    HistoryRow,
    InterventionRow,
    MemberRow,
    MessageRow,
    NoteRow,
    ObjectionRow,
    PhraseRow,
    PromiseOccasionRow,
    PromiseRow,
    PromptRow,
    ReportRow,
    StepAnswerRow,
    StrangerRow,
    TokenRow,
    TradeRow,
    ValueRow,
    WeeklyLetterRow,
)
from bot_service.storage.types import table_of

Sheet = tuple[str, Sequence[str], Iterator[Sequence[Any]]]

TRADE, DEAL, BOT, VERSION = (table_of(row) for row in (TradeRow, DealRow, BotRow, BotVersionRow))
OUTBOX, AUDIT, NOTE, CHECK_IN = (table_of(row) for row in (MessageRow, AuditRow, NoteRow, CheckInRow))
ACCOUNT, REPORT, HISTORY = (table_of(row) for row in (AccountRow, ReportRow, HistoryRow))
DRAFT, TOKEN, STRANGER, MEMBER = (table_of(row) for row in (DraftRow, TokenRow, StrangerRow, MemberRow))
PROMISE, OCCASION, BRAKED = (table_of(row) for row in (PromiseRow, PromiseOccasionRow, BrakedActRow))
PROMPT, OBJECTION, STEP = (table_of(row) for row in (PromptRow, ObjectionRow, StepAnswerRow))
LETTER, VALUE, LEDGER = (table_of(row) for row in (WeeklyLetterRow, ValueRow, InterventionRow))
# In this order they can be deleted: an occasion points to its promise.
PERSONAL = (
    ("promise_occasions", OCCASION),
    ("promises", PROMISE),
    ("braked_acts", BRAKED),
    ("questions", PROMPT),
    ("objections", OBJECTION),
    ("step_answers", STEP),
    ("letters", LETTER),
)
PHRASE = table_of(PhraseRow)
OF_BOT = ("id", "account_id", "status", "version", "created_at", "deleted_at")
SETTINGS = tuple(field.name for field in fields(BotSettings))
ALERT = ("id", "recorded_at", "level", "state", "sent_at", "attempts", "error", "payload")
LEDGERED = ("account_id", *(field.name for field in fields(Intervention)))
ACCOUNTED = ("id", "label", "server", "login", "trade_mode", "currency", "time_zone")


class SqlArchive(Repository):
    """Sheets and forgetting, in the database."""

    def sheets(self, user_id: int, *, everything: bool) -> Iterator[Sheet]:
        """Return (name, columns, rows) of each sheet."""
        yield self._sheet("accounts", select(*(ACCOUNT.c[name] for name in ACCOUNTED)))
        yield self._sheet("trades", select(TRADE).order_by(TRADE.c.closed_at, TRADE.c.position_id))
        yield self._sheet("deals", select(DEAL).order_by(DEAL.c.time, DEAL.c.ticket))
        yield self._settings("bots", BOT, OF_BOT)
        yield self._settings("bot_versions", VERSION, ("bot_id", "version", "since", "actor"))
        mine = select(*(OUTBOX.c[name] for name in ALERT)).where(OUTBOX.c.user_id == user_id)
        yield self._sheet("alerts", mine.order_by(OUTBOX.c.id))
        felt = select(CHECK_IN).where(CHECK_IN.c.user_id == user_id)
        yield self._sheet("moods", felt.order_by(CHECK_IN.c.at))
        yield self._sheet("notes", select(NOTE).where(NOTE.c.user_id == user_id).order_by(NOTE.c.at))
        for name, table in PERSONAL:
            theirs = select(table).where(_of(table, user_id))
            yield self._sheet(name, theirs.order_by(*table.primary_key.columns))
        done = select(*(LEDGER.c[name] for name in LEDGERED))
        yield self._sheet("interventions", done.order_by(LEDGER.c.at, LEDGER.c.id))
        yield "reports", ("account_id", "day", "written_at", "report"), self._own_reports(user_id)
        if everything:
            yield self._sheet("audit", select(AUDIT).order_by(AUDIT.c.id))

    def forget(self, user_id: int) -> dict[str, int]:
        """Delete what belongs to this person alone; return how many of each kind."""
        self._clean_reports(user_id)
        # The Writer's texts may tell of moods, and no report needs them.
        self._connection.execute(delete(PHRASE))
        rules = (
            *((name, delete(table).where(_of(table, user_id))) for name, table in PERSONAL),
            ("notes", delete(NOTE).where(NOTE.c.user_id == user_id)),
            ("moods", delete(CHECK_IN).where(CHECK_IN.c.user_id == user_id)),
            ("alerts", delete(OUTBOX).where(OUTBOX.c.user_id == user_id)),
            ("drafts", delete(DRAFT).where(DRAFT.c.user_id == user_id)),
            ("confirmations", delete(TOKEN).where(TOKEN.c.user_id == user_id)),
            ("look_ups", delete(AUDIT).where(AUDIT.c.user_id == user_id, AUDIT.c.is_lookup)),
            ("knocks", delete(STRANGER).where(STRANGER.c.user_id == user_id)),
            ("tastes", delete(VALUE).where(VALUE.c.key == f"pictures:{user_id}")),
        )
        return {name: self._connection.execute(rule).rowcount for name, rule in rules}

    def forget_name(self, user_id: int) -> None:
        """Take a person's name out of what stays."""
        theirs = MEMBER.c.user_id == user_id
        wishes = self._connection.execute(select(MEMBER.c.mentor).where(theirs)).scalar_one_or_none()
        if wishes is not None:
            # When he wants to be asked stays a setting; what he did not want to hear is about him.
            kept = replace(wishes, muted=(), rest_until=None)
            self._connection.execute(update(MEMBER).where(theirs).values(name="", mentor=kept))
        for table, column in ((HISTORY, "payload"), (OUTBOX, "payload"), (AUDIT, "detail")):
            self._clean(table, column, user_id)

    def _sheet(self, name: str, query: Select[Any]) -> Sheet:
        rows = self._connection.execute(query)
        return name, tuple(rows.keys()), (tuple(row) for row in rows)

    def _settings(self, name: str, table: Table, own: Sequence[str]) -> Sheet:
        query = select(*(table.c[column] for column in own), table.c.settings)
        rows = self._connection.execute(query.order_by(*table.primary_key.columns))
        told = ((*row[:-1], *(getattr(row[-1], field) for field in SETTINGS)) for row in rows)
        return name, (*own, *SETTINGS), told

    def _own_reports(self, user_id: int) -> Iterator[Sequence[Any]]:
        written, felt = self._said_by(user_id)
        columns = (REPORT.c.account_id, REPORT.c.day, REPORT.c.written_at, REPORT.c.report)
        rows = self._connection.execute(select(*columns).order_by(REPORT.c.account_id, REPORT.c.day))
        for account_id, day, at, report in rows:
            notes = tuple(text for text in report.notes if (account_id, text) in written)
            moods = tuple(mood for mood in report.moods if (account_id, mood.at) in felt)
            yield account_id, day, at, codec.to_json(replace(report, notes=notes, moods=moods))

    def _said_by(self, user_id: int) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
        notes = select(NOTE.c.account_id, NOTE.c.text).where(NOTE.c.user_id == user_id)
        moods = select(CHECK_IN.c.account_id, CHECK_IN.c.at).where(CHECK_IN.c.user_id == user_id)
        written = {tuple(row) for row in self._connection.execute(notes)}
        return written, {tuple(row) for row in self._connection.execute(moods)}

    def _clean_reports(self, user_id: int) -> None:
        # A report quotes the day's notes and moods: what is deleted must not live on in it.
        written, felt = self._said_by(user_id)
        if not written and not felt:
            return
        for account_id, day, report in self._connection.execute(
            select(REPORT.c.account_id, REPORT.c.day, REPORT.c.report)
        ).all():
            clean: DayReport = replace(
                report,
                notes=tuple(text for text in report.notes if (account_id, text) not in written),
                moods=tuple(mood for mood in report.moods if (account_id, mood.at) not in felt),
            )
            if clean != report:
                this = (REPORT.c.account_id == account_id) & (REPORT.c.day == day)
                self._connection.execute(update(REPORT).where(this).values(report=clean))

    def _clean(self, table: Table, column: str, user_id: int) -> None:
        naming = cast(table.c[column], String).contains(str(user_id))
        query = select(table.c.id, table.c[column]).where(naming)
        for row_id, payload in self._connection.execute(query).all():
            clean = _without_name(payload, user_id)
            if clean != payload:
                change = update(table).where(table.c.id == row_id)
                self._connection.execute(change.values({column: clean}))


def _of(table: Table, user_id: int) -> ColumnElement[bool]:
    if table is OCCASION:
        return OCCASION.c.promise_id.in_(select(PROMISE.c.id).where(PROMISE.c.user_id == user_id))
    return table.c.user_id == user_id


def _without_name(value: Any, user_id: int) -> Any:
    if isinstance(value, list):
        return [_without_name(item, user_id) for item in value]
    if not isinstance(value, dict):
        return value
    clean = {key: _without_name(item, user_id) for key, item in value.items()}
    if clean.get("user_id") == user_id and "name" in clean:
        clean["name"] = ""
    return clean
