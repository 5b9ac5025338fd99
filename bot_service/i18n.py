"""Words, numbers, money and times of one language and one time zone."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("id", "en")
DEFAULT_LANGUAGE = "id"
CATALOG = "LC_MESSAGES/messages.po"

CENTS_PER_UNIT = MappingProxyType({"USC": ("USD", Decimal(100))})
_SYMBOLS = {"USD": "$", "IDR": "Rp", "EUR": "€", "GBP": "£"}
_WHOLE = frozenset({"IDR", "JPY"})
_INDONESIAN_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
    "UTC": "UTC",
}
_MILLION = 1_000_000
# A phone's narrow lines never part an amount from the word or the sign before it.
_HELD_TOGETHER = re.compile(r"(?<=[\w±≈]) (?=\{(?:amount|floating|net|risk|loss|today|cost)\})")


def _(msgid: str) -> str:
    return msgid


mark = _
"""Mark a sentence of a table for extraction; import it as `_`."""


class Html(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()


def locales_dir() -> Path:
    """Return where the catalogs are: inside the installed package or beside it in a checkout."""
    inside = Path(__file__).parent / "locales"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "locales"


@cache
def catalog(language: str) -> Catalog:
    """Return a language's catalog."""
    with (locales_dir() / language / CATALOG).open("rb") as file:
        return read_po(file, locale=language)


@cache
def _plural_index(language: str) -> Callable[[int], int]:
    rule: Callable[[int], int] = gettext.c2py(catalog(language).plural_expr)
    return rule


@cache
def _words(language: str, msgid: str) -> str:
    message = catalog(language).get(msgid)
    found = None if message is None or not isinstance(message.string, str) else message.string
    return _HELD_TOGETHER.sub("\u00a0", found or msgid)


