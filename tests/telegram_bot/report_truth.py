"""Which numbers a report may contain: recomputed from its data alone, without the code that writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from html import unescape
from zoneinfo import ZoneInfo

from bot_service.domain.findings import DayReport, Finding, Intervention
from bot_service.i18n import Translator
from bot_service.mentor.codes import FIELD_KINDS
from bot_service.mentor.numerals import Numeral, numbers_in
from bot_service.telegram_bot.render import plain

SIGNS = {"USD": "$", "IDR": "Rp", "EUR": "€", "GBP": "£"}
WHOLE = {"IDR", "JPY"}


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN) + 0


def money(value: Decimal, currency: str) -> Iterator[Numeral]:
    """Yield an amount as it may be written; the difference of a cent account's two units is none."""
    digits = 0 if currency in WHOLE else 2
    yield Numeral(rounded(value, digits), SIGNS.get(currency, ""))
    if currency == "USC":
        yield Numeral(rounded(value / 100, 2), "$")


def in_r(value: Decimal) -> Numeral:
    return Numeral(rounded(value, 2), "R")


def moment(at: datetime, t: Translator) -> Iterator[Numeral]:
    local = at.astimezone(ZoneInfo(t.zone))
    yield Numeral(Decimal(60 * local.hour + local.minute), ":")
    yield Numeral(Decimal(local.day))


def span(seconds: float) -> Iterator[Numeral]:
    whole = int(abs(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, left = divmod(rest, 60)
    yield from (Numeral(Decimal(count)) for count in (days, hours, minutes, left))


def of_finding(finding: Finding, report: DayReport, t: Translator) -> Iterator[Numeral]:
    """Yield the numbers that a finding's sentence and evidence may hold."""
    for name, text in finding.numbers.items():
        kind = FIELD_KINDS[name]
        if kind == "money":
            yield from money(Decimal(text), report.currency)
        elif kind == "r":
            yield in_r(Decimal(text))
        elif kind == "percent":
            yield Numeral(rounded(Decimal(text), 1), "%")
        elif kind == "count":
            yield Numeral(Decimal(text) + 0)
            yield Numeral(Decimal(text) + 0, "x")
        elif kind == "factor":
            yield Numeral(rounded(Decimal(text), 1), "x")
        elif kind == "duration":
            yield from span(float(text))
        elif kind == "ticket":
            yield Numeral(Decimal(text), "#")
        else:
            yield from numbers_in(text, t.language)
    for piece in finding.evidence:
        if "T" in piece:
            yield from moment(datetime.fromisoformat(piece), t)
        else:
            yield from numbers_in(piece, t.language)
    yield Numeral(Decimal(max(0, len(finding.evidence) - 6)))


def of_intervention(item: Intervention, t: Translator) -> Iterator[Numeral]:
    for value in (item.actual_r, item.rule_r, item.actual_r - item.rule_r):
        yield in_r(value)
    if item.position_id is not None:
        yield Numeral(Decimal(item.position_id), "#")
    yield Numeral(Decimal(item.trades))
    yield from numbers_in(item.symbol, t.language)
    yield from moment(item.at, t)
    if item.rule_at is not None:
        yield from span((item.rule_at - item.at).total_seconds())


def allowed(report: DayReport, t: Translator) -> set[Numeral]:
    """Return every number that the report of a day may say."""
    found = set(_sums(report))
    found |= {Numeral(Decimal(report.day.day)), Numeral(Decimal(report.day.year))}
    for finding in (*report.findings, report.observation):
        found |= set(of_finding(finding, report, t))
    for item in (*report.interventions, *report.settled):
        found |= set(of_intervention(item, t))
    for check_in in report.moods:
        found |= set(moment(check_in.at, t))
    for item in report.market:
        found.add(Numeral(rounded(item.volatility, 1), "x"))
        found |= set(numbers_in(item.symbol, t.language))
    for line in report.bots:
        found |= {*money(line.net, report.currency), Numeral(Decimal(line.trades))}
        found |= set() if line.r is None else {in_r(line.r)}
        found |= set(numbers_in(line.name, t.language))
    # The places of the findings, and how many of a long list are left out.
    found |= {Numeral(Decimal(place)) for place in range(1, 6)}
    lists = (report.notes, report.bots, (*report.interventions, *report.settled))
    found |= {Numeral(Decimal(len(one) - most)) for one, most in zip(lists, (3, 12, 4), strict=True)}
    return found


def _sums(report: DayReport) -> Iterator[Numeral]:
    amounts = [report.net, report.costs, *(x for x in (report.best, report.worst) if x is not None)]
    if report.books is not None:
        books = report.books
        amounts += [books.opening, books.trades, books.carried, books.operations, books.closing]
        amounts.append(books.closing - books.opening - books.trades - books.carried - books.operations)
    for amount in amounts:
        yield from money(amount, report.currency)
    counts = [
        report.trades,
        report.wins,
        report.losses,
        report.zeros,
        report.r_trades,
        *report.exits.values(),
    ]
    yield from (Numeral(Decimal(count)) for count in counts)
    yield from (in_r(value) for value in (report.r, report.expectancy_r) if value is not None)
    if report.trades:
        yield Numeral(rounded(Decimal(100 * report.wins) / report.trades, 0), "%")
    if report.month is not None:
        tally = report.month
        yield from (Numeral(Decimal(n)) for n in (tally.count, tally.helped, tally.hurt, tally.pending))
        yield Numeral(Decimal(tally.count - tally.helped - tally.hurt - tally.pending))
        yield from (in_r(tally.helped_r), in_r(tally.hurt_r))
    if report.score is not None and report.score.opportunities:
        score = report.score
        yield from (Numeral(Decimal(n)) for n in (score.kept, score.opportunities, 100))
        yield Numeral(Decimal(round(100 * score.kept / score.opportunities)))
    for item in report.progress:
        yield from (Numeral(Decimal(n)) for n in (item.days, item.trades, item.wins))
        yield from money(item.net, report.currency)
        yield from (in_r(item.r),) if item.r is not None else ()
        if item.trades:
            yield Numeral(rounded(Decimal(100 * item.wins) / item.trades, 0), "%")
        if item.score is not None:
            yield Numeral(rounded(item.score, 0))


# The account's number, the name of a zone and that of the terminal are no figures of the day.
_NAMES = re.compile(r"••\d{4}|UTC[+-]\d\d:\d\d|\bMT5\b")
_MARK = re.compile(r"^(?:\[[^\]]*\] )?\d+\. ", re.MULTILINE)


def untrue(text: str, report: DayReport, t: Translator) -> list[Numeral]:
    """Return the numbers of a rendered report that its data do not hold; notes are people's own words."""
    told = unescape(_NAMES.sub("", plain(text)))
    told = _MARK.sub("", told)
    for note in report.notes:
        told = told.replace(f"“{note}”", "").replace(f"“{note[:299]}…”", "")
    told = re.sub(r"[×](?=\W|$)", "x", told)  # noqa: RUF001  # times
    held = allowed(report, t)
    return [numeral for numeral in numbers_in(told, t.language) if numeral not in held]
