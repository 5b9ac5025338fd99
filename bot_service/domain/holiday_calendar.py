"""The public holidays of Indonesia; the only door to the library that keeps them.

Dates of the moon are estimates until the government has announced them: they say so, and a person confirms
them before they count. Ramadan is no public holiday here; its first day is taken from Brunei's calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
LANGUAGES = {"id": "id", "en": "en_US"}
_ESTIMATED = re.compile(r"\s*\((?:[^)]*, )?(?:estimated|perkiraan)\)$")
_FEAST = "Eid al-Fitr"
_FAST_BEGINS = "First Day of Ramadan"
_FAST = "Ramadan"


@dataclass(frozen=True)
class Holiday:
    """Days that belong together, the last included."""

    first: date
    last: date
    name: str
    estimated: bool = False


def upcoming(today: date, language: str, span: timedelta = timedelta(days=365)) -> tuple[Holiday, ...]:
    """Return what is not over yet and begins within a span, in the language's words, oldest first."""
    found = (item for year in (today.year - 1, today.year, today.year + 1) for item in _year(year, language))
    chosen = (item for item in found if today <= item.last and item.first <= today + span)
    return tuple(sorted(chosen, key=lambda item: (item.first, item.last)))


def known(first: date, last: date, language: str) -> Holiday | None:
    """Return the holiday of exactly these days."""
    found = (item for item in _year(first.year, language) if (item.first, item.last) == (first, last))
    return next(found, None)


def estimates(first: date, last: date, language: str) -> tuple[Holiday, ...]:
    """Return the holidays among these days whose dates nobody has announced yet."""
    years = range(first.year - 1, last.year + 1)
    found = (item for year in years for item in _year(year, language))
    return tuple(item for item in found if item.estimated and item.first <= last and first <= item.last)


@lru_cache(maxsize=16)
def _year(year: int, language: str) -> tuple[Holiday, ...]:
    spoken = LANGUAGES.get(language, "en_US")
    english = _country("ID", years=year, language="en_US")
    said = _country("ID", years=year, language=spoken)
    days = [
        Holiday(day, day, _ESTIMATED.sub("", said[day]), estimated=bool(_ESTIMATED.search(name)))
        for day, name in sorted(english.items())
    ]
    return (*_joined(days), *_fast(year))


def _joined(days: list[Holiday]) -> Iterator[Holiday]:
    # "Hari kedua dari …" and "… Second Day" name the first day inside.
    whole: Holiday | None = None
    for day in days:
        if whole is not None and day.first == whole.last + DAY and whole.name in day.name:
            whole = replace(whole, last=day.last)
            continue
        if whole is not None:
            yield whole
        whole = day
    if whole is not None:
        yield whole


def _fast(year: int) -> Iterator[Holiday]:
    # Twice in a generation a fast that begins in December ends in the year after.
    names = _country("ID", years=(year, year + 1), language="en_US")
    feasts = sorted(day for day, name in names.items() if name.startswith(_FEAST))
    neighbour = _country("BN", years=year, language="en_US")
    for day, name in neighbour.items():
        feast = next((item for item in feasts if item > day), None)
        if name.startswith(_FAST_BEGINS) and feast is not None:
            yield Holiday(day, feast - DAY, _FAST, estimated=True)


def _country(code: str, *, years: int | tuple[int, ...], language: str) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415  # slow to import, and few messages name a holiday

    found: Mapping[date, str] = holidays.country_holidays(code, years=years, language=language)
    return found