@dataclass(frozen=True)
class Translator:
    """Speak one language and tell times in one zone."""

    language: str = DEFAULT_LANGUAGE
    zone: str = "Asia/Jakarta"

    def text(self, msgid: str, /, **fields: object) -> str:
        """Return a sentence as plain text, for buttons and menus."""
        return self._sentence(msgid).format(**fields)

    def html(self, msgid: str, /, **fields: object) -> Html:
        """Return a sentence as HTML; its fields are escaped unless they are `Html`."""
        return Html(self._sentence(msgid).format(**{name: _escaped(item) for name, item in fields.items()}))

    def plural(self, one: str, many: str, /, *, n: int, **fields: object) -> Html:
        """Return the sentence for a count `n`, as HTML."""
        message = catalog(self.language).get(one)
        forms = () if message is None or isinstance(message.string, str) else tuple(message.string or ())
        words = forms[_plural_index(self.language)(n)] if forms and all(forms) else (one if n == 1 else many)
        return Html(words.format(n=n, **{name: _escaped(item) for name, item in fields.items()}))

    def _sentence(self, msgid: str) -> str:
        return _words(self.language, msgid)

    def number(self, value: Decimal | float, digits: int | None = None, *, sign: bool = False) -> str:
        """Return a number; `digits` None shows what is there, at most 8."""
        pattern = "#,##0.########" if digits is None else f"#,##0{'.' if digits else ''}{'0' * digits}"
        amount = Decimal(str(value))
        rounded = amount if digits is None else amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        text = format_decimal(abs(rounded), format=pattern, locale=self._locale)
        return _signed(rounded, text, sign=sign)

    def money(self, amount: Decimal, currency: str, *, sign: bool = False) -> str:
        """Return money with its currency; cents of cent accounts carry their value in whole units."""
        if currency in CENTS_PER_UNIT:
            unit, per_unit = CENTS_PER_UNIT[currency]
            own = f"{self.number(amount, 2, sign=sign)} {currency}"
            return f"{own} (≈ {self.money(amount / per_unit, unit, sign=sign)})"
        digits = 0 if currency in _WHOLE else 2
        rounded = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        text = self.number(abs(rounded), digits)
        symbol = _SYMBOLS.get(currency)
        return _signed(rounded, f"{symbol}{text}" if symbol else f"{text} {currency}", sign=sign)

    def short_money(self, amount: Decimal, currency: str, *, sign: bool = False) -> str:
        """Return money for a narrow table: millions in short, the currency stands elsewhere."""
        if abs(amount) >= _MILLION:
            millions = self.number(abs(amount) / _MILLION, 1)
            symbol = "Rp" if currency == "IDR" else ""
            short = self.text(_("{symbol}{millions} M"), symbol=symbol, millions=millions)
            return _signed(amount, short, sign=sign)
        return self.number(amount, 0 if currency in _WHOLE else 2, sign=sign)

    def percent(self, value: Decimal | float, digits: int = 2, *, sign: bool = False) -> str:
        """Return a percentage, trailing zeros left out."""
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        about = "≈" if not rounded and value else ""  # very little is not nothing
        return f"{about}{self.number(rounded.normalize() + Decimal(0), sign=sign)}%"

    def lots(self, value: Decimal) -> str:
        """Return a volume in lots."""
        return f"{self.number(value)} lot"

    def price(self, value: Decimal | float, digits: int | None = None) -> str:
        """Return a price as the terminal shows it, with a dot in every language."""
        return f"{Decimal(str(value)):f}" if digits is None else f"{value:.{digits}f}"

    def r(self, value: Decimal) -> str:
        """Return a result in units of the planned risk."""
        rounded = value.quantize(Decimal("0.01"), ROUND_HALF_EVEN).normalize() + Decimal(0)
        return f"{self.number(rounded, sign=True)}R"

    def clock(self, at: datetime) -> str:
        """Return the time of day, `HH:mm` and the zone's short name."""
        local = at.astimezone(ZoneInfo(self.zone))
        return f"{local:%H:%M} {self._zone_name(local)}"

    def when(self, at: datetime) -> str:
        """Return day, month and time of day."""
        return f"{self.day(at.astimezone(ZoneInfo(self.zone)).date())} {self.clock(at)}"

    def around(self, at: datetime) -> str:
        """Return weekday and rough time of day."""
        day = format_date(at.astimezone(ZoneInfo(self.zone)).date(), format="EEE", locale=self._locale)
        return f"{day} ±{self.clock(at)}"

    def zone_name(self, zone: str) -> str:
        """Return the short name of a zone."""
        return _INDONESIAN_ZONES.get(zone, zone)

    def stamp(self, at: datetime) -> str:
        """Return day and time for a narrow table, `dd/MM HH:mm`."""
        return f"{at.astimezone(ZoneInfo(self.zone)):%d/%m %H:%M}"

    def day(self, day: date) -> str:
        """Return day and month."""
        return format_date(day, format="d MMM", locale=self._locale)

    def weekday(self, day: date) -> str:
        """Return the short name of a day of the week."""
        return format_date(day, format="EEE", locale=self._locale)

    def long_day(self, day: date) -> str:
        """Return weekday, day, month and year."""
        return format_date(day, format="EEEE, d MMMM y", locale=self._locale)

    def duration(self, seconds: float) -> str:
        """Return a length of time in its two largest units."""
        whole = int(abs(seconds))
        days, rest = divmod(whole, 86_400)
        hours, rest = divmod(rest, 3600)
        minutes, left = divmod(rest, 60)
        units = (
            (days, _("{n} d")),
            (hours, _("{n} h")),
            (minutes, _("{n} min")),
            (left, _("{n} s")),
        )
        first = next((place for place, (count, _word) in enumerate(units) if count), len(units) - 1)
        shown = [(count, word) for count, word in units[first : first + 2] if count] or [units[-1]]
        return " ".join(self.text(word, n=count) for count, word in shown)

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.language)

    def _zone_name(self, local: datetime) -> str:
        if self.zone in _INDONESIAN_ZONES:
            return _INDONESIAN_ZONES[self.zone]
        offset = local.strftime("%z")
        return f"UTC{offset[:3]}:{offset[3:]}"


def _escaped(value: object) -> object:
    return value if isinstance(value, Html) or not isinstance(value, str) else escape(value, quote=False)


def _signed(value: Decimal, text: str, *, sign: bool) -> str:
    if value < 0:
        return f"-{text}"
    return f"+{text}" if sign and value > 0 else text
