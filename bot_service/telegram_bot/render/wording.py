"""A report's sentences as plain text, for a Writer that may say them more warmly."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from bot_service.domain.findings import DayReport, Finding
from bot_service.domain.writing import OPENING, Part
from bot_service.i18n import Html, Translator
from bot_service.mentor.shown import beside, numbered
from bot_service.telegram_bot.render.finding_words import CLOSINGS, observation
from bot_service.telegram_bot.render.step_words import STEPS

_NAMES = ("bot",)


class CatalogWording:
    """The sentences of findings, step and closing line, as the report shows them."""

    def parts(self, report: DayReport, language: str, time_zone: str) -> tuple[Part, ...]:
        """Return the sentences that a reader of a language and zone would get."""
        t = Translator(language, time_zone)
        told = [_of_finding(item, report, t) for item in (*numbered(report), *beside(report))]
        if report.step in STEPS:
            told.append(_fixed(report.step, t.html(STEPS[report.step])))
        told.append(_fixed(report.closing, t.html(CLOSINGS[report.closing])))
        return (Part(OPENING), *told)


def _of_finding(finding: Finding, report: DayReport, t: Translator) -> Part:
    names = {
        f"Bot{place}": finding.numbers[field]
        for place, field in enumerate(_NAMES, 1)
        if field in finding.numbers
    }
    masks = {field: f"Bot{place}" for place, field in enumerate(_NAMES, 1) if field in finding.numbers}
    masked = replace(finding, numbers={**finding.numbers, **masks})
    return Part(
        finding.code,
        unescape(observation(finding, report.currency, t)),
        unescape(observation(masked, report.currency, t)),
        masked.numbers,
        names,
    )


def _fixed(code: str, sentence: Html) -> Part:
    plain = unescape(sentence)
    return Part(code, plain, plain)
